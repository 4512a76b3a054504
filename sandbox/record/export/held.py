"""Explanations for what has been passed on before it was understood.

A unit of a dialogue is explained when its last octet arrives, and belongs to the packet that carries its first. So the
newest moments of a transcript are held back until what they began is complete; never more of them than can be afforded.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from sandbox.i18n import _, render
from sandbox.record.export.frames import Flow
from sandbox.record.linear import cited
from sandbox.wire.observer import Explained
from sandbox.wire.trace import Data, Layer, Side

HELD: Final = 4096
"""Moments that are held back at most."""
HELD_OCTETS: Final = 1 << 24
Act: TypeAlias = Literal["open", "data", "close", "cut"]
_DEPTH: Final[dict[Layer, int]] = {"app": 0, "deflate": 1, "tls": 2}


@dataclass(slots=True, eq=False)
class Moment:
    """Something that takes packets: a connection opens or ends, or octets travel.

    `comments` are what to say of it, each with the offset in `raw` of the octet that it is about.
    """

    line: Line
    at: int
    act: Act
    side: Side
    raw: bytes = b""
    comments: list[tuple[int, str]] = field(default_factory=list)
    due: int = 0
    """How far the side's own octets must be explained until all is said of this moment."""

    @property
    def settled(self) -> bool:
        """Whether nothing more will be said of it."""
        line = self.line
        if line.ended or self.act != "data":
            return True
        if line.layer == "tls" and line.shaking_hands:  # the secrets have to come first
            return False
        if not line.explainable:
            return True
        if line.layer == "tls" and line.newest.get(self.side) is self:
            return False
        return line.understood[self.side] >= self.due


@dataclass(slots=True, eq=False)
class Line:
    """A connection on its way into the capture. `explainable`: somebody knows its protocol."""

    flow: Flow
    explainable: bool
    shaking_hands: bool
    """TLS is due, and not agreed on yet."""
    layer: Layer = "app"
    """The lowest layer seen: what is on the wire."""
    ended: bool = False
    remarks: list[str] = field(default_factory=list)
    """To be said with the next moment."""
    newest: dict[Side, Moment] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=lambda: {"C": 0, "S": 0})
    understood: dict[str, int] = field(default_factory=lambda: {"C": 0, "S": 0})
    _carried: dict[str, deque[tuple[int, int, Moment]]] = field(default_factory=lambda: {"C": deque(), "S": deque()})
    # the protocol's octets that wait for their explanation: where they begin, where they stand in which moment

    def data(self, event: Data) -> Moment | None:
        """Take octets; returns the moment they are on the wire, unless they were there already below."""
        if event.lost or not event.raw:
            return None
        if _DEPTH[event.layer] > _DEPTH[self.layer]:
            self.layer = event.layer
            self.newest.clear()
        moment = None
        if event.layer == self.layer:
            moment = self.moment(event.at, "data", event.side, event.raw)
            self.newest[event.side] = moment
        if event.layer == "app":
            self._carry(event.side, len(event.raw))
        return moment

    def moment(self, at: int, act: Act, side: Side, raw: bytes = b"") -> Moment:
        """A moment, with the remarks that waited for one."""
        moment = Moment(self, at, act, side, raw, [(0, remark) for remark in self.remarks], self.sent[side])
        self.remarks.clear()
        return moment

    def explain(self, item: Explained) -> None:
        """Put the words for a unit where its first octet is."""
        unit = item.unit
        carried = self._carried[unit.side]
        while len(carried) > 1 and carried[1][0] <= unit.start:
            carried.popleft()
        self.understood[unit.side] = max(self.understood[unit.side], unit.stop)
        if carried:
            start, base, moment = carried[0]
            offset = base + unit.start - start if self.layer == "app" else base
            moment.comments += [(offset, text) for text in comments_on(item)]

    def _carry(self, side: Side, size: int) -> None:
        moment = self.newest.get(side)
        start = self.sent[side]
        self.sent[side] = start + size
        if moment is not None:
            moment.due = self.sent[side]
            self._carried[side].append((start, 0, moment))


def comments_on(item: Explained) -> Iterator[str]:
    """A unit in a sentence, and what is wrong with it."""
    unit = item.unit
    yield f"{render(unit.about)} ({cited(unit.ref)})"
    if unit.fault is not None:
        text = _("At octet {at}: {want}.").format(at=unit.fault.at + 1, want=render(unit.fault.want))
        yield f"{text} ({cited(unit.fault.ref)})"


class Held:
    """The moments that are held back, in order."""

    def __init__(self) -> None:
        self._moments: deque[Moment] = deque()
        self._octets = 0

    def add(self, moment: Moment) -> None:
        """Hold one more."""
        self._moments.append(moment)
        self._octets += len(moment.raw)

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
        self._octets -= len(moment.raw)
        return moment
