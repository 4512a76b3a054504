"""Commands of any state (RFC 9051 section 6.1)."""

from __future__ import annotations

from sandbox.core.effects import Close
from sandbox.core.replies import Answer, Outcome
from sandbox.imap import format as wire
from sandbox.imap import replies
from sandbox.imap.capabilities import capabilities
from sandbox.imap.session import Session, command
from sandbox.imap.states import ANY, LOGOUT


@command(b"CAPABILITY", states=ANY, ref="9051#6.1.1", answers=(replies.COMPLETED,))
def capability_(session: Session) -> Answer:
    """Ask what the server can do.

    The list may differ before and after login, and before and after TLS.
    """
    listed = b"* CAPABILITY " + b" ".join(capabilities(session)) + b"\r\n"
    return replies.COMPLETED(listed, verb="CAPABILITY")


@command(b"NOOP", states=ANY, ref="9051#6.1.2", answers=(replies.COMPLETED,))
def noop(session: Session) -> Answer:
    """Do nothing, and hear what is new in the mailbox."""
    return replies.COMPLETED(verb="NOOP")


@command(
    b"LOGOUT",
    states=ANY,
    then={Outcome.OK: LOGOUT},
    ref="9051#6.1.3",
    answers=(replies.UNTAGGED_BYE, replies.COMPLETED),
)
def logout(session: Session) -> Answer:
    """End the connection. Messages marked \\Deleted stay where they are."""
    session.close()
    bye = wire.condition(replies.UNTAGGED_BYE, host=session.host.name)
    return replies.COMPLETED(bye, verb="LOGOUT").then(Close())
