"""Encoded words (RFC 2047) and character sets, decoded whatever comes."""

from __future__ import annotations

import binascii
import codecs
import re
from functools import lru_cache

__all__ = ["decode_charset", "decode_words", "known_charset"]

MAX_DECODED = 65_536
"""So many octets of a header value are searched for encoded words; what follows is shown undecoded."""

# encoded-word = "=?" charset ["*" language] "?" encoding "?" encoded-text "?="   (RFC 2047 section 2, RFC 2231 section
# 5)
_WORD = re.compile(rb"=\?([!-)+->@-~]{1,64})(?:\*[!->@-~]*)?\?([BbQq])\?([!->@-~ ]*)\?=")

# Python's codecs for other purposes than mail: slow (idna, punycode), or escapes of the language.
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"})


@lru_cache(maxsize=128)
def known_charset(name: str) -> bool:
    """Tell whether text in this character set can be decoded."""
    try:
        found = codecs.lookup(name)
        b"a".decode(name, "replace")  # a codec that does not make text of octets raises here
    except (LookupError, ValueError):
        return False
    return found.name.replace("_", "-") not in _NO_CHARSETS


def decode_charset(octets: bytes | bytearray, charset: str) -> str:
    """Return octets as text, U+FFFD for what cannot be decoded; an unknown character set is read as UTF-8."""
    return octets.decode(charset if known_charset(charset) else "utf-8", "replace")


def decode_words(value: bytes) -> str:
    """Return an unfolded header value for people.

    White space between two encoded words is not part of the text (RFC 2047 section 6.2), and what they hold is decoded
    together if they share a character set, so that a character cut in two is mended. Octets outside ASCII are read as
    UTF-8 (RFC 6532).
    """
    text: list[str] = []
    pending, charset = bytearray(), ""
    end = 0
    for match in _WORD.finditer(value, 0, MAX_DECODED):
        between = value[end : match.start()]
        name = match[1].decode("ascii").lower()
        adjacent = end > 0 and not between.strip(b" \t")
        if not adjacent or name != charset:
            text.append(decode_charset(pending, charset))
            text.append("" if adjacent else between.decode("utf-8", "replace"))
            pending, charset = bytearray(), name
        pending += _octets(match[2], match[3])
        end = match.end()
    text.append(decode_charset(pending, charset))
    text.append(value[end:].decode("utf-8", "replace"))
    return "".join(text)


def _octets(encoding: bytes, encoded: bytes) -> bytes:
    if encoding in b"Qq":
        return binascii.a2b_qp(encoded, header=True)
    return decode_base64(encoded)


_NOT_BASE64 = bytes(sorted(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")))


def decode_base64(encoded: bytes) -> bytes:
    """Return what base64 (RFC 2045 section 6.8) stands for: foreign octets are passed over, padding is made up."""
    clean = encoded.translate(None, _NOT_BASE64).partition(b"=")[0]
    if len(clean) % 4 == 1:  # six bits make no octet
        clean = clean[:-1]
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))
