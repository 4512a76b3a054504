"""What a mailbox in memory holds, and the only code that changes it.

The `perform_` methods take a value of `sandbox.mail.changes` and check it first, since it may come from a file; a store
that is rebuilt goes through the same code as the one it is rebuilt from. They announce what they did.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sandbox.core.message import N_, Msg
from sandbox.mail.changes import (
    Change,
    Expunged,
    FlagsChanged,
    Locked,
    MailboxCreated,
    MessageAdded,
    RecentTaken,
    Unlocked,
)
from sandbox.mail.errors import Inapplicable
from sandbox.mail.flags import DELETED, SEEN, Flags, Keywords
from sandbox.mail.memory.base import Base
from sandbox.mail.message import Message
from sandbox.mail.store import Stored
from sandbox.mail.threads import ThreadIndex, thread_keys
from sandbox.mail.vanished import Vanished, ranges
from sandbox.mail.watchers import Cancel, Watcher

__all__ = ["MailboxFacts"]

MAX_UID = 2**32 - 1
MAX_MODSEQ = 2**63 - 1

# The instants that a date with a year of four digits can say (RFC 9051 section 9, date-year).
_FIRST_DATE = -62_135_596_800 * 10**9
_MINUTE = 60 * 10**9
_ZONES = 100 * 60  # minutes; a zone has two digits for the hours
_LAST_DATE = 253_402_300_800 * 10**9 - 1


class MailboxFacts:
    """The reading half of `sandbox.mail.store.Mailbox`, and the deeds."""

    __slots__ = (
        "_base",
        "_first_recent",
        "_keywords",
        "_messages",
        "_threads",
        "_user",
        "_vanished",
        "alive",
        "deleted",
        "highest_modseq",
        "locked_by",
        "mailbox_id",
        "name",
        "size",
        "special_use",
        "uid_next",
        "uid_validity",
        "unseen",
    )

    def __init__(self, base: Base, threads: ThreadIndex, born: MailboxCreated) -> None:
        self._base = base
        self._threads = threads
        self._user = born.user
        self.name = born.mailbox
        self.mailbox_id = born.mailbox_id
        self.uid_validity = born.uid_validity
        self.special_use = born.special_use
        self.alive = True
        self.uid_next = 1
        self.highest_modseq = 1
        self.size = 0
        self.unseen = 0
        self.deleted = 0
        self.locked_by: str | None = None
        self._first_recent = 1
        self._messages: dict[int, Stored] = {}  # by ascending uid, since every new uid is the highest
        self._keywords = Keywords(base.limits.keywords)
        self._vanished = Vanished(base.limits.vanished)

    # Facts

    @property
    def keywords(self) -> Flags:
        """See `Mailbox.keywords`."""
        return self._keywords.names

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[Stored]:
        return iter(self._messages.values())

    def snapshot(self) -> tuple[Stored, ...]:
        """See `Mailbox.snapshot`."""
        return tuple(self._messages.values())

    def uids(self) -> tuple[int, ...]:
        """See `Mailbox.uids`."""
        return tuple(self._messages)

    def get(self, uid: int) -> Stored | None:
        """See `Mailbox.get`."""
        return self._messages.get(uid)

    def unique_id(self, uid: int) -> str:
        """See `Mailbox.unique_id`."""
        return f"{self.uid_validity}.{uid}"

    def vanished(self, since: int) -> tuple[range, ...]:
        """See `Mailbox.vanished`."""
        gone = self._vanished.since(since)
        if gone is not None:
            return ranges(gone)
        missing: list[range] = []
        expected = 1
        for uid in (*self._messages, self.uid_next):
            if uid > expected:
                missing.append(range(expected, uid))
            expected = uid + 1
        return tuple(missing)

    def recent_uids(self) -> tuple[int, ...]:
        """See `Mailbox.recent_uids`."""
        found: list[int] = []
        for uid in reversed(self._messages):
            if uid < self._first_recent:
                break
            found.append(uid)
        return tuple(reversed(found))

    def watch(self, watcher: Watcher) -> Cancel:
        """See `Mailbox.watch`."""
        return self._base.watchers.watch(self.mailbox_id, watcher)

    # Deeds

    def perform_message_added(self, change: MessageAdded) -> None:
        """Add the message. Raises `Inapplicable`, `InvalidFlag`, `LimitReached`."""
        base = self._base
        held = base.contents.get(change.message_id)
        if held is not None:
            _require(change.content is None or change.content == held.content, N_("two messages have one id"))
            self._add(change, held, ())
            return
        if change.content is None:
            raise Inapplicable(why=Msg(N_("it copies a message that is not there")))
        base.message_ids.is_new(change.message_id)  # for its shape: what moved about is retold in any order
        message = Message(change.content)
        self._add(change, message, thread_keys(message))

    def perform_flags_changed(self, change: FlagsChanged) -> list[Stored]:
        """Change the flags and return the messages. Raises `Inapplicable`, `InvalidFlag`, `LimitReached`."""
        modseq, messages = change.modseq, self._messages
        self._require_modseq(modseq)
        self._require_messages([uid for uid, _ in change.changed])
        kept = self._keywords.learn({flags for _, flags in change.changed})
        unseen = deleted = 0
        renewed: list[Stored] = []
        for uid, given in change.changed:
            old, flags = messages[uid], kept[given]
            unseen += (SEEN in old.flags) - (SEEN in flags)
            deleted += (DELETED in flags) - (DELETED in old.flags)
            new = Stored(
                uid,
                old.message_id,
                old.thread_id,
                old.message,
                flags,
                old.internal_date,
                old.save_date,
                modseq,
                old.internal_zone,
            )
            messages[uid] = new
            renewed.append(new)
        self.unseen += unseen
        self.deleted += deleted
        self.highest_modseq = modseq
        self._announce(change)
        return renewed

    def perform_expunged(self, change: Expunged) -> None:
        """Remove the messages. Raises `Inapplicable`."""
        self._require_modseq(change.modseq)
        self._require_messages(change.uids)
        for uid in change.uids:
            self._drop(self._messages.pop(uid))
        self._vanished.add(change.modseq, change.uids)
        self.highest_modseq = change.modseq
        self._announce(change)

    def perform_recent_taken(self, change: RecentTaken) -> None:
        """Let the messages be recent no more. Raises `Inapplicable`."""
        _require(self._first_recent <= change.below <= self.uid_next, N_("it takes messages as recent out of turn"))
        self._first_recent = change.below
        self._announce(change)

    def perform_locked(self, change: Locked) -> None:
        """Take the lock. Raises `Inapplicable`."""
        _require(self.locked_by is None, N_("the mailbox is locked already"))
        self.locked_by = change.owner
        self._announce(change)

    def perform_unlocked(self, change: Unlocked) -> None:
        """Give the lock back. Raises `Inapplicable`."""
        _require(self.locked_by == change.owner, N_("the mailbox is not locked by {owner}"), owner=change.owner)
        self.locked_by = None
        self._announce(change)

    def abandon(self) -> None:
        """Let go of all messages: the mailbox is being deleted."""
        self.alive = False
        for stored in self._messages.values():
            self._base.contents.release(stored.message_id)
        self._messages.clear()
        self.size = self.unseen = self.deleted = 0

    # Parts of them

    def _add(self, change: MessageAdded, message: Message, keys: tuple[int, ...]) -> Stored:
        uid, base = change.uid, self._base
        if not self.uid_next <= uid <= MAX_UID:
            raise Inapplicable(why=Msg(N_("uid {uid} is out of turn"), uid=uid))
        self._require_modseq(change.modseq)
        if change.size != message.size:
            raise Inapplicable(why=Msg(N_("the size of a message is wrong")))
        if not _dated(change):
            raise Inapplicable(why=Msg(N_("a date is out of range")))
        base.thread_ids.is_new(change.thread_id)  # for its shape: a thread may be new or old
        flags = self._keywords.learn((change.flags,))[change.flags] if change.flags else ()
        base.message_ids.note(change.message_id)
        base.thread_ids.note(change.thread_id)
        self._threads.learn(keys, change.thread_id)
        base.contents.hold(change.message_id, message)
        stored = self._messages[uid] = Stored(
            uid,
            change.message_id,
            change.thread_id,
            message,
            flags,
            change.internal_date,
            change.save_date,
            change.modseq,
            change.internal_zone,
        )
        self.uid_next = uid + 1
        self.highest_modseq = change.modseq
        self.size += change.size
        self.unseen += SEEN not in flags
        self.deleted += DELETED in flags
        self._announce(change)
        return stored

    def _drop(self, stored: Stored) -> None:
        self._base.contents.release(stored.message_id)
        self.size -= stored.size
        self.unseen -= SEEN not in stored.flags
        self.deleted -= DELETED in stored.flags

    def _announce(self, change: Change) -> None:
        self._base.watchers.announce(self.mailbox_id, change)

    def _require_modseq(self, modseq: int) -> None:
        if not self.highest_modseq < modseq <= MAX_MODSEQ:
            raise Inapplicable(why=Msg(N_("mod-sequence {modseq} is out of turn"), modseq=modseq))

    def _require_messages(self, uids: Iterable[int]) -> None:
        last = 0
        for uid in uids:
            if uid <= last or uid not in self._messages:
                raise Inapplicable(why=Msg(N_("uid {uid} is not there"), uid=uid))
            last = uid


def _dated(change: MessageAdded) -> bool:
    """Whether the dates can be said, in their zone too."""
    date, zone = change.internal_date, change.internal_zone
    return (
        _FIRST_DATE <= date <= _LAST_DATE
        and _FIRST_DATE <= change.save_date <= _LAST_DATE
        and (zone == 0 or (abs(zone) < _ZONES and _FIRST_DATE <= date + zone * _MINUTE <= _LAST_DATE))
    )


def _require(fits: bool, why: str, **params: object) -> None:
    if not fits:
        raise Inapplicable(why=Msg(why, **params))
