"""The optional commands of RFC 1939 section 7: TOP and UIDL. (USER, PASS and APOP are with AUTHORIZATION.)"""

from __future__ import annotations

from sandbox.core.grammar import SP, opt, seq
from sandbox.core.replies import Answer
from sandbox.mail.dots import stuff
from sandbox.pop3 import grammar as g
from sandbox.pop3 import replies
from sandbox.pop3.session import Session
from sandbox.pop3.states import REGISTRY, TRANSACTION

_IN = {TRANSACTION}


@REGISTRY.command(
    b"TOP",
    args=seq(g.SEP, g.MSG, g.SEP, g.LINES, g.TRAILING),
    states=_IN,
    ref="1939#7",
    answers=(replies.TOP, replies.NEEDS_UTF8, *replies.MISSING),
    capability=b"TOP",
    multiline=lambda _values: True,
    content=True,
)
def top(session: Session, number: int, lines: int) -> Answer:
    """Read the header of a message and the first lines of its body.

    Mail programs use it to show a list of subjects without downloading everything.
    """
    entry = session.find(number)
    if isinstance(entry, Answer):
        return entry
    refusal = session.readable(entry)
    if refusal is not None:
        return refusal
    content = session.top(entry, lines)
    answer = replies.TOP(size=len(content))
    answer.block = stuff(content)
    return answer


@REGISTRY.command(
    b"UIDL",
    args=seq(opt(seq(g.SEP, g.MSG)), g.TRAILING),
    states=_IN,
    ref="1939#7",
    answers=(replies.UIDL_ALL, replies.UIDL_ONE, *replies.MISSING),
    capability=b"UIDL",
    reply=seq(SP, g.UNIQUE_ID_LISTING),
    lines=g.UNIQUE_ID_LISTING,
    multiline=lambda values: values[0] is None,
)
def uidl(session: Session, number: int | None) -> Answer:
    """Ask for the unique-id of each message, or of one.

    Numbers change from session to session; unique-ids stay. A program that leaves mail on the server remembers them.
    """
    if number is None:
        return replies.UIDL_ALL(*(f"{entry.number} {entry.unique_id}".encode() for entry in session.unmarked()))
    entry = session.find(number)
    return entry if isinstance(entry, Answer) else replies.UIDL_ONE(number=number, uid=entry.unique_id)
