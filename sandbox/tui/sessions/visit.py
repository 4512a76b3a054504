"""A mailbox as a session sees it: which message has which number there, and what the session knows of each.

Nothing here asks a server. A visit follows from the commands, the replies and what the stores announced, so it is right
at any moment of any transcript.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sandbox.mail.memory import MemoryStore
from sandbox.mail.memory.mailbox import MemoryMailbox
from sandbox.mail.store import Stored
from sandbox.tui.ports import Text


class Key(NamedTuple):
    """A mailbox of a world: the host that its store calls so, its owner, its name."""

    host: str
    user: str
    mailbox: str


@dataclass(slots=True)
class Visit:
    """A mailbox open in a session. `stored` has its messages as they were when the session learnt of them, in the order
    of their numbers, from 1."""

    key: Key
    stored: list[Stored]
    over: bool = False

    @property
    def seen(self) -> int:
        """How many messages the session counts."""
        return len(self.stored)

    @property
    def numbers(self) -> list[str]:
        """The numbers that a command may name."""
        return [str(number) for number in range(1, len(self.stored) + 1)]

    def remark(self, number: int, now: Stored | None) -> Text:
        """What is worth saying of message `number`, which is `now` so in the store, or gone."""
        raise NotImplementedError

    def since(self, number: int) -> int:
        """The journal's number of the session's last deed to a message; 0 if there was none."""
        return 0


def find(stores: Mapping[str, MemoryStore], key: Key) -> MemoryMailbox | None:
    """The mailbox at a moment; None if it is not there."""
    store = stores.get(key.host)
    if store is None or key.user not in store.users:
        return None
    return next((box for box in store.mailboxes(key.user).listing() if box.name == key.mailbox), None)
