"""APOP (RFC 1939 section 7): POP3's own challenge and response, older than SASL. The challenge is in the greeting."""

from __future__ import annotations

import hashlib
import hmac

from sandbox.auth.accounts import Accounts, authorize
from sandbox.auth.outcome import WRONG_CREDENTIALS, Outcome
from sandbox.auth.stamp import stamps_in

__all__ = ["digest", "timestamp_in", "verify"]


def digest(timestamp: bytes, secret: bytes) -> bytes:
    """Return MD5 of the timestamp, angle brackets included, and the shared secret, in lower-case hexadecimal."""
    return hashlib.md5(timestamp + secret, usedforsecurity=False).hexdigest().encode()


def timestamp_in(greeting: bytes) -> bytes | None:
    """Return the timestamp of a greeting; None if the server does not offer APOP.

    Only a whole msg-id counts, and only if there is just one. A client that answers to any octets in angle brackets
    lets a server in the middle choose them so that collisions of MD5 give the password away.
    """
    stamps = stamps_in(greeting)
    return stamps[0] if len(stamps) == 1 else None


def verify(accounts: Accounts, timestamp: bytes, name: bytes, presented: bytes) -> Outcome:
    """Judge the two arguments of APOP as they came over the wire. The server must have the password itself to do so."""
    account = accounts.lookup(name.decode(errors="replace"))
    expected = digest(timestamp, account.secret if account else b"")
    if hmac.compare_digest(expected, presented) and account is not None:
        return authorize(accounts, account, "")
    return WRONG_CREDENTIALS
