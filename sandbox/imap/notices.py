"""News of mailboxes that are not open, for who asked for them with NOTIFY (RFC 5465)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sandbox.imap import format as wire
from sandbox.imap import replies
from sandbox.imap.capabilities import has
from sandbox.imap.commands.listing import list_line
from sandbox.imap.commands.status import status_line
from sandbox.imap.session import Session
from sandbox.mail.changes import (
    Change,
    Expunged,
    FlagsChanged,
    MailboxCreated,
    MailboxDeleted,
    MailboxRenamed,
    MessageAdded,
    Subscribed,
    Unsubscribed,
)
from sandbox.mail.errors import NoSuchMailbox
from sandbox.mail.names import superiors

NEW: Final = b"MESSAGENEW"
EXPUNGED: Final = b"MESSAGEEXPUNGE"
FLAGS: Final = b"FLAGCHANGE"
NAME: Final = b"MAILBOXNAME"
SUBSCRIPTION: Final = b"SUBSCRIPTIONCHANGE"

MOST: Final = 1000
"""Mailboxes that may wait to be told of; with more, the server gives up (RFC 5465 section 5.8)."""

_COUNTED: Final = (b"MESSAGES", b"UIDNEXT", b"UIDVALIDITY")
_FLAGGED: Final = (b"UIDVALIDITY", b"UNSEEN")


@dataclass(frozen=True, slots=True)
class Group:
    """An event-group: which names it is about, and of what it wants to hear."""

    chooses: Callable[[str], bool]
    events: frozenset[bytes]


class MailboxNotices:
    """What one session is told of mailboxes. Several changes of one mailbox are told at once."""

    def __init__(self, session: Session, groups: Iterable[Group]) -> None:
        self._session, self._groups = session, tuple(groups)
        self._counts: dict[str, dict[bytes, None]] = {}
        """The items of STATUS that are to be told, by name."""
        self._names: dict[str, str | None] = {}
        """The names that LIST is to tell of, with the old name of what was renamed."""
        self._overflow = False
        self._cancel = session.store.watch(self._changed)

    def close(self) -> None:
        """Stop watching."""
        self._cancel()

    def wants(self, name: str, event: bytes) -> bool:
        """Whether the session wants to hear of such an event in a mailbox that is not open."""
        return any(event in group.events and group.chooses(name) for group in self._groups)

    def status(self) -> Iterator[bytes]:
        """Where the mailboxes stand whose messages are watched (RFC 5465 section 3.1)."""
        session = self._session
        for mailbox in session.mailboxes.listing():
            name = mailbox.name
            if self.wants(name, NEW) and not self._is_open(name):
                changes = self.wants(name, FLAGS) and has(session, b"CONDSTORE")
                yield self._status_line(name, _COUNTED, with_modseq=changes)

    def news(self) -> bytes:
        """What happened since it was last asked: LIST responses, then STATUS responses."""
        session = self._session
        names, self._names = self._names, {}
        counts, self._counts = self._counts, {}
        if self._overflow:
            self._overflow, self._groups = False, ()
            session.hearing.messages = session.hearing.flags = False
            return wire.condition(replies.UNTAGGED_OVERFLOW)
        told = [list_line(session, name, old=old, subscribed=True) for name, old in names.items()]
        with_modseq = session.enabled.condstore
        told += [
            self._status_line(name, items, with_modseq=with_modseq)
            for name, items in counts.items()
            if not self._is_open(name)
        ]
        return b"".join(told)

    def _status_line(self, name: str, items: Iterable[bytes], *, with_modseq: bool) -> bytes:
        session = self._session
        try:
            mailbox = session.mailboxes.get(name)
        except NoSuchMailbox:  # the session itself deleted it
            return b""
        line = status_line(session, mailbox, [(word, None) for word in items])
        # the item of STATUS would tell that the client knows CONDSTORE, which it did not say
        return line if not with_modseq else line[:-3] + b" HIGHESTMODSEQ %d)\r\n" % mailbox.highest_modseq

    def _is_open(self, name: str) -> bool:
        view = self._session.view
        return view is not None and view.mailbox.name == name

    def _changed(self, change: Change) -> None:
        session = self._session
        if change.user != session.user or session.hearing.acting or not self._groups:
            return
        if isinstance(change, MessageAdded):
            self._count(change.mailbox, NEW, _COUNTED)
        elif isinstance(change, Expunged):
            self._count(change.mailbox, EXPUNGED, _COUNTED)
        elif isinstance(change, FlagsChanged):
            self._count(change.mailbox, FLAGS, _FLAGGED)
        elif isinstance(change, MailboxCreated):
            self._list_with_parent(change.mailbox)
            self._count(change.mailbox, FLAGS, _FLAGGED)  # its UIDVALIDITY is new
        elif isinstance(change, MailboxDeleted):
            self._counts.pop(change.mailbox, None)
            self._list_with_parent(change.mailbox)
        elif isinstance(change, MailboxRenamed):
            self._rename(change)
        elif isinstance(change, Subscribed | Unsubscribed):
            self._list(change.mailbox, SUBSCRIPTION)

    def _count(self, name: str, event: bytes, items: tuple[bytes, ...]) -> None:
        if self._is_open(name) or not self.wants(name, event):
            return
        due = self._counts.setdefault(name, {})
        due.update(dict.fromkeys(items))
        self._tell()

    def _list(self, name: str, event: bytes) -> None:
        if self.wants(name, event):
            self._names.setdefault(name)
            self._tell()

    def _list_with_parent(self, name: str) -> None:
        """A name is affected by what is made or deleted right below it (RFC 5465 section 5.4)."""
        self._names.pop(name, None)
        self._list(name, NAME)
        above = superiors(name, self._session.store.separator)
        if above:
            self._list(above[-1], NAME)

    def _rename(self, change: MailboxRenamed) -> None:
        old, new = change.mailbox, change.new_name
        if old in self._counts:
            self._counts[new] = self._counts.pop(old)
        if self._follows(old, new) or not (self.wants(old, NAME) or self.wants(new, NAME)):
            return
        self._names[new] = old
        self._tell()

    def _follows(self, old: str, new: str) -> bool:
        """Whether a mailbox above was renamed, which is all that is told (RFC 5465 section 5.4)."""
        separator = self._session.store.separator
        return any(
            before is not None and old.startswith(before + separator) and new == now + old[len(before) :]
            for now, before in self._names.items()
        )

    def _tell(self) -> None:
        if len(self._names) + len(self._counts) > MOST:
            self._overflow = True
            self._names.clear()
            self._counts.clear()
        self._session.changed()
