"""STORE and UID STORE (RFC 9051 section 6.4.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from sandbox.core.effects import Commit, Data
from sandbox.core.grammar import SP, alt, many, opt, seq, term
from sandbox.core.message import N_
from sandbox.core.replies import Answer
from sandbox.imap import format as wire
from sandbox.imap import replies
from sandbox.imap.capabilities import does
from sandbox.imap.commands.append import flag_names
from sandbox.imap.grammar import FLAG, FLAG_LIST, SEQUENCE_SET, Numbers, parenthesized
from sandbox.imap.session import Handling, Refused, Session, command
from sandbox.imap.states import SELECTED
from sandbox.imap.table import Table
from sandbox.imap.view import View
from sandbox.mail.store import How, Stored

Test = Callable[[Session, Any], Callable[[Stored], bool]]

# store-modifier (RFC 4466 section 2.5)
STORE_MODIFIERS: Final[Table[Test]] = Table("store-modifier", N_("a condition of STORE"), "4466#2.5")
"""Conditions of STORE: from what the client gave, a test that a message has to pass to be changed."""

# store-att-flags = (["+" / "-"] "FLAGS" [".SILENT"]) SP (flag-list / (flag *(SP flag)))
_HOW: Final = term(
    "store-att-flags",
    rb"(?i:[+-]?FLAGS(?:\.SILENT)?)",
    "9051#6.4.6",
    N_("set the flags; + adds to them, - takes away; .SILENT asks not to be told the result"),
    convert=bytes.upper,
)
_ARGS: Final = seq(
    SP,
    SEQUENCE_SET,
    opt(seq(SP, parenthesized(STORE_MODIFIERS, 1))),
    SP,
    _HOW,
    SP,
    alt(FLAG_LIST, many(FLAG, SP, 1), usage="<flags>"),
)
_ANSWERS: Final = (
    replies.COMPLETED,
    replies.MODIFIED,
    replies.NO_SUCH_MESSAGE,
    replies.EXPUNGED,
    replies.CANNOT_WRITE,
    replies.BAD_FLAG,
    replies.LIMIT,
)
_CHUNK: Final = 1024
"""Messages whose responses are written at once."""


@command(b"STORE", args=_ARGS, states={SELECTED}, ref="9051#6.4.6", answers=_ANSWERS)
def store(session: Session, numbers: Numbers, tests: Any, how: bytes, flags: list[bytes]) -> Handling:
    """Change flags of messages. The server tells the flags that result, unless it is asked to be silent."""
    return (yield from _store(session, numbers, tests, how, flags, by_uid=False))


@command(b"UID STORE", args=_ARGS, states={SELECTED}, ref="9051#6.4.9", answers=_ANSWERS)
def uid_store(session: Session, numbers: Numbers, tests: Any, how: bytes, flags: list[bytes]) -> Handling:
    """Change flags of messages named by UID."""
    return (yield from _store(session, numbers, tests, how, flags, by_uid=True))


def _store(session: Session, numbers: Numbers, tests: Any, how: bytes, flags: list[bytes], *, by_uid: bool) -> Handling:
    view = session.writable
    places = view.resolve(numbers, by_uid)
    if places is None:
        raise Refused(replies.NO_SUCH_MESSAGE(count=len(view)))
    passes = [does(session, STORE_MODIFIERS, word)(session, value) for word, value in tests or ()]
    named = view.messages(places)
    meant = [pair for pair in named if all(test(pair[1]) for test in passes)] if passes else named
    word, _, silent = how.partition(b".")
    with view.own_change():
        changed = view.mailbox.change_flags(
            [stored.uid for _, stored in meant], How(word.decode("ascii")), flag_names(flags)
        )
    if changed and not (yield Commit()):
        return replies.NOT_DURABLE()
    heading = session.ahead() + view.flags_news()
    if heading:
        yield Data(heading)
    told = meant
    if silent and not passes:
        told = [(view.number(one.uid), one) for one in changed] if session.enabled.condstore else []
    for lines in _told(view, told, by_uid, bare=bool(silent)):
        yield Data(lines)
    return _concluded(named, meant, by_uid=by_uid, wanted=sum(map(len, places)))


def _told(view: View, messages: list[tuple[int, Stored]], by_uid: bool, *, bare: bool) -> Iterator[bytes]:
    """FETCH responses with the flags as they are now; `bare` ones have the mod-sequence only."""
    get = view.mailbox.get
    if not bare:
        view.told(stored.uid for _, stored in messages)
    for start in range(0, len(messages), _CHUNK):
        lines = []
        for number, old in messages[start : start + _CHUNK]:
            stored = get(old.uid) or old
            if bare:
                lines.append(b"* %d FETCH (UID %d MODSEQ (%d))\r\n" % (number, stored.uid, stored.modseq))
            else:
                lines.append(view.fetch_flags(number, stored, with_uid=by_uid))
        yield b"".join(lines)


def _concluded(
    named: list[tuple[int, Stored]], meant: list[tuple[int, Stored]], *, by_uid: bool, wanted: int
) -> Answer:
    if len(meant) < len(named):
        done = {number for number, _ in meant}
        failed = [stored.uid if by_uid else number for number, stored in named if number not in done]
        return replies.MODIFIED(numbers=wire.numbers(failed).decode("ascii"))
    if len(named) < wanted and not by_uid:
        return replies.EXPUNGED()
    return replies.COMPLETED(verb="STORE")
