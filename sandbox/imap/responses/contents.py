"""Messages and pieces of them, as values of FETCH."""

from __future__ import annotations

import re
from typing import Final

from sandbox.core.grammar import Cursor, Rule, Span
from sandbox.core.message import N_
from sandbox.core.refs import Ref
from sandbox.imap import grammar as g
from sandbox.imap.responses.rules import Leading
from sandbox.mail.labels import label_message

_ABOUT: Final = N_("a message, or a piece of one, as it is stored")
_REF: Final = "9051#7.5.2"


class Content(Rule):
    """A literal with a piece of a message in it. `what` it is, a "message", a "header" or a "body", decides the labels.

    Value: the octets.
    """

    def __init__(self, what: str, *, binary: bool = False) -> None:
        self._what = what
        self._literal = g.Literal(what, _ABOUT, _REF, binary=binary)

    def match(self, cur: Cursor) -> bytes:
        octets = self._literal.match(cur)
        if cur.spans is not None and octets:
            cur.spans[-1:] = inside(self._what, cur.data, cur.pos - len(octets), cur.pos)
        return octets


def inside(what: str, data: bytes, start: int, stop: int) -> list[Span]:
    """The labels of `data[start:stop]`, which is a "message", a "header" or a "body"."""
    if what != "body":
        return label_message(data, start, stop, stuffed=False)
    if _is_base64(data, start, stop):
        about = N_("the content of a part, in base64")
        return [Span(start, stop, "base64", Ref("2045#6.8"), about, free=True)]
    return [Span(start, stop, "body", Ref("5322#2.3"), N_("the body of the message, or of a part of it"), free=True)]


def content(what: str) -> Rule:
    """nstring (or literal8) with a message, a header or a body. Value: octets or None."""
    return Leading(
        {
            b'"': g.quoted(what, _ABOUT, _REF, free=True),
            b"{": Content(what),
            b"~": Content(what, binary=True),
        },
        g.NIL,
    )


MESSAGE: Final = content("message")
HEADER: Final = content("header")
BODY: Final = content("body")

# Lines of 60 to 76 characters, all but the last of the same kind: few texts look like that (RFC 2045 section 6.8).
_LINES: Final = re.compile(rb"(?:[A-Za-z0-9+/]{60,76}\r\n)*[A-Za-z0-9+/]{2,76}={0,2}(?:\r\n)*")
_SHORTEST: Final = 16


def _is_base64(data: bytes, start: int, stop: int) -> bool:
    """Whether a body can be told to be base64 from its octets alone."""
    found = _LINES.fullmatch(data, start, stop)
    if found is None or stop - start < _SHORTEST:
        return False
    text = found[0].replace(b"\r\n", b"")
    return len(text) % 4 == 0 and (text.endswith(b"=") or b"\r\n" in found[0].rstrip())
