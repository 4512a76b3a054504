"""What the header says of sender, recipients, subject and date: the ENVELOPE of RFC 9051 section 7.5.2."""

from __future__ import annotations

import msgspec

from sandbox.mail.addresses import Address, parse_addresses
from sandbox.mail.header import Header

__all__ = ["Envelope", "envelope"]

Addresses = tuple[Address, ...]


class Envelope(msgspec.Struct, frozen=True):
    """Texts are on one line, encoded words undecoded; None if the field is absent. Lists are empty where ENVELOPE has
    NIL.
    """

    date: bytes | None
    subject: bytes | None
    from_: Addresses
    sender: Addresses
    reply_to: Addresses
    to: Addresses
    cc: Addresses
    bcc: Addresses
    in_reply_to: bytes | None
    message_id: bytes | None


def envelope(header: Header) -> Envelope:
    """Return the envelope; sender and reply-to are the from addresses where they are absent or empty."""
    from_ = _addresses(header, b"from")
    return Envelope(
        date=header.get(b"date"),
        subject=header.get(b"subject"),
        from_=from_,
        sender=_addresses(header, b"sender") or from_,
        reply_to=_addresses(header, b"reply-to") or from_,
        to=_addresses(header, b"to"),
        cc=_addresses(header, b"cc"),
        bcc=_addresses(header, b"bcc"),
        in_reply_to=header.get(b"in-reply-to"),
        message_id=header.get(b"message-id"),
    )


def _addresses(header: Header, name: bytes) -> Addresses:
    # A field that may appear once is sometimes repeated (RFC 5322 section 4.5): its addresses add up.
    return tuple([address for value in header.get_all(name) for address in parse_addresses(value)])
