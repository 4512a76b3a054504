"""Finding delimiter lines and the ends of headers in one pass over a message (RFC 2046 section 5.1.1)."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["MAX_BOUNDARY", "Delimiter", "Scanner"]

MAX_BOUNDARY = 998
"""Longest boundary that is looked for, in octets; the RFC allows 70."""

_DASHES = re.compile(rb"\n--([^\n]*)")
_EMPTY_LINE = re.compile(rb"\n\r?\n")


class Delimiter(NamedTuple):
    """A line that ends a part: `before` is where the part ends, `after` where the next one begins."""

    boundary: bytes
    closing: bool
    before: int
    after: int


class Scanner:
    """Walks through a message from delimiter to delimiter; which boundaries count at the moment, the caller says.

    delimiter := "--" boundary, alone on its line but for "--" at its end and white space. The line end before it is
    part of it.
    """

    __slots__ = ("_active", "_content", "_counted", "_dashes", "_empty", "_floor", "_held", "_lines", "_pending")

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._active: dict[bytes, int] = {}  # how many open multiparts have this boundary
        self._dashes = _DASHES.finditer(content)
        self._held: re.Match[bytes] | None = None  # a line taken too early
        self._pending: Delimiter | None = None  # a delimiter taken too early
        self._empty = (-1, -1)  # the empty line found last
        self._floor = 0  # where the body of the part opened last begins: no delimiter stands before
        self._counted = 0
        self._lines = 0

    def enter(self, boundary: bytes) -> bool:
        """Look for this boundary from here on, too; False if it cannot be one."""
        if not 0 < len(boundary) <= MAX_BOUNDARY:
            return False
        self._active[boundary] = self._active.get(boundary, 0) + 1
        return True

    def leave(self, boundary: bytes) -> None:
        """Look for it no more, unless another multipart around has the same."""
        self._active[boundary] -= 1
        if not self._active[boundary]:
            del self._active[boundary]

    def next(self) -> Delimiter | None:
        """Return the next delimiter line of an active boundary."""
        found, self._pending = self._pending, None
        return found or self._search(len(self._content))

    def header_end(self, start: int) -> int:
        """Return where the body of the part that begins at `start` begins.

        That is behind its first empty line; or where the part ends, if it has none before the next delimiter.
        """
        self._floor = start
        empty = self._empty_line(start)
        if self._pending is None:
            self._pending = self._search(empty)
        self._floor = min(empty, self._pending.before) if self._pending else empty
        return self._floor

    def lines_to(self, offset: int) -> int:
        """Return how many line ends there are before an offset, which is not lower than the one asked for before."""
        self._lines += self._content.count(b"\n", self._counted, offset)
        self._counted = offset
        return self._lines

    def _empty_line(self, start: int) -> int:
        content = self._content
        for empty in (b"\r\n", b"\n"):
            if content.startswith(empty, start):
                return start + len(empty)
        if start > self._empty[0]:  # the one found last lies behind
            found = _EMPTY_LINE.search(content, start)
            self._empty = found.span() if found else (len(content), len(content))
        return self._empty[1]

    def _search(self, stop: int) -> Delimiter | None:
        """Return the next delimiter line that begins before `stop`. Lines passed over are never looked at again."""
        while self._active:
            line, self._held = self._held or next(self._dashes, None), None
            if line is None:
                return None
            begin = line.start() + 1
            if begin >= stop:
                self._held = line
                return None
            if begin >= self._floor and line.end() - line.start(1) <= MAX_BOUNDARY + 2:
                found = self._delimiter(begin, line[1].rstrip(b" \t\r"), line.end() + 1)
                if found is not None:
                    return found
        return None

    def _delimiter(self, begin: int, text: bytes, after: int) -> Delimiter | None:
        closing = text not in self._active
        boundary = text[:-2] if closing and text.endswith(b"--") else text
        if boundary not in self._active:
            return None
        before = begin - 2 if self._content.startswith(b"\r\n", begin - 2) else begin - 1
        return Delimiter(boundary, closing, max(before, self._floor), min(after, len(self._content)))
