"""STATUS (RFC 9051 section 6.3.11), also as a return option of LIST (RFC 5819)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from sandbox.core.grammar import SP, seq
from sandbox.core.message import N_
from sandbox.core.replies import Answer
from sandbox.imap import replies
from sandbox.imap.capabilities import does
from sandbox.imap.commands.listing import RETURN_OPTIONS, Listing
from sandbox.imap.grammar import MAILBOX, parenthesized
from sandbox.imap.session import Session, command
from sandbox.imap.states import LOGGED_IN
from sandbox.imap.table import Table
from sandbox.mail.store import Mailbox

# status-att
STATUS_ITEMS: Final[Table[Callable[[Session, Mailbox], bytes]]] = Table(
    "status-att", N_("what to tell of the mailbox"), "9051#6.3.11"
)
_ITEMS: Final = parenthesized(STATUS_ITEMS, 1)


@command(
    b"STATUS",
    args=seq(SP, MAILBOX, SP, _ITEMS),
    states=LOGGED_IN,
    ref="9051#6.3.11",
    answers=(replies.COMPLETED, replies.NONEXISTENT, replies.BAD_NAME),
)
def status(session: Session, mailbox: bytes, items: list[tuple[bytes, None]]) -> Answer:
    """Ask about a mailbox without opening it."""
    return replies.COMPLETED(status_line(session, session.mailbox(mailbox), items), verb="STATUS")


def status_line(session: Session, mailbox: Mailbox, items: Iterable[tuple[bytes, None]]) -> bytes:
    """The STATUS response of a mailbox. Raises `Refused` where an item is not offered."""
    found = [word + b" " + does(session, STATUS_ITEMS, word)(session, mailbox) for word, _ in items]
    return b"* STATUS %s (%s)\r\n" % (session.spell(mailbox.name), b" ".join(found))


def _number(count: Callable[[Mailbox], int]) -> Callable[[Session, Mailbox], bytes]:
    return lambda _session, mailbox: b"%d" % count(mailbox)


def _returned(wanted: Listing, items: Any) -> None:
    session = wanted.session
    wanted.after.append(lambda name: status_line(session, session.mailboxes.get(name), items))


RETURN_OPTIONS.add(
    b"STATUS",
    _returned,
    about=N_("add a STATUS response for each mailbox"),
    ref="9051#6.3.9.2",
    args=seq(SP, _ITEMS),
    capability=b"LIST-STATUS",
)

STATUS_ITEMS.add(b"MESSAGES", _number(len), about=N_("how many messages there are"), ref="9051#6.3.11")
STATUS_ITEMS.add(
    b"RECENT",
    _number(lambda mailbox: len(mailbox.recent_uids())),
    about=N_("how many no session has been told of"),
    ref="3501#6.3.10",
)
STATUS_ITEMS.add(
    b"UIDNEXT",
    _number(lambda mailbox: mailbox.uid_next),
    about=N_("the UID that the next message will have, or a higher one"),
    ref="9051#6.3.11",
)
STATUS_ITEMS.add(
    b"UIDVALIDITY",
    _number(lambda mailbox: mailbox.uid_validity),
    about=N_("the number that makes remembered UIDs valid"),
    ref="9051#6.3.11",
)
STATUS_ITEMS.add(
    b"UNSEEN", _number(lambda mailbox: mailbox.unseen), about=N_("how many lack \\Seen"), ref="9051#6.3.11"
)
STATUS_ITEMS.add(
    b"DELETED", _number(lambda mailbox: mailbox.deleted), about=N_("how many have \\Deleted"), ref="9051#6.3.11"
)
STATUS_ITEMS.add(
    b"SIZE",
    _number(lambda mailbox: mailbox.size),
    about=N_("the size of all messages in octets"),
    ref="9051#6.3.11",
    capability=b"STATUS=SIZE",
)
