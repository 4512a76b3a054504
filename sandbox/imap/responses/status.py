"""Status responses, tagged and untagged, the greeting and the continuation (RFC 9051 sections 7.1 and 7.6)."""

from __future__ import annotations

from typing import Final

from sandbox.core.grammar import END, SP, Seq, Token, seq, token
from sandbox.core.message import N_
from sandbox.core.refs import Ref
from sandbox.imap import grammar as g
from sandbox.imap.responses.codes import RESP_TEXT
from sandbox.imap.responses.rows import STAR, Response
from sandbox.imap.responses.rules import Leading

_OK: Final = Token(b"OK", about=N_("OK: it went well"), ref=Ref("9051#7.1.1"), value=b"OK")
_NO: Final = Token(b"NO", about=N_("NO: understood, and refused or failed"), ref=Ref("9051#7.1.2"), value=b"NO")
_BAD: Final = Token(b"BAD", about=N_("BAD: not understood, or not allowed now"), ref=Ref("9051#7.1.3"), value=b"BAD")
_PREAUTH: Final = Token(
    b"PREAUTH", about=N_("PREAUTH: you are known already, no login is needed"), ref=Ref("9051#7.1.4"), value=b"PREAUTH"
)
_BYE: Final = Token(b"BYE", about=N_("BYE: the server will hang up"), ref=Ref("9051#7.1.5"), value=b"BYE")
_STATES: Final = Leading({b"O": _OK, b"o": _OK, b"N": _NO, b"n": _NO}, _BAD)
_TEXT: Final = Leading({b" ": seq(SP, RESP_TEXT)})

TAGGED: Final = seq(g.TAG, SP, _STATES, _TEXT, END)
"""response-tagged = tag SP resp-cond-state CRLF. Value: `(tag, status, resp-text)`."""

# continue-req = "+" SP (resp-text / base64) CRLF; the space is often left away where nothing follows it
CONTINUATION: Final = seq(
    token(b"+", about=N_("go on: the server waits for what you announced"), ref="9051#7.6", exact=True), _TEXT, END
)
"""Value: resp-text."""


def _condition(word: bytes, about: str, ref: str, token: Token) -> Response:
    grammar: Seq = seq(STAR, SP, token, _TEXT, END)
    return Response(word, about, Ref(ref), grammar)


ROWS: Final = (
    _condition(b"OK", N_("The server tells something."), "9051#7.1.1", _OK),
    _condition(b"NO", N_("The server warns; what is under way goes on."), "9051#7.1.2", _NO),
    _condition(
        b"BAD", N_("The server did not understand something, and cannot tell which command it was."), "9051#7.1.3", _BAD
    ),
    _condition(b"PREAUTH", N_("The server knows already who you are: no login is needed."), "9051#7.1.4", _PREAUTH),
    _condition(b"BYE", N_("The server is about to hang up."), "9051#7.1.5", _BYE),
)
"""Value: `(status, resp-text)`."""
