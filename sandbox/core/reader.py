"""The generator reader: how every endpoint and the observer cut a stream into lines, counted octets and blocks.

Each method is a generator that yields `NEED` while octets are missing and returns what it read. Feed octets with
`feed`, then resume the generator. Where a chunk ends never matters.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Final


class Need:
    """What a reader yields: more octets, please."""

    def __repr__(self) -> str:
        return "NEED"


NEED: Final = Need()

EDGE: Final = 64
"""Octets of either end of a line that is too long that `TooLong` tells."""

Reading = Generator[object, object, bytes]
"""A reader's method at work: yields `NEED`, returns octets."""


class TooLong(Exception):
    """A line or block over its limit. It was read to its end and dropped; `octets` tells how much, `head` and `tail`
    are the first and the last few of a line. Internal to `core` and to the servers' readers."""

    def __init__(self, octets: int, head: bytes = b"", tail: bytes = b"") -> None:
        super().__init__(octets)
        self.octets, self.head, self.tail = octets, head, tail


class Reader:
    """A buffer of one direction's octets. `offset` is the stream position of the first octet not yet read."""

    __slots__ = ("_buffer", "_start", "offset")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._start = 0
        self.offset = 0

    def __len__(self) -> int:
        return len(self._buffer) - self._start

    def feed(self, data: bytes) -> None:
        """Add octets that arrived."""
        self._buffer += data

    def peek(self) -> bytes:
        """All that is buffered, left where it is."""
        return bytes(self._buffer[self._start :])

    def drop(self) -> bytes:
        """Throw away what is buffered and return it."""
        return self._take(len(self))

    def line(self, limit: int) -> Reading:
        """One line with its end (LF, whatever stands before it), at most `limit` octets long, else `TooLong`."""
        seen = 0
        while (end := self._buffer.find(b"\n", self._start + seen)) < 0:
            seen = len(self)
            if seen > limit:
                yield from self._skip_line()
            yield NEED
        size = end + 1 - self._start
        if size > limit:
            line = self._take(size)
            raise TooLong(size, line[:EDGE], line[-EDGE:])
        return self._take(size)

    def exactly(self, count: int) -> Reading:
        """`count` octets."""
        while len(self) < count:
            yield NEED
        return self._take(count)

    def skip(self, count: int) -> Generator[object, object, None]:
        """Read `count` octets and drop them as they come, so that they need no memory."""
        while count > len(self):
            count -= len(self)
            self.drop()
            yield NEED
        self._take(count)

    def block(self, limit: int) -> Reading:
        """A block up to and with its last line `.` CRLF, still dot-stuffed (RFC 5321 section 4.5.2, RFC 1939 section
        3).

        Only CRLF `.` CRLF ends it: neither a bare LF nor a bare CR counts, whatever the profile. The reader stands at
        the beginning of a line, so `.` CRLF right here ends an empty block.
        """
        seen = 0
        dropped = 0
        while True:
            if dropped == 0 and seen < 3 and self._buffer.startswith(b".\r\n", self._start):
                return self._take(3)
            end = self._buffer.find(b"\r\n.\r\n", self._start + max(0, seen - 4))
            if end >= 0:
                size = end + 5 - self._start
                if dropped or size > limit:
                    self._take(size)
                    raise TooLong(dropped + size)
                return self._take(size)
            seen = len(self)
            if seen > limit or dropped:
                keep = min(4, seen)
                dropped += seen - keep
                self._take(seen - keep)
                seen = keep
            yield NEED

    def _skip_line(self) -> Generator[object, object, None]:
        dropped, head, tail = 0, b"", b""
        while True:
            end = self._buffer.find(b"\n", self._start)
            piece = self.drop() if end < 0 else self._take(end + 1 - self._start)
            dropped += len(piece)
            head, tail = (head + piece[:EDGE])[:EDGE], (tail + piece[-EDGE:])[-EDGE:]
            if end >= 0:
                raise TooLong(dropped, head, tail)
            yield NEED

    def _take(self, count: int) -> bytes:
        stop = self._start + count
        data = bytes(self._buffer[self._start : stop])
        self.offset += count
        if stop == len(self._buffer):
            self._buffer.clear()
            self._start = 0
        else:
            self._start = stop
            if stop > 65_536 and stop * 2 > len(self._buffer):
                del self._buffer[:stop]
                self._start = 0
        return data
