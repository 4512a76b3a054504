"""Responses about mailboxes: LIST, STATUS, NAMESPACE and what SELECT tells (RFC 9051 sections 7.3 and 7.4)."""

from __future__ import annotations

from typing import Final

from sandbox.core.grammar import SP, role, seq, term
from sandbox.core.message import N_
from sandbox.imap import grammar as g
from sandbox.imap.responses.codes import OBJECTID
from sandbox.imap.responses.rows import numbered, response
from sandbox.imap.responses.rules import Case, Cases, Leading, Listed, Spaced, case
from sandbox.imap.responses.strings import ANYTHING, FLAG_LIST, astring, mailbox, nstring, string

_LIST: Final = "9051#7.3.1"


def _attribute(word: bytes, about: str, ref: str = _LIST) -> Case:
    return case(word, about, ref)


ATTRIBUTES: Final = (
    _attribute(b"\\Noselect", N_("\\Noselect: only a level of names, it cannot be opened")),
    _attribute(b"\\NonExistent", N_("\\NonExistent: there is no mailbox of this name")),
    _attribute(b"\\Noinferiors", N_("\\Noinferiors: there can be none below it")),
    _attribute(b"\\HasChildren", N_("\\HasChildren: there are mailboxes below it")),
    _attribute(b"\\HasNoChildren", N_("\\HasNoChildren: there is none below it")),
    _attribute(b"\\NoAccess", N_("\\NoAccess: the user may not do there what was asked for"), "5465#3.1"),
    _attribute(b"\\Marked", N_("\\Marked: likely there is new mail in it")),
    _attribute(b"\\Unmarked", N_("\\Unmarked: there is no new mail in it")),
    _attribute(b"\\Subscribed", N_("\\Subscribed: the user wants to see it")),
    _attribute(b"\\Remote", N_("\\Remote: it is on another server")),
    _attribute(b"\\All", N_("\\All: all messages of the user, wherever they are"), "6154#2"),
    _attribute(b"\\Archive", N_("\\Archive: for messages that are put away"), "6154#2"),
    _attribute(b"\\Drafts", N_("\\Drafts: for messages that are not finished"), "6154#2"),
    _attribute(b"\\Flagged", N_("\\Flagged: all messages that are flagged"), "6154#2"),
    _attribute(b"\\Important", N_("\\Important: all messages that are important"), "8457#3"),
    _attribute(b"\\Junk", N_("\\Junk: for mail that nobody wants"), "6154#2"),
    _attribute(b"\\Sent", N_("\\Sent: for copies of what was sent"), "6154#2"),
    _attribute(b"\\Trash", N_("\\Trash: for what was thrown away"), "6154#2"),
)
_ATTRIBUTE: Final = Cases(
    rb"\\?" + g.ATOM_CHAR + rb"+",
    ATTRIBUTES,
    term(
        "mbx-list-flag", rb"\\?" + g.ATOM_CHAR + rb"+", _LIST, N_("an attribute of the mailbox that is not known here")
    ),
)
_DELIMITER: Final = nstring("delimiter", N_("what stands between the levels of names; NIL where there are none"), _LIST)

# mbox-list-extended-item = mbox-list-extended-item-tag SP tagged-ext-val; tags come with quotes or without
_CHILDINFO: Final = Listed(
    string("list-select-base-opt", N_("there are mailboxes below that fit, by this option"), "5258#3.5")
)
_OLDNAME: Final = Listed(mailbox(N_("the name that it had before, or that was asked for"), "9051#6.3.9.7"))
_EXTENDED: Final = Listed(
    Cases(
        rb'"?[A-Za-z0-9._-]+"?',
        [
            case(tag, about, ref, SP, rule)
            for word, about, ref, rule in (
                (b"CHILDINFO", N_("CHILDINFO: why a name is told that does not fit by itself"), "5258#3.5", _CHILDINFO),
                (b"OLDNAME", N_("OLDNAME: the mailbox was renamed, or its name put right"), "9051#6.3.9.7", _OLDNAME),
            )
            for tag in (word, b'"' + word + b'"')
        ],
        seq(astring("mbox-list-extended-item-tag", N_("what an extension tells"), _LIST), SP, ANYTHING),
    )
)
_MAILBOX_LIST: Final = seq(
    SP,
    Listed(_ATTRIBUTE),
    SP,
    _DELIMITER,
    SP,
    mailbox(N_("the name of the mailbox"), "9051#5.1"),
    Leading({b" ": seq(SP, _EXTENDED)}),
)

