"""What searches find: SEARCH, ESEARCH, SORT, THREAD (RFC 9051 section 7.3.4, RFC 3501 section 7.2.5, RFC 5256)."""

from __future__ import annotations

from typing import Final

from sandbox.core.grammar import SP, Token, many, role, seq, term
from sandbox.core.message import N_
from sandbox.core.refs import Ref
from sandbox.imap import grammar as g
from sandbox.imap.responses.rows import response
from sandbox.imap.responses.rules import Cases, Leading, Listed, Nested, Spaced, case
from sandbox.imap.responses.strings import ANYTHING, astring, mailbox

_REF: Final = "9051#7.3.4"

_FOUND: Final = role(g.NZ_NUMBER, N_("a message that was found: its number, or its UID after UID SEARCH"), "3501#7.2.5")
_SORTED: Final = role(g.NZ_NUMBER, N_("the next message in order: its number, or its UID after UID SORT"), "5256#4")
_HIGHEST: Final = role(g.MODSEQ, N_("the highest mod-sequence of what was found"), "7162#3.1.6")
# search-sort-mod-seq = "(" "MODSEQ" SP mod-sequence-value ")"
_MODSEQ: Final = seq(
    g.OPEN,
    Token(b"MODSEQ", about=N_("MODSEQ: how far the changes are counted"), ref=Ref("7162#3.1.6"), value=b"MODSEQ"),
    SP,
    _HIGHEST,
    g.CLOSE,
)
_NUMBERS: Final = Spaced(Leading({b"(": _MODSEQ}, _FOUND))
_SORTED_NUMBERS: Final = Spaced(Leading({b"(": _MODSEQ}, _SORTED))
_IN_THREAD: Final = role(g.NZ_NUMBER, N_("a message of a conversation; what follows it answers it"), "5256#4")
_THREADS: Final = Leading({b" ": seq(SP, many(Nested(_IN_THREAD)))})

_SET: Final = role(g.SEQUENCE_SET, N_("the messages that were found: their numbers, or their UIDs"), _REF)
_PAIR: Final = (
    role(g.NUMBER, N_("the place in the list; 0: no place is told"), "5267#4.3.2"),
    SP,
    _SET,
)


def _changes() -> Listed:
    """ "(" position SP sequence-set *(SP position SP sequence-set) ")". Value: a list of pairs."""
    return Listed(seq(*_PAIR))


_PARTIAL: Final = seq(
    g.OPEN,
    term("partial-range", rb"-?[1-9][0-9]*:-?[1-9][0-9]*", "9394#3.1", N_("which results: from one place to another")),
    SP,
    Leading({b"N": g.NIL, b"n": g.NIL}, _SET),
    g.CLOSE,
)
# search-return-data, and what extensions add in the same form
_DATA: Final = Cases(
    rb"[A-Za-z._-][A-Za-z0-9._:-]*",
    (
        case(b"MIN", N_("MIN: the lowest that was found"), _REF, SP, _FOUND),
        case(b"MAX", N_("MAX: the highest that was found"), _REF, SP, _FOUND),
        case(b"ALL", N_("ALL: everything that was found"), _REF, SP, _SET),
        case(
            b"COUNT",
            N_("COUNT: how many were found"),
            _REF,
            SP,
            role(g.NUMBER, N_("how many messages were found"), _REF),
        ),
        case(b"MODSEQ", N_("MODSEQ: how far the changes are counted"), "7162#3.1.10", SP, _HIGHEST),
        case(b"ADDTO", N_("ADDTO: these are found now, too"), "5267#4.3.3", SP, _changes()),
        case(b"REMOVEFROM", N_("REMOVEFROM: these are not found any more"), "5267#4.3.4", SP, _changes()),
        case(b"PARTIAL", N_("PARTIAL: a part of what was found"), "9394#3.1", SP, _PARTIAL),
    ),
    seq(
        term("search-modifier-name", g.ATOM_CHAR + rb"+", _REF, N_("what an extension tells of the search")),
        SP,
        ANYTHING,
    ),
)
_UID: Final = Token(b"UID", about=N_("UID: the numbers are UIDs"), ref=Ref(_REF), value=b"UID")

# search-correlator = SP "(" "TAG" SP tag-string ")"; RFC 7377 adds MAILBOX and UIDVALIDITY
_CORRELATOR: Final = Listed(
    Cases(
        rb"[A-Za-z]+",
        (
            case(
                b"TAG",
                N_("TAG: to which command this belongs"),
                _REF,
                SP,
                astring("tag-string", N_("the tag of the command that searched"), _REF),
            ),
            case(
                b"MAILBOX",
                N_("MAILBOX: where this was found"),
                "7377#2.1",
                SP,
                mailbox(N_("the mailbox that was searched"), "7377#2.1"),
            ),
            case(
                b"UIDVALIDITY",
                N_("UIDVALIDITY: as long as this number stays, so do the UIDs"),
                "7377#2.1",
                SP,
                g.NZ_NUMBER,
            ),
        ),
        seq(term("correlator", g.ATOM_CHAR + rb"+", _REF, N_("what an extension tells of the search")), SP, ANYTHING),
    )
)
_RETURNED: Final = Spaced(Leading({b"(": _CORRELATOR, b"U": _UID, b"u": _UID}, _DATA))

ROWS: Final = (
    response(b"SEARCH", N_("The messages that were found."), "3501#7.2.5", _NUMBERS, answers=b"SEARCH,UID SEARCH"),
    response(
        b"ESEARCH",
        N_("What the search found, in the form that was asked for."),
        _REF,
        _RETURNED,
        answers=b"SEARCH,UID SEARCH,SORT,UID SORT,ESEARCH",
    ),
    response(
        b"SORT", N_("The messages that were found, in order."), "5256#4", _SORTED_NUMBERS, answers=b"SORT,UID SORT"
    ),
    response(
        b"THREAD",
        N_("The messages that were found, by conversation."),
        "5256#4",
        _THREADS,
        answers=b"THREAD,UID THREAD",
    ),
)
