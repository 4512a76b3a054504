"""NOTIFY (RFC 5465): the client says of which events it wants to hear, in which mailboxes, at all times."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from sandbox.core.grammar import SP, Mapped, alt, many, opt, seq, token
from sandbox.core.message import N_
from sandbox.core.refs import Ref
from sandbox.core.replies import Answer
from sandbox.imap import replies
from sandbox.imap.capabilities import capability, does
from sandbox.imap.commands.fetch import makers_of
from sandbox.imap.grammar import CLOSE, MAILBOX, OPEN, Numbers, atom, parenthesized
from sandbox.imap.items import FETCH_ITEMS, Fetching
from sandbox.imap.notices import EXPUNGED, FLAGS, NAME, NEW, SUBSCRIPTION, Group, MailboxNotices
from sandbox.imap.session import Refused, Session, command
from sandbox.imap.states import LOGGED_IN
from sandbox.imap.table import Table
from sandbox.imap.view import Items, View
from sandbox.mail.errors import InvalidName
from sandbox.mail.names import INBOX, normal_name

_CAPABILITY: Final = b"NOTIFY"
capability(_CAPABILITY, "5465", about=N_("the client can say of which events it wants to hear, at all times"))

Chooses = Callable[[str], bool]
Events = list[tuple[bytes, Any]]
Wanted = tuple[tuple[bytes, Any], Events]

_MESSAGES: Final = frozenset({NEW, EXPUNGED, FLAGS})
_SELECTED: Final = frozenset({b"SELECTED", b"SELECTED-DELAYED"})

# event = message-event / mailbox-event / user-event / event-ext. Those that are not in the table cannot be told.
EVENTS: Final[Table[str]] = Table("event", N_("an event to hear of"), "5465#5")
EVENTS.add(
    NEW,
    "MessageNew",
    about=N_("MessageNew: a message came; for the open mailbox, with what is to be told of it"),
    ref="5465#5.2",
    args=opt(seq(SP, parenthesized(FETCH_ITEMS, 1))),
)
EVENTS.add(EXPUNGED, "MessageExpunge", about=N_("MessageExpunge: messages were removed"), ref="5465#5.3")
EVENTS.add(FLAGS, "FlagChange", about=N_("FlagChange: flags of a message were changed"), ref="5465#5.1")
EVENTS.add(NAME, "MailboxName", about=N_("MailboxName: a mailbox was made, deleted or renamed"), ref="5465#5.4")
EVENTS.add(
    SUBSCRIPTION,
    "SubscriptionChange",
    about=N_("SubscriptionChange: a name was subscribed to, or is not any more"),
    ref="5465#5.5",
)
_EXTENSION: Final = Mapped(
    atom("event-ext", N_("a kind of event that this server cannot tell of"), "5465#8"),
    lambda word: (word.upper(), None),
    N_("a kind of event that this server cannot tell of"),
    Ref("5465#8"),
)

# filter-mailboxes
FILTERS: Final[Table[Callable[[Session, Any], Chooses]]] = Table(
    "filter-mailboxes", N_("which mailboxes this is about"), "5465#6"
)
# one-or-more-mailbox = mailbox / many-mailboxes
_NAMES: Final = seq(
    SP,
    alt(
        parenthesized(MAILBOX, 1),
        Mapped(MAILBOX, lambda name: [name], N_("the name of a mailbox"), Ref("5465#8")),
        usage="<mailboxes>",
    ),
)
# event-group = "(" filter-mailboxes SP events ")"; events = ("(" event *(SP event) ")") / "NONE"
_EVENTS: Final = alt(
    token(b"NONE", about=N_("NONE: of nothing"), ref="5465#8", value=[]),
    parenthesized(alt(EVENTS, _EXTENSION, usage="<event>"), 1),
    usage="(<event>...)",
)
_GROUP: Final = seq(OPEN, FILTERS, SP, _EVENTS, CLOSE)
# notify = "NOTIFY" SP (notify-set / notify-none)
_ARGS: Final = seq(
    SP,
    alt(
        seq(
            token(b"SET", about=N_("SET: from here on the client wants to hear of these events only"), ref="5465#3.1"),
            opt(
                # status-indicator = SP "STATUS"
                seq(
                    SP,
                    token(
                        b"STATUS",
                        about=N_("STATUS: tell first where those mailboxes stand"),
                        ref="5465#3.1",
                        value=True,
                    ),
                ),
                False,
            ),
            SP,
            many(_GROUP, SP, 1),
        ),
        token(
            b"NONE", about=N_("NONE: the client does not want to hear of any event"), ref="5465#3.1", value=(False, [])
        ),
        usage="SET [STATUS] (<mailboxes> (<event>...))...",
    ),
)


@command(
    b"NOTIFY",
    args=_ARGS,
    states=LOGGED_IN,
    ref="5465#3.1",
    answers=(
        replies.COMPLETED,
        replies.BADEVENT,
        replies.UNPAIRED_EVENTS,
        replies.MESSAGES_ONLY,
        replies.SELECTED_TWICE,
        replies.ITEMS_ELSEWHERE,
        replies.UNTAGGED_OVERFLOW,
    ),
    capability=_CAPABILITY,
)
def notify(session: Session, wanted: tuple[bool, list[Wanted]]) -> Answer:
    """Say of which events you want to hear, in which mailboxes: the server tells them at once, IDLE or not."""
    with_status, groups = wanted
    for choice, events in groups:
        _examine(session, choice[0], events)
    own = [(choice[0], events) for choice, events in groups if choice[0] in _SELECTED]
    if len(own) > 1:
        return replies.SELECTED_TWICE()
    watched = [
        Group(does(session, FILTERS, word)(session, names), frozenset(event for event, _ in events))
        for (word, names), events in groups
    ]
    # SET implies a NOOP: what has gathered is told whatever is wanted from here on
    lines = [session.view.news(True, everything=True)] if session.view is not None and groups else []
    _listen(session, *(own[0] if own else (b"SELECTED", [])))
    if session.notices is not None:
        session.notices.close()
    session.notices = notices = MailboxNotices(session, watched)
    if with_status:
        lines += notices.status()
    return replies.COMPLETED(*lines, verb="NOTIFY")


def _examine(session: Session, choice: bytes, events: Events) -> None:
    """Raise `Refused` where events do not fit together, or to the mailboxes."""
    words = {word for word, _ in events}
    if not words <= EVENTS.rows.keys():
        raise Refused(replies.BADEVENT(events=" ".join(row.does for row in EVENTS.rows.values())))
    if words & _MESSAGES and not words >= {NEW, EXPUNGED}:
        raise Refused(replies.UNPAIRED_EVENTS())
    if choice in _SELECTED:
        if not words <= _MESSAGES:
            raise Refused(replies.MESSAGES_ONLY())
        for _, items in events:
            describing(session, items or [])
    elif any(items for _, items in events):
        raise Refused(replies.ITEMS_ELSEWHERE())


def _listen(session: Session, choice: bytes, events: Events) -> None:
    """What the client hears of the open mailbox from here on."""
    hearing, words = session.hearing, dict(events)
    hearing.messages, hearing.flags = NEW in words, FLAGS in words
    hearing.with_uid = True
    hearing.delayed = choice == b"SELECTED-DELAYED"
    hearing.items = words.get(NEW)


def describing(session: Session, items: Items) -> None:
    """Have new messages told with such items. Raises `Refused` where one is not offered."""
    for word, _ in items:
        does(session, FETCH_ITEMS, word)

    def describe(view: View, wanted: list[tuple[int, Items]]) -> list[bytes]:
        lines = []
        for uid, asked in wanted:
            stored = view.mailbox.get(uid)
            assert stored is not None
            makers = makers_of(Fetching(session, view, Numbers(()), by_uid=False), asked)
            data = b" ".join([make(stored) for make in makers])
            lines.append(b"* %d FETCH (%s)\r\n" % (view.number(uid), data))
        return lines

    session.hearing.describe = describe


def _nowhere(_session: Session, _value: None) -> Chooses:
    """The open mailbox tells its events itself."""
    return lambda _name: False


def _subscribed(session: Session, _value: None) -> Chooses:
    return lambda name: name in session.mailboxes.subscriptions()


def _mailboxes(session: Session, names: list[bytes]) -> Chooses:
    return _spelled(session, names).__contains__


def _subtree(session: Session, names: list[bytes]) -> Chooses:
    roots = _spelled(session, names)
    below = tuple(root + session.store.separator for root in roots)
    return lambda name: name in roots or name.startswith(below)


def _spelled(session: Session, names: Iterable[bytes]) -> frozenset[str]:
    """The names that there can be; others are ignored (RFC 5465 section 3.1)."""
    found = set()
    for octets in names:
        try:
            found.add(normal_name(session.name(octets), session.store.separator))
        except (InvalidName, Refused):
            continue
    return frozenset(found)


_add = FILTERS.add
_add(b"SELECTED", _nowhere, about=N_("selected: the mailbox that is open"), ref="5465#6.1.1")
_add(
    b"SELECTED-DELAYED",
    _nowhere,
    about=N_("selected-delayed: the mailbox that is open; what is removed is told when a command allows it"),
    ref="5465#6.1.2",
)
_add(
    b"INBOXES",
    lambda _session, _value: INBOX.__eq__,
    about=N_("inboxes: the mailboxes that mail is delivered to"),
    ref="5465#6.3",
)
_add(
    b"PERSONAL",
    lambda _session, _value: lambda _name: True,
    about=N_("personal: all mailboxes of the user"),
    ref="5465#6.2",
)
_add(b"SUBSCRIBED", _subscribed, about=N_("subscribed: the mailboxes that the user subscribed to"), ref="5465#6.4")
_add(
    b"SUBTREE",
    _subtree,
    about=N_("subtree: these mailboxes, and those below them"),
    ref="5465#6.5",
    args=_NAMES,
)
_add(b"MAILBOXES", _mailboxes, about=N_("mailboxes: these, by name"), ref="5465#6.6", args=_NAMES)
