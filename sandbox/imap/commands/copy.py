"""COPY and UID COPY (RFC 9051 sections 6.4.7 and 6.4.9)."""

from __future__ import annotations

from typing import Final

from sandbox.core.grammar import SP, role, seq
from sandbox.core.message import N_
from sandbox.core.replies import Answer
from sandbox.imap import format as wire
from sandbox.imap import replies
from sandbox.imap.capabilities import has
from sandbox.imap.grammar import MAILBOX, SEQUENCE_SET, Numbers
from sandbox.imap.quota import require_room
from sandbox.imap.session import Handling, Refused, Session, command, durable
from sandbox.imap.states import SELECTED
from sandbox.mail.store import CopiedUids

COPY_ARGS: Final = seq(SP, SEQUENCE_SET, SP, role(MAILBOX, N_("the mailbox to put them in"), "9051#6.4.7", "<mailbox>"))
COPY_ANSWERS: Final = (
    replies.COPIED,
    replies.COMPLETED,
    replies.NOTHING_COPIED,
    replies.TRYCREATE,
    replies.NO_SUCH_MESSAGE,
    replies.EXPUNGED,
    replies.LIMIT,
)


@command(b"COPY", args=COPY_ARGS, states={SELECTED}, ref="9051#6.4.7", answers=COPY_ANSWERS)
def copy(session: Session, numbers: Numbers, mailbox: bytes) -> Handling:
    """Copy messages to the end of another mailbox, all or none."""
    return (yield from _copy(session, numbers, mailbox, by_uid=False))


@command(b"UID COPY", args=COPY_ARGS, states={SELECTED}, ref="9051#6.4.9", answers=COPY_ANSWERS)
def uid_copy(session: Session, numbers: Numbers, mailbox: bytes) -> Handling:
    """Copy messages, named by UID, to the end of another mailbox."""
    return (yield from _copy(session, numbers, mailbox, by_uid=True))


def _copy(session: Session, numbers: Numbers, name: bytes, *, by_uid: bool) -> Handling:
    uids = chosen(session, numbers, by_uid=by_uid)
    target = session.target(name)
    if not uids:
        return replies.NOTHING_COPIED()
    mailbox = session.selected.mailbox
    require_room(session, sum(stored.size for uid in uids if (stored := mailbox.get(uid)) is not None))
    copied = mailbox.copy(uids, target.name)
    return (yield from durable(_copied(session, copied)))


def chosen(session: Session, numbers: Numbers, *, by_uid: bool) -> list[int]:
    """The uids that are there. Raises `Refused` for numbers that are not, or are not any more."""
    view = session.selected
    places = view.resolve(numbers, by_uid)
    if places is None:
        raise Refused(replies.NO_SUCH_MESSAGE(count=len(view)))
    uids = view.picked(places)
    present = [uid for uid in uids if view.mailbox.get(uid) is not None]
    if len(present) != len(uids) and not by_uid:
        raise Refused(replies.EXPUNGED())
    return present


def _copied(session: Session, copied: CopiedUids) -> Answer:
    if not has(session, b"UIDPLUS"):
        return replies.COMPLETED(verb="COPY")
    return replies.COPIED(**copyuid(copied))


def copyuid(copied: CopiedUids) -> dict[str, object]:
    """The parameters of COPYUID."""
    return {
        "validity": copied.uid_validity,
        "source": wire.numbers(copied.source).decode("ascii"),
        "target": wire.numbers(copied.target).decode("ascii"),
    }
