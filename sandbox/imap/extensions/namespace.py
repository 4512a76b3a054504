"""NAMESPACE (RFC 2342; RFC 9051 section 6.3.10)."""

from __future__ import annotations

from sandbox.core.message import N_
from sandbox.core.replies import Answer
from sandbox.imap import format as wire
from sandbox.imap import replies
from sandbox.imap.capabilities import capability
from sandbox.imap.session import Session, command
from sandbox.imap.states import LOGGED_IN

capability(b"NAMESPACE", "2342", about=N_("the server tells where whose mailboxes are"))


@command(b"NAMESPACE", states=LOGGED_IN, ref="9051#6.3.10", answers=(replies.COMPLETED,), capability=b"NAMESPACE")
def namespace(session: Session) -> Answer:
    """Ask where your own mailboxes are, those of other users, and the shared ones."""
    separator = wire.quote(session.store.separator.encode("ascii"))
    return replies.COMPLETED(b'* NAMESPACE (("" ' + separator + b")) NIL NIL\r\n", verb="NAMESPACE")
