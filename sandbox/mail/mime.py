"""The MIME structure of a message (RFC 2045, RFC 2046), as a tree of offsets into its octets.

One pass, without recursion: time is linear in the size of the message, however deep and crooked it is.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from sandbox.mail.header import Header
from sandbox.mail.parameters import Parameters, parse_media_type, parse_value, value_of
from sandbox.mail.scanner import Scanner
from sandbox.mail.transfer import IDENTITIES

__all__ = ["MAX_DEPTH", "MAX_PARTS", "Disposition", "Part", "structure"]

MAX_DEPTH = 100
"""Deeper parts are not looked into."""

MAX_PARTS = 10_000
"""The last of so many parts takes all that follows."""

Disposition = tuple[bytes, Parameters]
MediaType = tuple[bytes, bytes, Parameters]

TEXT_PLAIN: MediaType = (b"text", b"plain", ((b"charset", b"us-ascii"),))
"""What a part without a (legible) Content-Type is (RFC 2045 section 5.2)."""

MESSAGE: MediaType = (b"message", b"rfc822", ())
"""What it is inside multipart/digest (RFC 2046 section 5.1.5)."""

_MESSAGES = (MESSAGE[:2], (b"message", b"global"))  # RFC 6532 section 3.7

OPAQUE: MediaType = (b"application", b"octet-stream", ())
"""What stands for a part that claims to have parts, but is not looked into (RFC 2049 section 2)."""


class Part(msgspec.Struct, frozen=True):
    """A part, or the message as a whole, in `content`: header in [start:body_start], body in [body_start:stop].

    The header includes the empty line behind it; the body excludes the line end before a boundary, which belongs to
    that. Names of types and encodings are in lower case. `parts` are those of a multipart; for message/rfc822 and
    message/global, the one message within. `lines` counts the line ends of the body.
    """

    start: int
    body_start: int
    stop: int
    type: bytes
    subtype: bytes
    parameters: Parameters
    lines: int
    encoding: bytes = b"7bit"
    content_id: bytes | None = None
    description: bytes | None = None
    md5: bytes | None = None
    disposition: Disposition | None = None
    language: tuple[bytes, ...] = ()
    location: bytes | None = None
    parts: tuple[Part, ...] = ()

    @property
    def size(self) -> int:
        """Octets of the body, as transferred."""
        return self.stop - self.body_start

    @property
    def is_multipart(self) -> bool:
        """Whether `parts` are those of a multipart."""
        return self.type == b"multipart"

    @property
    def is_message(self) -> bool:
        """Whether `parts` is the one message within."""
        return self.type == b"message" and bool(self.parts)

    def find(self, numbers: Sequence[int]) -> Part | None:
        """Return the part of a whole message that a section-part such as 4.2.1 names (RFC 9051 section 6.4.5)."""
        part = self
        for place, number in enumerate(numbers):
            if place and part.is_message:
                part = part.parts[0]
            elif place and not part.is_multipart:
                return None
            if part.is_multipart:
                if not 1 <= number <= len(part.parts):
                    return None
                part = part.parts[number - 1]
            elif number != 1:  # a message that is no multipart has its body as part 1
                return None
        return part


def structure(content: bytes) -> Part:
    """Return the structure of a message. Any octets have one.

    A multipart that has no boundary or no part, a message within that is encoded, and either of them where it lies too
    deep: these appear as application/octet-stream.
    """
    return _Walk(content).whole()


class _Open:
    """A part whose end has not come yet."""

    __slots__ = ("body_start", "boundary", "header", "lines", "media", "parts", "start")

    def __init__(self, start: int, body_start: int, header: Header, media: MediaType, lines: int) -> None:
        self.start = start
        self.body_start = body_start
        self.header = header
        self.media = media
        self.lines = lines  # line ends before the body
        self.boundary: bytes | None = None
        self.parts: list[Part] = []


class _Walk:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._scan = Scanner(content)
        self._stack: list[_Open] = []
        self._count = 0

    def whole(self) -> Part:
        """Open the message, then follow the delimiters; each one ends a part, and most begin another."""
        self._open(0)
        while self._count < MAX_PARTS:
            delimiter = self._scan.next()
            if delimiter is None:
                break
            while self._stack[-1].boundary != delimiter.boundary:
                self._close(delimiter.before)
            if delimiter.closing:
                self._scan.leave(delimiter.boundary)
                self._stack[-1].boundary = None  # what follows is its epilogue
            else:
                self._open(delimiter.after)
        while len(self._stack) > 1:
            self._close(len(self._content))
        return self._finished(self._stack.pop(), len(self._content))

    def _open(self, start: int) -> None:
        """Open a part and, while it turns out to be a message, the message within."""
        while True:
            stop = self._scan.header_end(start)
            header = Header(self._content, start, stop)
            media = parse_media_type(header.get(b"content-type")) or self._default()
            part = _Open(start, stop, header, media, self._scan.lines_to(stop))
            self._stack.append(part)
            self._count += 1
            if len(self._stack) > MAX_DEPTH or self._count >= MAX_PARTS:
                return
            if media[0] == b"multipart":
                boundary = (value_of(media[2], b"boundary") or b"").rstrip(b" \t")
                if self._scan.enter(boundary):
                    part.boundary = boundary
                return
            if media[:2] not in _MESSAGES or _encoding(header) not in IDENTITIES:
                return
            start = stop

    def _default(self) -> MediaType:
        above = self._stack[-1].media[:2] if self._stack else None
        return MESSAGE if above == (b"multipart", b"digest") else TEXT_PLAIN

    def _close(self, stop: int) -> None:
        part = self._stack.pop()
        if part.boundary is not None:
            self._scan.leave(part.boundary)
        self._stack[-1].parts.append(self._finished(part, stop))

    def _finished(self, part: _Open, stop: int) -> Part:
        hollow = not part.parts and (part.media[0] == b"multipart" or part.media[:2] in _MESSAGES)
        kind, subtype, parameters = OPAQUE if hollow else part.media
        header = part.header
        language = header.get(b"content-language")
        return Part(
            part.start,
            part.body_start,
            stop,
            kind,
            subtype,
            parameters,
            self._scan.lines_to(stop) - part.lines,
            _encoding(header),
            header.get(b"content-id"),
            header.get(b"content-description"),
            header.get(b"content-md5"),
            parse_value(header.get(b"content-disposition")),
            tuple(tag for tag in (piece.strip() for piece in language.split(b",")) if tag) if language else (),
            header.get(b"content-location"),
            tuple(part.parts),
        )


def _encoding(header: Header) -> bytes:
    found = parse_value(header.get(b"content-transfer-encoding"))
    return found[0].lower() if found else b"7bit"
