"""MOVE (RFC 6851; RFC 9051 section 6.4.8): copy and expunge in one step."""

from __future__ import annotations

from sandbox.core.effects import Commit
from sandbox.core.message import N_
from sandbox.imap import format as wire
from sandbox.imap import replies
from sandbox.imap.capabilities import capability, has
from sandbox.imap.commands.copy import COPY_ANSWERS, COPY_ARGS, chosen, copyuid
from sandbox.imap.grammar import Numbers
from sandbox.imap.session import Handling, Session, command
from sandbox.imap.states import SELECTED

capability(b"MOVE", "6851", about=N_("messages can be moved in one step"))

_ANSWERS = (*COPY_ANSWERS, replies.UNTAGGED_COPYUID, replies.EXPUNGED_TO, replies.CANNOT_WRITE)


@command(b"MOVE", args=COPY_ARGS, states={SELECTED}, ref="9051#6.4.8", answers=_ANSWERS, capability=b"MOVE")
def move(session: Session, numbers: Numbers, mailbox: bytes) -> Handling:
    """Copy messages to another mailbox and remove the originals, in one step."""
    return (yield from _move(session, numbers, mailbox, by_uid=False))


@command(b"UID MOVE", args=COPY_ARGS, states={SELECTED}, ref="9051#6.4.9", answers=_ANSWERS, capability=b"MOVE")
def uid_move(session: Session, numbers: Numbers, mailbox: bytes) -> Handling:
    """Move messages, named by UID, to another mailbox."""
    return (yield from _move(session, numbers, mailbox, by_uid=True))


def _move(session: Session, numbers: Numbers, mailbox: bytes, *, by_uid: bool) -> Handling:
    source = session.writable.mailbox
    uids = chosen(session, numbers, by_uid=by_uid)
    target = session.target(mailbox)
    if not uids:
        return replies.NOTHING_COPIED()
    moved = source.move(uids, target.name)
    if not (yield Commit()):
        return replies.NOT_DURABLE()
    answer = replies.COMPLETED(verb="MOVE")
    if session.enabled.qresync:
        answer = replies.EXPUNGED_TO(modseq=source.highest_modseq)
    if has(session, b"UIDPLUS"):
        answer.lines = (wire.condition(replies.UNTAGGED_COPYUID, **copyuid(moved)),)
    return answer
