"""How much mail a user may keep, for the commands that add some (RFC 9208 section 4.3.1)."""

from __future__ import annotations

from sandbox.imap import replies
from sandbox.imap.session import Refused, Session


def limit_of(session: Session) -> int | None:
    """Octets that the user's messages may have together; None for no limit."""
    limit = session.host.setting("quota")
    return limit if isinstance(limit, int) else None


def usage(session: Session) -> int:
    """Octets that they have."""
    return sum(mailbox.size for mailbox in session.mailboxes.listing())


def require_room(session: Session, more: int) -> None:
    """Raise `Refused` if `more` octets would be too many."""
    limit = limit_of(session)
    if limit is not None and usage(session) + more > limit:
        raise Refused(replies.OVERQUOTA())
