"""Text of messages made comparable: decoded, and without regard to case beyond ASCII."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sandbox.imap.cache import Cache
from sandbox.mail.addresses import parse_addresses
from sandbox.mail.dates import parse_date
from sandbox.mail.header import Header
from sandbox.mail.message import Message
from sandbox.mail.mime import Part
from sandbox.mail.parameters import value_of
from sandbox.mail.store import Stored
from sandbox.mail.transfer import decode_body
from sandbox.mail.words import decode_charset, decode_words

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SEPARATOR = "\n"


def fold(text: str) -> str:
    """The text in the form in which texts are compared."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def field_text(cache: Cache, stored: Stored, name: str) -> str:
    """All values of a header field, folded; empty only where there is no such field. `name` is in lower case."""

    def make(one: Stored) -> str:
        values = one.message.fields().get_all(name.encode("utf-8"))
        return "".join(_SEPARATOR + fold(decode_words(value)) for value in values)

    return cache.get(stored, "=" + name, make)


def address_text(cache: Cache, stored: Stored, name: str) -> str:
    """The same for a field of addresses: where comments may stand inside of one, also the addresses without them, as
    ENVELOPE has them."""

    def make(one: Stored) -> str:
        text = field_text(cache, one, name)
        if "(" not in text:
            return text
        values = one.message.fields().get_all(name.encode("utf-8"))
        return text + "".join(
            _SEPARATOR + fold(address.addr_spec) for value in values for address in parse_addresses(value)
        )

    return cache.get(stored, "@" + name, make)


def body_text(message: Message) -> str:
    """The body, parts decoded, folded: what BODY looks at."""
    return fold(_SEPARATOR.join(_pieces(message.content, message.structure(), whole=True)))


def whole_text(message: Message) -> str:
    """Header and body: what TEXT looks at."""
    content = message.content
    header = _header_text(content, Header(content, 0, message.body_start))
    return fold(header) + _SEPARATOR + body_text(message)


def _pieces(content: bytes, part: Part, *, whole: bool = False) -> Iterator[str]:
    pending = [(part, whole)]
    while pending:
        part, whole = pending.pop()
        if not whole:
            yield _header_text(content, Header(content, part.start, part.body_start))
        if part.parts:
            pending += [(inner, False) for inner in reversed(part.parts)]
        elif part.type == b"text":
            octets = content[part.body_start : part.stop]
            charset = (value_of(part.parameters, b"charset") or b"utf-8").decode("ascii", "replace")
            decoded = decode_body(octets, part.encoding)
            yield decode_charset(octets if decoded is None else decoded, charset)


def _header_text(content: bytes, header: Header) -> str:
    return _SEPARATOR.join(
        field.name.decode("ascii") + ": " + decode_words(content[field.value : field.stop].replace(b"\r\n", b""))
        for field in header.fields
    )


def sent_seconds(cache: Cache, stored: Stored) -> int | None:
    """When the Date field says that the message was sent, in seconds since 1970."""
    text = cache.get(stored, "sent", lambda one: _sent(one).partition(" ")[0])
    return int(text) if text else None


def sent_day(cache: Cache, stored: Stored) -> int | None:
    """The day of the Date field as it is written, whatever its zone, in days since 1970 (RFC 9051, SENTON)."""
    text = cache.get(stored, "sent day", lambda one: _sent(one).partition(" ")[2])
    return int(text) if text else None


def _sent(stored: Stored) -> str:
    value = stored.message.fields().get(b"date")
    moment = parse_date(value) if value is not None else None
    if moment is None:
        return ""
    # spans of time, not moments: a zone may lead out of the years that there are
    local = moment.replace(tzinfo=UTC) - _EPOCH
    seconds = local - (moment.utcoffset() or timedelta())
    return f"{int(seconds.total_seconds())} {local.days}"
