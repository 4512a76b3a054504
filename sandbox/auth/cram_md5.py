"""CRAM-MD5 (RFC 2195): the server sends a text that is never used twice, the client answers with its keyed hash."""

from __future__ import annotations

import hmac
import re

from sandbox.auth.accounts import authorize
from sandbox.auth.mechanism import (
    ClientEnd,
    ClientSide,
    Mechanism,
    ServerEnd,
    ServerSide,
    Side,
    credentials,
    malformed,
    unexpected,
)
from sandbox.auth.outcome import WRONG_CREDENTIALS, Failure, Success
from sandbox.auth.stamp import is_stamp, make_stamp
from sandbox.core.grammar import Span
from sandbox.core.message import N_
from sandbox.core.refs import Ref

__all__ = ["CRAM_MD5"]

NAME = b"CRAM-MD5"
REF = Ref("2195#2")

# The user name, a space, and 16 octets in hexadecimal with lower-case letters. The name may have spaces in it.
RESPONSE = re.compile(rb"(?P<name>.+) (?P<digest>[0-9a-f]{32})", re.DOTALL)


def digest(secret: bytes, challenge: bytes) -> bytes:
    """Return the keyed hash of the challenge, angle brackets included, in lower-case hexadecimal."""
    return hmac.digest(secret, challenge, "md5").hex().encode()


def server(side: ServerSide) -> ServerEnd:
    """Send the challenge and compare the digest. The server computes it too: it must have the password itself."""
    challenge = make_stamp(side.random, side.now, side.host)
    raw = yield challenge
    response = RESPONSE.fullmatch(raw)
    if response is None:
        return malformed(NAME, REF)
    account = side.accounts.lookup(response["name"].decode(errors="replace"))
    expected = digest(account.secret if account else b"", challenge)
    if hmac.compare_digest(expected, response["digest"]) and account is not None:
        return authorize(side.accounts, account, "")
    return WRONG_CREDENTIALS


def client(side: ClientSide) -> ClientEnd:
    """Answer the challenge, whatever text it is."""
    known = credentials(side, takes_authzid=False)
    if isinstance(known, Failure):
        return known
    challenge = yield b""
    if challenge is None:
        return malformed(NAME, REF)
    answer = yield known.name + b" " + digest(known.password, challenge)
    return malformed(NAME, REF) if answer is not None else Success(side.name, side.name)


def explain(side: Side, raw: bytes, n: int | None) -> list[Span]:
    """Label the challenge, or the name and the digest."""
    if side == "S":
        if n or not is_stamp(raw):
            return unexpected(raw, REF)
        return [Span(0, len(raw), "challenge", REF, N_("a text that this server never sends again"))]
    response = RESPONSE.fullmatch(raw)
    if response is None or n:
        return unexpected(raw, REF)
    end = response.end("name")
    return [
        Span(0, end, "name", REF, N_("the user to log in")),
        Span(end, end + 1, "SP", REF, N_("a space between the name and the digest")),
        Span(end + 1, len(raw), "digest", REF, DIGEST_ABOUT, secret=True),
    ]


DIGEST_ABOUT = N_("HMAC-MD5 of the challenge, keyed with the password: whoever reads both can try passwords at leisure")

CRAM_MD5 = Mechanism(
    NAME,
    server,
    client,
    explain,
    REF,
    N_(
        "Answers a challenge with a hash of it and the password. It never sends the password; the server must store it."
    ),
    plaintext=False,
    client_first=False,
    takes_initial=False,
)
