"""CATENATE (RFC 4469): a message put together from text and from parts of messages that the server has already."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote, unquote_to_bytes

from sandbox.core.grammar import SP, Alt, Mapped, parse, seq, token
from sandbox.core.message import N_
from sandbox.core.refs import Ref
from sandbox.imap import replies
from sandbox.imap.capabilities import capability
from sandbox.imap.commands.append import Content, add_append_data, append_limit
from sandbox.imap.grammar import Literal, astring, parenthesized
from sandbox.imap.sections import SECTION, Section
from sandbox.imap.session import Refused, Session
from sandbox.mail.errors import NoSuchMailbox

capability(b"CATENATE", "4469", about=N_("APPEND can put a message together from parts that the server has"))

# The form that RFC 4469 section 3 asks for: a mailbox of this user on this server (RFC 5092 section 7.2)
_URL: Final = re.compile(
    rb"/(?P<mailbox>[^;]+?)(?:;UIDVALIDITY=(?P<validity>[1-9][0-9]{0,9}))?/;UID=(?P<uid>[1-9][0-9]{0,9})"
    rb"(?:/;SECTION=(?P<section>[^;]+?))?(?:/;PARTIAL=(?P<start>[0-9]{1,15})(?:\.(?P<count>[1-9][0-9]{0,14}))?)?",
    re.IGNORECASE,
)
_ABOUT: Final = N_("a message or a part of one, by its IMAP URL")


def _text(octets: bytes) -> Content:
    return lambda _session: octets


def _url(octets: bytes) -> Content:
    def content(session: Session) -> bytes:
        found = _at(session, octets)
        if found is None:
            raise Refused(replies.BADURL(url=octets.decode("ascii", "replace")))
        return found

    return content


def _at(session: Session, url: bytes) -> bytes | None:
    """The octets that a URL means; None if it is none, or nothing is there."""
    parts = _URL.fullmatch(url)
    if parts is None:
        return None
    try:
        mailbox = session.mailboxes.get(unquote(parts["mailbox"].decode("ascii", "replace")))
    except NoSuchMailbox:
        return None
    stored = mailbox.get(int(parts["uid"]))
    section = _section(parts["section"])
    if stored is None or section is None or int(parts["validity"] or mailbox.uid_validity) != mailbox.uid_validity:
        return None
    octets = section.of(stored.message)
    if octets is None or parts["start"] is None:
        return octets
    start = int(parts["start"])
    return octets[start : start + int(parts["count"])] if parts["count"] else octets[start:]


def _section(text: bytes | None) -> Section | None:
    found = parse(SECTION, b"[" + unquote_to_bytes(text or b"") + b"]")
    return found.values[0] if found.fault is None else None


def _joined(parts: list[Content]) -> Content:
    def content(session: Session) -> bytes:
        limit, size, pieces = append_limit(session), 0, []
        for part in parts:
            pieces.append(part(session))
            size += len(pieces[-1])
            if size > limit:
                raise Refused(replies.MESSAGE_TOO_LARGE(size=size, limit=limit))
        return b"".join(pieces)

    return content


def _part(word: bytes, about: str, rule: Literal | Alt, convert: Callable[[bytes], Content]) -> Mapped:
    return Mapped(seq(token(word, about=about, ref="4469#5"), SP, rule), convert, about, Ref("4469#5"))


# cat-part = text-literal / url
_CAT_PART: Final = Alt(
    _part(b"TEXT", N_("a piece of text follows"), Literal("text", N_("a piece of the message"), "4469#5"), _text),
    _part(b"URL", N_("a URL follows"), astring("url", _ABOUT, "4469#5"), _url),
)
# append-data =/ "CATENATE" SP "(" cat-part *(SP cat-part) ")"
add_append_data(
    Mapped(
        seq(
            token(b"CATENATE", about=N_("the pieces of the message follow"), ref="4469#5"),
            SP,
            parenthesized(_CAT_PART, 1),
        ),
        _joined,
        N_("the pieces of a message"),
        Ref("4469#5"),
    )
)
