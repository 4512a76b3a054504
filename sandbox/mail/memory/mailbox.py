"""A mailbox in memory: what its operations would change is worked out here, and then performed by `MailboxFacts`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sandbox.core.message import N_, Msg
from sandbox.mail.changes import Expunged, FlagsChanged, Locked, MailboxCreated, MessageAdded, RecentTaken, Unlocked
from sandbox.mail.errors import LimitReached, NoSuchMailbox
from sandbox.mail.flags import Flags
from sandbox.mail.memory.base import Base
from sandbox.mail.memory.facts import MailboxFacts
from sandbox.mail.message import Message
from sandbox.mail.store import CopiedUids, How, Stored
from sandbox.mail.threads import ThreadIndex, thread_keys

__all__ = ["MemoryMailbox"]


class MemoryMailbox(MailboxFacts):
    """Implements `sandbox.mail.store.Mailbox`; its `Mailboxes` names, renames and deletes it."""

    __slots__ = ("_find",)

    def __init__(
        self, base: Base, threads: ThreadIndex, find: Callable[[str], MemoryMailbox], born: MailboxCreated
    ) -> None:
        super().__init__(base, threads, born)
        self._find = find

    def append(
        self, content: bytes, flags: Iterable[str] = (), internal_date: int | None = None, internal_zone: int = 0
    ) -> Stored:
        """See `Mailbox.append`."""
        self._require_alive()
        self._require_room(1)
        base = self._base
        message = Message(content)
        keys = thread_keys(message)
        now = base.now()
        message_id = base.message_ids.upcoming()
        thread_id = self._threads.find(keys) or base.thread_ids.upcoming()
        date = now if internal_date is None else internal_date
        spelled = self._keywords.spell(flags) if flags else ()
        added = self._addition(message_id, thread_id, message, spelled, date, internal_zone, now, content)
        return self._add(added, message, keys)

    def change_flags(self, uids: Iterable[int], how: How, flags: Iterable[str]) -> list[Stored]:
        """See `Mailbox.change_flags`."""
        self._require_alive()
        names = self._keywords.spell(flags)
        outcomes: dict[Flags, Flags] = {}
        changed: dict[int, Flags] = {}
        for uid in uids:
            stored = self._messages.get(uid)
            if stored is None:
                continue
            old = stored.flags
            new = outcomes.get(old)
            if new is None:
                new = outcomes[old] = self._outcome(old, how, names)
            if new is not old:
                changed[uid] = new
        if not changed:
            return []
        change = FlagsChanged(self._user, self.name, self.highest_modseq + 1, tuple(sorted(changed.items())))
        return self.perform_flags_changed(change)

    def expunge(self, uids: Iterable[int]) -> tuple[int, ...]:
        """See `Mailbox.expunge`."""
        self._require_alive()
        present = self._present(uids)
        if present:
            self.perform_expunged(Expunged(self._user, self.name, self.highest_modseq + 1, present))
        return present

    def copy(self, uids: Iterable[int], to: str) -> CopiedUids:
        """See `Mailbox.copy`."""
        self._require_alive()
        target = self._find(to)
        source = self._present(uids)
        target.require(len(source), {self._messages[uid].flags for uid in source})
        with self._base.watchers.together():
            new = [target.add_copy(self._messages[uid]).uid for uid in source]
        return CopiedUids(target.uid_validity, source, tuple(new))

    def move(self, uids: Iterable[int], to: str) -> CopiedUids:
        """See `Mailbox.move`."""
        with self._base.watchers.together():
            copied = self.copy(uids, to)
            self.expunge(copied.source)
        return copied

    def require(self, count: int, combinations: Iterable[Flags]) -> None:
        """Raise `LimitReached` if the mailbox cannot take so many messages more, or these flags."""
        self._require_room(count)
        self._keywords.require({self._keywords.spell(flags) for flags in combinations})

    def add_copy(self, stored: Stored) -> Stored:
        """Add a message of another mailbox of the user, or of this one."""
        flags = self._keywords.spell(stored.flags)
        now = self._base.now()
        message = stored.message
        date, zone = stored.internal_date, stored.internal_zone
        added = self._addition(stored.message_id, stored.thread_id, message, flags, date, zone, now, None)
        return self._add(added, message, ())

    def take_recent(self) -> tuple[int, ...]:
        """See `Mailbox.take_recent`."""
        self._require_alive()
        recent = self.recent_uids()
        if recent:
            self.perform_recent_taken(RecentTaken(self._user, self.name, self.uid_next))
        return recent

    def lock(self, owner: str) -> bool:
        """See `Mailbox.lock`."""
        self._require_alive()
        if self.locked_by is not None:
            return False
        self.perform_locked(Locked(self._user, self.name, owner))
        return True

    def unlock(self, owner: str) -> bool:
        """See `Mailbox.unlock`."""
        self._require_alive()
        if self.locked_by != owner:
            return False
        self.perform_unlocked(Unlocked(self._user, self.name, owner))
        return True

    def _addition(
        self,
        message_id: str,
        thread_id: str,
        message: Message,
        flags: Flags,
        internal_date: int,
        internal_zone: int,
        save_date: int,
        content: bytes | None,
    ) -> MessageAdded:
        return MessageAdded(
            self._user,
            self.name,
            self.uid_next,
            message_id,
            thread_id,
            flags,
            internal_date,
            save_date,
            self.highest_modseq + 1,
            message.size,
            content,
            internal_zone,
        )

    def _outcome(self, old: Flags, how: How, names: Flags) -> Flags:
        if how is How.REMOVE:
            new = tuple(name for name in old if name not in names)
        else:
            new = names if how is How.SET else self._keywords.spell(old + names)
        return old if new == old else new

    def _present(self, uids: Iterable[int]) -> tuple[int, ...]:
        return tuple(sorted({uid for uid in uids if uid in self._messages}))

    def _require_room(self, wanted: int) -> None:
        limit = self._base.limits.messages
        if len(self._messages) + wanted > limit:
            raise LimitReached(limit=limit, what=Msg(N_("messages of a mailbox")))

    def _require_alive(self) -> None:
        if not self.alive:
            raise NoSuchMailbox(mailbox=self.name)
