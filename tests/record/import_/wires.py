"""Captures made by hand: classic pcap and pcapng around TCP segments that may come in any order, or not at all."""

from __future__ import annotations

import io
import ipaddress
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field

from sandbox.record.import_ import import_
from sandbox.record.import_.base import Intake
from sandbox.record.reader import Transcript
from sandbox.wire.trace import AnyEvent, Data, Note
from sandbox.world.protocols import PROTOCOLS

FIN, SYN, RST, ACK = 1, 2, 4, 16
MILLISECOND = 1_000_000


@dataclass
class Wire:
    """A TCP connection, written down packet by packet. `C` and `S` are the sequence numbers that come next."""

    port: int = 110
    client_port: int = 40000
    addresses: tuple[str, str] = ("192.0.2.1", "192.0.2.2")
    seq: dict[str, int] = field(default_factory=lambda: {"C": 1000, "S": 5000})
    packets: list[bytes] = field(default_factory=list)

    def packet(self, side: str, flags: int, payload: bytes = b"", seq: int | None = None) -> Wire:
        """One more packet: an IP packet without a link layer."""
        other = "S" if side == "C" else "C"
        own = self.seq[side] if seq is None else seq & 0xFFFFFFFF
        ports = (self.client_port, self.port) if side == "C" else (self.port, self.client_port)
        ack = self.seq[other] if flags & ACK else 0
        tcp = struct.pack("!HHIIBBHHH", *ports, own, ack, 0x50, flags, 512, 0, 0) + payload
        ends = [ipaddress.ip_address(each) for each in self.addresses]
        pair = [each.packed for each in (ends if side == "C" else ends[::-1])]
        if ends[0].version == 4:
            head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0, *pair)
        else:
            head = struct.pack("!IHBB16s16s", 6 << 28, len(tcp), 6, 64, *pair)
        self.packets.append(head + tcp)
        if seq is None:
            self.seq[side] = (own + len(payload) + bool(flags & (SYN | FIN))) & 0xFFFFFFFF
        return self

    def open(self) -> Wire:
        """The three-way handshake."""
        return self.packet("C", SYN).packet("S", SYN | ACK).packet("C", ACK)

    def say(self, side: str, octets: bytes) -> Wire:
        """Octets, and their acknowledgement."""
        return self.packet(side, ACK, octets).packet("S" if side == "C" else "C", ACK)

    def close(self, side: str = "C") -> Wire:
        """Both ends close, `side` first."""
        other = "S" if side == "C" else "C"
        return self.packet(side, FIN | ACK).packet(other, FIN | ACK).packet(side, ACK)


def pcap(packets: Iterable[bytes], link: int = 101, order: str = "<", nano: bool = False, snap: int = 1 << 16) -> bytes:
    """A classic capture, a packet a millisecond."""
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    parts = [struct.pack(f"{order}IHHiIII", magic, 2, 4, 0, 0, snap, link)]
    for number, packet in enumerate(packets, 1):
        kept = packet[:snap]
        fraction = number * (1_000_000 if nano else 1000)
        parts.append(struct.pack(f"{order}IIII", 1_700_000_000, fraction, len(kept), len(packet)) + kept)
    return b"".join(parts)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    """A block of pcapng."""
    body += bytes(-len(body) % 4)
    size = struct.pack(f"{order}I", len(body) + 12)
    return struct.pack(f"{order}I", kind) + size + body + size


def section(order: str = "<", link: int = 101, options: bytes = b"") -> bytes:
    """The beginning of a pcapng file: a section and an interface."""
    head = block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1), order)
    return head + block(1, struct.pack(f"{order}HHI", link, 0, 0) + options, order)


def enhanced(packet: bytes, at: int, order: str = "<", interface: int = 0) -> bytes:
    """A packet at so many units of time."""
    size = len(packet)
    return block(6, struct.pack(f"{order}IIIII", interface, at >> 32, at & 0xFFFFFFFF, size, size) + packet, order)


def brought_in(octets: bytes, key_log: bytes = b"", name: str = "a.pcap") -> tuple[Intake, list[AnyEvent]]:
    """What an import finds, and the events of the transcript."""
    target = io.BytesIO()
    intake = import_(io.BytesIO(octets), name, target, PROTOCOLS, key_log=key_log)
    target.seek(0)
    transcript = Transcript.read(target, name)
    events = list(transcript.events())
    assert transcript.damage is None
    return intake, events


def said(events: Iterable[AnyEvent], conn: str = "c1", layer: str = "app") -> dict[str, bytes]:
    """The octets of each side."""
    sides = {"C": b"", "S": b""}
    for event in events:
        if isinstance(event, Data) and event.conn == conn and event.layer == layer:
            sides[event.side] += event.raw
    return sides


def turns(events: Iterable[AnyEvent], conn: str = "c1") -> list[tuple[str, bytes]]:
    """Who said what, in which order, however it was cut."""
    found: list[tuple[str, bytes]] = []
    for event in events:
        if isinstance(event, Data) and event.conn == conn and event.layer == "app":
            if found and found[-1][0] == event.side:
                found[-1] = event.side, found[-1][1] + event.raw
            else:
                found.append((event.side, event.raw))
    return found


GREETING = b"+OK hello\r\n"
DIALOGUE = [
    ("S", GREETING),
    ("C", b"USER ana\r\n"),
    ("S", b"+OK\r\n"),
    ("C", b"PASS secreto\r\n"),
    ("S", b"+OK\r\n"),
    ("C", b"RETR 1\r\n"),
    ("S", b"+OK 120 octets\r\n" + b"Subject: one\r\n\r\n" + b"line\r\n" * 15 + b".\r\n"),
    ("C", b"QUIT\r\n"),
    ("S", b"+OK bye\r\n"),
]


def spoken(wire: Wire, parts: list[tuple[str, bytes]] = DIALOGUE) -> Wire:
    """A connection on which this is said."""
    for side, octets in parts:
        wire.say(side, octets)
    return wire


def notes(events: Iterable[AnyEvent]) -> list[str]:
    """The notes, as English sentences."""
    return [event.text.format(**event.params) for event in events if isinstance(event, Note)]
