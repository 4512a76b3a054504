"""Values as IMAP writes them: strings, numbers, sets, flags, dates (RFC 9051 section 4 and 9)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

from sandbox.core.replies import Outcome, Reply
from sandbox.imap.grammar import ASTRING_CHAR, month_name

_PLAIN = re.compile(ASTRING_CHAR + rb"+")
_QUOTABLE = re.compile(rb"[\x01-\x09\x0b\x0c\x0e-\x7f]*")
_NEEDS_ESCAPE = re.compile(rb'["\\]')

SECOND = 1_000_000_000


def quote(octets: bytes) -> bytes:
    """A quoted string of octets that can stand in one."""
    return b'"' + _NEEDS_ESCAPE.sub(rb"\\\g<0>", octets) + b'"'


def literal(octets: bytes) -> bytes:
    """A literal, as servers send it. It may not hold NUL (RFC 9051 section 9, note 3): 0x80 stands for it."""
    return b"{%d}\r\n" % len(octets) + octets.replace(b"\0", b"\x80")


def literal8(octets: bytes) -> bytes:
    """A literal that may hold any octets (RFC 3516)."""
    return b"~{%d}\r\n" % len(octets) + octets


def string(octets: bytes, utf8: bool = False) -> bytes:
    """A string: quoted where that is possible, else a literal. With `utf8`, quoted strings may hold UTF-8."""
    if len(octets) <= 4096:
        if _QUOTABLE.fullmatch(octets):
            return quote(octets)
        if utf8 and not _CONTROL.search(octets) and _is_utf8(octets):
            return quote(octets)
    return literal(octets)


_CONTROL = re.compile(rb"[\x00\r\n]")


def _is_utf8(octets: bytes) -> bool:
    try:
        octets.decode()
    except UnicodeDecodeError:
        return False
    return True


def nstring(octets: bytes | None, utf8: bool = False) -> bytes:
    """A string, or NIL for None."""
    return b"NIL" if octets is None else string(octets, utf8)


def astring(octets: bytes, utf8: bool = False) -> bytes:
    """An astring, without quotes where it needs none."""
    return octets if _PLAIN.fullmatch(octets) and octets.upper() != b"NIL" else string(octets, utf8)


@lru_cache(maxsize=4096)
def flags(names: tuple[str, ...]) -> bytes:
    """A flag list."""
    return ("(" + " ".join(names) + ")").encode("ascii")


@lru_cache(maxsize=4096)
def _date_time(seconds: int, zone: int) -> bytes:
    moment = datetime.fromtimestamp(seconds + 60 * zone, UTC)
    return b'"%2d-%s-%04d %02d:%02d:%02d %c%02d%02d"' % (
        moment.day,
        month_name(moment.month),
        moment.year,
        moment.hour,
        moment.minute,
        moment.second,
        b"-" if zone < 0 else b"+",
        *divmod(abs(zone), 60),
    )


def date_time(nanoseconds: int, zone: int = 0) -> bytes:
    """A date-time in a zone, so many minutes east of UTC."""
    return _date_time(nanoseconds // SECOND, zone)


def numbers(values: Iterable[int]) -> bytes:
    """A sequence set of ascending numbers, as short as it can be."""
    parts: list[bytes] = []
    first = last = -1
    for value in values:
        if value == last + 1:
            last = value
            continue
        if first >= 0:
            parts.append(b"%d" % first if first == last else b"%d:%d" % (first, last))
        first = last = value
    if first >= 0:
        parts.append(b"%d" % first if first == last else b"%d:%d" % (first, last))
    return b",".join(parts)


def ranges(spans: Iterable[range]) -> bytes:
    """A sequence set of ranges."""
    return b",".join(b"%d" % r.start if len(r) == 1 else b"%d:%d" % (r.start, r.stop - 1) for r in spans)


_STATUS = {Outcome.OK: b"OK", Outcome.NO: b"NO", Outcome.BAD: b"BAD", Outcome.BYE: b"BYE"}


def condition(reply: Reply, tag: bytes = b"*", /, **params: object) -> bytes:
    """A status response: tag, status, response code, words."""
    return tag + b" " + _STATUS[reply.outcome] + b" " + resp_text(reply, params) + b"\r\n"


def resp_text(reply: Reply, params: dict[str, object]) -> bytes:
    """resp-text: the response code, if any, and the words."""
    text = one_line(reply.text.format(**params) if params else reply.text)
    if not reply.code:
        return text
    code = reply.code
    if b"{" in code:
        code = code.decode("ascii").format(**params).encode("utf-8")
    return b"[" + code + b"] " + text


def one_line(text: str) -> bytes:
    """Words for a response: printable, in ASCII (RFC 9051 section 9: other text may be sent in IMAP4rev2 only)."""
    if not text.isprintable() or not text.isascii():
        text = "".join(char if char.isprintable() and char.isascii() else "?" for char in text)
    return text.encode("ascii")
