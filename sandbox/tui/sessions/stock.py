"""Stored mail at any moment, from the changes that the stores announced."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace

from sandbox.mail.changes import (
    Expunged,
    FlagsChanged,
    Locked,
    MailboxCreated,
    MailboxDeleted,
    MailboxRenamed,
    MessageAdded,
    Unlocked,
)
from sandbox.mail.flags import Flags
from sandbox.wire.trace import StoreChange

INBOX = "INBOX"


@dataclass(slots=True)
class Item:
    """A stored message; its octets are in `Stock.contents`, once for all copies."""

    uid: int
    size: int
    flags: Flags
    message: tuple[str, str]
    """Host and id of the message: copies of it share its octets."""


@dataclass(slots=True)
class Shelf:
    """A mailbox: its messages by uid, and who holds it for themselves."""

    user: str
    name: str
    uid_validity: int = 0
    items: dict[int, Item] = field(default_factory=dict)
    owner: str = ""


class Stock:
    """All mailboxes at one moment, by (host, user, name)."""

    def __init__(self) -> None:
        self.shelves: dict[tuple[str, str, str], Shelf] = {}
        self.contents: dict[tuple[str, str], bytes] = {}

    def apply(self, event: StoreChange) -> None:
        """Take in the next change."""
        change, host = event.change, event.host
        if isinstance(change, MailboxCreated):
            shelf = Shelf(change.user, change.mailbox, change.uid_validity)
            self.shelves[host, change.user, change.mailbox] = shelf
        elif isinstance(change, MailboxDeleted):
            self.shelves.pop((host, change.user, change.mailbox), None)
        elif isinstance(change, MailboxRenamed):
            moved = self.shelves.pop((host, change.user, change.mailbox), None)
            if moved is not None:
                moved.name = change.new_name
                self.shelves[host, change.user, change.new_name] = moved
        elif isinstance(change, MessageAdded | FlagsChanged | Expunged | Locked | Unlocked):
            shelf = self.shelves.setdefault((host, change.user, change.mailbox), Shelf(change.user, change.mailbox))
            self._change(shelf, change, host)

    def _change(
        self, shelf: Shelf, change: MessageAdded | FlagsChanged | Expunged | Locked | Unlocked, host: str
    ) -> None:
        if isinstance(change, MessageAdded):
            message = (host, change.message_id)
            shelf.items[change.uid] = Item(change.uid, change.size, change.flags, message)
            if change.content is not None:
                self.contents[message] = change.content
        elif isinstance(change, FlagsChanged):
            for uid, flags in change.changed:
                if uid in shelf.items:
                    shelf.items[uid].flags = flags
        elif isinstance(change, Expunged):
            for uid in change.uids:
                shelf.items.pop(uid, None)
        else:
            shelf.owner = change.owner if isinstance(change, Locked) else ""

    def copy(self) -> Stock:
        """The same, to be changed on its own."""
        twin = Stock()
        twin.contents = dict(self.contents)
        for key, shelf in self.shelves.items():
            items = {uid: replace(item) for uid, item in shelf.items.items()}
            twin.shelves[key] = replace(shelf, items=items)
        return twin

    def sweep(self) -> None:
        """Forget the octets of messages that are nowhere any more."""
        held = {item.message for shelf in self.shelves.values() for item in shelf.items.values()}
        self.contents = {message: content for message, content in self.contents.items() if message in held}

    def content(self, item: Item) -> bytes:
        """The octets of a message; empty when no change brought them."""
        return self.contents.get(item.message, b"")


class Shelves:
    """All changes so far, and the stock at any of their moments."""

    def __init__(self) -> None:
        self.events: list[StoreChange] = []
        self._base = Stock()
        self._stock, self._applied = Stock(), 0

    def add(self, event: StoreChange) -> None:
        """The next change."""
        self.events.append(event)

    def keep(self, seq: int) -> None:
        """Fold what came up to event `seq` into the beginning: moments before it are gone, what is stored is not."""
        count = self._count(seq)
        for event in self.events[:count]:
            self._base.apply(event)
        self._base.sweep()
        del self.events[:count]
        self._stock, self._applied = self._base.copy(), 0

    def truncate(self, seq: int) -> None:
        """Forget what came after event `seq`."""
        count = self._count(seq)
        del self.events[count:]
        if self._applied > count:
            self._stock, self._applied = self._base.copy(), 0

    def at(self, seq: int) -> Stock:
        """The stock right after event `seq`. Going forward is cheap; going back begins anew. Do not keep it."""
        count = self._count(seq)
        if count < self._applied:
            self._stock, self._applied = self._base.copy(), 0
        for event in self.events[self._applied : count]:
            self._stock.apply(event)
        self._applied = count
        return self._stock

    def changes(self, first: int, last: int) -> list[StoreChange]:
        """The changes of events after `first` up to `last`."""
        return self.events[self._count(first) : self._count(last)]

    def _count(self, seq: int) -> int:
        return bisect_right(self.events, seq, key=lambda event: event.seq)
