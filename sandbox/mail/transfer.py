"""Content transfer encodings, undone: what BINARY fetches (RFC 9051 section 7.5.2, RFC 3516)."""

from __future__ import annotations

import binascii

from sandbox.mail.words import decode_base64

__all__ = ["IDENTITIES", "decode_body"]

IDENTITIES = (b"7bit", b"8bit", b"binary")
"""The encodings that change nothing (RFC 2045 section 6.2)."""


def decode_body(octets: bytes, encoding: bytes) -> bytes | None:
    """Return the decoded octets of a body; None if the encoding, given in lower case, is unknown (UNKNOWN-CTE).

    Damaged base64 and quoted-printable decode as far as they go.
    """
    if encoding in IDENTITIES:
        return octets
    if encoding == b"base64":
        return decode_base64(octets)
    if encoding == b"quoted-printable":
        return binascii.a2b_qp(octets)
    return None