_STATUS: Final = "9051#6.3.11"
STATUS_ITEMS: Final = (
    case(
        b"MESSAGES",
        N_("MESSAGES: how many there are"),
        _STATUS,
        SP,
        role(g.NUMBER, N_("how many messages there are"), _STATUS),
    ),
    case(
        b"UIDNEXT",
        N_("UIDNEXT: no message that arrives gets a lower UID"),
        _STATUS,
        SP,
        role(g.NZ_NUMBER, N_("the lowest UID that the next message may get"), _STATUS),
    ),
    case(
        b"UIDVALIDITY",
        N_("UIDVALIDITY: as long as this number stays, so do the UIDs"),
        _STATUS,
        SP,
        role(g.NZ_NUMBER, N_("the number to remember together with UIDs"), _STATUS),
    ),
    case(
        b"UNSEEN",
        N_("UNSEEN: how many are without \\Seen"),
        _STATUS,
        SP,
        role(g.NUMBER, N_("how many messages were not read"), _STATUS),
    ),
    case(
        b"DELETED",
        N_("DELETED: how many are with \\Deleted"),
        _STATUS,
        SP,
        role(g.NUMBER, N_("how many messages wait for EXPUNGE"), _STATUS),
    ),
    case(
        b"SIZE",
        N_("SIZE: how large they are together"),
        _STATUS,
        SP,
        role(g.NUMBER64, N_("the size of all messages in octets"), _STATUS),
    ),
    case(
        b"RECENT",
        N_("RECENT: how many no session has been told of"),
        "3501#6.3.10",
        SP,
        role(g.NUMBER, N_("how many messages are \\Recent"), "3501#6.3.10"),
    ),
    case(
        b"HIGHESTMODSEQ",
        N_("HIGHESTMODSEQ: how far the changes of this mailbox are counted"),
        "7162#3.1.7",
        SP,
        g.MODSEQ_ZERO,
    ),
    case(
        b"APPENDLIMIT",
        N_("APPENDLIMIT: how large a message may be here"),
        "7889#3.1",
        SP,
        role(
            Leading({b"N": g.NIL, b"n": g.NIL}, g.NUMBER),
            N_("the largest size of a message in octets; NIL: no limit"),
            "7889#3.1",
        ),
    ),
    case(
        b"MAILBOXID",
        N_("MAILBOXID: the mailbox's id, which a RENAME does not change"),
        "8474#4.3",
        SP,
        Listed(OBJECTID),
    ),
    case(
        b"DELETED-STORAGE",
        N_("DELETED-STORAGE: what EXPUNGE would free"),
        "9208#4.1.4",
        SP,
        role(g.NUMBER64, N_("the size in octets of the messages with \\Deleted"), "9208#4.1.4"),
    ),
)
_ITEM: Final = Cases(
    g.ATOM_CHAR + rb"+",
    STATUS_ITEMS,
    seq(
        term("status-att", g.ATOM_CHAR + rb"+", _STATUS, N_("a number of the mailbox that is not known here")),
        SP,
        ANYTHING,
    ),
)

_NAMESPACE: Final = "9051#7.3.2"


def _namespace(about: str) -> Leading:
    """namespace = nil / "(" 1*namespace-descr ")". Value: a list of `(prefix, delimiter, extensions)`, or None."""
    described = seq(g.OPEN, string("namespace-prefix", about, _NAMESPACE), SP, _DELIMITER, Spaced(ANYTHING), g.CLOSE)
    return Leading({b"(": Listed(described, spaced=False)}, nstring("namespace", about, _NAMESPACE))


ROWS: Final = (
    response(b"LIST", N_("A mailbox, with what is to be known of it."), _LIST, _MAILBOX_LIST, answers=b"LIST,LSUB"),
    response(b"LSUB", N_("A mailbox that the user subscribed to."), "3501#7.2.3", _MAILBOX_LIST, answers=b"LSUB"),
    response(
        b"STATUS",
        N_("Numbers of a mailbox that need not be open."),
        "9051#7.3.3",
        SP,
        mailbox(N_("the name of the mailbox"), "9051#5.1"),
        SP,
        Listed(_ITEM),
        answers=b"STATUS,LIST",
    ),
    response(
        b"NAMESPACE",
        N_("Where the names of mailboxes begin: your own, those of others, shared ones."),
        _NAMESPACE,
        SP,
        _namespace(N_("your own mailboxes: how their names begin")),
        SP,
        _namespace(N_("other users' mailboxes: how their names begin")),
        SP,
        _namespace(N_("shared mailboxes: how their names begin")),
        answers=b"NAMESPACE",
    ),
    response(b"FLAGS", N_("The flags that this mailbox knows."), "9051#7.3.5", SP, FLAG_LIST),
    numbered(
        role(g.NUMBER, N_("how many messages the mailbox holds"), "9051#7.4.1"),
        b"EXISTS",
        N_("EXISTS: how many messages there are"),
        N_("The mailbox holds {number} messages now."),
        "9051#7.4.1",
    ),
    numbered(
        role(g.NUMBER, N_("how many messages are \\Recent"), "3501#7.3.2"),
        b"RECENT",
        N_("RECENT: how many messages are new to all sessions before this one"),
        N_("Of {number} messages this session is the first to be told."),
        "3501#7.3.2",
    ),
)
