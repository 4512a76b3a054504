"""The SQLite file: its tables, and opening it so that nobody else has it.

The tables hold the facts of the mailboxes as they are, not their history. A mailbox is known by its UIDVALIDITY, which
no other mailbox of the store ever has. Dates are nanoseconds since 1970 as decimal text, since the years that mail may
name go beyond 64 bits.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Final

from sandbox.core.message import Msg
from sandbox.i18n import N_
from sandbox.world.errors import WorldError

APPLICATION: Final = 0x4D424F58
"""What marks a file as ours (SQLite's application_id): MBOX in ASCII."""
VERSION: Final = 1
"""The number of the schema (SQLite's user_version)."""

_NOT_OURS: Final = N_("{path} is no mail store of this program: give --store another name")
_NEWER: Final = N_("{path} was written by a later version of this program")
_TAKEN: Final = N_("{path} is in use by another program, perhaps by another serve")
DAMAGED: Final = N_("{path} is damaged: {reason}")
UNWRITABLE: Final = N_("{path} cannot be written: {reason}")

_SCHEMA: Final = """
CREATE TABLE counters (
    message TEXT NOT NULL, thread TEXT NOT NULL, mailbox TEXT NOT NULL, uid_validity INTEGER NOT NULL
) STRICT;
CREATE TABLE user (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE subscription (user TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (user, name)) STRICT, WITHOUT ROWID;
CREATE TABLE mailbox (
    uid_validity INTEGER PRIMARY KEY, id TEXT NOT NULL, user TEXT NOT NULL, name TEXT NOT NULL,
    special_use TEXT NOT NULL, uid_next INTEGER NOT NULL DEFAULT 1, highest_modseq INTEGER NOT NULL DEFAULT 1,
    first_recent INTEGER NOT NULL DEFAULT 1, horizon INTEGER NOT NULL DEFAULT 0, UNIQUE (user, name)
) STRICT;
CREATE TABLE keyword (
    mailbox INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (mailbox, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE content (id TEXT PRIMARY KEY, size INTEGER NOT NULL, octets BLOB NOT NULL) STRICT;
CREATE TABLE message (
    mailbox INTEGER NOT NULL, uid INTEGER NOT NULL, content TEXT NOT NULL, thread TEXT NOT NULL, flags TEXT NOT NULL,
    internal_date TEXT NOT NULL, save_date TEXT NOT NULL, modseq INTEGER NOT NULL, internal_zone INTEGER NOT NULL,
    PRIMARY KEY (mailbox, uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_content ON message (content);
CREATE TABLE vanished (
    mailbox INTEGER NOT NULL, modseq INTEGER NOT NULL, uids TEXT NOT NULL, PRIMARY KEY (mailbox, modseq)
) STRICT, WITHOUT ROWID;
CREATE TABLE thread_key (
    number INTEGER PRIMARY KEY, user TEXT NOT NULL, key INTEGER NOT NULL, thread TEXT NOT NULL, UNIQUE (user, key)
) STRICT;
"""


def open_file(path: Path) -> sqlite3.Connection:
    """Open the file, made and filled with empty tables where there is none, and lock it until it is closed.

    Raises `WorldError` where that cannot be: the file is not ours, somebody has it, the disk refuses.
    """
    try:
        # mail is nobody else's business; SQLite gives its other files the same mode
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise WorldError(Msg(UNWRITABLE, path=path, reason=error.strerror or str(error))) from error
    file = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        _prepare(file, path)
    except sqlite3.Error as error:
        file.close()
        raise WorldError(_reason(path, error)) from error
    except WorldError:
        file.close()
        raise
    return file


def _prepare(file: sqlite3.Connection, path: Path) -> None:
    # with this lock there is no memory shared with other processes, and a crash leaves the file free
    file.execute("PRAGMA locking_mode = EXCLUSIVE")
    application, version = (file.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
    fresh = (application, version) == (0, 0) and file.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0
    if not fresh and application != APPLICATION:
        raise WorldError(Msg(_NOT_OURS, path=path))
    if not fresh and version != VERSION:
        raise WorldError(Msg(_NEWER, path=path))
    file.execute("PRAGMA journal_mode = WAL")
    file.execute("PRAGMA synchronous = FULL")
    file.execute("BEGIN EXCLUSIVE")
    if fresh:
        for statement in _SCHEMA.split(";"):
            file.execute(statement)
        file.execute(f"PRAGMA application_id = {APPLICATION}")
        file.execute(f"PRAGMA user_version = {VERSION}")
    file.execute("COMMIT")


def _reason(path: Path, error: sqlite3.Error) -> Msg:
    if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
        return Msg(_TAKEN, path=path)
    if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
        return Msg(_NOT_OURS, path=path)
    return Msg(DAMAGED if error.sqlite_errorcode == sqlite3.SQLITE_CORRUPT else UNWRITABLE, path=path, reason=error)
