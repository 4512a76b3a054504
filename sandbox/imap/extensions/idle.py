"""IDLE (RFC 2177; RFC 9051 section 6.3.13): the server tells of changes as they happen."""

from __future__ import annotations

from sandbox.core.effects import Idle
from sandbox.core.message import N_
from sandbox.core.registry import Owes
from sandbox.imap import replies
from sandbox.imap.capabilities import capability
from sandbox.imap.session import Handling, Session, command
from sandbox.imap.states import LOGGED_IN

capability(b"IDLE", "2177", about=N_("the server can tell of changes as they happen"), early=True)


@command(
    b"IDLE",
    states=LOGGED_IN,
    ref="9051#6.3.13",
    answers=(replies.IDLING, replies.COMPLETED, replies.IDLE_OVER),
    capability=b"IDLE",
    owes=Owes.LINES,
)
def idle(session: Session) -> Handling:
    """Wait for news of the mailbox: the server tells at once what changes, until you send DONE."""
    session.changed()
    line = yield Idle(replies.IDLING())
    if line is None or line.upper() != b"DONE":
        return replies.IDLE_OVER()
    return replies.COMPLETED(verb="IDLE")
