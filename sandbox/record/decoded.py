"""What coded octets say: SASL messages and bodies in base64, encoded words, mailbox names in modified UTF-7."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from sandbox.core.registry import Owes
from sandbox.core.tracker import Kind, Unit
from sandbox.mail.words import decode_base64, decode_words

_LONGEST: Final = 4096
"""Octets of a token that are decoded; what is behind them is left out."""

_BASE64: Final = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
_MESSAGES: Final = {
    Kind.COMMAND: re.compile(rb"(?:\S+ )?AUTH(?:ENTICATE)? \S+ (\S+)\r\n", re.IGNORECASE),
    Kind.RESPONSE: re.compile(rb"(\S+)\r\n"),
    Kind.CONTINUATION: re.compile(rb"(?:334|\+) (\S+)\r\n"),
}
"""Where a line of an authentication exchange has its message (RFC 4954, RFC 5034, RFC 9051 section 6.2.2)."""


def decoded(unit: Unit) -> dict[int, str]:
    """What the coded tokens of a unit say, by where they start; nothing for those that say what they seem to."""
    found = {}
    for span in unit.spans:
        decode = _DECODERS.get(span.name)
        if decode is not None:
            octets = unit.raw[span.start : min(span.stop, span.start + _LONGEST)]
            text = decode(octets)
            if text and text.encode() != octets:
                found[span.start] = text
    return found | _authentication(unit)


def _authentication(unit: Unit) -> dict[int, str]:
    """The message of an authentication exchange as a whole: tokens of it end in the middle of a base64 group."""
    row, pattern = unit.exchange.command, _MESSAGES.get(unit.kind)
    if row is None or row.owes is not Owes.LINES or pattern is None:
        return {}
    match = pattern.match(unit.raw)
    if match is None:
        return {}
    text = _base64(match[1])
    first = next((span for span in unit.spans if span.start <= match.start(1) < span.stop), None)
    return {first.start: text} if text and first is not None else {}


def _base64(octets: bytes) -> str:
    """Text in base64; empty where that is not what it holds."""
    compact = b"".join(octets.split())
    if not _BASE64.fullmatch(compact):
        return ""
    try:
        return decode_base64(compact[: len(compact) // 4 * 4]).decode()
    except UnicodeDecodeError:
        return ""


def _words(octets: bytes) -> str:
    return decode_words(octets.strip(b'" \r\n')) if b"=?" in octets else ""


def _utf7(octets: bytes) -> str:
    from sandbox.imap.names import decode_utf7  # here: no other protocol has such names

    try:
        return decode_utf7(octets.strip(b'"'))
    except ValueError:
        return ""


_DECODERS: Final[dict[str, Callable[[bytes], str]]] = {
    "encoded-word": _words,
    "field-body": _words,
    "folded": _words,
    "mUTF-7": _utf7,
    "base64": _base64,
}
