"""BINARY (RFC 3516; RFC 9051 section 6.4.5): parts fetched decoded, and messages with NUL appended."""

from __future__ import annotations

from sandbox.core.grammar import Mapped
from sandbox.core.message import N_
from sandbox.core.refs import Ref
from sandbox.imap import format as wire
from sandbox.imap.capabilities import capability
from sandbox.imap.commands.append import Content, add_append_data
from sandbox.imap.grammar import Literal
from sandbox.imap.items import FETCH_ITEMS, Fetching, Maker
from sandbox.imap.sections import SECTION_BINARY, SECTION_SIZE, Section
from sandbox.imap.session import Session
from sandbox.mail.store import Stored
from sandbox.mail.transfer import decode_body

capability(b"BINARY", "3516", about=N_("parts can be fetched decoded, and octets of any value appended"))


def _decoded(job: Fetching, section: Section, stored: Stored) -> bytes | None:
    """The decoded octets; None for a part that is not there, or cannot be decoded."""
    message = stored.message
    if not section.part:
        return message.content
    part = section.find(message)
    if part is None:
        return None
    octets = message.content[part.body_start : part.stop]
    if part.is_multipart or part.is_message:
        return octets
    decoded = decode_body(octets, part.encoding)
    job.unknown_cte = job.unknown_cte or decoded is None
    return decoded


def _binary(job: Fetching, section: Section) -> Maker:
    job.marks_seen = True
    return _peek(job, section)


def _peek(job: Fetching, section: Section) -> Maker:
    name = b"BINARY" + section.label + b" "

    def make(stored: Stored) -> bytes:
        octets = _decoded(job, section, stored)
        if octets is None:
            return name + b"NIL"
        octets = section.cut(octets)
        return name + (wire.literal8(octets) if b"\0" in octets else wire.literal(octets))

    return make


def _size(job: Fetching, section: Section) -> Maker:
    name = b"BINARY.SIZE" + section.label
    return lambda stored: b"%s %d" % (name, len(_decoded(job, section, stored) or b""))


def _content(octets: bytes) -> Content:
    def content(_session: Session) -> bytes:
        return octets

    return content


FETCH_ITEMS.add(
    b"BINARY",
    _binary,
    about=N_("a part, decoded, and the message counts as read"),
    ref="3516#4.2",
    args=SECTION_BINARY,
    capability=b"BINARY",
)
FETCH_ITEMS.add(
    b"BINARY.PEEK",
    _peek,
    about=N_("a part, decoded; the message does not count as read for it"),
    ref="3516#4.2",
    args=SECTION_BINARY,
    capability=b"BINARY",
)
FETCH_ITEMS.add(
    b"BINARY.SIZE",
    _size,
    about=N_("how many octets a part has when it is decoded"),
    ref="3516#4.2",
    args=SECTION_SIZE,
    capability=b"BINARY",
)
# literal8 may hold NUL, which no other literal may
add_append_data(
    Mapped(
        Literal("message", N_("the message, header and body"), "3516#4.4", binary=True),
        _content,
        N_("the message, header and body"),
        Ref("3516#4.4"),
    )
)
