"""LIST and LSUB (RFC 9051 section 6.3.9 with the extended form of RFC 5258; RFC 3501 section 6.3.9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.core.grammar import SP, Mapped, alt, opt, role, seq, token
from sandbox.core.message import N_
from sandbox.core.refs import Ref
from sandbox.core.replies import Answer
from sandbox.imap import format as wire
from sandbox.imap import replies
from sandbox.imap.capabilities import does
from sandbox.imap.grammar import LIST_MAILBOX, MAILBOX, parenthesized
from sandbox.imap.names import NamePattern, decode_name
from sandbox.imap.session import Session, command
from sandbox.imap.states import LOGGED_IN
from sandbox.imap.table import Table
from sandbox.mail.names import INBOX, superiors


@dataclass(slots=True)
class Listing:
    """What one LIST asks for. Selection options turn on `subscribed`, `special` and `recursive`; return options add to
    `after`: what follows a name's LIST response."""

    session: Session
    subscribed: bool = False
    special: bool = False
    recursive: bool = False
    show_subscribed: bool = False
    after: list[Callable[[str], bytes]] = field(default_factory=list)


MAX_PATTERNS: Final = 100
"""Patterns that one LIST may have: each is held against every name."""

Option = Callable[[Listing, Any], None]

# list-select-opt, and list-return-opt
SELECT_OPTIONS: Final[Table[Option]] = Table("list-select-opt", N_("which mailboxes to list"), "9051#6.3.9.1")
RETURN_OPTIONS: Final[Table[Option]] = Table("list-return-opt", N_("what to tell of them"), "9051#6.3.9.2")

_REFERENCE: Final = role(
    MAILBOX, N_("the reference: put in front of the pattern, mostly empty"), "9051#6.3.9", "<reference>"
)
_PATTERNS: Final = alt(
    Mapped(parenthesized(LIST_MAILBOX, 1), lambda found: (found, True), N_("patterns"), Ref("5258#3")),
    Mapped(LIST_MAILBOX, lambda found: ([found], False), N_("a pattern"), Ref("9051#6.3.9")),
    usage="<pattern>",
)
_RETURN: Final = token(b"RETURN", about=N_("what is to be returned follows"), ref="9051#6.3.9.2")


@command(
    b"LIST",
    args=seq(
        opt(seq(SP, parenthesized(SELECT_OPTIONS))),
        SP,
        _REFERENCE,
        SP,
        _PATTERNS,
        opt(seq(SP, _RETURN, SP, parenthesized(RETURN_OPTIONS))),
    ),
    states=LOGGED_IN,
    ref="9051#6.3.9",
    answers=(replies.COMPLETED, replies.BAD_OPTIONS, replies.TOO_MANY_PATTERNS),
)
def list_(
    session: Session,
    select: list[tuple[bytes, Any]] | None,
    reference: bytes,
    patterns: tuple[list[bytes], bool],
    returns: list[tuple[bytes, Any]] | None,
) -> Answer:
    """List mailboxes whose names fit a pattern: * fits anything, % anything within one level."""
    given, several = patterns
    extended = several or select is not None or returns is not None
    if given == [b""] and not extended:
        separator = wire.quote(session.store.separator.encode("ascii"))
        return replies.COMPLETED(b"* LIST (\\Noselect) " + separator + b' ""\r\n', verb="LIST")
    if len(given) > MAX_PATTERNS:
        return replies.TOO_MANY_PATTERNS(limit=MAX_PATTERNS)
    wanted = Listing(session)
    for word, value in select or []:
        does(session, SELECT_OPTIONS, word)(wanted, value)
    if wanted.recursive and not (wanted.subscribed or wanted.special):
        return replies.BAD_OPTIONS()
    for word, value in returns or []:
        does(session, RETURN_OPTIONS, word)(wanted, value)
    pattern = _Patterns(session, reference, [text for text in given if text or not extended])
    return replies.COMPLETED(*_listed(wanted, pattern, extended), verb="LIST")


