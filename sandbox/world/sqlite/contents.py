"""Messages whose octets stay in the file until somebody reads them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from weakref import WeakValueDictionary

from sandbox.mail.message import Message

_RECENTLY_READ: Final = 16
"""Messages whose octets are remembered: who reads a header often reads the body next."""


class KeptMessage(Message):
    """A message in the file. Its octets are read when they are wanted."""

    __slots__ = ("__weakref__", "_contents", "_message_id", "_size")

    def __init__(self, contents: KeptContents, message_id: str, size: int) -> None:
        super().__init__(b"")
        self._contents: KeptContents | None = contents
        self._message_id = message_id
        self._size = size

    @property
    def content(self) -> bytes:
        """All octets."""
        return self._content if self._contents is None else self._contents.octets(self._message_id)

    @property
    def size(self) -> int:
        """How many octets there are."""
        return self._size

    def take_out(self) -> None:
        """Hold the octets from now on: they are about to leave the file."""
        self._content, self._contents = self.content, None


class KeptContents:
    """The messages of a file that are not in memory."""

    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file
        self._held: WeakValueDictionary[str, KeptMessage] = WeakValueDictionary()
        self.octets = lru_cache(maxsize=_RECENTLY_READ)(self._read)
        """The octets of a message by its id."""

    def message(self, message_id: str, size: int) -> KeptMessage:
        """The message of this id and size."""
        message = self._held[message_id] = KeptMessage(self, message_id, size)
        return message

    def remove(self, message_ids: Iterable[str]) -> None:
        """Take those of these messages out of the file that are in no mailbox any more.

        Somebody may still be reading one: a message is there as long as one holds it.
        """
        for message_id in message_ids:
            if self._file.execute("SELECT 1 FROM message WHERE content = ? LIMIT 1", (message_id,)).fetchone():
                continue
            held = self._held.get(message_id)
            if held is not None:
                held.take_out()
            self._file.execute("DELETE FROM content WHERE id = ?", (message_id,))

    def _read(self, message_id: str) -> bytes:
        octets: bytes = self._file.execute("SELECT octets FROM content WHERE id = ?", (message_id,)).fetchone()[0]
        return octets
