"""What a SASL mechanism is here: one row, with both its ends as generators and its messages explained.

The ends exchange raw messages, before base64, and end by returning an `Outcome`.

- A server's end yields challenges and is sent responses. If the client speaks first, its first challenge is empty: that
  is what a server sends when the client gave no initial response, and is left out when it did.
- A client's end yields responses and is sent challenges; None tells it that the server reported success. If the server
  speaks first, its first response is empty and is never sent.

`sandbox.auth.conversation` keeps to that, and adds base64 and cancelling: protocols use it and not the generators.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from sandbox.auth.accounts import Accounts
from sandbox.auth.outcome import Failure, Kind, Outcome
from sandbox.auth.prepare import prepare
from sandbox.core.grammar import Span
from sandbox.core.message import N_, Msg
from sandbox.core.refs import Ref

__all__ = [
    "ClientEnd",
    "ClientSide",
    "Credentials",
    "Mechanism",
    "ServerEnd",
    "ServerSide",
    "Side",
    "credentials",
    "malformed",
    "unexpected",
]

Side = Literal["C", "S"]
ServerEnd = Generator[bytes, bytes, Outcome]
ClientEnd = Generator[bytes, bytes | None, Outcome]


@dataclass(frozen=True, slots=True)
class ServerSide:
    """What a server's end needs from outside.

    `random` returns that many random octets; `now` is the time in seconds and `host` the name of the server, for
    challenges that contain them. With `tell_errors`, SCRAM sends its "e=" message before it fails, where it would
    otherwise just fail (RFC 5802 section 5.1 allows both; with it a failure takes one more turn).
    """

    accounts: Accounts
    random: Callable[[int], bytes]
    now: int
    host: str
    tell_errors: bool = False


@dataclass(frozen=True, slots=True)
class ClientSide:
    """What a client's end needs: whom to log in, the password, randomness, whom to act as (nobody else: empty)."""

    name: str
    password: str
    random: Callable[[int], bytes]
    authzid: str = ""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One mechanism.

    `explain(side, raw, n)` labels every octet of a message that "C" or "S" sent, before base64; it takes any octets.
    `n` counts that side's messages in the exchange from 0; None where whoever asks has not counted them.
    `plaintext`: the password can be read from what is sent. `client_first`: the client speaks first.
    `takes_initial`: the server takes an initial response. LOGIN does, by custom, though the server speaks first.
    """

    name: bytes
    server: Callable[[ServerSide], ServerEnd]
    client: Callable[[ClientSide], ClientEnd]
    explain: Callable[[Side, bytes, int | None], list[Span]]
    ref: Ref
    about: str
    plaintext: bool
    client_first: bool
    takes_initial: bool


UNPREPARED = Failure(
    Msg(N_("A name or the password is empty, or has characters that are not allowed there.")),
    Kind.MALFORMED,
    Ref("4013#2.3"),
)
ONLY_ONESELF = Failure(
    Msg(N_("This mechanism cannot ask to act as another user.")), Kind.UNSUPPORTED, Ref("4422#3.4.1")
)


class Credentials(NamedTuple):
    """What a client has to send or to prove, prepared and in UTF-8. `authzid` is empty to act as oneself."""

    authzid: bytes
    name: bytes
    password: bytes


def credentials(side: ClientSide, *, takes_authzid: bool) -> Credentials | Failure:
    """Prepare what a client was given; a failure, before anything is sent, where the mechanism could not send it."""
    if side.authzid and not takes_authzid:
        return ONLY_ONESELF
    authzid, name, password = prepare(side.authzid), prepare(side.name), prepare(side.password)
    if not name or not password or (side.authzid and not authzid):
        return UNPREPARED
    return Credentials((authzid or "").encode(), name.encode(), password.encode())


def malformed(name: bytes, ref: Ref) -> Failure:
    """Return the failure for a message that is not what mechanism `name` expects."""
    reason = Msg(N_("This is not the message that {mechanism} expects here."), mechanism=name.decode())
    return Failure(reason, Kind.MALFORMED, ref)


def unexpected(raw: bytes, ref: Ref) -> list[Span]:
    """Return the one span that a message has which is not what the mechanism expects; no octets, no span.

    It is secret: a password may be anywhere in it.
    """
    about = N_("not what the mechanism expects here")
    return [Span(0, len(raw), "unexpected", ref, about, secret=True, free=True)] if raw else []
