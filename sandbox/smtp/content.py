"""What a server does with a message that it takes: look it over, stamp it, and complete what a user submits."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from sandbox.core.replies import Answer
from sandbox.mail.courier import Body
from sandbox.mail.dates import format_date
from sandbox.mail.message import body_offset
from sandbox.smtp import replies
from sandbox.smtp.session import SECOND, Session

_LONG_LINE: Final = re.compile(rb"[^\n]{1000}")
_RECEIVED: Final = re.compile(rb"^received[ \t]*:", re.IGNORECASE | re.MULTILINE)
_BCC: Final = re.compile(rb"^bcc[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*(?:\n|\Z)", re.IGNORECASE | re.MULTILINE)
_SAFE_NAME: Final = re.compile(r"[A-Za-z0-9.-]{1,255}|\[[A-Za-z0-9.:-]{1,255}\]")


def objection(session: Session, content: bytes) -> Answer | None:
    """The refusal of a message for what it holds, or None. Strict servers hold it to the rules of its envelope."""
    if len(content) > session.limit:
        return replies.TOO_BIG(limit=session.limit)
    header = content[: body_offset(content)]
    # the word alone is counted first, which is quicker and never says less
    words = header.lower().count(b"received")
    if words and words > session.most_hops:
        hops = len(_RECEIVED.findall(header))
        if hops > session.most_hops:
            return replies.LOOP(count=hops)
    return _broken_rule(session, header, content) if session.host.strict else None


def _broken_rule(session: Session, header: bytes, content: bytes) -> Answer | None:
    mail = session.open
    if not mail.smtputf8 and not header.isascii():
        return replies.UTF8_HEADER()
    if mail.body is Body.BINARY:
        return None
    ends = content.count(b"\r\n")
    if content.count(b"\n") != ends or content.count(b"\r") != ends:
        return replies.BARE_END()
    if _LONG_LINE.search(content):
        return replies.LONG_TEXT()
    if mail.body is Body.SEVEN_BIT and not mail.smtputf8 and not content.isascii():
        return replies.EIGHT_BIT()
    return None


def stamp(session: Session, identifier: str) -> bytes:
    """The Received line of RFC 5321 section 4.4. `for` appears with a single recipient only: with several it would
    tell each about the others (section 7.2).
    """
    mail = session.open
    recipient = f"\r\n\tfor <{mail.recipients[0].mailbox}>" if len(mail.recipients) == 1 else ""
    when = _second(session.host.now() // SECOND)
    client = _client(session.client, session.peer())
    return (
        f"Received: from {client}\r\n\tby {session.host.name} with {protocol(session)} id {identifier}"
        f"{recipient}; {when}\r\n"
    ).encode()


@lru_cache(maxsize=64)
def _client(name: str, peer: str) -> str:
    """Who the client says it is, and its address."""
    name = name if _SAFE_NAME.fullmatch(name) else "unknown"
    return f"{name} ([{'IPv6:' if ':' in peer else ''}{peer}])" if peer else name


@lru_cache(maxsize=2)
def _second(seconds: int) -> str:
    """A date-time, which is the same for all mail of a second."""
    return format_date(seconds * SECOND)


def protocol(session: Session) -> str:
    """The transmission type (RFC 3848, RFC 6531 section 4.3)."""
    if not session.extended:
        return "SMTP"
    base = "UTF8SMTP" if session.open.smtputf8 else "ESMTP"
    return base + ("S" if session.secure else "") + ("A" if session.user is not None else "")


def completed(session: Session, identifier: str, content: bytes) -> bytes:
    """A submitted message with Date and Message-ID where it had none, and without Bcc (RFC 6409 sections 8.2 and 8.3,
    RFC 5322 section 3.6.3). Everything else stays as it is.
    """
    end = body_offset(content)
    header = _BCC.sub(b"", content[:end])
    names = {line.partition(b":")[0].strip().lower() for line in header.split(b"\n")}
    added = b""
    if b"date" not in names:
        added += f"Date: {_second(session.host.now() // SECOND)}\r\n".encode()
    if b"message-id" not in names:
        added += f"Message-ID: <{identifier}@{session.host.name}>\r\n".encode()
    return added + header + content[end:]
