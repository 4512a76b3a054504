"""FETCH and UID FETCH (RFC 9051 section 6.4.5). The data items are in `sandbox.imap.items` and in extensions."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Final

from sandbox.core.effects import Commit, Data, Effect
from sandbox.core.grammar import SP, Mapped, alt, opt, seq
from sandbox.core.message import N_
from sandbox.core.refs import Ref
from sandbox.imap import replies
from sandbox.imap.capabilities import does
from sandbox.imap.grammar import SEQUENCE_SET, Numbers, parenthesized
from sandbox.imap.items import FETCH_ITEMS, FETCH_MACROS, Fetching, Maker
from sandbox.imap.session import Handling, Refused, Session, command
from sandbox.imap.states import SELECTED
from sandbox.imap.table import Table
from sandbox.imap.view import Items
from sandbox.mail.flags import SEEN
from sandbox.mail.store import How, Stored

Modifier = Callable[[Fetching, Any], None]

# fetch-modifier (RFC 4466 section 2.4)
FETCH_MODIFIERS: Final[Table[Modifier]] = Table("fetch-modifier", N_("a condition of FETCH"), "4466#2.3")


_ITEM_LIST: Final = alt(
    parenthesized(FETCH_ITEMS, 1),
    Mapped(
        FETCH_MACROS,
        lambda found: [(word, None) for word in FETCH_MACROS.rows[found[0]].does],
        N_("a word for several items"),
        Ref("9051#6.4.5"),
    ),
    Mapped(FETCH_ITEMS, lambda item: [item], N_("a data item"), Ref("9051#6.4.5")),
    usage="<items>",
)
_ARGS: Final = seq(SP, SEQUENCE_SET, SP, _ITEM_LIST, opt(seq(SP, parenthesized(FETCH_MODIFIERS, 1))))
_ANSWERS: Final = (
    replies.COMPLETED,
    replies.FETCHED_LESS,
    replies.NO_SUCH_MESSAGE,
    replies.UNKNOWN_CTE,
)
_CHUNK: Final = 65_536
"""Octets that are collected before they are handed on."""


@command(b"FETCH", args=_ARGS, states={SELECTED}, ref="9051#6.4.5", answers=_ANSWERS)
def fetch(session: Session, numbers: Numbers, items: Items, modifiers: Items | None) -> Handling:
    """Get data of messages: their text or parts of it, flags, size, structure.

    BODY[...] marks a message as read, BODY.PEEK[...] does not.
    """
    return (yield from _fetch(session, numbers, items, modifiers or [], by_uid=False))


@command(b"UID FETCH", args=_ARGS, states={SELECTED}, ref="9051#6.4.9", answers=_ANSWERS)
def uid_fetch(session: Session, numbers: Numbers, items: Items, modifiers: Items | None) -> Handling:
    """Get data of messages named by UID."""
    if all(word != b"UID" for word, _ in items):
        items = [(b"UID", None), *items]
    return (yield from _fetch(session, numbers, items, modifiers or [], by_uid=True))


def _fetch(session: Session, numbers: Numbers, items: Items, modifiers: Items, *, by_uid: bool) -> Handling:
    view = session.selected
    places = view.resolve(numbers, by_uid)
    if places is None:
        raise Refused(replies.NO_SUCH_MESSAGE(count=len(view)))
    job = Fetching(session, view, numbers, by_uid)
    for word, value in modifiers:
        does(session, FETCH_MODIFIERS, word)(job, value)
    for finish in job.finish:
        finish()
    makers = makers_of(job, items)
    # no flag is told that the client has not heard of (RFC 9051 section 7.3.5)
    keywords = view.flags_news() if job.tells_flags or job.marks_seen else b""
    heading = session.ahead() + keywords + b"".join(job.heading)
    if heading:
        yield Data(heading)
    if {word for word, _ in items} == {b"UID"} and not modifiers:
        # a message that another session expunged has its UID until this one is told
        known = view.numbered(places)
        yield Data(b"".join([b"* %d FETCH (UID %d)\r\n" % pair for pair in known]))
        gone = view.has_gone and any(view.mailbox.get(uid) is None for _, uid in known)
        return replies.FETCHED_LESS(verb="FETCH") if gone and not by_uid else replies.COMPLETED(verb="FETCH")
    messages = view.messages(places)
    whole = len(messages) == sum(map(len, places))
    if job.passes:
        messages = [pair for pair in messages if all(test(pair[1]) for test in job.passes)]
    seen: set[int] = set()
    if job.marks_seen and not view.read_only:
        messages, seen = yield from _mark_seen(job, messages)
    if job.tells_flags:
        view.told(stored.uid for _, stored in messages)
    yield from _respond(makers, makers + _news(job, items), messages, seen)
    if job.unknown_cte:
        return replies.UNKNOWN_CTE()
    return replies.COMPLETED(verb="FETCH") if whole or by_uid else replies.FETCHED_LESS(verb="FETCH")


def makers_of(job: Fetching, items: Items) -> list[Maker]:
    """What writes these items, in their order, each once. Raises `Refused` where one is not offered."""
    makers = []
    for word, value in dict.fromkeys((word, _key(value)) for word, value in items):
        makers.append(does(job.session, FETCH_ITEMS, word)(job, value))
    if job.wants_modseq and (b"MODSEQ", None) not in items:
        makers.append(does(job.session, FETCH_ITEMS, b"MODSEQ")(job, None))
    return makers


def _news(job: Fetching, items: Items) -> list[Maker]:
    """What is told of a message that this command marks as read, if it is not asked for: the flags, and to who knows
    CONDSTORE the UID and the mod-sequence (RFC 7162 section 3.2.4)."""
    words = (b"FLAGS", b"UID", b"MODSEQ") if job.session.enabled.condstore else (b"FLAGS",)
    asked = {word for word, _ in items}
    if job.wants_modseq:
        asked.add(b"MODSEQ")
    return [FETCH_ITEMS.rows[word].does(job, None) for word in words if word not in asked]


def _key(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _mark_seen(
    job: Fetching, messages: list[tuple[int, Stored]]
) -> Generator[Effect, Any, tuple[list[tuple[int, Stored]], set[int]]]:
    """Set \\Seen before the text is sent, and note whose flags have to be told with it."""
    view = job.view
    unseen = [stored.uid for _, stored in messages if SEEN not in stored.flags]
    if not unseen:
        return messages, set()
    with view.own_change():
        view.mailbox.change_flags(unseen, How.ADD, (SEEN,))
    if not (yield Commit()):
        raise Refused(replies.NOT_DURABLE())
    get = view.mailbox.get
    return [(number, get(stored.uid) or stored) for number, stored in messages], set(unseen)


def _respond(
    makers: list[Maker], seen_makers: list[Maker], messages: list[tuple[int, Stored]], seen: set[int]
) -> Generator[Effect, Any, None]:
    chunk: list[bytes] = []
    size = 0
    for number, stored in messages:
        data = b" ".join([make(stored) for make in (seen_makers if stored.uid in seen else makers)])
        line = b"* %d FETCH (%s)\r\n" % (number, data)
        chunk.append(line)
        size += len(line)
        if size > _CHUNK:
            yield Data(b"".join(chunk))
            chunk, size = [], 0
    if chunk:
        yield Data(b"".join(chunk))
