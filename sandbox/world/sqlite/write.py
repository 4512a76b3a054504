"""Changes of a store, written into its file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

from sandbox.mail.changes import (
    Change,
    Expunged,
    FlagsChanged,
    MailboxCreated,
    MailboxDeleted,
    MailboxRenamed,
    MessageAdded,
    RecentTaken,
    SpecialUseChanged,
    Subscribed,
    Unsubscribed,
    UserAdded,
)
from sandbox.mail.flags import Flags
from sandbox.mail.message import Message
from sandbox.mail.threads import thread_keys
from sandbox.world.sqlite.contents import KeptContents
from sandbox.world.sqlite.words import column, joined, uid_set


class Writer:
    """Performs changes on the tables, within a transaction of the caller's. Raises `sqlite3.Error`."""

    def __init__(self, file: sqlite3.Connection, contents: KeptContents) -> None:
        self._contents = contents
        self._run = file.execute
        self._run_many = file.executemany
        self._on: dict[type, Callable[[Any], None]] = {
            UserAdded: self._user_added,
            MailboxCreated: self._mailbox_created,
            MailboxDeleted: self._mailbox_deleted,
            MailboxRenamed: self._mailbox_renamed,
            SpecialUseChanged: self._special_use_changed,
            Subscribed: self._subscribed,
            Unsubscribed: self._unsubscribed,
            MessageAdded: self._message_added,
            FlagsChanged: self._flags_changed,
            Expunged: self._expunged,
            RecentTaken: self._recent_taken,
        }

    def keeps(self, change: Change) -> bool:
        """Whether a change is for the file at all: locks end with the program."""
        return type(change) in self._on

    def write(self, change: Change) -> None:
        """Perform a change."""
        self._on[type(change)](change)

    # Users and mailboxes

    def _user_added(self, change: UserAdded) -> None:
        self._run("INSERT INTO user (name) VALUES (?)", (change.user,))

    def _mailbox_created(self, change: MailboxCreated) -> None:
        self._run(
            "INSERT INTO mailbox (uid_validity, id, user, name, special_use) VALUES (?, ?, ?, ?, ?)",
            (change.uid_validity, change.mailbox_id, change.user, change.mailbox, joined(change.special_use)),
        )

    def _mailbox_deleted(self, change: MailboxDeleted) -> None:
        mailbox = self._mailbox(change.user, change.mailbox)
        gone = self._run("DELETE FROM message WHERE mailbox = ? RETURNING content", mailbox).fetchall()
        self._contents.remove({message_id for (message_id,) in gone})
        self._run("DELETE FROM vanished WHERE mailbox = ?", mailbox)
        self._run("DELETE FROM keyword WHERE mailbox = ?", mailbox)
        self._run("DELETE FROM mailbox WHERE uid_validity = ?", mailbox)

    def _mailbox_renamed(self, change: MailboxRenamed) -> None:
        self._run(
            "UPDATE mailbox SET name = ? WHERE user = ? AND name = ?", (change.new_name, change.user, change.mailbox)
        )

    def _special_use_changed(self, change: SpecialUseChanged) -> None:
        self._run(
            "UPDATE mailbox SET special_use = ? WHERE user = ? AND name = ?",
            (joined(change.special_use), change.user, change.mailbox),
        )

    def _subscribed(self, change: Subscribed) -> None:
        self._run("INSERT OR IGNORE INTO subscription VALUES (?, ?)", (change.user, change.mailbox))

    def _unsubscribed(self, change: Unsubscribed) -> None:
        self._run("DELETE FROM subscription WHERE user = ? AND name = ?", (change.user, change.mailbox))

    # Messages

    def _message_added(self, change: MessageAdded) -> None:
        (mailbox,) = self._mailbox(change.user, change.mailbox)
        message_id, thread_id = change.message_id, change.thread_id
        if change.content is not None:
            self._run("INSERT OR IGNORE INTO content VALUES (?, ?, ?)", (message_id, change.size, change.content))
            keys = thread_keys(Message(change.content))
            self._run_many(
                "INSERT OR IGNORE INTO thread_key (user, key, thread) VALUES (?, ?, ?)",
                [(change.user, column(key), thread_id) for key in keys],
            )
        self._run(
            "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                mailbox,
                change.uid,
                message_id,
                thread_id,
                joined(change.flags),
                str(change.internal_date),
                str(change.save_date),
                change.modseq,
                change.internal_zone,
            ),
        )
        self._run(
            "UPDATE mailbox SET uid_next = ?, highest_modseq = ? WHERE uid_validity = ?",
            (change.uid + 1, change.modseq, mailbox),
        )
        self._learn(mailbox, (change.flags,))

    def _flags_changed(self, change: FlagsChanged) -> None:
        (mailbox,) = self._mailbox(change.user, change.mailbox)
        self._run_many(
            "UPDATE message SET flags = ?, modseq = ? WHERE mailbox = ? AND uid = ?",
            [(joined(flags), change.modseq, mailbox, uid) for uid, flags in change.changed],
        )
        self._raise(mailbox, change.modseq)
        self._learn(mailbox, {flags for _, flags in change.changed})

    def _expunged(self, change: Expunged) -> None:
        (mailbox,) = self._mailbox(change.user, change.mailbox)
        gone = [
            message_id
            for uid in change.uids
            for (message_id,) in self._run(
                "DELETE FROM message WHERE mailbox = ? AND uid = ? RETURNING content", (mailbox, uid)
            ).fetchall()
        ]
        self._contents.remove(gone)
        self._run("INSERT INTO vanished VALUES (?, ?, ?)", (mailbox, change.modseq, uid_set(change.uids)))
        self._raise(mailbox, change.modseq)

    def _recent_taken(self, change: RecentTaken) -> None:
        self._run(
            "UPDATE mailbox SET first_recent = ? WHERE user = ? AND name = ?",
            (change.below, change.user, change.mailbox),
        )

    # Parts of them

    def _mailbox(self, user: str, name: str) -> tuple[int]:
        found: tuple[int] = self._run(
            "SELECT uid_validity FROM mailbox WHERE user = ? AND name = ?", (user, name)
        ).fetchone()
        return found

    def _raise(self, mailbox: int, modseq: int) -> None:
        self._run("UPDATE mailbox SET highest_modseq = ? WHERE uid_validity = ?", (modseq, mailbox))

    def _learn(self, mailbox: int, combinations: Iterable[Flags]) -> None:
        """Keywords stay known when no message has them any more."""
        keywords = {name for flags in combinations for name in flags if not name.startswith("\\")}
        self._run_many("INSERT OR IGNORE INTO keyword VALUES (?, ?)", [(mailbox, name) for name in keywords])
