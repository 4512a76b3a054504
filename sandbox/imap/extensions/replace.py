"""REPLACE (RFC 8508): put a new message in the place of an old one, as programs do with drafts."""

from __future__ import annotations

from typing import Final

from sandbox.core.effects import Commit
from sandbox.core.grammar import SP, Rule, seq
from sandbox.core.message import N_
from sandbox.imap import format as wire
from sandbox.imap import replies
from sandbox.imap.capabilities import capability, has
from sandbox.imap.commands.append import MESSAGE_ARGS, Appended, check_contents, flag_names
from sandbox.imap.commands.copy import chosen
from sandbox.imap.grammar import MAILBOX, SEQ_NUMBER, UNIQUEID, Numbers
from sandbox.imap.session import Handling, Session, command
from sandbox.imap.states import SELECTED

capability(b"REPLACE", "8508", about=N_("a message can be replaced by a new one in one step"))

_ANSWERS: Final = (
    replies.COMPLETED,
    replies.EXPUNGED_TO,
    replies.UNTAGGED_APPENDUID,
    replies.TRYCREATE,
    replies.MESSAGE_TOO_LARGE,
    replies.NO_SUCH_MESSAGE,
    replies.EXPUNGED,
    replies.NOT_THERE,
    replies.CANNOT_WRITE,
)


def _args(number: Rule) -> Rule:
    return seq(SP, number, SP, MAILBOX, MESSAGE_ARGS)


@command(
    b"REPLACE",
    args=_args(SEQ_NUMBER),
    states={SELECTED},
    ref="8508#3.2",
    answers=_ANSWERS,
    capability=b"REPLACE",
    message=True,
)
def replace(session: Session, number: int, mailbox: bytes, message: Appended) -> Handling:
    """Append a message to a mailbox and remove one from this, in one step."""
    return (yield from _replace(session, number, mailbox, message, by_uid=False))


@command(
    b"UID REPLACE",
    args=_args(UNIQUEID),
    states={SELECTED},
    ref="8508#3.3",
    answers=_ANSWERS,
    capability=b"REPLACE",
    message=True,
)
def uid_replace(session: Session, number: int, mailbox: bytes, message: Appended) -> Handling:
    """Append a message to a mailbox and remove the one with this UID, in one step."""
    return (yield from _replace(session, number, mailbox, message, by_uid=True))


def _replace(session: Session, number: int, mailbox: bytes, message: Appended, *, by_uid: bool) -> Handling:
    source = session.writable.mailbox
    uids = chosen(session, Numbers(((number, number),)), by_uid=by_uid)
    if not uids:
        return replies.NOT_THERE()
    target = session.target(mailbox)
    flags, date, content = message
    octets = content(session)
    # "only the net quota consumption is considered" (RFC 8508 section 3.4)
    check_contents(session, [octets], freed=sum(old.size for uid in uids if (old := source.get(uid)) is not None))
    stored = target.append(octets, flag_names(flags), *(date or ()))
    source.expunge(uids)
    if not (yield Commit()):
        return replies.NOT_DURABLE()
    answer = replies.COMPLETED(verb="REPLACE")
    if session.enabled.qresync:  # it counts as expunged (RFC 8508 section 4.5)
        answer = replies.EXPUNGED_TO(modseq=source.highest_modseq)
    if has(session, b"UIDPLUS"):
        answer.lines = (wire.condition(replies.UNTAGGED_APPENDUID, validity=target.uid_validity, uids=stored.uid),)
    return answer
