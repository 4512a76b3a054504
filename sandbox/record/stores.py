"""Stored mail at any moment, of a transcript or of what goes on: the changes up to there, applied to empty stores.

Every now and then the stores are kept as they are, so that going back does not begin at the beginning. The messages
themselves are kept only once.
"""

from __future__ import annotations

import io
import pickle
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from operator import itemgetter
from typing import Any, Final

from sandbox.core.message import N_, Msg
from sandbox.mail.errors import StoreError
from sandbox.mail.memory import MemoryStore
from sandbox.mail.message import Message
from sandbox.record.branch import Branch
from sandbox.wire.trace import AnyEvent, StoreChange

KEPT_EVERY: Final = 500
"""Changes between two moments that are kept, at least; as many as there are messages where there are more."""
_A_MESSAGE: Final = 100
"""Octets that keeping a message takes, or a little less."""


def _no_time() -> int:
    """The clock of a store that is only told what happened."""
    return 0


class Moments:
    """The stores of all hosts after any number of changes. `change` gives each by its number, from 0."""

    def __init__(self, change: Callable[[int], AnyEvent | None]) -> None:
        self.trouble: Msg | None = None
        """Why the mail may be wrong: a change did not fit."""
        self._change = change
        self._applied = 0
        self._stores: dict[str, MemoryStore] = {}
        self._messages: dict[int, Message] = {}
        self._kept: list[tuple[int, bytes]] = []  # how many changes had been applied, and the stores
        self._keep()

    def at(self, count: int) -> dict[str, MemoryStore]:
        """The stores by host, after the first `count` changes. For reading only; the next call moves them."""
        applied, kept = self._kept[bisect_right(self._kept, count, key=itemgetter(0)) - 1]
        if not applied <= self._applied <= count:
            self._applied, self._stores = applied, _Unpickler(kept, self._messages).load()
        while self._applied < count:
            self._apply()
        return self._stores

    def cut(self, count: int) -> None:
        """Only the first `count` changes have happened."""
        while self._kept[-1][0] > count:
            self._kept.pop()
        if self._applied > count:
            self._applied, self._stores = self._kept[-1][0], _Unpickler(self._kept[-1][1], self._messages).load()

    def fold(self, count: int) -> None:
        """Begin behind the first `count` changes, which are not counted any more: moments before them are gone."""
        self.at(count)
        self._applied = 0
        self._kept.clear()
        self._messages.clear()
        self._keep()

    def _apply(self) -> None:
        event = self._change(self._applied)
        self._applied += 1
        if isinstance(event, StoreChange):
            store = self._stores.get(event.host)
            if store is None:
                store = self._stores[event.host] = MemoryStore(_no_time)
            try:
                store.apply(event.change)
            except StoreError as error:
                if self.trouble is None:
                    text = N_("From event {seq} on, the stored mail that is shown may be wrong. {why}")
                    self.trouble = Msg(text, seq=event.seq, why=error.about)
        count, kept = self._kept[-1]
        if self._applied - count >= max(KEPT_EVERY, len(kept) // _A_MESSAGE):
            self._keep()

    def _keep(self) -> None:
        file = io.BytesIO()
        _Pickler(file, self._messages).dump(self._stores)
        self._kept.append((self._applied, file.getvalue()))


class Stores:
    """The stores of a transcript at a moment that can be moved."""

    def __init__(self, branch: Branch) -> None:
        self._branch = branch
        self._changes = array("q")  # positions of the changes that were found so far
        self._searched = 0  # up to this position
        self._moments = Moments(lambda number: branch.event(self._changes[number]))

    @property
    def trouble(self) -> Msg | None:
        """Why the mail may be wrong: a change did not fit."""
        return self._moments.trouble

    def at(self, position: int) -> dict[str, MemoryStore]:
        """The stores by host, after the first `position` events. For reading only; the next call moves them."""
        if position > self._searched:
            self._changes.extend(self._branch.changes(self._searched, position))
            self._searched = position
        return self._moments.at(bisect_left(self._changes, position))


class Told:
    """The changes that stores told so far, as they come, and the stores at any moment of them."""

    def __init__(self) -> None:
        self.events: list[StoreChange] = []
        self._moments = Moments(self.events.__getitem__)

    def add(self, event: StoreChange) -> None:
        """The next change."""
        self.events.append(event)

    def truncate(self, seq: int) -> None:
        """Forget what came after event `seq`."""
        count = self._count(seq)
        del self.events[count:]
        self._moments.cut(count)

    def keep(self, seq: int) -> None:
        """Let what came up to event `seq` be the beginning: moments before it are gone, what is stored is not."""
        count = self._count(seq)
        self._moments.fold(count)
        del self.events[:count]

    def at(self, seq: int) -> dict[str, MemoryStore]:
        """The stores by host right after event `seq`. For reading only; the next call moves them."""
        return self._moments.at(self._count(seq))

    def changes(self, first: int, last: int) -> list[StoreChange]:
        """The changes of events after `first` up to `last`."""
        return self.events[self._count(first) : self._count(last)]

    def _count(self, seq: int) -> int:
        return bisect_right(self.events, seq, key=lambda event: event.seq)


class _Pickler(pickle.Pickler):
    """Leaves messages outside, by their identity."""

    def __init__(self, file: io.BytesIO, messages: dict[int, Message]) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._messages = messages

    def persistent_id(self, value: Any) -> int | None:
        if not isinstance(value, Message):
            return None
        self._messages[id(value)] = value
        return id(value)


class _Unpickler(pickle.Unpickler):
    """Puts them back. What it reads was written here, and never left the process."""

    def __init__(self, kept: bytes, messages: dict[int, Message]) -> None:
        super().__init__(io.BytesIO(kept))
        self._messages = messages

    def persistent_load(self, number: int) -> Message:
        return self._messages[number]
