"""What hellos say in clear text, read without `cryptography`: the name that is wanted, and how keys are agreed on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from sandbox.record.tls.messages import (
    RANDOM,
    SERVER_HELLO,
    SERVER_KEY_EXCHANGE,
    TLS13,
    Message,
    MessageReader,
    chosen,
    extension,
)
from sandbox.record.tls.names import group_name
from sandbox.record.tls.records import HANDSHAKE, RecordReader
from sandbox.record.tls.suites import suite_name
from sandbox.wire.trace import Data, Side

_SERVER_NAME: Final = 0
_KEY_SHARE: Final = 51
_NAMED_CURVE: Final = b"\x03"


class Exchange(NamedTuple):
    """How the keys are agreed on: the group's name, or else what the name of the cipher suite says ("RSA")."""

    name: str = ""

    def told(self, message: Message) -> Exchange:
        """The same after a ServerHello, or a ServerKeyExchange of TLS 1.2, which both name the group."""
        if message.kind == SERVER_KEY_EXCHANGE:
            named = message.body[:1] == _NAMED_CURVE and len(message.body) > 2
            return Exchange(group_name(int.from_bytes(message.body[1:3]))) if named else self
        settled = chosen(message.body)
        if settled is None:
            return self
        if settled.version != TLS13:
            return Exchange(suite_name(settled.suite).removeprefix("TLS_").partition("_WITH_")[0])
        share = extension(_extensions(message.body, behind=3), _KEY_SHARE)
        return Exchange(group_name(int.from_bytes(share[:2]))) if share else Exchange("PSK")


def asked_for(body: bytes) -> str:
    """The server's name in a ClientHello (RFC 6066 section 3); empty if there is none."""
    at = RANDOM.stop + 1 + (body[RANDOM.stop] if len(body) > RANDOM.stop else 0)
    at += 2 + int.from_bytes(body[at : at + 2])
    at += 1 + (body[at] if at < len(body) else 0)
    names = extension(body[at:], _SERVER_NAME) or b""
    return names[5 : 5 + int.from_bytes(names[3:5])].decode("ascii", "backslashreplace")


def _extensions(body: bytes, behind: int) -> bytes:
    """The block of extensions of a ServerHello, `behind` octets after its session id."""
    return body[RANDOM.stop + 1 + body[RANDOM.stop] + behind :]


class Handshake(NamedTuple):
    """A handshake at a glance: how many flights it took (times that the direction changed), and the key exchange."""

    flights: int
    exchange: str


def glance(events: Iterable[Data]) -> Handshake:
    """Read the clear text of a handshake. Tickets that follow the last flight of TLS 1.3 are not counted."""
    readers: dict[Side, RecordReader] = {"C": RecordReader("C"), "S": RecordReader("S")}
    messages, exchange, new = MessageReader(), Exchange(), False
    sides: list[Side] = []
    for event in events:
        if not sides or sides[-1] != event.side:
            sides.append(event.side)
        for record in readers[event.side].receive(event.raw):
            if record.kind != HANDSHAKE or record.side == "C":
                continue
            for message in messages.receive(record.fragment):
                if message.kind in (SERVER_HELLO, SERVER_KEY_EXCHANGE):
                    exchange = exchange.told(message)
                if message.kind == SERVER_HELLO:
                    settled = chosen(message.body)
                    new = settled is not None and settled.version == TLS13
    tickets = new and sides[-1] == "S"
    return Handshake(len(sides) - tickets, exchange.name)
