"""Which protocol a connection speaks, and which end is the client: by the port, else by what is said."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from sandbox.core.protocol import Protocol

GREETINGS: Final[Mapping[str, re.Pattern[bytes]]] = {
    "smtp": re.compile(rb"(?:220|554)[ -][^\n]*SMTP", re.IGNORECASE),
    "pop3": re.compile(rb"\+OK\b|-ERR\b"),
    "imap": re.compile(rb"\* (?:OK|PREAUTH|BYE)\b", re.IGNORECASE),
}
"""How servers begin (RFC 5321 section 4.3.1, RFC 1939 section 4, RFC 9051 section 7.1)."""
COMMANDS: Final[Mapping[str, re.Pattern[bytes]]] = {
    "smtp": re.compile(rb"(?:EHLO|HELO) \S", re.IGNORECASE),
    "pop3": re.compile(
        rb"(?:CAPA|STLS|AUTH(?: \S+){0,2}|USER \S+|APOP \S+ [0-9a-f]{32}|STAT|UIDL|RETR \d+) *\r?\n", re.I
    ),
    "imap": re.compile(
        rb"[^\s(){%*\"\\+]{1,64} (?:CAPABILITY|LOGIN|AUTHENTICATE|STARTTLS|SELECT|EXAMINE|FETCH|UID|NOOP|ID)\b", re.I
    ),
}
"""How clients begin. FTP says USER, too, but not before a greeting of its own."""
_RELATED: Final = 1000
"""Our own `serve` adds this to the usual ports."""


class Spoken(NamedTuple):
    """What was found: the protocol's name, and which half is the client's."""

    proto: str
    client: int


class Ports:
    """What is served where."""

    def __init__(self, protocols: Mapping[str, Protocol]) -> None:
        self._usual = {service.port: each.name for each in protocols.values() for service in each.services}

    def usual(self, port: int) -> str:
        """The protocol of a port; empty if it is none of ours."""
        return self._usual.get(port, "")

    def related(self, port: int) -> str:
        """The protocol that a port reminds of."""
        return self._usual.get(port - _RELATED, "")


def by_port(ports: tuple[int, int], known: Ports, certain: bool) -> Spoken | None:
    """By the ports of both halves; `certain`: half 0 is the client's, since it connected."""
    for client in (0,) if certain else (0, 1):
        proto = known.usual(ports[1 - client])
        if proto:
            return Spoken(proto, client)
    return None


def by_words(said: Sequence[tuple[int, bytes]]) -> Spoken | None:
    """By the first that each half said."""
    begun: dict[int, bytes] = {}
    for half, octets in said:
        begun[half] = begun.get(half, b"") + octets
    for half, octets in begun.items():
        for proto, greeting in GREETINGS.items():
            if greeting.match(octets):
                return Spoken(proto, 1 - half)
        for proto, command in COMMANDS.items():
            if command.match(octets) and not begun.get(1 - half):
                return Spoken(proto, half)
    return None
