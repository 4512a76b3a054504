"""APPEND (RFC 9051 section 6.3.12), of several messages too (MULTIAPPEND, RFC 3502)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sandbox.core.grammar import SP, Alt, Mapped, Rule, many, opt, seq
from sandbox.core.message import N_
from sandbox.core.refs import Ref
from sandbox.imap import format as wire
from sandbox.imap import replies
from sandbox.imap.capabilities import has
from sandbox.imap.grammar import DATE_TIME, FLAG_LIST, MAILBOX, Literal, Moment
from sandbox.imap.quota import require_room
from sandbox.imap.session import Handling, Refused, Session, command, durable
from sandbox.imap.states import LOGGED_IN
from sandbox.mail.errors import StoreError
from sandbox.mail.store import Mailbox

DEFAULT_LIMIT: Final = 35_882_577

MESSAGE: Final = Literal("message", N_("the message, header and body"), "9051#6.3.12")

Content = Callable[[Session], bytes]
"""What is appended: taken from the session when the command runs, since it may be put together from other mail."""


def _plain(octets: bytes) -> Content:
    def content(_session: Session) -> bytes:
        if b"\0" in octets:
            raise Refused(replies.NEEDS_BINARY())
        return octets

    return content


# append-data = literal / literal8 / append-data-ext (RFC 4466 section 2.7): extensions put theirs in front
APPEND_DATA: Final = Alt(
    Mapped(MESSAGE, _plain, N_("the message, header and body"), Ref("9051#6.3.12")), usage="<message>"
)


def add_append_data(rule: Rule) -> None:
    """Let APPEND take its message in another form. The rule's value is a `Content`."""
    APPEND_DATA.choices = (rule, *APPEND_DATA.choices)


# append-message = appending options, and the data (RFC 3502 section 6.3.11)
MESSAGE_ARGS: Final = seq(opt(seq(SP, FLAG_LIST)), opt(seq(SP, DATE_TIME)), SP, APPEND_DATA)
Appended = tuple[list[bytes] | None, Moment | None, Content]


def append_limit(session: Session) -> int:
    """APPENDLIMIT (RFC 7889): octets that a message may have."""
    limit = session.host.setting("append_limit", DEFAULT_LIMIT)
    return limit if isinstance(limit, int) else DEFAULT_LIMIT


@command(
    b"APPEND",
    args=seq(SP, MAILBOX, many(MESSAGE_ARGS, least=1)),
    states=LOGGED_IN,
    ref="9051#6.3.12",
    answers=(
        replies.APPENDED,
        replies.COMPLETED,
        replies.TRYCREATE,
        replies.MESSAGE_TOO_LARGE,
        replies.NEEDS_BINARY,
        replies.EMPTY_MESSAGE,
        replies.BAD_FLAG,
        replies.LIMIT,
    ),
    message=True,
)
def append(session: Session, mailbox: bytes, messages: list[Appended]) -> Handling:
    """Put a message into a mailbox, as it is: this is not how mail is sent."""
    target = session.target(mailbox)
    if len(messages) > 1 and not has(session, b"MULTIAPPEND"):
        return replies.SYNTAX(usage="APPEND <mailbox> <message>", at=1)
    contents = [content(session) for _, _, content in messages]
    check_contents(session, contents)
    uids: list[int] = []
    try:
        for (flags, date, _), content in zip(messages, contents, strict=True):
            uids.append(target.append(content, flag_names(flags), *(date or ())).uid)
    except StoreError:
        # all or none (RFC 3502 section 6.3.11)
        target.expunge(uids)
        raise
    return (yield from durable(appended(session, target, uids)))


def check_contents(session: Session, contents: list[bytes], freed: int = 0) -> None:
    """Raise `Refused` for a message of no octets, and where there is no room, `freed` octets counted."""
    if not all(contents):
        raise Refused(replies.EMPTY_MESSAGE())
    require_room(session, sum(map(len, contents)) - freed)


def appended(session: Session, target: Mailbox, uids: list[int]) -> Any:
    """The answer, with the UIDs where UIDPLUS is on."""
    if not has(session, b"UIDPLUS"):
        return replies.COMPLETED(verb="APPEND")
    return replies.APPENDED(validity=target.uid_validity, uids=wire.numbers(uids).decode("ascii"))


def flag_names(flags: list[bytes] | None) -> list[str]:
    """Flags as the store takes them."""
    return [flag.decode("ascii") for flag in flags or ()]
