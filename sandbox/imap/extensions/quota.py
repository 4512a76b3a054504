"""QUOTA (RFC 9208): how much mail a user may keep. A world's setting `quota` gives the octets."""

from __future__ import annotations

from typing import Final

from sandbox.core.grammar import SP, seq
from sandbox.core.message import N_
from sandbox.core.replies import Answer
from sandbox.imap import replies
from sandbox.imap.capabilities import capability
from sandbox.imap.commands.status import STATUS_ITEMS
from sandbox.imap.grammar import MAILBOX, astring
from sandbox.imap.quota import limit_of, usage
from sandbox.imap.session import Session, command
from sandbox.imap.states import LOGGED_IN
from sandbox.mail.flags import DELETED
from sandbox.mail.store import Mailbox

capability(b"QUOTA", "9208", about=N_("the server tells how much mail may be kept, and how much there is"))
capability(b"QUOTA=RES-STORAGE", "9208#5.1", about=N_("what counts for it is size"))

UNIT: Final = 1024
"""Octets of the unit that STORAGE counts in (RFC 9208 section 5.1)."""

_ROOT: Final = astring("quota-root-name", N_("the quota root: whose mail is counted together"), "9208#3.2")


def _quota(session: Session) -> bytes:
    limit = limit_of(session)
    listed = b"" if limit is None else b"STORAGE %d %d" % (-(-usage(session) // UNIT), limit // UNIT)
    return b'* QUOTA "" (' + listed + b")\r\n"


@command(
    b"GETQUOTA",
    args=seq(SP, _ROOT),
    states=LOGGED_IN,
    ref="9208#4.1.1",
    answers=(replies.COMPLETED, replies.NO_QUOTA_ROOT),
    capability=b"QUOTA",
)
def getquota(session: Session, root: bytes) -> Answer:
    """Ask how much of a quota root is used, and what its limit is."""
    if root:
        return replies.NO_QUOTA_ROOT()
    return replies.COMPLETED(_quota(session), verb="GETQUOTA")


@command(
    b"GETQUOTAROOT",
    args=seq(SP, MAILBOX),
    states=LOGGED_IN,
    ref="9208#4.1.2",
    answers=(replies.COMPLETED,),
    capability=b"QUOTA",
)
def getquotaroot(session: Session, mailbox: bytes) -> Answer:
    """Ask which quota roots a mailbox counts for. Here there is one for all mail of a user, with an empty name."""
    name = session.spell(session.name(mailbox))
    return replies.COMPLETED(b"* QUOTAROOT " + name + b' ""\r\n', _quota(session), verb="GETQUOTAROOT")


def _deleted_storage(_session: Session, mailbox: Mailbox) -> bytes:
    octets = sum(stored.size for stored in mailbox if DELETED in stored.flags) if mailbox.deleted else 0
    return b"%d" % octets


STATUS_ITEMS.add(
    b"DELETED-STORAGE",
    _deleted_storage,
    about=N_("how many octets an EXPUNGE would free"),
    ref="9208#4.1.4",
    capability=b"QUOTA",
)
