"""Opening and closing a mailbox (RFC 9051 sections 6.3.2, 6.3.3, 6.4.1 and 6.4.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sandbox.core.grammar import SP, opt, seq
from sandbox.core.message import N_
from sandbox.core.replies import Answer, Outcome
from sandbox.imap import format as wire
from sandbox.imap import replies
from sandbox.imap.capabilities import does
from sandbox.imap.commands.listing import list_line
from sandbox.imap.grammar import MAILBOX, parenthesized
from sandbox.imap.session import Handling, Refused, Session, command, durable, refusal
from sandbox.imap.states import AUTHENTICATED, LOGGED_IN, SELECTED
from sandbox.imap.table import Table
from sandbox.imap.view import View
from sandbox.mail.errors import StoreError
from sandbox.mail.flags import DELETED, SEEN, SYSTEM_FLAGS
from sandbox.mail.store import Mailbox

Parameter = tuple[Callable[[Session, Any], None], Callable[[Session, View, Any], list[bytes]]]
"""What a parameter of SELECT does before the mailbox is opened, and what it adds to the responses."""

# select-param (RFC 4466 section 2.4)
SELECT_PARAMS: Final[Table[Parameter]] = Table("select-param", N_("a parameter of SELECT"), "4466#2.4")
_ARGS: Final = seq(SP, MAILBOX, opt(seq(SP, parenthesized(SELECT_PARAMS, 1))))
_THEN: Final = {Outcome.OK: SELECTED, Outcome.NO: AUTHENTICATED}

ON_SELECT: Final[list[Callable[[Session, View], bytes]]] = []
"""What extensions add to the responses of every SELECT."""


@command(
    b"SELECT",
    args=_ARGS,
    states=LOGGED_IN,
    then=_THEN,
    ref="9051#6.3.2",
    answers=(replies.READ_WRITE, replies.NONEXISTENT, replies.BAD_NAME),
)
def select(session: Session, mailbox: bytes, params: list[tuple[bytes, Any]] | None) -> Answer:
    """Open a mailbox, to read and change its messages.

    If it fails, no mailbox is open afterwards, not even the one that was.
    """
    return _open(session, mailbox, params or [], read_only=False)


@command(
    b"EXAMINE",
    args=_ARGS,
    states=LOGGED_IN,
    then=_THEN,
    ref="9051#6.3.3",
    answers=(replies.READ_ONLY, replies.NONEXISTENT, replies.BAD_NAME),
)
def examine(session: Session, mailbox: bytes, params: list[tuple[bytes, Any]] | None) -> Answer:
    """Open a mailbox for reading only: nothing in it changes, \\Recent and \\Seen included."""
    return _open(session, mailbox, params or [], read_only=True)


def _open(session: Session, octets: bytes, params: list[tuple[bytes, Any]], *, read_only: bool) -> Answer:
    for word, value in params:
        does(session, SELECT_PARAMS, word)[0](session, value)
    lines = [wire.condition(replies.UNTAGGED_CLOSED)] if session.view is not None else []
    session.close()
    try:
        mailbox = session.mailbox(octets)
    except StoreError as error:
        answer = refusal(error)
    except Refused as refused:
        answer = refused.answer
    else:
        view = session.open(mailbox, read_only)
        lines += _described(session, view, mailbox)
        for word, value in params:
            lines += does(session, SELECT_PARAMS, word)[1](session, view, value)
        answer = (replies.READ_ONLY if read_only else replies.READ_WRITE)(name=mailbox.name)
    answer.lines = lines
    return answer


def _described(session: Session, view: View, mailbox: Mailbox) -> list[bytes]:
    permanent = b"()" if view.read_only else wire.flags((*SYSTEM_FLAGS, *mailbox.keywords, "\\*"))
    rev2 = session.enabled.rev2
    lines = [
        b"* FLAGS " + wire.flags(view.known_flags) + b"\r\n",
        wire.condition(replies.UNTAGGED_PERMANENTFLAGS, flags=permanent.decode("ascii")),
        b"* %d EXISTS\r\n" % len(view),
        b"" if rev2 else b"* %d RECENT\r\n" % len(view.recent),
        b"" if rev2 else _first_unseen(view, mailbox),
        wire.condition(replies.UNTAGGED_UIDVALIDITY, validity=mailbox.uid_validity),
        wire.condition(replies.UNTAGGED_UIDNEXT, next=mailbox.uid_next),
        list_line(session, mailbox.name) if rev2 else b"",
    ]
    return lines + [add(session, view) for add in ON_SELECT]


def _first_unseen(view: View, mailbox: Mailbox) -> bytes:
    if not mailbox.unseen:
        return b""
    number = next(number for number, stored in enumerate(mailbox, 1) if SEEN not in stored.flags)
    return wire.condition(replies.UNTAGGED_UNSEEN, number=number)


@command(b"CLOSE", states={SELECTED}, then={Outcome.OK: AUTHENTICATED}, ref="9051#6.4.1", answers=(replies.COMPLETED,))
def close(session: Session) -> Handling:
    """Close the mailbox, and remove the messages marked \\Deleted without a word about them."""
    view = session.selected
    session.close()
    answer = replies.COMPLETED(verb="CLOSE")
    mailbox = view.mailbox
    if view.read_only or not mailbox.deleted:
        return answer
    mailbox.expunge([stored.uid for stored in mailbox if DELETED in stored.flags])
    return (yield from durable(answer))


@command(
    b"UNSELECT",
    states={SELECTED},
    then={Outcome.OK: AUTHENTICATED},
    ref="9051#6.4.2",
    answers=(replies.COMPLETED,),
    capability=b"UNSELECT",
)
def unselect(session: Session) -> Answer:
    """Close the mailbox and leave everything in it as it is."""
    session.close()
    return replies.COMPLETED(verb="UNSELECT")
