"""Address lists of header fields (RFC 5322 section 3.4), also the obsolete and the broken ones.

One pass over the octets, without recursion; whatever they are, some list comes out.
"""

from __future__ import annotations

import re

import msgspec

__all__ = ["Address", "parse_addresses"]


class Address(msgspec.Struct, frozen=True, gc=False):
    """An address structure of ENVELOPE (RFC 9051 section 7.5.2), encoded words undecoded.

    An address has a `host`, empty if it was missing. A `mailbox` without a host opens the group of that name, and
    neither closes it.
    """

    name: bytes | None = None
    route: bytes | None = None
    mailbox: bytes | None = None
    host: bytes | None = None

    @property
    def addr_spec(self) -> str:
        """`local@host` as text; without the @ where the host is missing."""
        local, host = (self.mailbox or b"").decode("utf-8", "replace"), (self.host or b"").decode("utf-8", "replace")
        return f"{local}@{host}" if host else local


# white space; quoted-string and domain-literal, closed or not; a run of other octets; a special. Each takes in all it
# looked at.
_TOKEN = re.compile(
    rb"""(?P<space>[ \t\r\n]+)
    |(?P<quoted>"(?:[^"\\]|\\.)*"?)
    |(?P<literal>\[(?:[^\[\]\\]|\\.)*\]?)
    |(?P<atom>[^ \t\r\n"\[(<>@,;:.]+)
    |(?P<special>.)""",
    re.VERBOSE | re.DOTALL,
)
_COMMENT_PIECE = re.compile(rb"[^()\\]+|\\.?|[()]", re.DOTALL)
_QUOTED_PAIR = re.compile(rb"\\(.)", re.DOTALL)


def parse_addresses(value: bytes) -> tuple[Address, ...]:
    """Return the addresses of an unfolded field value, groups marked as `Address` says."""
    parser = _Parser()
    at = 0
    while at < len(value):
        if value[at] == 0x28:  # "("
            at = parser.comment(value, at)
            continue
        token = _TOKEN.match(value, at)
        assert token is not None  # its last alternative takes any octet
        parser.token(token.lastgroup or "", token[0])
        at = token.end()
    parser.end()
    return tuple(parser.found)


class _Parser:
    """Words seen since the last separator, and whether they stand in angle brackets or a group."""

    def __init__(self) -> None:
        self.found: list[Address] = []
        self._in_group = False
        self._clear()

    def _clear(self) -> None:
        self._words: list[bytes] = []
        self._spaced: list[bool] = []  # whether white space stood before the word
        self._phrase: bytes | None = None
        self._route: bytes | None = None
        self._comment: bytes | None = None
        self._angle = False
        self._space = False

    def comment(self, value: bytes, at: int) -> int:
        """Take in a comment, which may hold comments; return where it ends."""
        depth = 0
        pieces: list[bytes] = []
        for piece in _COMMENT_PIECE.finditer(value, at):
            depth += (piece[0] == b"(") - (piece[0] == b")")
            if depth == 0:
                self._comment = _plain(b"".join(pieces[1:]).strip())
                return piece.end()
            pieces.append(piece[0])
        return len(value)

    def token(self, kind: str, text: bytes) -> None:
        """Take in one token."""
        if kind == "space":
            self._space = True
        elif text == b"<" and not self._angle:
            self._phrase = self._as_phrase()
            self._words, self._spaced, self._angle = [], [], True
        elif text == b"," and self._is_route():
            self._word(text)
        elif text in (b",", b">"):
            if text == b"," or self._angle:
                self._address()
        elif text == b":":
            self._colon()
        elif text == b";":
            self._address()
            self._close()
        else:
            self._word(text)

    def end(self) -> None:
        """Close what is still open."""
        self._address()
        self._close()

    def _word(self, text: bytes) -> None:
        self._words.append(text)
        self._spaced.append(self._space)
        self._space = False

    def _is_route(self) -> bool:
        # obs-route = "@" domain *("," "@" domain) ":"   inside the angle brackets (RFC 5322 section 4.4)
        return self._angle and self._route is None and self._words[:1] == [b"@"]

    def _colon(self) -> None:
        if self._is_route():
            self._route = b"".join(self._words)
            self._words, self._spaced = [], []
        elif self._angle or self._in_group:
            self._word(b":")
        else:
            self.found.append(Address(mailbox=self._as_phrase() or b""))
            self._in_group = True
            self._clear()

    def _close(self) -> None:
        if self._in_group:
            self.found.append(Address())
        self._in_group = False

    def _address(self) -> None:
        if self._words or self._angle:
            local, at, host = self._addr_spec()
            name = self._phrase or self._comment
            if not self._angle and not at:  # a name and nothing else
                local = self._as_phrase() or b""
            self.found.append(Address(name or None, self._route, local, host))
        self._clear()

    def _addr_spec(self) -> tuple[bytes, bool, bytes]:
        if b"@" not in self._words:
            return b"".join(self._words), False, b""
        at = len(self._words) - 1 - self._words[::-1].index(b"@")
        return b"".join(self._words[:at]), True, b"".join(self._words[at + 1 :])

    def _as_phrase(self) -> bytes | None:
        pieces: list[bytes] = []
        for word, spaced in zip(self._words, self._spaced, strict=True):
            if spaced and pieces:
                pieces.append(b" ")
            pieces.append(_plain(word[1:].removesuffix(b'"')) if word.startswith(b'"') else word)
        return b"".join(pieces) or None


def _plain(text: bytes) -> bytes:
    return _QUOTED_PAIR.sub(rb"\1", text) if b"\\" in text else text
