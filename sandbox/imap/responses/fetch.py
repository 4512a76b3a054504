"""Responses about messages: FETCH with all its items, EXPUNGE, VANISHED (RFC 9051 section 7.5)."""

from __future__ import annotations

from typing import Final

from sandbox.core.grammar import SP, Rule, Token, opt, role, seq, term
from sandbox.core.message import N_
from sandbox.core.refs import Ref
from sandbox.imap import grammar as g
from sandbox.imap.responses.bodystructure import BODY
from sandbox.imap.responses.codes import OBJECTID
from sandbox.imap.responses.contents import BODY as TEXT
from sandbox.imap.responses.contents import HEADER, MESSAGE
from sandbox.imap.responses.envelope import ENVELOPE
from sandbox.imap.responses.rows import numbered, response
from sandbox.imap.responses.rules import Cases, Leading, Listed, case
from sandbox.imap.responses.sections import PART, Section
from sandbox.imap.responses.strings import ANYTHING, FLAG_LIST, nstring

_REF: Final = "9051#7.5.2"


def _size(about: str, ref: str) -> Rule:
    return role(g.NUMBER64, about, ref)


_SAVED: Final = role(Leading({b'"': g.DATE_TIME}, g.NIL), N_("when the message came into this mailbox"), "8514#4.2")
_THREADID: Final = Leading(
    {b"(": Listed(OBJECTID)}, nstring("objectid", N_("the id of the conversation: there is none"), "8474#5.2")
)

# msg-att = "(" (msg-att-dynamic / msg-att-static) *(SP (msg-att-dynamic / msg-att-static)) ")"
ITEMS: Final = (
    case(b"FLAGS", N_("FLAGS: the marks on the message"), _REF, SP, FLAG_LIST),
    case(b"UID", N_("UID: the message's number that never changes"), _REF, SP, g.UNIQUEID),
    case(
        b"MODSEQ",
        N_("MODSEQ: when the message was changed last, counted in changes"),
        "7162#3.1.4.2",
        SP,
        g.OPEN,
        g.MODSEQ,
        g.CLOSE,
    ),
    case(
        b"RFC822.SIZE",
        N_("RFC822.SIZE: how large the message is"),
        "9051#2.3.4",
        SP,
        _size(N_("the size of the message in octets"), "9051#2.3.4"),
    ),
    case(b"INTERNALDATE", N_("INTERNALDATE: when the server received the message"), "9051#2.3.3", SP, g.DATE_TIME),
    case(b"ENVELOPE", N_("ENVELOPE: the header, parsed by the server"), "9051#2.3.5", SP, ENVELOPE),
    case(b"BODYSTRUCTURE", N_("BODYSTRUCTURE: the parts of the message"), "9051#2.3.6", SP, BODY),
    case(
        b"BODY",
        N_("BODY: octets of the message; without brackets, its parts in short"),
        _REF,
        Leading({b"[": Section()}, seq(SP, BODY)),
    ),
    case(
        b"BINARY",
        N_("BINARY: the content of a part, with its transfer encoding undone"),
        "3516#4.3",
        Section(binary=True),
    ),
    case(
        b"BINARY.SIZE",
        N_("BINARY.SIZE: how large the content of a part is, with its transfer encoding undone"),
        "3516#4.3",
        Token(b"[", about=N_("a section begins"), ref=Ref(_REF)),
        opt(PART, b""),
        Token(b"]", about=N_("the section ends"), ref=Ref(_REF)),
        SP,
        _size(N_("the size of the part's content in octets"), "3516#4.3"),
    ),
    case(b"RFC822", N_("RFC822: the whole message"), "3501#7.4.2", SP, MESSAGE),
    case(b"RFC822.HEADER", N_("RFC822.HEADER: the header of the message"), "3501#7.4.2", SP, HEADER),
    case(b"RFC822.TEXT", N_("RFC822.TEXT: the body of the message"), "3501#7.4.2", SP, TEXT),
    case(
        b"EMAILID",
        N_("EMAILID: an id that goes with the message wherever it is copied"),
        "8474#5.1",
        SP,
        Listed(OBJECTID),
    ),
    case(b"THREADID", N_("THREADID: the id of the conversation"), "8474#5.2", SP, _THREADID),
    case(b"SAVEDATE", N_("SAVEDATE: when the message came into this mailbox"), "8514#4.2", SP, _SAVED),
    case(
        b"PREVIEW",
        N_("PREVIEW: the beginning of what the message says"),
        "8970#3.2",
        SP,
        nstring("preview", N_("the beginning of what the message says"), "8970#3.2"),
    ),
)
_ITEM: Final = Cases(
    rb"[A-Za-z0-9.\-]+",
    ITEMS,
    seq(term("msg-att", g.ATOM_CHAR + rb"+", _REF, N_("a message data item that is not known here")), SP, ANYTHING),
)

_MESSAGE: Final = Listed(_ITEM)
_EARLIER: Final = seq(
    Token(
        b"(EARLIER)", about=N_("(EARLIER): they were gone before this session"), ref=Ref("7162#3.2.10.1"), value=True
    ),
    SP,
)

ROWS: Final = (
    numbered(
        g.SEQ_NUMBER,
        b"FETCH",
        N_("FETCH: data of a message"),
        N_("Data of message {number}."),
        _REF,
        SP,
        _MESSAGE,
        answers=b"FETCH,UID FETCH,STORE,UID STORE",
    ),
    numbered(
        g.UNIQUEID,
        b"UIDFETCH",
        N_("UIDFETCH: data of a message"),
        N_("Data of the message with UID {number}."),
        "9586",
        SP,
        _MESSAGE,
        answers=b"UID FETCH,UID STORE",
    ),
    numbered(
        g.SEQ_NUMBER,
        b"EXPUNGE",
        N_("EXPUNGE: a message is gone for good"),
        N_("Message {number} is gone for good; those behind it move up by one."),
        "9051#7.5.1",
        answers=b"EXPUNGE,UID EXPUNGE,MOVE,UID MOVE",
    ),
    response(
        b"VANISHED",
        N_("The messages with these UIDs are gone for good."),
        "7162#3.2.10",
        SP,
        Leading({b"(": _EARLIER}),
        role(g.UID_SET, N_("the UIDs of messages that are gone"), "7162#3.2.10"),
        answers=b"EXPUNGE,UID EXPUNGE,MOVE,UID MOVE",
    ),
)
