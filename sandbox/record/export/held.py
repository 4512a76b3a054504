"""Explanations for what has been passed on before it was understood.

A unit of a dialogue is explained when its last octet arrives, and belongs to the packet that carries its first. So the
newest moments of a transcript are held back until what they began is complete; never more of them than can be afforded.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from sandbox.core.tracker import Unit
from sandbox.record.export.packets import Packet, Wire
from sandbox.wire.trace import Data, Layer, Side

HELD: Final = 4096
"""Moments that are held back at most."""
HELD_OCTETS: Final = 1 << 24


@dataclass(slots=True, eq=False)
class Moment:
    """The packets of an event; `size` is how many octets of a dialogue they carry.

    `comments` are what to say of them, each with the offset of the octet that it is about.
    """

    line: Line
    side: Side
    packets: list[Packet]
    size: int
    comments: list[tuple[int, str]] = field(default_factory=list)
    due: int = 0
    """How far the side's own octets must be explained until all is said of this moment."""

    @property
    def settled(self) -> bool:
        """Whether nothing more will be said of it."""
        line = self.line
        if line.ended or not self.size:
            return True
        if line.layer == "tls" and line.shaking_hands:  # the secrets have to come first
            return False
        if not line.explainable:
            return True
        if line.layer != "app" and line.newest.get(self.side) is self:  # what it carries comes behind it
            return False
        return line.understood[self.side] >= self.due

    def said(self) -> Iterator[tuple[Packet, list[str]]]:
        """The packets, each with the comments on its octets; what is about no octets stands at the first."""
        comments = self.comments
        if not self.size:
            yield self.packets[0], [text for _offset, text in comments]
            yield from ((packet, []) for packet in self.packets[1:])
            return
        for packet in self.packets:
            stop = packet.start + packet.size
            yield packet, [text for offset, text in comments if packet.start <= offset < stop] if comments else []


@dataclass(slots=True, eq=False)
class Line:
    """A connection on its way into the capture. `explainable`: somebody knows its protocol."""

    wire: Wire
    explainable: bool
    shaking_hands: bool
    """TLS is due, and not agreed on yet."""
    layer: Layer = "app"
    """What is on the wire."""
    ended: bool = False
    remarks: list[str] = field(default_factory=list)
    """To be said with the next moment."""
    newest: dict[Side, Moment] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=lambda: {"C": 0, "S": 0})
    understood: dict[str, int] = field(default_factory=lambda: {"C": 0, "S": 0})
    _carried: dict[str, deque[tuple[int, Moment]]] = field(default_factory=lambda: {"C": deque(), "S": deque()})
    # the protocol's octets that wait for their explanation: where they begin, in which moment they are

    def data(self, event: Data, packets: list[Packet]) -> Moment | None:
        """Take octets; returns the moment they are on the wire, unless they were there already below."""
        if event.lost or not event.raw:
            return None
        if self.wire.layer != self.layer:
            self.layer = self.wire.layer
            self.shaking_hands = self.layer == "tls"
            self.newest.clear()
        side, moment = event.side, None
        if packets:
            moment = self.newest[side] = self.moment(side, packets, len(event.raw))
        if event.layer == "app":
            self._carry(side, len(event.raw))
        return moment

    def moment(self, side: Side, packets: list[Packet], size: int = 0) -> Moment:
        """A moment, with the remarks that waited for one."""
        moment = Moment(self, side, packets, size, [(0, remark) for remark in self.remarks], self.sent[side])
        self.remarks.clear()
        return moment

    def explain(self, unit: Unit, comments: Iterable[str]) -> None:
        """Put the words for a unit where its first octet is."""
        carried = self._carried[unit.side]
        while len(carried) > 1 and carried[1][0] <= unit.start:
            carried.popleft()
        self.understood[unit.side] = max(self.understood[unit.side], unit.stop)
        if carried:
            start, moment = carried[0]
            offset = unit.start - start if self.layer == "app" else 0
            moment.comments += [(offset, text) for text in comments]

    def _carry(self, side: Side, size: int) -> None:
        moment = self.newest.get(side)
        start = self.sent[side]
        self.sent[side] = start + size
        if moment is not None and self.explainable:
            moment.due = self.sent[side]
            self._carried[side].append((start, moment))


class Held:
    """The moments that are held back, in order."""

    def __init__(self) -> None:
        self._moments: deque[Moment] = deque()
        self._octets = 0

    def add(self, moment: Moment) -> None:
        """Hold one more."""
        self._moments.append(moment)
        self._octets += moment.size

    def ready(self) -> Iterator[Moment]:
        """Let go of those of which all is said, and of those there is no room for."""
        moments = self._moments
        while moments and (moments[0].settled or len(moments) > HELD or self._octets > HELD_OCTETS):
            yield self._let_go()

    def rest(self) -> Iterator[Moment]:
        """Let go of all."""
        while self._moments:
            yield self._let_go()

    def _let_go(self) -> Moment:
        moment = self._moments.popleft()
        self._octets -= moment.size
        return moment
