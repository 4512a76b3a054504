"""A memory store with its facts in a file.

Everything is answered from memory, apart from the octets of messages that were there at the start: so protocols cannot
tell which store they have. What a store announces rebuilds it, so the file is written from the announcements alone, and
all of it in one transaction when `commit` is called: a crash takes what was not committed, and nothing else.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from sandbox.core.message import Msg
from sandbox.mail.changes import Change
from sandbox.mail.errors import StoreError
from sandbox.mail.memory import Limits, MemoryStore
from sandbox.mail.memory.base import Ids
from sandbox.world.errors import WorldError
from sandbox.world.sqlite.contents import KeptContents
from sandbox.world.sqlite.file import DAMAGED, UNWRITABLE, open_file
from sandbox.world.sqlite.restore import RestoredMailboxes, Source
from sandbox.world.sqlite.write import Writer


class SqliteStore(MemoryStore):
    """Implements `sandbox.mail.store.Store` over a file, which is locked until `close`.

    `first_uid_validity` is for a file that is made now. Raises `WorldError` where the file cannot be had.
    """

    __slots__ = ("_contents", "_file", "_path", "_pending", "_writer")

    def __init__(
        self, path: Path, now: Callable[[], int], *, first_uid_validity: int = 1, limits: Limits | None = None
    ) -> None:
        super().__init__(now, first_uid_validity=first_uid_validity, limits=limits)
        self._path = path
        self._file = open_file(path)
        self._contents = KeptContents(self._file)
        self._writer = Writer(self._file, self._contents)
        self._pending: list[Change] = []
        try:
            with self._file:
                self._file.execute("BEGIN")
                self._restore()
        except (sqlite3.Error, StoreError, ValueError, TypeError) as error:
            self._file.close()
            raise WorldError(Msg(DAMAGED, path=path, reason=error)) from error
        self.watch(self._note)

    @property
    def dirty(self) -> bool:
        """Whether something waits for `commit`."""
        return bool(self._pending)

    def commit(self) -> None:
        """Bring every change so far to the disk. Raises `WorldError`; then they wait for the next call."""
        if not self._pending:
            return
        try:
            with self._file:
                self._file.execute("BEGIN")
                for change in self._pending:
                    self._writer.write(change)
                self._write_counters()
        except sqlite3.Error as error:
            raise WorldError(Msg(UNWRITABLE, path=self._path, reason=error)) from error
        self._pending.clear()

    def close(self) -> None:
        """Commit and let go of the file. Raises `WorldError` where the last changes could not be written."""
        try:
            self.commit()
        finally:
            self._file.close()

    def _note(self, change: Change) -> None:
        if self._writer.keeps(change):
            self._pending.append(change)

    def _restore(self) -> None:
        base, source = self._base, Source(self._file, self._contents)
        counters = self._file.execute("SELECT message, thread, mailbox, uid_validity FROM counters").fetchone()
        if counters is None:
            self._file.execute("INSERT INTO counters VALUES ('M1', 'T1', 'F1', ?)", (base.next_uid_validity,))
            return
        *upcoming, base.next_uid_validity = counters
        for ids, text in zip((base.message_ids, base.thread_ids, base.mailbox_ids), upcoming, strict=True):
            _go_on(ids, text)
        for (user,) in self._file.execute("SELECT name FROM user ORDER BY number").fetchall():
            self._users[user] = RestoredMailboxes(base, user, source)

    def _write_counters(self) -> None:
        base = self._base
        upcoming = [ids.upcoming() for ids in (base.message_ids, base.thread_ids, base.mailbox_ids)]
        self._file.execute(
            "UPDATE counters SET message = ?, thread = ?, mailbox = ?, uid_validity = ?",
            (*upcoming, base.next_uid_validity),
        )


def _go_on(ids: Ids, upcoming: str) -> None:
    """Have the next id be this one: all before it have been used."""
    before = int(upcoming[1:]) - 1
    if before:
        ids.note(f"{upcoming[0]}{before}")
