"""The packets that carried what was said. What a capture holds and what the screen shows both come from here.

Octets are real, and so are the ends where the transcript knows them; the headers around them are what a network with
nothing wrong would have put there, one segment after the other.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from copy import copy
from dataclasses import dataclass
from typing import Final

from sandbox.record.branch import Branch
from sandbox.record.export.addresses import Addresses
from sandbox.record.export.frames import ACK, FIN, PSH, RST, SYN, End, Flow
from sandbox.wire.trace import AnyEvent, Close, Data, Layer, Open, Side

STEP: Final = 1_000
"""Nanoseconds between packets that one event needs."""
_ACKNOWLEDGED: Final = 2
"""Full segments after which a receiver acknowledges (RFC 9293 section 3.8.6.3)."""
_DEPTH: Final[dict[Layer, int]] = {"app": 0, "deflate": 1, "tls": 2}
_OTHER: Final[dict[Side, Side]] = {"C": "S", "S": "C"}


@dataclass(slots=True, eq=False)
class Packet:
    """A frame at a time in nanoseconds, the `number`th of all (from 1, as Wireshark counts).

    `start` is where its payload begins in the octets of the event, `size` how long it is; `initial` are the sequence
    numbers that its own and the other end began with.
    """

    number: int
    at: int
    side: Side
    flags: int
    frame: bytes
    start: int
    size: int
    initial: tuple[int, int]


@dataclass(slots=True, eq=False)
class Wire:
    """A connection on the network. `layer` is the lowest seen: what travels."""

    flow: Flow
    bare: bool = False
    """What was inside TLS is written instead of its records."""
    layer: Layer = "app"

    def carries(self, event: Data) -> bool:
        """Whether an event's octets are what travels. The first octets of a lower layer change that."""
        if event.lost or not event.raw or (self.bare and event.layer == "tls"):
            return False
        if _DEPTH[event.layer] > _DEPTH[self.layer]:
            self.layer = event.layer
        return event.layer == self.layer


class Packets:
    """Makes packets of events, in order.

    Of connections in `bare`, TLS is left out: see `rekeyed`.
    """

    def __init__(self, bare: Container[str] = ()) -> None:
        self._bare = bare
        self._addresses = Addresses()
        self._ends: dict[tuple[int, str], tuple[End, End]] = {}
        self._wires: dict[str, Wire] = {}
        self._last = -STEP
        self._count = 0

    def __copy__(self) -> Packets:
        """A maker that goes on from here by itself. Both give new connections the same ends."""
        other = Packets.__new__(Packets)
        other.__dict__ |= self.__dict__
        other._wires = {conn: Wire(copy(wire.flow), wire.bare, wire.layer) for conn, wire in self._wires.items()}
        return other

    def __len__(self) -> int:
        """How many connections are open."""
        return len(self._wires)

    def wire(self, conn: str) -> Wire | None:
        """A connection that is open."""
        return self._wires.get(conn)

    def names(self, opened: Open) -> list[tuple[bytes, str]]:
        """What the ends of a connection that was just taken are called, as far as it is news."""
        return self._addresses.names(opened, self._ends[opened.seq, opened.conn])

    def skip(self, event: AnyEvent) -> None:
        """Take an event whose packets nobody wants to see."""
        for side, flags, _start, size, at in self._plan(event):
            self._wires[event.conn].flow.skip(at, side, flags, size)
            self._count += 1
        self._done(event)

    def take(self, event: AnyEvent) -> list[Packet]:
        """The packets of an event; none where it takes none, or its connection was never opened."""
        packets = []
        raw = event.raw if isinstance(event, Data) else b""
        for side, flags, start, size, at in self._plan(event):
            flow = self._wires[event.conn].flow
            frame = flow.frame(at, side, flags, raw[start : start + size] if size else b"")
            self._count += 1
            packets.append(Packet(self._count, at, side, flags, frame, start, size, flow.initial(side)))
        self._done(event)
        return packets

    def _done(self, event: AnyEvent) -> None:
        if isinstance(event, Close):
            self._wires.pop(event.conn, None)

    def _plan(self, event: AnyEvent) -> Iterable[tuple[Side, int, int, int, int]]:
        """What the next packets are: side, flags, where their octets begin, how many they are, and when."""
        if isinstance(event, Data):
            wire = self._wires.get(event.conn)
            return self._data(wire.flow, event) if wire is not None and wire.carries(event) else ()
        if isinstance(event, Open):
            self._open(event)
            return self._signals(event.at, ("C", SYN), ("S", SYN | ACK), ("C", ACK))
        if not isinstance(event, Close) or event.conn not in self._wires:
            return ()
        side: Side = event.side or "S"
        if event.cut:
            return self._signals(event.at, (side, RST | ACK))
        other = _OTHER[side]
        return self._signals(event.at, (side, FIN | ACK), (other, FIN | ACK), (side, ACK))

    def _open(self, event: Open) -> None:
        key = event.seq, event.conn
        ends = self._ends.get(key)
        if ends is None:
            ends = self._ends[key] = self._addresses.ends(event)
        self._wires[event.conn] = Wire(Flow(*ends, key=event.conn, began=event.at), event.conn in self._bare)

    def _data(self, flow: Flow, event: Data) -> Iterable[tuple[Side, int, int, int, int]]:
        side, size, room = event.side, len(event.raw), flow.room
        if size <= room and flow.unacknowledged(side) < _ACKNOWLEDGED * room:
            return ((side, ACK | PSH, 0, size, self._time(event.at)),)
        return self._segments(flow, event)

    def _segments(self, flow: Flow, event: Data) -> Iterable[tuple[Side, int, int, int, int]]:
        """Octets in pieces that fit; the other end acknowledges now and then. Goes on as the flow does."""
        side, size, room = event.side, len(event.raw), flow.room
        for start in range(0, size, room):
            if flow.unacknowledged(side) >= _ACKNOWLEDGED * room:
                yield _OTHER[side], ACK, start, 0, self._time(event.at)
            last = start + room >= size
            yield side, ACK | (PSH if last else 0), start, min(room, size - start), self._time(event.at)

    def _signals(self, at: int, *signals: tuple[Side, int]) -> Iterable[tuple[Side, int, int, int, int]]:
        return [(side, flags, 0, 0, self._time(at)) for side, flags in signals]

    def _time(self, at: int) -> int:
        """When a packet travels: never before the one that was there first."""
        self._last = max(at, self._last + STEP)
        return self._last


def rekeyed(events: Iterable[tuple[int, AnyEvent]], joints: Iterable[int]) -> frozenset[str]:
    """The connections that were under TLS where time travel led to, at the positions `joints` of the events.

    There TLS got other keys in the middle of the conversation, which were not recorded, and no network ever saw such a
    stream of records: nobody could decrypt them. So a capture shows what was inside.
    """
    left = sorted(joints)
    found: set[str] = set()
    secure: set[str] = set()
    for position, event in events if left else ():
        while left and left[0] <= position:
            found |= secure
            del left[0]
        if not left:
            break
        if isinstance(event, Data) and event.layer == "tls":
            secure.add(event.conn)
        elif isinstance(event, Close | Open):
            secure.discard(event.conn)
    return frozenset(found)


def rekeyed_in(branch: Branch) -> frozenset[str]:
    """The same for a transcript's live branch. Reads no further than the last time travel."""
    joints = branch.joints
    return rekeyed(branch.numbered(0, joints[-1] + 1), joints) if joints else frozenset()
