"""PLAIN (RFC 4616): name and password in one message, readable by whoever reads the connection."""

from __future__ import annotations

import re

from sandbox.auth.accounts import check_password
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
from sandbox.auth.outcome import Failure, Success
from sandbox.core.grammar import Span
from sandbox.core.message import N_
from sandbox.core.refs import Ref

__all__ = ["PLAIN"]

NAME = b"PLAIN"
REF = Ref("4616#2")

# message = [authzid] UTF8NUL authcid UTF8NUL passwd
MESSAGE = re.compile(rb"(?P<authzid>[^\0]*)\0(?P<authcid>[^\0]+)\0(?P<passwd>[^\0]+)")


def server(side: ServerSide) -> ServerEnd:
    """Check the one message. The password first, then whom the user wants to act as (RFC 4616 section 2)."""
    raw = yield b""
    message = MESSAGE.fullmatch(raw)
    if message is None or not is_utf8(raw):
        return malformed(NAME, REF)
    return check_password(side.accounts, message["authcid"], message["passwd"], message["authzid"].decode())


def client(side: ClientSide) -> ClientEnd:
    """Send the one message; the server has nothing to ask after it."""
    known = credentials(side, takes_authzid=True)
    if isinstance(known, Failure):
        return known
    answer = yield b"\0".join(known)
    return malformed(NAME, REF) if answer is not None else Success(side.name, side.authzid or side.name)


def explain(side: Side, raw: bytes, n: int | None) -> list[Span]:
    """Label the identities, the NULs and the password."""
    message = MESSAGE.fullmatch(raw)
    if message is None or side == "S" or n:
        return unexpected(raw, REF)
    first, second = message.end("authzid"), message.end("authcid")
    parts = [
        Span(0, first, "authzid", REF, N_("authorization identity: the user to act as")),
        Span(
            first,
            first + 1,
            "NUL",
            REF,
            N_("a zero octet, which ends the authorization identity (none: act as yourself)"),
        ),
        Span(first + 1, second, "authcid", REF, N_("authentication identity: the user whose password follows")),
        Span(second, second + 1, "NUL", REF, N_("a zero octet, which ends the authentication identity")),
        Span(second + 1, len(raw), "passwd", REF, N_("the password itself: base64 hides nothing"), secret=True),
    ]
    return [part for part in parts if part.start < part.stop]


def is_utf8(raw: bytes) -> bool:
    """Tell whether octets are UTF-8."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


PLAIN = Mechanism(
    NAME,
    server,
    client,
    explain,
    REF,
    N_("Sends the name and the password in one message, readable for whoever reads the line: use it under TLS."),
    plaintext=True,
    client_first=True,
    takes_initial=True,
)
