"""What the tests of authentication share: accounts, both sides, and an exchange between two ends."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from sandbox.auth.accounts import Account, AccountTable
from sandbox.auth.conversation import ClientConversation, ServerConversation
from sandbox.auth.mechanism import ClientSide, Mechanism, ServerSide
from sandbox.auth.outcome import Outcome

ACCOUNTS = AccountTable(
    [
        Account("ana", "secreto"),
        Account("tim", "tanstaaftanstaaf"),
        Account("José Luis", "contraseña con espacios"),
        Account("postmaster", "llave", may_act_as=frozenset({"ana"})),
    ],
    salt_key=b"salt",
)


def octets(seed: str) -> Callable[[int], bytes]:
    """A source of octets that is the same for the same seed, and never repeats itself."""
    count = 0

    def random(wanted: int) -> bytes:
        nonlocal count
        count += 1
        return hashlib.shake_128(f"{seed} {count}".encode()).digest(wanted)

    return random


def server_side(tell_errors: bool = False, seed: str = "server") -> ServerSide:
    return ServerSide(ACCOUNTS, octets(seed), now=1_772_442_000, host="norte.example", tell_errors=tell_errors)


def client_side(name: str = "ana", password: str = "secreto", authzid: str = "") -> ClientSide:
    return ClientSide(name, password, octets("client"), authzid)


def exchange(
    mechanism: Mechanism, client: ClientSide, server: ServerSide | None = None, *, with_initial: bool = True
) -> tuple[Outcome | None, Outcome, list[bytes]]:
    """Let both ends talk until the server ends. Returns the client's outcome, the server's, and all lines."""
    home = ServerConversation(mechanism, server or server_side())
    guest = ClientConversation(mechanism, client)
    assert guest.outcome is None
    initial = guest.initial() if with_initial else None
    lines = [] if initial is None else [initial]
    step = home.begin(initial)
    while isinstance(step, bytes):
        lines += [step, guest.respond(step)]
        step = home.respond(lines[-1])
    return guest.outcome, step, lines


def agreed(mechanism: Mechanism, client: ClientSide, *, with_initial: bool = True) -> tuple[Outcome, Outcome]:
    """As `exchange`, where the server succeeds: what both ends say then."""
    home = ServerConversation(mechanism, server_side())
    guest = ClientConversation(mechanism, client)
    step = home.begin(guest.initial() if with_initial else None)
    while isinstance(step, bytes):
        step = home.respond(guest.respond(step))
    return guest.succeed(), step
