"""TLS by the standard library's OpenSSL, which knows nothing of ours, with its records and its key log."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field

from msgspec.structs import replace

from sandbox.record.tls.records import Record, RecordReader
from sandbox.wire.tls import TlsEnd
from sandbox.wire.trace import Data, Journal, Side, Tls
from tests.wire.tlskit import NAME, client_context, server

V12, V13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
Octets = list[tuple[Side, bytes]]


@dataclass
class Talk:
    """A conversation under TLS: what crossed the wire, in order, and the lines of the key log."""

    wire: Octets = field(default_factory=list)
    said: Octets = field(default_factory=list)
    lines: tuple[str, ...] = ()
    event: Tls | None = None
    shaken: int = 0
    """How many flights of `wire` are the handshake's."""

    def records(self) -> list[Record]:
        readers = {side: RecordReader(side) for side in ("C", "S")}
        return [
            record
            for number, (side, octets) in enumerate(self.wire, 1)
            for record in readers[side].receive(octets, number, number * 1_000_000)
        ]

    def events(self) -> list[Data | Tls]:
        """As a journal has them: the handshake, what was agreed on, the rest."""
        assert self.event is not None
        events: list[Data | Tls] = []
        for number, flight in enumerate([*self.wire, None]):
            if number == self.shaken:
                events.append(replace(self.event, seq=number + 1, at=number * 1_000_000))
            if flight is not None:
                seq = len(events) + 1
                events.append(Data(seq, seq * 1_000_000, "a", flight[0], "tls", flight[1]))
        return events


def talk(
    *said: tuple[Side, bytes],
    version: ssl.TLSVersion = V13,
    cipher: str = "",
    curve: str = "",
    name: str = NAME,
    close: bool = True,
) -> Talk:
    """Shake hands, say things, close."""
    both = server(version=version), client_context(version=version)
    if cipher:
        both[0]._context.set_ciphers(cipher)
        both[1].set_ciphers(cipher)
    if curve:
        both[0]._context.set_ecdh_curve(curve)
    ends: dict[Side, TlsEnd] = {"C": TlsEnd(both[1], server_name=name), "S": both[0].begin()}
    result = Talk(said=list(said))
    side: Side = "C"
    octets = ends["C"].handshake()
    while octets:
        result.wire.append((side, octets))
        side = "S" if side == "C" else "C"
        end = ends[side]
        if end.established:
            end.receive(octets)
            octets = end.due()
        else:
            octets = end.handshake(octets)
    journal = Journal(lambda: 1)
    both[0].report(journal, "a", ends["S"], ends["C"].failure)
    event = journal.events[0]
    assert isinstance(event, Tls)
    result.event, result.lines, result.shaken = event, event.secrets, len(result.wire)
    for side, text in said:
        result.wire.append((side, ends[side].send(text)))
        other: Side = "S" if side == "C" else "C"
        assert ends[other].receive(result.wire[-1][1]) == text
    if close and not ends["C"].failure:
        result.wire.append(("C", ends["C"].close()))
    return result
