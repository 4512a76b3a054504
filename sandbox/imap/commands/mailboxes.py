"""Making, removing, renaming and subscribing to mailboxes (RFC 9051 sections 6.3.4 to 6.3.8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sandbox.core.grammar import SP, opt, role, seq
from sandbox.core.message import N_
from sandbox.imap import replies
from sandbox.imap.capabilities import does, has
from sandbox.imap.commands.listing import list_line
from sandbox.imap.grammar import MAILBOX, parenthesized
from sandbox.imap.session import Handling, Session, command, durable
from sandbox.imap.states import LOGGED_IN
from sandbox.imap.table import Table
from sandbox.mail.errors import InvalidSpecialUse, NoSuchMailbox
from sandbox.mail.names import INBOX

# create-param (RFC 4466 section 2.2)
CREATE_PARAMS: Final[Table[Callable[[Any], tuple[str, ...]]]] = Table(
    "create-param", N_("a parameter of CREATE"), "4466#2.2"
)
"""Parameters of CREATE: from what the client gave, the special uses of the new mailbox."""


@command(
    b"CREATE",
    args=seq(SP, MAILBOX, opt(seq(SP, parenthesized(CREATE_PARAMS, 1)))),
    states=LOGGED_IN,
    ref="9051#6.3.4",
    answers=(
        replies.CREATED,
        replies.COMPLETED,
        replies.ALREADYEXISTS,
        replies.REFUSED,
        replies.BAD_NAME,
        replies.USEATTR,
    ),
)
def create(session: Session, mailbox: bytes, params: list[tuple[bytes, Any]] | None) -> Handling:
    """Create a mailbox, and those above it that are missing."""
    given = session.name(mailbox)
    # a separator at the end says that names will follow below it; this server needs no such announcement
    name = given.removesuffix(session.store.separator)
    uses = tuple(use for word, value in params or [] for use in does(session, CREATE_PARAMS, word)(value))
    try:
        made = session.mailboxes.create(name, uses)
    except InvalidSpecialUse as error:
        return replies.USEATTR(reason=str(error.about))
    answer = replies.COMPLETED(verb="CREATE")
    if has(session, b"OBJECTID"):
        answer = replies.CREATED(id=made.mailbox_id)
    if session.enabled.rev2 and made.name != name:
        answer.lines = (list_line(session, made.name, old=name),)
    return (yield from durable(answer))


@command(
    b"DELETE",
    args=seq(SP, MAILBOX),
    states=LOGGED_IN,
    ref="9051#6.3.5",
    answers=(replies.COMPLETED, replies.NONEXISTENT, replies.REFUSED, replies.HASCHILDREN),
)
def delete(session: Session, mailbox: bytes) -> Handling:
    """Remove a mailbox and its messages for good. Mailboxes below it stay."""
    name = session.name(mailbox)
    try:
        session.mailboxes.delete(name)
    except NoSuchMailbox:
        if name and len(name) < 1000 and session.mailboxes.has_inferiors(name):
            return replies.HASCHILDREN(name=name)
        raise
    return (yield from durable(replies.COMPLETED(verb="DELETE")))


@command(
    b"RENAME",
    args=seq(SP, MAILBOX, SP, role(MAILBOX, N_("the new name"), "9051#6.3.6", "<new-name>")),
    states=LOGGED_IN,
    ref="9051#6.3.6",
    answers=(replies.COMPLETED, replies.NONEXISTENT, replies.ALREADYEXISTS, replies.REFUSED),
)
def rename(session: Session, mailbox: bytes, new: bytes) -> Handling:
    """Give a mailbox another name; those below it follow.

    INBOX cannot go: its messages move into the new mailbox, and it stays, empty.
    """
    old, name = session.name(mailbox), session.name(new).removesuffix(session.store.separator)
    mailboxes = session.mailboxes
    if old.upper() == INBOX:
        mailboxes.create(name)
        mailboxes.inbox.move(mailboxes.inbox.uids(), name)
    else:
        mailboxes.rename(old.removesuffix(session.store.separator), name)
    answer = replies.COMPLETED(verb="RENAME")
    if session.enabled.rev2 and mailboxes.get(name).name != name:
        answer.lines = (list_line(session, mailboxes.get(name).name, old=name),)
    return (yield from durable(answer))


@command(
    b"SUBSCRIBE",
    args=seq(SP, MAILBOX),
    states=LOGGED_IN,
    ref="9051#6.3.7",
    answers=(replies.COMPLETED, replies.REFUSED, replies.LIMIT),
)
def subscribe(session: Session, mailbox: bytes) -> Handling:
    """Put a name on the list of mailboxes that a mail program should show. The mailbox need not exist."""
    session.mailboxes.subscribe(session.name(mailbox))
    return (yield from durable(replies.COMPLETED(verb="SUBSCRIBE")))


@command(
    b"UNSUBSCRIBE",
    args=seq(SP, MAILBOX),
    states=LOGGED_IN,
    ref="9051#6.3.8",
    answers=(replies.COMPLETED, replies.REFUSED),
)
def unsubscribe(session: Session, mailbox: bytes) -> Handling:
    """Take a name off that list."""
    session.mailboxes.unsubscribe(session.name(mailbox))
    return (yield from durable(replies.COMPLETED(verb="UNSUBSCRIBE")))
