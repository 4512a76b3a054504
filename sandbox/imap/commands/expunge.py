"""EXPUNGE (RFC 9051 section 6.4.3), UID EXPUNGE (section 6.4.9), and CHECK (RFC 3501 section 6.4.1)."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.core.effects import Commit
from sandbox.core.grammar import SP, seq
from sandbox.core.replies import Answer
from sandbox.imap import replies
from sandbox.imap.grammar import SEQUENCE_SET, Numbers
from sandbox.imap.session import Handling, Session, command
from sandbox.imap.states import SELECTED
from sandbox.mail.flags import DELETED

_ANSWERS = (replies.COMPLETED, replies.EXPUNGED_TO, replies.CANNOT_WRITE)


@command(b"CHECK", states={SELECTED}, ref="3501#6.4.1", answers=(replies.COMPLETED,))
def check(session: Session) -> Answer:
    """Ask for a checkpoint of the mailbox, whatever the server makes of it. IMAP4rev2 has NOOP instead."""
    return replies.COMPLETED(verb="CHECK")


@command(b"EXPUNGE", states={SELECTED}, ref="9051#6.4.3", answers=_ANSWERS)
def expunge(session: Session) -> Handling:
    """Remove the messages marked \\Deleted for good, and tell their numbers.

    Each EXPUNGE response moves the numbers behind it down by one.
    """
    mailbox = session.writable.mailbox
    return (yield from _expunge(session, [stored.uid for stored in mailbox if DELETED in stored.flags]))


@command(
    b"UID EXPUNGE",
    args=seq(SP, SEQUENCE_SET),
    states={SELECTED},
    ref="9051#6.4.9",
    answers=_ANSWERS,
    capability=b"UIDPLUS",
)
def uid_expunge(session: Session, numbers: Numbers) -> Handling:
    """Remove those messages marked \\Deleted that have one of these UIDs: others that are marked stay."""
    view = session.writable
    places = view.resolve(numbers, True) or []
    marked = [stored.uid for _, stored in view.messages(places) if DELETED in stored.flags]
    return (yield from _expunge(session, marked))


def _expunge(session: Session, uids: Iterable[int]) -> Handling:
    mailbox = session.selected.mailbox
    gone = mailbox.expunge(uids)
    if not gone:
        return replies.COMPLETED(verb="EXPUNGE")
    if not (yield Commit()):
        return replies.NOT_DURABLE()
    if session.enabled.qresync:
        return replies.EXPUNGED_TO(modseq=mailbox.highest_modseq)
    return replies.COMPLETED(verb="EXPUNGE")
