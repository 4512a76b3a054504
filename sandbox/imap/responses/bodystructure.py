"""BODYSTRUCTURE and BODY: the MIME tree of a message, without its contents (RFC 9051 section 7.5.2)."""

from __future__ import annotations

from typing import Final

from sandbox.core.grammar import SP, Cursor, Rule, role, seq
from sandbox.core.message import N_
from sandbox.imap import grammar as g
from sandbox.imap.responses.envelope import ENVELOPE
from sandbox.imap.responses.rules import Leading, Listed, Tail
from sandbox.imap.responses.strings import ANYTHING, nstring, string

_REF: Final = "9051#7.5.2"


def _parameters(name: str, value: str, ref: str) -> Rule:
    """body-fld-param = "(" string SP string *(SP string SP string) ")" / nil. Value: a list of pairs, or None."""
    pair = seq(string("parameter", name, ref), SP, string("value", value, ref))
    return Leading({b"(": Listed(pair)}, nstring("body-fld-param", name, ref))


_MEDIA_TYPE: Final = string("media-type", N_("what kind of data this part is"), "2046#3")
_SUBTYPE: Final = string("media-subtype", N_("the format within the kind of data"), "2045#5")
_MULTIPART: Final = string("media-subtype", N_("how the parts before belong together"), "2046#5.1")
_TYPE_PARAMETERS: Final = _parameters(
    N_("a parameter of the content type: its name"), N_("a parameter of the content type: its value"), "2045#5"
)
_DISPOSITION: Final = Leading(
    {
        b"(": seq(
            g.OPEN,
            string("dsp-type", N_("how to present it: inline, or as an attachment"), "2183#2"),
            SP,
            _parameters(
                N_("a parameter of the disposition: its name"),
                N_("a parameter of the disposition: its value"),
                "2183#2",
            ),
            g.CLOSE,
        )
    },
    nstring("body-fld-dsp", N_("how to present it: nothing is said"), "2183#2"),
)
_LANGUAGE: Final = Leading(
    {b"(": Listed(string("language", N_("a language that the part is in"), _REF))},
    nstring("body-fld-lang", N_("the language that the part is in"), _REF),
)
_LOCATION: Final = nstring("body-fld-loc", N_("the URI of the part's content"), _REF)
_FIELDS: Final = seq(
    SP,
    _TYPE_PARAMETERS,
    SP,
    nstring("body-fld-id", N_("the part's Content-ID"), "2045#7"),
    SP,
    nstring("body-fld-desc", N_("the part's description"), "2045#8"),
    SP,
    nstring("body-fld-enc", N_("how the part was encoded for the way"), "2045#6"),
    SP,
    role(g.NUMBER, N_("the size of the part in octets, encoded as it is"), _REF),
)
_LINES: Final = seq(SP, role(g.NUMBER64, N_("the size of the part in lines, encoded as it is"), _REF))
_REST: Final = role(ANYTHING, N_("a field of the future: pass over it"), _REF)
_TAIL: Final = seq(
    Tail(
        nstring("body-fld-md5", N_("the MD5 of the part's content"), _REF),
        _DISPOSITION,
        _LANGUAGE,
        _LOCATION,
        rest=_REST,
    ),
    g.CLOSE,
)
_ENVELOPE: Final = seq(SP, ENVELOPE, SP)
_END_OF_MESSAGE: Final = seq(_LINES, _TAIL)
_END_OF_MULTIPART: Final = seq(
    SP, _MULTIPART, Tail(_TYPE_PARAMETERS, _DISPOSITION, _LANGUAGE, _LOCATION, rest=_REST), g.CLOSE
)


class Body(Rule):
    """body = "(" (body-type-1part / body-type-mpart) ")", without recursion. Value: its octets.

    A multipart begins with its parts, so with a second parenthesis; a message/rfc822 part holds an envelope and a body
    in the middle. What is due behind an inner body stands on a stack.
    """

    def match(self, cur: Cursor) -> bytes:
        start = cur.pos
        ends: list[Rule] = []
        while True:
            g.OPEN.match(cur)
            if cur.data[cur.pos : cur.pos + 1] == b"(":
                ends.append(_END_OF_MULTIPART)
                continue
            if self._head(cur):
                ends.append(_END_OF_MESSAGE)
                continue
            while ends:
                if ends[-1] is _END_OF_MULTIPART and cur.data[cur.pos : cur.pos + 1] == b"(":
                    break
                ends.pop().match(cur)
            else:
                return cur.data[start : cur.pos]

    def _head(self, cur: Cursor) -> bool:
        """A single part from its type on; whether a body inside it comes next (then it is not complete)."""
        kind = _MEDIA_TYPE.match(cur).upper()
        SP.match(cur)
        _SUBTYPE.match(cur)
        _FIELDS.match(cur)
        # A message has an envelope here, a text its lines; some servers leave the envelope out.
        if kind == b"MESSAGE" and cur.data[cur.pos : cur.pos + 2] == b" (":
            _ENVELOPE.match(cur)
            return True
        if kind == b"TEXT" or (kind == b"MESSAGE" and cur.data[cur.pos + 1 : cur.pos + 2].isdigit()):
            _LINES.match(cur)
        _TAIL.match(cur)
        return False


BODY: Final = Body()
