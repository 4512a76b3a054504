"""PREVIEW (RFC 8970): the beginning of a message's text, ready to be shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from sandbox.core.grammar import SP, opt, seq, token
from sandbox.core.message import N_
from sandbox.imap import format as wire
from sandbox.imap.capabilities import capability
from sandbox.imap.grammar import CLOSE, OPEN
from sandbox.imap.items import FETCH_ITEMS, Fetching, Maker
from sandbox.mail.message import Message
from sandbox.mail.mime import Part
from sandbox.mail.parameters import value_of
from sandbox.mail.store import Stored
from sandbox.mail.transfer import decode_body
from sandbox.mail.words import decode_charset

capability(b"PREVIEW", "8970", about=N_("the server gives the beginning of a message's text"))

LENGTH: Final = 200
"""Characters of a preview (RFC 8970 section 3.3)."""
LOOKED_AT: Final = 16_384
"""Octets of a part that are looked at."""

_MARKUP: Final = re.compile(r"(?is)<(style|script|head)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>|&\w+;|&#\d+;")
_SPACE: Final = re.compile(r"\s+")


def preview(message: Message) -> str:
    """The first characters of the first text part, plain text before HTML; empty where there is none."""
    parts = list(_texts(message.structure()))
    part = next((one for one in parts if one.subtype == b"plain"), parts[0] if parts else None)
    if part is None:
        return ""
    octets = message.content[part.body_start : min(part.stop, part.body_start + LOOKED_AT)]
    decoded = decode_body(octets, part.encoding)
    charset = (value_of(part.parameters, b"charset") or b"utf-8").decode("ascii", "replace")
    text = decode_charset(octets if decoded is None else decoded, charset)
    if part.subtype == b"html":
        text = _MARKUP.sub(" ", text)
    shown = "".join(char for char in _SPACE.sub(" ", text).strip()[:LENGTH] if char.isprintable())
    return shown.strip()


def _texts(whole: Part) -> Iterator[Part]:
    pending = [whole]
    while pending:
        part = pending.pop()
        if part.is_multipart:
            pending += reversed(part.parts)
        elif part.type == b"text" and (part.disposition is None or part.disposition[0].lower() != b"attachment"):
            yield part


def _item(job: Fetching, _lazy: Any) -> Maker:
    get = job.session.cache.get

    def make(stored: Stored) -> bytes:
        text = get(stored, "preview", lambda one: preview(one.message))
        return b"PREVIEW " + wire.string(text.encode(), job.utf8)

    return make


FETCH_ITEMS.add(
    b"PREVIEW",
    _item,
    about=N_("the beginning of the message's text"),
    ref="8970#3",
    args=opt(
        seq(
            SP,
            OPEN,
            token(b"LAZY", about=N_("only if it is at hand"), ref="8970#4.1", value=True),
            CLOSE,
        )
    ),
    capability=b"PREVIEW",
)
