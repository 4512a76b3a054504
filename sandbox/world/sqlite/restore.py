"""Mailboxes as a file has them, made into those of a memory store."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import NamedTuple

from sandbox.mail.changes import MailboxCreated
from sandbox.mail.flags import DELETED, SEEN, Flags
from sandbox.mail.memory.base import Base
from sandbox.mail.memory.mailbox import MemoryMailbox
from sandbox.mail.memory.tree import MemoryMailboxes
from sandbox.mail.names import INBOX
from sandbox.mail.store import Stored
from sandbox.mail.threads import ThreadIndex
from sandbox.world.sqlite.contents import KeptContents
from sandbox.world.sqlite.words import key_of, split, uids_of


class Source(NamedTuple):
    """Where mail is restored from."""

    file: sqlite3.Connection
    contents: KeptContents


class RestoredMailboxes(MemoryMailboxes):
    """The mailboxes of a user. What happens to them later is a memory store's matter."""

    __slots__ = ()

    def __init__(self, base: Base, user: str, source: Source) -> None:
        """Read them. Raises `NoSuchMailbox` where there is no INBOX, and what a damaged file makes SQLite raise."""
        super().__init__(base, user)
        file = source.file
        for (name,) in file.execute("SELECT name FROM subscription WHERE user = ?", (user,)):
            self._subscribed.add(name)
        self._bound_threads(file)
        for key, thread in file.execute("SELECT key, thread FROM thread_key WHERE user = ? ORDER BY number", (user,)):
            self._threads.learn((key_of(key),), thread)
        facts = "SELECT name, id, uid_validity, special_use FROM mailbox WHERE user = ? ORDER BY uid_validity"
        for name, mailbox_id, uid_validity, uses in file.execute(facts, (user,)).fetchall():
            born = MailboxCreated(user, name, mailbox_id, uid_validity, split(uses))
            self._mailboxes[name] = _RestoredMailbox(base, self._threads, self.get, born, source)
        self.exactly(INBOX)  # raises if the file has none

    def _bound_threads(self, file: sqlite3.Connection) -> None:
        """Keep as much of the past as a running store remembers at most: two generations."""
        file.execute(
            "DELETE FROM thread_key WHERE user = :user AND number <= (SELECT number FROM thread_key"
            " WHERE user = :user ORDER BY number DESC LIMIT 1 OFFSET :bound)",
            {"user": self.user, "bound": 2 * self._base.limits.threads},
        )


class _RestoredMailbox(MemoryMailbox):
    """A mailbox with everything that was in it, unlocked: who had the lock is gone."""

    __slots__ = ()

    def __init__(
        self,
        base: Base,
        threads: ThreadIndex,
        find: Callable[[str], MemoryMailbox],
        born: MailboxCreated,
        source: Source,
    ) -> None:
        super().__init__(base, threads, find, born)
        self._restore_messages(source)
        self._restore_vanished(source.file)
        facts = "SELECT uid_next, highest_modseq, first_recent FROM mailbox WHERE uid_validity = ?"
        self.uid_next, self.highest_modseq, self._first_recent = source.file.execute(
            facts, (self.uid_validity,)
        ).fetchone()

    def _restore_messages(self, source: Source) -> None:
        mailbox = (self.uid_validity,)
        keywords = source.file.execute("SELECT name FROM keyword WHERE mailbox = ?", mailbox).fetchall()
        self._keywords.learn(keywords)
        held = self._base.contents
        words: dict[str, Flags] = {"": ()}
        rows = source.file.execute(
            "SELECT uid, flags, content, thread, internal_date, save_date, modseq, internal_zone, size"
            " FROM message JOIN content ON content.id = message.content WHERE mailbox = ? ORDER BY uid",
            mailbox,
        )
        for uid, text, message_id, thread_id, internal_date, save_date, modseq, zone, size in rows:
            flags = words.get(text)
            if flags is None:
                given = split(text)
                flags = words[text] = self._keywords.learn((given,))[given]
            message = held.get(message_id) or source.contents.message(message_id, size)
            held.hold(message_id, message)
            dates = int(internal_date), int(save_date)
            self._messages[uid] = Stored(uid, message_id, thread_id, message, flags, *dates, modseq, zone)
            self.size += size
            self.unseen += SEEN not in flags
            self.deleted += DELETED in flags

    def _restore_vanished(self, file: sqlite3.Connection) -> None:
        """Remember what was expunged, and let the file forget what is too long ago."""
        mailbox = self.uid_validity
        (self._vanished.horizon,) = file.execute(
            "SELECT horizon FROM mailbox WHERE uid_validity = ?", (mailbox,)
        ).fetchone()
        removals = "SELECT modseq, uids FROM vanished WHERE mailbox = ? ORDER BY modseq"
        for modseq, uids in file.execute(removals, (mailbox,)):
            self._vanished.add(modseq, uids_of(uids))
        horizon = self._vanished.horizon
        file.execute("DELETE FROM vanished WHERE mailbox = ? AND modseq <= ?", (mailbox, horizon))
        file.execute("UPDATE mailbox SET horizon = ? WHERE uid_validity = ?", (horizon, mailbox))
