"""The data items of FETCH (RFC 9051 section 6.4.5, RFC 3501 section 6.4.5). Extensions add theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sandbox.core.grammar import opt
from sandbox.core.message import N_
from sandbox.imap import format as wire
from sandbox.imap.grammar import Numbers
from sandbox.imap.sections import SECTION, Section
from sandbox.imap.session import Session
from sandbox.imap.structures import body_structure, envelope
from sandbox.imap.table import Table
from sandbox.imap.view import View
from sandbox.mail.store import Stored

Maker = Callable[[Stored], bytes]
"""Writes one data item of a message: its name and value."""


class Fetching:
    """One FETCH at work. Items and modifiers say here what else they want."""

    def __init__(self, session: Session, view: View, numbers: Numbers, by_uid: bool) -> None:
        self.session, self.view, self.numbers, self.by_uid = session, view, numbers, by_uid
        self.utf8 = session.enabled.utf8
        self.marks_seen = False
        self.tells_flags = False
        self.wants_modseq = False
        self.unknown_cte = False
        self.since = 0
        """The mod-sequence of CHANGEDSINCE."""
        self.passes: list[Callable[[Stored], bool]] = []
        """Tests that a message has to pass to be told of."""
        self.finish: list[Callable[[], None]] = []
        """What modifiers do once all of them are known."""
        self.heading: list[bytes] = []
        """What stands before the FETCH responses."""


# fetch-att
FETCH_ITEMS: Final[Table[Callable[[Fetching, Any], Maker]]] = Table(
    "fetch-att", N_("what to get of the messages"), "9051#6.4.5"
)

FETCH_MACROS: Final[Table[tuple[bytes, ...]]] = Table("fetch-macro", N_("a word for several items"), "9051#6.4.5")
"""Words that stand for several items, by themselves only."""


def _flags(job: Fetching, _value: None) -> Maker:
    job.tells_flags = True
    flags, write = job.view.flags, wire.flags
    return lambda stored: b"FLAGS " + write(flags(stored))


def _uid(_job: Fetching, _value: None) -> Maker:
    return lambda stored: b"UID %d" % stored.uid


def _internal_date(_job: Fetching, _value: None) -> Maker:
    return lambda stored: b"INTERNALDATE " + wire.date_time(stored.internal_date, stored.internal_zone)


def _size(_job: Fetching, _value: None) -> Maker:
    return lambda stored: b"RFC822.SIZE %d" % stored.size


def _envelope(job: Fetching, _value: None) -> Maker:
    utf8, get = job.utf8, job.session.cache.get
    purpose = "envelope utf-8" if utf8 else "envelope"
    return lambda stored: get(stored, purpose, lambda one: b"ENVELOPE " + envelope(one.message.fields(), utf8))


def _structure(job: Fetching, extended: bool) -> Maker:
    utf8, get = job.utf8, job.session.cache.get
    name = b"BODYSTRUCTURE " if extended else b"BODY "
    purpose = f"{'structure' if extended else 'body'}{' utf-8' if utf8 else ''}"
    return lambda stored: get(
        stored, purpose, lambda one: name + body_structure(one.message, extended=extended, utf8=utf8)
    )


def _body(job: Fetching, section: Section | None) -> Maker:
    if section is None:
        return _structure(job, False)
    job.marks_seen = True
    return _peek(job, section)


def _peek(_job: Fetching, section: Section) -> Maker:
    name = b"BODY" + section.label + b" "
    if section == Section():
        return lambda stored: name + wire.literal(stored.message.content)
    return lambda stored: name + _octets(section, stored)


def _octets(section: Section, stored: Stored) -> bytes:
    octets = section.of(stored.message)
    return b"NIL" if octets is None else wire.literal(section.cut(octets))


def _rfc822(name: bytes, section: Section, marks_seen: bool) -> Callable[[Fetching, Any], Maker]:
    def item(job: Fetching, _value: None) -> Maker:
        job.marks_seen = job.marks_seen or marks_seen
        return lambda stored: name + b" " + _octets(section, stored)

    return item


_FAST: Final = (b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE")
_SEVERAL: Final = N_("several common items at once")
FETCH_MACROS.add(b"FAST", _FAST, about=_SEVERAL, ref="9051#6.4.5")
FETCH_MACROS.add(b"ALL", (*_FAST, b"ENVELOPE"), about=_SEVERAL, ref="9051#6.4.5")
FETCH_MACROS.add(b"FULL", (*_FAST, b"ENVELOPE", b"BODY"), about=_SEVERAL, ref="9051#6.4.5")
FETCH_ITEMS.add(b"FLAGS", _flags, about=N_("the flags of the message"), ref="9051#6.4.5")
FETCH_ITEMS.add(b"UID", _uid, about=N_("the unique identifier of the message"), ref="9051#6.4.5")
FETCH_ITEMS.add(b"INTERNALDATE", _internal_date, about=N_("when the server took the message"), ref="9051#6.4.5")
FETCH_ITEMS.add(b"RFC822.SIZE", _size, about=N_("the size of the message in octets"), ref="9051#6.4.5")
FETCH_ITEMS.add(b"ENVELOPE", _envelope, about=N_("sender, recipients, subject and date, taken apart"), ref="9051#6.4.5")
FETCH_ITEMS.add(
    b"BODYSTRUCTURE",
    lambda job, _value: _structure(job, True),
    about=N_("the structure of the message: its parts, their types and sizes"),
    ref="9051#6.4.5",
)
FETCH_ITEMS.add(
    b"BODY",
    _body,
    about=N_("the text of a section, and the message counts as read; without a section, the structure in short"),
    ref="9051#6.4.5",
    args=opt(SECTION),
)
FETCH_ITEMS.add(
    b"BODY.PEEK",
    _peek,
    about=N_("the text of a section; the message does not count as read for it"),
    ref="9051#6.4.5",
    args=SECTION,
)
FETCH_ITEMS.add(
    b"RFC822",
    _rfc822(b"RFC822", Section(), True),
    about=N_("the whole message, and it counts as read"),
    ref="3501#6.4.5",
)
FETCH_ITEMS.add(
    b"RFC822.HEADER",
    _rfc822(b"RFC822.HEADER", Section(text=b"HEADER"), False),
    about=N_("the header of the message"),
    ref="3501#6.4.5",
)
FETCH_ITEMS.add(
    b"RFC822.TEXT",
    _rfc822(b"RFC822.TEXT", Section(text=b"TEXT"), True),
    about=N_("the text behind the header, and the message counts as read"),
    ref="3501#6.4.5",
)
