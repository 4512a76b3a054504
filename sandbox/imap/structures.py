"""ENVELOPE and BODYSTRUCTURE, written (RFC 9051 section 7.5.2)."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.imap.format import nstring, string
from sandbox.mail.addresses import Address
from sandbox.mail.envelope import envelope as envelope_of
from sandbox.mail.header import Header
from sandbox.mail.message import Message
from sandbox.mail.mime import Part
from sandbox.mail.parameters import Parameters


def envelope(header: Header, utf8: bool) -> bytes:
    """The envelope of a message with that header."""
    found = envelope_of(header)
    fields = (
        nstring(found.date, utf8),
        nstring(found.subject, utf8),
        _addresses(found.from_, utf8),
        _addresses(found.sender, utf8),
        _addresses(found.reply_to, utf8),
        _addresses(found.to, utf8),
        _addresses(found.cc, utf8),
        _addresses(found.bcc, utf8),
        nstring(found.in_reply_to, utf8),
        nstring(found.message_id, utf8),
    )
    return b"(" + b" ".join(fields) + b")"


def _addresses(addresses: Iterable[Address], utf8: bool) -> bytes:
    listed = b"".join(
        b"(%s %s %s %s)"
        % (
            nstring(address.name, utf8),
            nstring(address.route, utf8),
            nstring(address.mailbox, utf8),
            nstring(address.host, utf8),
        )
        for address in addresses
    )
    return b"(" + listed + b")" if listed else b"NIL"


class _Writer:
    """Writes the structure of one message. Parts nest as deep as `mail.mime` looks, which is bounded."""

    def __init__(self, content: bytes, extended: bool, utf8: bool) -> None:
        self._content, self._extended, self._utf8 = content, extended, utf8

    def body(self, part: Part) -> bytes:
        """body = "(" (body-type-1part / body-type-mpart) ")"."""
        return b"(" + (self._multipart(part) if part.is_multipart else self._single(part)) + b")"

    def _multipart(self, part: Part) -> bytes:
        inner = b"".join([self.body(child) for child in part.parts])
        written = inner + b" " + self._string(part.subtype.upper())
        if self._extended:
            written += b" " + self._parameters(part.parameters) + self._extension(part)
        return written

    def _single(self, part: Part) -> bytes:
        pieces = [
            self._string(part.type.upper()),
            self._string(part.subtype.upper()),
            self._parameters(part.parameters),
            nstring(part.content_id, self._utf8),
            nstring(part.description, self._utf8),
            self._string(part.encoding.upper()),
            b"%d" % part.size,
        ]
        if part.is_message:
            inner = part.parts[0]
            pieces.append(envelope(Header(self._content, inner.start, inner.body_start), self._utf8))
            pieces.append(self.body(inner))
        if part.is_message or part.type == b"text":
            pieces.append(b"%d" % part.lines)
        written = b" ".join(pieces)
        if self._extended:
            written += b" " + nstring(part.md5, self._utf8) + self._extension(part)
        return written

    def _extension(self, part: Part) -> bytes:
        disposition = b"NIL"
        if part.disposition is not None:
            kind, parameters = part.disposition
            disposition = b"(" + self._string(kind) + b" " + self._parameters(parameters) + b")"
        languages = b" ".join(self._string(tag) for tag in part.language)
        language = b"NIL" if not languages else languages if len(part.language) == 1 else b"(" + languages + b")"
        return b" %s %s %s" % (disposition, language, nstring(part.location, self._utf8))

    def _parameters(self, parameters: Parameters) -> bytes:
        if not parameters:
            return b"NIL"
        pairs = [self._string(name) + b" " + self._string(value) for name, value in parameters]
        return b"(" + b" ".join(pairs) + b")"

    def _string(self, octets: bytes) -> bytes:
        return string(octets, self._utf8)


def body_structure(message: Message, *, extended: bool, utf8: bool) -> bytes:
    """BODYSTRUCTURE, or BODY where not `extended`."""
    return _Writer(message.content, extended, utf8).body(message.structure())
