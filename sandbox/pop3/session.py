"""A POP3 session: who is logged in, the maildrop as it was when it was opened, and the marks.

The marks and the numbers are this session's view; the store knows nothing of them until UPDATE.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sandbox.auth.accounts import Accounts
from sandbox.auth.outcome import Failure, Outcome
from sandbox.core.host import Host
from sandbox.core.replies import Answer
from sandbox.mail.store import Mailbox, Store, Stored
from sandbox.pop3 import replies

SECOND: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A message of the maildrop as this session numbers it."""

    number: int
    uid: int
    unique_id: str
    stored: Stored

    @property
    def size(self) -> int:
        """Octets, as LIST tells them: without byte-stuffing (RFC 1939 section 11)."""
        return self.stored.size


class Session:
    """What handlers work on. `owner` names this connection to the maildrop's lock."""

    def __init__(self, host: Host, store: Store, accounts: Accounts, timestamp: bytes, owner: str) -> None:
        self.host, self.store, self.accounts = host, store, accounts
        self.timestamp = timestamp
        self.owner = owner
        self.secure = False
        self.claimed: bytes | None = None
        """The name of an accepted USER, until the next command."""
        self.user: str | None = None
        self.entries: list[Entry] = []
        self.marks: set[int] = set()
        self.utf8 = False
        self.language = "en"
        self.offers: Callable[[bytes], bool] = lambda _capability: True
        self._maildrop: Mailbox | None = None

    @property
    def may_send_password(self) -> bool:
        """Whether a readable password is accepted at this moment."""
        return self.secure or self.host.clear_auth

    # Logging in

    def log_in(self, outcome: Outcome) -> Answer:
        """Open the maildrop for whom the credentials stand, or say why not. The lock is taken here (RFC 1939 section
        4)."""
        if isinstance(outcome, Failure):
            return replies.BAD_CREDENTIALS()
        user = outcome.authzid
        wait = self._login_delay(user)
        if wait > 0:
            return replies.LOGIN_DELAY(seconds=-(-wait // SECOND))
        maildrop = self.store.mailboxes(user).inbox
        if not maildrop.lock(self.owner):
            return replies.IN_USE()
        self.user, self._maildrop = user, maildrop
        self.entries = [
            Entry(number, stored.uid, maildrop.unique_id(stored.uid), stored)
            for number, stored in enumerate(maildrop.snapshot(), 1)
        ]
        self.host.memory["pop3.login", user] = self.host.now()
        return replies.LOGGED_IN(name=user, count=self.count, size=self.size)

    def _login_delay(self, user: str) -> int:
        delay = self.host.setting("login_delay", 0)
        last = self.host.memory.get(("pop3.login", user))
        if not isinstance(delay, int) or not isinstance(last, int):
            return 0
        return last + delay * SECOND - self.host.now()

    # The maildrop

    @property
    def count(self) -> int:
        """Messages that are not marked."""
        return len(self.entries) - len(self.marks)

    @property
    def size(self) -> int:
        """Octets of the messages that are not marked."""
        return sum(entry.size for entry in self.unmarked())

    def unmarked(self) -> list[Entry]:
        """The messages that are not marked, by number."""
        if not self.marks:
            return self.entries
        return [entry for entry in self.entries if entry.number not in self.marks]

    def find(self, number: int) -> Entry | Answer:
        """A message by its number, or the refusal."""
        if not 1 <= number <= len(self.entries):
            return replies.NO_SUCH_MESSAGE(count=len(self.entries))
        if number in self.marks:
            return replies.MARKED(number=number)
        return self.entries[number - 1]

    def readable(self, entry: Entry) -> Answer | None:
        """The refusal of RFC 6856 section 2.1, where a header needs UTF-8 and the client has not asked for it.

        Lenient servers send the octets as they are: most programs in use cope, and none knows the response code.
        """
        if self.utf8 or not self.host.strict or entry.stored.message.header.isascii():
            return None
        return replies.NEEDS_UTF8(number=entry.number)

    def top(self, entry: Entry, lines: int) -> bytes:
        """The header of a message, the empty line, and the first `lines` lines of its body."""
        message = entry.stored.message
        return message.content[: _end_of_lines(message.content, message.body_start, lines)]

    def mark(self, number: int) -> None:
        """DELE: mark a message."""
        self.marks.add(number)

    def unmark_all(self) -> None:
        """RSET: take all marks back."""
        self.marks.clear()

    def update(self) -> int:
        """The UPDATE state: remove what is marked. Returns how many messages went."""
        assert self._maildrop is not None
        if not self.marks:
            return 0
        return len(self._maildrop.expunge([self.entries[number - 1].uid for number in sorted(self.marks)]))

    def release(self) -> None:
        """Let the maildrop go, whatever the reason. Marks die with the session."""
        if self._maildrop is not None:
            self._maildrop.unlock(self.owner)
            self._maildrop = None


def _end_of_lines(content: bytes, start: int, lines: int) -> int:
    """The offset behind the first `lines` lines from `start` on."""
    for _ in range(lines):
        end = content.find(b"\n", start)
        if end < 0:
            return len(content)
        start = end + 1
    return start
