"""The TRANSACTION state (RFC 1939 section 5)."""

from __future__ import annotations

from sandbox.core.grammar import SP, opt, seq
from sandbox.core.replies import Answer
from sandbox.mail.dots import stuff
from sandbox.pop3 import grammar as g
from sandbox.pop3 import replies
from sandbox.pop3.session import Session
from sandbox.pop3.states import REGISTRY, TRANSACTION

_IN = {TRANSACTION}


@REGISTRY.command(b"STAT", args=g.TRAILING, states=_IN, ref="1939#5", answers=(replies.STAT,), reply=g.DROP_LISTING)
def stat(session: Session) -> Answer:
    """Ask how many messages there are, and how large they are together.

    Messages marked as deleted are not counted.
    """
    return replies.STAT(count=session.count, size=session.size)


@REGISTRY.command(
    b"LIST",
    args=seq(opt(seq(g.SEP, g.MSG)), g.TRAILING),
    states=_IN,
    ref="1939#5",
    answers=(replies.LIST_ALL, replies.LIST_ONE, *replies.MISSING),
    reply=seq(SP, g.SCAN_LISTING),
    lines=g.SCAN_LISTING,
    multiline=lambda values: values[0] is None,
)
def list_(session: Session, number: int | None) -> Answer:
    """Ask for the number and size of each message, or of one.

    Without a number the reply has many lines and ends with a dot.
    """
    if number is None:
        lines = [b"%d %d" % (entry.number, entry.size) for entry in session.unmarked()]
        return replies.LIST_ALL(*lines, count=session.count, size=session.size)
    entry = session.find(number)
    return entry if isinstance(entry, Answer) else replies.LIST_ONE(number=number, size=entry.size)


@REGISTRY.command(
    b"RETR",
    args=seq(g.SEP, g.MSG, g.TRAILING),
    states=_IN,
    ref="1939#5",
    answers=(replies.RETRIEVED, replies.NEEDS_UTF8, *replies.MISSING),
    multiline=lambda _values: True,
    content=True,
)
def retr(session: Session, number: int) -> Answer:
    """Download one message, whole.

    The message stays where it is: what is read is not marked as deleted.
    """
    entry = session.find(number)
    if isinstance(entry, Answer):
        return entry
    refusal = session.readable(entry)
    if refusal is not None:
        return refusal
    answer = replies.RETRIEVED(size=entry.size)
    answer.block = stuff(entry.stored.message.content)
    return answer


@REGISTRY.command(
    b"DELE", args=seq(g.SEP, g.MSG, g.TRAILING), states=_IN, ref="1939#5", answers=(replies.DELETED, *replies.MISSING)
)
def dele(session: Session, number: int) -> Answer:
    """Mark a message as deleted. Nothing is removed before QUIT.

    The number stays taken: the other messages keep theirs until the session ends.
    """
    entry = session.find(number)
    if isinstance(entry, Answer):
        return entry
    session.mark(number)
    return replies.DELETED(number=number)


@REGISTRY.command(b"NOOP", args=g.TRAILING, states=_IN, ref="1939#5", answers=(replies.NOOP,))
def noop(session: Session) -> Answer:
    """Do nothing, and get an answer: the line is alive."""
    return replies.NOOP()


@REGISTRY.command(b"RSET", args=g.TRAILING, states=_IN, ref="1939#5", answers=(replies.RESET,))
def rset(session: Session) -> Answer:
    """Take back all deletion marks of this session."""
    session.unmark_all()
    return replies.RESET(count=session.count, size=session.size)