@command(
    b"LSUB",
    args=seq(SP, _REFERENCE, SP, LIST_MAILBOX),
    states=LOGGED_IN,
    ref="3501#6.3.9",
    answers=(replies.COMPLETED,),
)
def lsub(session: Session, reference: bytes, pattern: bytes) -> Answer:
    """List the subscribed names that fit a pattern. IMAP4rev2 has LIST (SUBSCRIBED) instead."""
    patterns = _Patterns(session, reference, [pattern])
    subscribed = session.mailboxes.subscriptions()
    existing = {mailbox.name for mailbox in session.mailboxes.listing()}
    names = dict.fromkeys((name for name in subscribed if patterns.fit(name)), b"")
    if pattern.endswith(b"%"):
        # a level that is not subscribed, but holds a subscribed name, is told with \Noselect
        for name in subscribed:
            for above in superiors(name, session.store.separator):
                if above not in subscribed and patterns.fit(above):
                    names[above] = b"\\Noselect"
    lines = [
        _response(session, b"LSUB", name, [attribute] if attribute or name in existing else [b"\\Noselect"])
        for name, attribute in names.items()
    ]
    return replies.COMPLETED(*lines, verb="LSUB")


def list_line(session: Session, name: str, *, old: str | None = None, subscribed: bool = False) -> bytes:
    """The LIST response of a name, as SELECT, CREATE and RENAME send it in IMAP4rev2, and NOTIFY does. With
    `subscribed` it tells that, too, if it is so."""
    known = _Known(session)
    extra = b"" if old is None else b' ("OLDNAME" (' + session.spell(old) + b"))"
    attributes = known.attributes(name, legacy=False)
    if subscribed and name in known.subscribed:
        attributes.append(b"\\Subscribed")
    return _response(session, b"LIST", name, attributes, extra)


class _Patterns:
    """The patterns of one command, the reference put in front. A pattern that cannot be read fits nothing (RFC 9051
    section 6.3.9)."""

    def __init__(self, session: Session, reference: bytes, patterns: Iterable[bytes]) -> None:
        self._patterns: list[NamePattern] = []
        self._inbox: list[NamePattern] = []
        separator = session.store.separator
        for octets in patterns:
            try:
                text = decode_name(reference, session.enabled.utf8) + decode_name(octets, session.enabled.utf8)
            except ValueError:
                continue
            if text[:6].upper() in (INBOX, INBOX + separator, INBOX + "*", INBOX + "%"):
                text = INBOX + text[5:]
            self._patterns.append(NamePattern(text, separator))
            self._inbox.append(NamePattern(text.upper(), separator))

    def fit(self, name: str) -> bool:
        """Whether a name fits one of them; INBOX does in any case of letters."""
        return any(pattern.fits(name) for pattern in (self._inbox if name == INBOX else self._patterns))


class _Known:
    """The names that there are: mailboxes, subscriptions, and levels above either; levels above names that are `told`
    anyway are left out."""

    def __init__(self, session: Session, told: Callable[[str], bool] = lambda _name: False) -> None:
        separator = session.store.separator
        self.mailboxes = {mailbox.name: mailbox for mailbox in session.mailboxes.listing()}
        self.subscribed = dict.fromkeys(session.mailboxes.subscriptions())
        self.parents = {above for name in self.mailboxes for above in superiors(name, separator)}
        self.subscribed_below = {
            above for name in self.subscribed if not told(name) for above in superiors(name, separator)
        }
        self.special_below = {
            above
            for name, mailbox in self.mailboxes.items()
            if mailbox.special_use and not told(name)
            for above in superiors(name, separator)
        }

    def attributes(self, name: str, *, legacy: bool) -> list[bytes]:
        """mbx-list-flags of a name; `legacy` for who does not know \\NonExistent (RFC 3501)."""
        mailbox = self.mailboxes.get(name)
        # \NonExistent implies \Noselect (RFC 9051 section 7.3.1)
        found = [] if mailbox is not None else [b"\\Noselect" if legacy else b"\\NonExistent"]
        found.append(b"\\HasChildren" if name in self.parents else b"\\HasNoChildren")
        return found + [use.encode("ascii") for use in (mailbox.special_use if mailbox is not None else ())]


