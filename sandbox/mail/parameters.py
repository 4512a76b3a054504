"""Structured MIME field values: a token and its parameters (RFC 2045 section 5.1, RFC 2183, RFC 2231)."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from sandbox.mail.words import decode_charset

__all__ = ["Parameters", "parse_media_type", "parse_value", "value_of"]

Parameters = tuple[tuple[bytes, bytes], ...]
"""Pairs of name, in lower case, and value. A value that came with a character set is UTF-8, and its name ends in `*`.
"""

MAX_PARAMETERS = 1000

# parameter := attribute "=" value   (RFC 2045 section 5.1); a quoted value may lack its closing quote.
_PARAMETER = re.compile(rb';\s*([^\s=;"()]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^\s;(]*))', re.DOTALL)
_MEDIA_TYPE = re.compile(rb'\s*([^\s/;()<>@,:\\"\[\]?=]+)\s*/\s*([^\s/;()<>@,:\\"\[\]?=]+)')
_TOKEN = re.compile(rb'\s*"?([^\s;()"]+)')
_QUOTED_PAIR = re.compile(rb"\\(.)", re.DOTALL)

# attribute [ "*" section ] [ "*" ]   (RFC 2231 section 7)
_EXTENDED = re.compile(rb"([^*]+)(?:\*([0-9]{1,4}))?(\*)?")


def parse_media_type(value: bytes | None) -> tuple[bytes, bytes, Parameters] | None:
    """Return type, subtype and parameters of a Content-Type; None where it is missing or has no `type/subtype`."""
    match = _MEDIA_TYPE.match(value) if value else None
    if value is None or match is None:
        return None
    return match[1].lower(), match[2].lower(), _parameters(value, match.end())


def parse_value(value: bytes | None) -> tuple[bytes, Parameters] | None:
    """Return the token and the parameters of a Content-Disposition or the like; None where there is no token."""
    match = _TOKEN.match(value) if value else None
    if value is None or match is None:
        return None
    return match[1], _parameters(value, match.end())


def value_of(parameters: Parameters, name: bytes) -> bytes | None:
    """Return the value of a parameter, written in either form."""
    found = dict(parameters)
    return found.get(name + b"*", found.get(name))


def _parameters(value: bytes, start: int) -> Parameters:
    plain: dict[bytes, bytes] = {}
    pieces: dict[bytes, dict[int, tuple[bytes, bool]]] = {}
    for number, match in enumerate(_PARAMETER.finditer(value, start)):
        if number == MAX_PARAMETERS:
            break
        name = match[1].lower()
        text = match[3] if match[2] is None else _QUOTED_PAIR.sub(rb"\1", match[2])
        extended = _EXTENDED.fullmatch(name) if b"*" in name else None
        if extended is None:
            plain.setdefault(name, text)
        else:
            section = int(extended[2] or 0)
            pieces.setdefault(extended[1], {}).setdefault(section, (text, extended[3] is not None))
    for name, sections in pieces.items():
        joined, charset = _joined(sections)
        plain.setdefault(name + b"*" if charset else name, joined)
    return tuple(plain.items())


def _joined(sections: dict[int, tuple[bytes, bool]]) -> tuple[bytes, bool]:
    """Put a parameter's sections together; say whether it came with a character set (RFC 2231 sections 3 and 4)."""
    octets: list[bytes] = []
    charset = None
    for number in range(len(sections)):
        if number not in sections:  # a hole ends the value
            break
        text, encoded = sections[number]
        if encoded and number == 0 and text.count(b"'") >= 2:
            charset, _, text = text.split(b"'", 2)
        octets.append(unquote_to_bytes(text) if encoded else text)
    joined = b"".join(octets)
    if charset is None:
        return joined, False
    return decode_charset(joined, charset.decode("ascii", "replace")).encode("utf-8", "replace"), True
