"""SEARCH and UID SEARCH (RFC 9051 section 6.4.4; results also as RFC 3501 section 7.2.5 writes them)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sandbox.core.grammar import SP, opt, seq, token
from sandbox.core.message import N_
from sandbox.core.replies import Answer, Outcome
from sandbox.imap import format as wire
from sandbox.imap import replies
from sandbox.imap.capabilities import does, has
from sandbox.imap.grammar import CHARSET, parenthesized
from sandbox.imap.search import keys  # noqa: F401  # fills the table of keys
from sandbox.imap.search.program import (
    MAX_KEYS,
    SEARCH_PROGRAM,
    NoSuchNumber,
    Pairs,
    Plan,
    Program,
    Searching,
    TooMuch,
    candidates,
    prepare,
    select,
)
from sandbox.imap.session import Refused, Session, command
from sandbox.imap.states import SELECTED
from sandbox.imap.table import Table
from sandbox.mail.words import known_charset


@dataclass(slots=True)
class Result:
    """What a search found: messages with their numbers, those in the order to be told; `values` are their numbers, or
    UIDs where those are asked for."""

    search: Searching
    pairs: Pairs
    values: list[int]
    tag: bytes
    options: list[tuple[bytes, Any]]
    by_uid: bool
    order: Callable[[Pairs], None] | None = None
    """Puts messages into the order that was asked for; None where that is the order of the mailbox."""


Return = Callable[[Result, Any], bytes]

# search-return-opt
SEARCH_RETURNS: Final[Table[Return]] = Table("search-return-opt", N_("what to tell of the result"), "9051#6.4.4")

RETURN_ARGS: Final = seq(
    SP,
    token(b"RETURN", about=N_("what is to be returned follows"), ref="9051#6.4.4"),
    SP,
    parenthesized(SEARCH_RETURNS),
)
_ARGS: Final = seq(
    opt(RETURN_ARGS),
    opt(seq(SP, token(b"CHARSET", about=N_("the character set of the texts follows"), ref="9051#6.4.4"), SP, CHARSET)),
    SP,
    SEARCH_PROGRAM,
)
SEARCH_ANSWERS: Final = (
    replies.COMPLETED,
    replies.BADCHARSET,
    replies.NO_CHARSET,
    replies.NO_SUCH_MESSAGE,
    replies.TOO_MANY_KEYS,
)

Options = list[tuple[bytes, Any]] | None


@command(b"SEARCH", args=_ARGS, states={SELECTED}, ref="9051#6.4.4", answers=SEARCH_ANSWERS)
def search(session: Session, returns: Options, charset: bytes | None, program: Program) -> Answer:
    """Find the messages that meet all the keys, and tell their numbers."""
    return _search(session, returns, charset, program, by_uid=False)


@command(b"UID SEARCH", args=_ARGS, states={SELECTED}, ref="9051#6.4.9", answers=SEARCH_ANSWERS)
def uid_search(session: Session, returns: Options, charset: bytes | None, program: Program) -> Answer:
    """Find the messages that meet all the keys, and tell their UIDs."""
    return _search(session, returns, charset, program, by_uid=True)


def _search(session: Session, returns: Options, charset: bytes | None, program: Program, *, by_uid: bool) -> Answer:
    if returns is not None and not session.enabled.rev2 and not has(session, b"ESEARCH"):
        return replies.NOT_OFFERED(word="RETURN")
    job, pairs = found(session, returns, charset, program)
    values = [stored.uid for _, stored in pairs] if by_uid else [number for number, _ in pairs]
    result = Result(job, pairs, values, session.tag, returns or [], by_uid)
    if returns is None and not session.enabled.rev2:
        listed = b"".join([b" %d" % value for value in values])
        highest = b" (MODSEQ %d)" % max(s.modseq for _, s in pairs) if job.wants_modseq and pairs else b""
        return replies.COMPLETED(b"* SEARCH" + listed + highest + b"\r\n", verb="SEARCH")
    return replies.COMPLETED(esearch(result), verb="SEARCH")


def found(session: Session, returns: Options, charset: bytes | None, program: Program) -> tuple[Searching, Pairs]:
    """Carry out a search. Raises `Refused`: with NO, a result that was to be saved is empty now; BAD leaves `$` alone
    (RFC 5182 section 2.1)."""
    try:
        job = Searching(session, _charset(session, charset))
        job.plans = _prepared(job, program)
    except Refused as refused:
        if refused.answer.reply.outcome is Outcome.NO and any(word == b"SAVE" for word, _ in returns or ()):
            session.selected.saved = []
        raise
    return job, select(job.plans, candidates(job, program))


def _prepared(job: Searching, program: Program) -> list[Plan]:
    try:
        return prepare(job, program)
    except NoSuchNumber:
        raise Refused(replies.NO_SUCH_MESSAGE(count=len(job.view))) from None
    except TooMuch:
        raise Refused(replies.TOO_MANY_KEYS(limit=MAX_KEYS)) from None


def _charset(session: Session, charset: bytes | None) -> str:
    """The charset of the texts to look for. Raises `Refused`."""
    if charset is not None and session.enabled.utf8_accept:
        raise Refused(replies.NO_CHARSET())
    if charset is None:
        # IMAP4rev2 has UTF-8 by default, IMAP4rev1 US-ASCII, which is part of it
        return "utf-8"
    name = charset.decode("ascii", "replace")
    if not known_charset(name):
        raise Refused(replies.BADCHARSET(charset=name))
    return name


def esearch(result: Result) -> bytes:
    """The ESEARCH response (RFC 9051 section 7.3.4); nothing where the result is only saved."""
    options = result.options or [(b"ALL", None)]
    told = [does(result.search.session, SEARCH_RETURNS, word)(result, value) for word, value in options]
    if {word for word, _ in options} == {b"SAVE"}:
        return b""
    if result.search.wants_modseq and result.pairs:
        told.append(b" MODSEQ %d" % _modseq(result))
    uid = b" UID" if result.by_uid else b""
    return b"* ESEARCH (TAG %s)%s%s\r\n" % (wire.quote(result.tag), uid, b"".join(told))


def _modseq(result: Result) -> int:
    """The highest mod-sequence of what is told (RFC 4731 section 3.2)."""
    words = {word for word, _ in result.options}
    pairs = result.pairs
    if words and words <= {b"MIN", b"MAX", b"SAVE"}:
        pairs = [pair for word, pair in ((b"MIN", pairs[0]), (b"MAX", pairs[-1])) if word in words] or pairs
    return max(stored.modseq for _, stored in pairs)


def _all(result: Result, _value: None) -> bytes:
    return b" ALL " + wire.numbers(result.values) if result.values else b""


def _least(result: Result, _value: None) -> bytes:
    # the first: of sorted results that is "the lowest sorted message" (RFC 5267 section 3.1)
    return b" MIN %d" % result.values[0] if result.values else b""


def _most(result: Result, _value: None) -> bytes:
    return b" MAX %d" % result.values[-1] if result.values else b""


def _count(result: Result, _value: None) -> bytes:
    return b" COUNT %d" % len(result.values)


SEARCH_RETURNS.add(b"MIN", _least, about=N_("the lowest number"), ref="9051#6.4.4")
SEARCH_RETURNS.add(b"MAX", _most, about=N_("the highest number"), ref="9051#6.4.4")
SEARCH_RETURNS.add(b"ALL", _all, about=N_("all numbers, as a sequence set"), ref="9051#6.4.4")
SEARCH_RETURNS.add(b"COUNT", _count, about=N_("how many there are"), ref="9051#6.4.4")
