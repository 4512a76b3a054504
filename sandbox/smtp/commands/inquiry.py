"""Questions about mailboxes: VRFY and EXPN (RFC 5321 section 3.5)."""

from __future__ import annotations

from sandbox.core.grammar import seq
from sandbox.core.replies import Answer
from sandbox.mail.courier import Envelope, Fate, ForwardPath
from sandbox.smtp import grammar as g
from sandbox.smtp import replies
from sandbox.smtp.addresses import Mailbox
from sandbox.smtp.session import Session
from sandbox.smtp.states import IDLE, REGISTRY


@REGISTRY.command(
    b"VRFY",
    args=seq(g.SEP, g.NAME, g.UTF8_REPLY, g.TRAILING),
    states=IDLE,
    ref="5321#4.1.1.6",
    answers=(replies.IS_USER, replies.WILL_TRY, replies.NOT_USER, replies.NEEDS_UTF8),
)
def vrfy(session: Session, name: Mailbox, utf8: bool) -> Answer:
    """Ask whether there is such a mailbox.

    Many servers answer 252 to everybody, since a yes is just what people who send junk want to hear.
    """
    if session.host.setting("private"):
        return replies.WILL_TRY(mailbox=name.text)
    found = session.courier.expand(name.text)
    if len(found) == 1:
        return _told(found[0], utf8)
    result = session.courier.check(Envelope(""), ForwardPath(name.text))
    return replies.WILL_TRY(mailbox=name.text) if result.fate is Fate.ACCEPTED else replies.NOT_USER(name=name.text)


@REGISTRY.command(
    b"EXPN",
    args=seq(g.SEP, g.NAME, g.UTF8_REPLY, g.TRAILING),
    states=IDLE,
    ref="5321#4.1.1.7",
    answers=(replies.MEMBERS, replies.NOT_LIST, replies.NOT_TOLD, replies.NEEDS_UTF8),
    capability=b"EXPN",
)
def expn(session: Session, name: Mailbox, utf8: bool) -> Answer:
    """Ask who is on a mailing list, or behind an alias."""
    if session.host.setting("private"):
        return replies.NOT_TOLD()
    members = session.courier.expand(name.text)
    if not members:
        return replies.NOT_LIST(name=name.text)
    if not utf8 and not all(member.isascii() for member in members):
        return replies.NEEDS_UTF8()
    return replies.MEMBERS(*(f"<{member}>".encode() for member in members[1:]), mailbox=members[0])


def _told(mailbox: str, utf8: bool) -> Answer:
    return replies.IS_USER(mailbox=mailbox) if utf8 or mailbox.isascii() else replies.NEEDS_UTF8()
