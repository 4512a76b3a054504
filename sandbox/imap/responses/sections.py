"""BODY[section]<origin> and BINARY[section]<origin> with what they hold (RFC 9051 sections 6.4.5 and 7.5.2)."""

from __future__ import annotations

from typing import Any, Final

from sandbox.core.grammar import SP, Cursor, Rule, seq, term, token
from sandbox.core.message import N_
from sandbox.imap.responses.contents import BODY, HEADER, MESSAGE
from sandbox.imap.responses.rules import Cases, Leading, Listed, case
from sandbox.imap.responses.strings import astring

_REF: Final = "9051#6.4.5"

# section-part = nz-number *("." nz-number)
PART: Final = term(
    "section-part",
    rb"[1-9][0-9]{0,9}(?:\.[1-9][0-9]{0,9})*",
    _REF,
    N_("which part: 2.1 is the first part of the second"),
)
_NAMES: Final = (SP, Listed(astring("header-fld-name", N_("the name of a header field"), _REF)))
# section-text = section-msgtext / "MIME"
_TEXT: Final = Cases(
    rb"[A-Za-z.]+",
    (
        case(b"HEADER", N_("HEADER: the header of the message, with the empty line"), _REF),
        case(b"HEADER.FIELDS", N_("HEADER.FIELDS: these fields of the header, and the empty line"), _REF, *_NAMES),
        case(b"HEADER.FIELDS.NOT", N_("HEADER.FIELDS.NOT: the header without these fields"), _REF, *_NAMES),
        case(b"TEXT", N_("TEXT: the body of the message, without its header"), _REF),
        case(b"MIME", N_("MIME: the header of the part"), _REF),
    ),
    term("section-text", rb"[A-Za-z.]+", _REF, N_("a section that is not known here")),
)
_BEGIN: Final = token(b"[", about=N_("a section begins"), ref=_REF)
_END: Final = token(b"]", about=N_("the section ends"), ref=_REF)
_DOT: Final = token(b".", about=N_("of that part"), ref=_REF)
_ORIGIN: Final = seq(
    token(b"<", about=N_("only a stretch of it"), ref=_REF),
    term("number", rb"[0-9]{1,10}", _REF, N_("at which octet the stretch begins"), convert=int),
    token(b">", about=N_("end of the stretch's place"), ref=_REF),
)
_STRETCH: Final = Leading({b"<": _ORIGIN})
_PART: Final = Leading({str(digit).encode(): PART for digit in range(1, 10)})
_CONTENTS: Final[dict[bytes, Rule]] = {b"TEXT": BODY, b"": MESSAGE}


class Section(Rule):
    """A section, the origin of a stretch, and the octets. Value: `(section, origin or None, octets or None)`.

    What the octets are hangs on the section: a header, a body, a whole message; a stretch from the middle is a body,
    as far as can be told. `binary`: the content of a part, decoded.
    """

    def __init__(self, *, binary: bool = False) -> None:
        self._binary = binary

    def match(self, cur: Cursor) -> tuple[bytes, int | None, bytes | None]:
        _BEGIN.match(cur)
        start = cur.pos
        part = _PART.match(cur)
        text = b""
        if not self._binary and cur.data[cur.pos : cur.pos + 1] != b"]":
            if part is not None:
                _DOT.match(cur)
            text = _TEXT.match(cur)[0]
        section = cur.data[start : cur.pos]
        _END.match(cur)
        origin: Any = _STRETCH.match(cur)
        SP.match(cur)
        return section, origin, self._content(part, text, origin).match(cur)

    def _content(self, part: bytes | None, text: bytes, origin: int | None) -> Rule:
        if origin or self._binary or (part is not None and not text):
            return BODY
        return _CONTENTS.get(text, HEADER)
