"""A message: immutable octets, and where its header ends."""

from __future__ import annotations

import re

from sandbox.mail.envelope import Envelope, envelope
from sandbox.mail.header import Header
from sandbox.mail.mime import Part, structure

__all__ = ["Message", "body_offset"]

_EMPTY_LINE = re.compile(rb"\n\r?\n")


def body_offset(content: bytes, start: int = 0, stop: int | None = None) -> int:
    """Return where the body begins in `content[start:stop]`: behind the first empty line, or at the end if there is
    none.

    Lines end in CRLF (RFC 5322 section 2.1); a bare LF is taken for one too, since senders get this wrong.
    """
    stop = len(content) if stop is None else stop
    for empty in (b"\r\n", b"\n"):
        if content.startswith(empty, start, stop):
            return start + len(empty)
    found = _EMPTY_LINE.search(content, start, stop)
    return found.end() if found else stop


class Message:
    """The octets of one message (RFC 5322), any octets: nothing here raises on what they are.

    Only the place where the body begins is remembered. `fields`, `envelope` and `structure` parse each time they are
    called (some 10 to 50 microseconds for usual mail), so that mailboxes stay small: who needs a result again keeps it.

    A store that does not hold its messages in memory subclasses this and overrides `content` and `size`.
    """

    __slots__ = ("_body_start", "_content")

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._body_start = -1

    @property
    def content(self) -> bytes:
        """All octets."""
        return self._content

    @property
    def size(self) -> int:
        """How many octets there are."""
        return len(self._content)

    @property
    def body_start(self) -> int:
        """Where the body begins; the header, its empty line included, is what stands before."""
        if self._body_start < 0:
            self._body_start = body_offset(self.content)
        return self._body_start

    @property
    def header(self) -> bytes:
        """The header with the empty line behind it, where there is one (RFC 9051 section 6.4.5, HEADER)."""
        return self.content[: self.body_start]

    @property
    def body(self) -> bytes:
        """What follows the empty line (RFC 9051 section 6.4.5, TEXT)."""
        return self.content[self.body_start :]

    def fields(self) -> Header:
        """Parse the header."""
        return Header(self.content, 0, self.body_start)

    def envelope(self) -> Envelope:
        """Parse what ENVELOPE tells (RFC 9051 section 7.5.2)."""
        return envelope(self.fields())

    def structure(self) -> Part:
        """Parse the MIME structure."""
        return structure(self.content)
