"""Response codes: what a status response says to programs (RFC 9051 section 7.1, RFC 5530 and extensions)."""

from __future__ import annotations

import re
from typing import Final

from sandbox.core.grammar import SP, Rule, opt, role, seq, term, token
from sandbox.core.message import N_
from sandbox.imap import grammar as g
from sandbox.imap.responses.rules import Case, Cases, Leading, Listed, Spaced, case
from sandbox.imap.responses.strings import string

_REF: Final = "9051#7.1"

CAPABILITY: Final = term("capability", g.ATOM_CHAR + rb"+", "9051#7.2.2", N_("something that this server can do"))
OBJECTID: Final = term("objectid", rb"[A-Za-z0-9_-]{1,255}", "8474#7", N_("an id that stays, whatever the name"))
_UIDVALIDITY: Final = role(g.NZ_NUMBER, N_("the UIDVALIDITY of the mailbox that they went to"), "4315#3")
_COUNT: Final = opt(seq(SP, role(g.NUMBER64, N_("the limit"), _REF)))
_URL: Final = term("url", rb"[^\]\r\n]+", "4469#4.1", N_("the URL"))


def _plain(word: bytes, about: str, ref: str = "5530#3") -> Case:
    return case(word, about, ref)


_GENERAL: Final = (
    _plain(b"ALERT", N_("ALERT: the words behind it must be shown to the user"), _REF),
    _plain(b"PARSE", N_("PARSE: a message in the mailbox could not be parsed"), _REF),
    case(b"CAPABILITY", N_("CAPABILITY: what the server can do, told without being asked"), _REF, Spaced(CAPABILITY)),
    case(
        b"BADCHARSET",
        N_("BADCHARSET: the server cannot read this character set; it lists those that it can"),
        _REF,
        opt(seq(SP, Listed(g.CHARSET))),
    ),
    _plain(b"UNKNOWN-CTE", N_("UNKNOWN-CTE: the part's transfer encoding cannot be undone"), _REF),
    _plain(b"UNAVAILABLE", N_("UNAVAILABLE: a part of the system is down; it may work later")),
    _plain(b"AUTHENTICATIONFAILED", N_("AUTHENTICATIONFAILED: the name or the password is wrong")),
    _plain(b"AUTHORIZATIONFAILED", N_("AUTHORIZATIONFAILED: the password is right, but you may not act as that user")),
    _plain(b"EXPIRED", N_("EXPIRED: this password is not good any more")),
    _plain(b"PRIVACYREQUIRED", N_("PRIVACYREQUIRED: not without encryption; use STARTTLS first")),
    _plain(b"CONTACTADMIN", N_("CONTACTADMIN: the user should ask who runs the server")),
    _plain(b"NOPERM", N_("NOPERM: you have no right to do this")),
    _plain(b"INUSE", N_("INUSE: somebody else is using it; it may work later")),
    _plain(b"EXPUNGEISSUED", N_("EXPUNGEISSUED: another session has expunged messages; NOOP will tell which")),
    _plain(b"CORRUPTION", N_("CORRUPTION: the server's data are damaged")),
    _plain(b"SERVERBUG", N_("SERVERBUG: the server found a mistake in itself")),
    _plain(b"CLIENTBUG", N_("CLIENTBUG: the client does something that a correct client would not")),
    _plain(b"CANNOT", N_("CANNOT: the server can never do this")),
    _plain(b"LIMIT", N_("LIMIT: a limit of the server is reached")),
    _plain(b"OVERQUOTA", N_("OVERQUOTA: the user has, or would have, more than the quota allows"), "9208#4.3.1"),
    _plain(b"ALREADYEXISTS", N_("ALREADYEXISTS: the name is taken")),
    _plain(b"NONEXISTENT", N_("NONEXISTENT: there is no such thing")),
)
_MAILBOXES: Final = (
    _plain(b"READ-ONLY", N_("READ-ONLY: the mailbox is open, and cannot be changed"), _REF),
    _plain(b"READ-WRITE", N_("READ-WRITE: the mailbox is open, and can be changed"), _REF),
    _plain(b"TRYCREATE", N_("TRYCREATE: the mailbox is missing; it would work after CREATE"), _REF),
    _plain(b"HASCHILDREN", N_("HASCHILDREN: there are mailboxes below it"), _REF),
    _plain(b"CLOSED", N_("CLOSED: the mailbox that was open is not any more; what follows is about the new one"), _REF),
    case(
        b"PERMANENTFLAGS", N_("PERMANENTFLAGS: the flags that can be changed for good"), _REF, SP, Listed(g.FLAG_PERM)
    ),
    case(
        b"UIDNEXT",
        N_("UIDNEXT: no message that arrives gets a lower UID"),
        "9051#2.3.1.1",
        SP,
        role(g.NZ_NUMBER, N_("the lowest UID that the next message may get"), "9051#2.3.1.1"),
    ),
    case(
        b"UIDVALIDITY",
        N_("UIDVALIDITY: as long as this number stays, so do the UIDs"),
        "9051#2.3.1.1",
        SP,
        role(g.NZ_NUMBER, N_("the number to remember together with UIDs"), "9051#2.3.1.1"),
    ),
    _plain(b"UIDNOTSTICKY", N_("UIDNOTSTICKY: UIDs in this mailbox do not last"), "4315#3"),
    case(b"UNSEEN", N_("UNSEEN: where the first message is that was not seen"), "3501#7.1", SP, g.SEQ_NUMBER),
    case(
        b"HIGHESTMODSEQ",
        N_("HIGHESTMODSEQ: how far the changes of this mailbox are counted"),
        "7162#3.1.2.1",
        SP,
        g.MODSEQ,
    ),
    _plain(b"NOMODSEQ", N_("NOMODSEQ: changes of this mailbox are not counted"), "7162#3.1.2.2"),
    case(
        b"MAILBOXID",
        N_("MAILBOXID: the mailbox's id, which a RENAME does not change"),
        "8474#4.2",
        SP,
        Listed(OBJECTID),
    ),
    _plain(b"USEATTR", N_("USEATTR: the mailbox cannot have this special use"), "6154#3"),
)
_MESSAGES: Final = (
    case(
        b"APPENDUID",
        N_("APPENDUID: what UID the new message has"),
        "4315#3",
        SP,
        _UIDVALIDITY,
        SP,
        role(g.UID_SET, N_("the UID of what was appended"), "4315#3"),
    ),
    case(
        b"COPYUID",
        N_("COPYUID: what UIDs the copies have"),
        "4315#3",
        SP,
        _UIDVALIDITY,
        SP,
        role(g.UID_SET, N_("the UIDs here, in the order of those there"), "4315#3"),
        SP,
        role(g.UID_SET, N_("the UIDs there"), "4315#3"),
    ),
    case(
        b"MODIFIED",
        N_("MODIFIED: these messages have changed meanwhile, and were left alone"),
        "7162#3.1.3",
        SP,
        role(g.SEQUENCE_SET, N_("the messages that were left alone"), "7162#3.1.3"),
    ),
    _plain(b"NOTSAVED", N_("NOTSAVED: the search result could not be kept for $"), "5182#2.5"),
    _plain(b"TOOBIG", N_("TOOBIG: the message or the literal is too large"), "4469#4.2"),
    case(b"BADURL", N_("BADURL: a part to put the message together from cannot be had"), "4469#4.1", SP, _URL),
    case(
        b"NOUPDATE",
        N_("NOUPDATE: the server will not report changes of this search"),
        "5267#4.3",
        SP,
        string("tag-string", N_("the tag of the search"), "5267#4.3"),
    ),
    case(
        b"UNDEFINED-FILTER",
        N_("UNDEFINED-FILTER: no filter has this name"),
        "5466#3.1",
        SP,
        term("filter-name", rb"[^\x00-\x20\]]+", "5466#3.1", N_("the name of the filter")),
    ),
    _plain(b"UIDREQUIRED", N_("UIDREQUIRED: after ENABLE UIDONLY, only commands with UIDs are taken"), "9586"),
)
_EXTENSIONS: Final = (
    _plain(b"COMPRESSIONACTIVE", N_("COMPRESSIONACTIVE: the connection is compressed already"), "4978#3"),
    _plain(b"NOTIFICATIONOVERFLOW", N_("NOTIFICATIONOVERFLOW: the server gives up telling of changes"), "5465#5.8"),
    case(
        b"BADEVENT",
        N_("BADEVENT: some of these events cannot be told; it lists those that can"),
        "5465#3.1",
        SP,
        Listed(term("event", g.ATOM_CHAR + rb"+", "5465#5", N_("a kind of event that the server can tell of"))),
    ),
    _plain(b"BADCOMPARATOR", N_("BADCOMPARATOR: the server cannot compare texts this way"), "5255#4.9"),
    case(
        b"METADATA",
        N_("METADATA: a limit on annotations"),
        "5464#4.2.1",
        SP,
        term("atom", g.ATOM_CHAR + rb"+", "5464#4.2.1", N_("which limit")),
        _COUNT,
    ),
)
# atom [SP 1*<any TEXT-CHAR except "]">]
_UNKNOWN: Final = seq(
    term("resp-text-code", g.ATOM_CHAR + rb"+", _REF, N_("a response code that is not known here")),
    opt(term("text", rb" [^\]\r\n]+", _REF, N_("what the code says"), free=True)),
)
ALL: Final = (*_GENERAL, *_MAILBOXES, *_MESSAGES, *_EXTENSIONS)
_KNOWN: Final = {row.word: row for row in ALL}

_CODE: Final = Cases(g.ATOM_CHAR + rb"+", ALL, _UNKNOWN)
# resp-text = ["[" resp-text-code "]" SP] [text]. The text is optional, and old servers leave the space away with it.
_TEXT: Final = opt(g.TEXT)
_BRACKETED: Final = seq(
    token(b"[", about=N_("a response code for programs begins"), ref=_REF),
    _CODE,
    token(b"]", about=N_("the response code ends"), ref=_REF),
    Leading({b" ": seq(SP, _TEXT)}),
)
RESP_TEXT: Final[Rule] = Leading({b"[": _BRACKETED}, _TEXT)
"""Value: `((CODE, value), text)` where there is a code, else the text, or None."""

_WORD: Final = re.compile(rb"[^ ]+ [A-Za-z]+ \[([^\x00-\x20\]]+)")


def code_of(raw: bytes) -> Case | None:
    """The row of the response code in a status response, if it has one that is known."""
    found = _WORD.match(raw)
    return None if found is None else _KNOWN.get(found[1].upper())