def _listed(wanted: Listing, patterns: _Patterns, extended: bool) -> Iterator[bytes]:
    session = wanted.session
    known = _Known(session)
    # who does not fit is told only because of what lies below and is not told itself (RFC 5258 section 3.5)
    untold = _Known(session, patterns.fit) if wanted.recursive else known
    names = dict.fromkeys([*known.mailboxes, *known.parents - known.mailboxes.keys()])
    if wanted.subscribed:
        names |= dict.fromkeys([*known.subscribed, *known.subscribed_below])
    for name in names:
        if not patterns.fit(name):
            continue
        inside = _childinfo(wanted, known, name)
        if not _selected(wanted, known, name) and not _childinfo(wanted, untold, name):
            continue
        attributes = known.attributes(name, legacy=not extended and not session.enabled.rev2)
        if name in known.subscribed and (wanted.subscribed or wanted.show_subscribed):
            attributes.append(b"\\Subscribed")
        extra = b' ("CHILDINFO" (' + b" ".join(inside) + b"))" if inside else b""
        yield _response(session, b"LIST", name, attributes, extra)
        if name in known.mailboxes:
            for more in wanted.after:
                yield more(name)


def _selected(wanted: Listing, known: _Known, name: str) -> bool:
    """Whether a name meets the selection options."""
    mailbox = known.mailboxes.get(name)
    if wanted.subscribed and name not in known.subscribed:
        return False
    return not wanted.special or (mailbox is not None and bool(mailbox.special_use))


def _childinfo(wanted: Listing, known: _Known, name: str) -> list[bytes]:
    """The selection options that a name below this one meets (RFC 9051 section 6.3.9.6)."""
    if not wanted.recursive:
        return []
    found = []
    if wanted.subscribed and name in known.subscribed_below:
        found.append(b'"SUBSCRIBED"')
    if wanted.special and name in known.special_below:
        found.append(b'"SPECIAL-USE"')
    return found


def _response(session: Session, kind: bytes, name: str, attributes: Iterable[bytes], extra: bytes = b"") -> bytes:
    shown = b" ".join(attribute for attribute in attributes if attribute)
    separator = wire.quote(session.store.separator.encode("ascii"))
    return b"* %s (%s) %s %s%s\r\n" % (kind, shown, separator, session.spell(name), extra)


def _turn_on(*names: str) -> Option:
    def turn(wanted: Listing, _value: Any) -> None:
        for name in names:
            setattr(wanted, name, True)

    return turn


SELECT_OPTIONS.add(
    b"SUBSCRIBED",
    _turn_on("subscribed"),
    about=N_("only subscribed names, whether they exist or not"),
    ref="9051#6.3.9.1",
)
SELECT_OPTIONS.add(
    b"REMOTE", _turn_on(), about=N_("mailboxes on other servers too; here there are none"), ref="9051#6.3.9.1"
)
SELECT_OPTIONS.add(
    b"RECURSIVEMATCH",
    _turn_on("recursive"),
    about=N_("also names that hold such a mailbox somewhere below"),
    ref="9051#6.3.9.1",
)
RETURN_OPTIONS.add(
    b"SUBSCRIBED", _turn_on("show_subscribed"), about=N_("tell which are subscribed"), ref="9051#6.3.9.2"
)
RETURN_OPTIONS.add(b"CHILDREN", _turn_on(), about=N_("tell which have mailboxes below them"), ref="9051#6.3.9.5")
