"""How mailbox names are spelled on the wire, and which names a LIST pattern fits."""

from __future__ import annotations

import binascii
import re
from functools import lru_cache

from sandbox.imap.format import astring

# RFC 3501 section 5.1.3: "&" shifts to BASE64 of UTF-16 with "," for "/", "-" shifts back; "&-" is "&".
_SHIFTED = re.compile(rb"&([A-Za-z0-9+,]*)-")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+|&")


def decode_utf7(octets: bytes) -> str:
    """A name in modified UTF-7. Raises ValueError where it is none, or not the one spelling that the name has."""
    pieces = _SHIFTED.split(octets)
    plain, shifted = pieces[::2], pieces[1::2]
    if any(b"&" in piece for piece in plain):
        raise ValueError(octets)
    name = "".join(
        piece.decode("ascii") + (_unshift(shifted[at]) if at < len(shifted) else "") for at, piece in enumerate(plain)
    )
    if encode_utf7(name) != octets:
        raise ValueError(octets)
    return name


def _unshift(text: bytes) -> str:
    if not text:
        return "&"
    try:
        padded = text.replace(b",", b"/") + b"=" * (-len(text) % 4)
        return binascii.a2b_base64(padded, strict_mode=True).decode("utf-16-be")
    except binascii.Error:
        raise ValueError(text) from None


@lru_cache(maxsize=4096)
def encode_utf7(name: str) -> bytes:
    """A name in modified UTF-7."""
    return _UNPRINTABLE.sub(_shift, name).encode("ascii")


def _shift(match: re.Match[str]) -> str:
    if match[0] == "&":
        return "&-"
    text = binascii.b2a_base64(match[0].encode("utf-16-be", "surrogatepass"), newline=False)
    return "&" + text.rstrip(b"=").replace(b"/", b",").decode("ascii") + "-"


def decode_name(octets: bytes, utf8: bool) -> str:
    """A mailbox's name: UTF-8 once that is enabled (RFC 9051 section 5.1, RFC 6855), else modified UTF-7.

    Raises ValueError.
    """
    return octets.decode() if utf8 else decode_utf7(octets)


def encode_name(name: str, utf8: bool) -> bytes:
    """A mailbox's name as an astring."""
    return astring(name.encode() if utf8 else encode_utf7(name), utf8)


class NamePattern:
    """A LIST pattern: `*` fits anything, `%` anything within one level (RFC 9051 section 6.3.9).

    All places of the pattern that a name may have come to are followed at once, as the bits of a number: time grows
    with the length of the name, whatever the pattern.
    """

    __slots__ = ("_any", "_end", "_level", "_places", "_separator", "_wild", "text")

    def __init__(self, text: str, separator: str) -> None:
        self.text = text
        self._separator = separator
        # several wildcards side by side are one; it crosses levels if one of them does
        parts = [
            ("*" if "*" in part else "%") if part[0] in "*%" else part for part in re.findall(r"[*%]+|[^*%]", text)
        ]
        self._places: dict[str, int] = {}
        self._any = self._level = 0
        for at, part in enumerate(parts):
            if part == "*":
                self._any |= 1 << at
            elif part == "%":
                self._level |= 1 << at
            else:
                self._places[part] = self._places.get(part, 0) | 1 << at
        self._wild = self._any | self._level
        self._end = 1 << len(parts)

    def fits(self, name: str) -> bool:
        """Whether the pattern fits the whole name."""
        if self.text == "*":
            return True
        at = 1 | (1 & self._wild) << 1
        for char in name:
            stays = self._any if char == self._separator else self._wild
            at = (at & self._places.get(char, 0)) << 1 | at & stays
            at |= (at & self._wild) << 1
            if not at:
                return False
        return bool(at & self._end)
