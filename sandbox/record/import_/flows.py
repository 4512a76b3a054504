"""Which packets make a connection, and in which order its octets were said.

Packets go through a window: what the capture has in the wrong order (a packet behind the one that acknowledges it) is
looked for there before it is given up as missing.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Protocol

from sandbox.record.import_.packets import ACK, FIN, RST, SYN, Segment
from sandbox.record.import_.reassembly import FAR, Stream

WINDOW: Final = 512
"""Packets that are looked ahead."""
REACH: Final = 64
"""Packets of the connection itself that are looked at there, so that a capture full of gaps takes no longer."""
MAX_FLOWS: Final = 1 << 16
"""Connections that are remembered at the same time."""


class Talk(Protocol):
    """What a connection tells. A `half` is 0 for the end that is taken for the client's, 1 for the other."""

    def octets(self, half: int, octets: bytes, at: int) -> None:
        """Octets, in order."""

    def lacking(self, half: int, count: int, at: int) -> None:
        """So many octets are not in the capture."""

    def over(self, half: int | None, at: int) -> None:
        """It has ended: `half` closed it, or neither did."""


@dataclass(slots=True, eq=False)
class Flow:
    """A connection: two streams, and what is to come of it in the window."""

    client: bytes
    server: bytes
    begun: int
    syn: int | None
    """The number of the client's SYN; None where the capture does not have it."""
    whole: bool
    """Whether the capture has its beginning."""
    past: Flow | None
    """The connection that had the same ends before."""
    last: int = 0
    streams: tuple[Stream, Stream] = field(default_factory=lambda: (Stream(), Stream()))
    closer: int | None = None
    """The half that said first that it will send no more."""
    reset: bool = False
    over: bool = False
    coming: deque[Segment] = field(default_factory=deque)
    talk: Talk | None = None

    @classmethod
    def met(cls, segment: Segment, at: int, past: Flow | None) -> Flow:
        """The connection that a packet belongs to. Who connected is the client; else, who has the higher port."""
        opening = segment.flags & (SYN | ACK)
        answers = opening == SYN | ACK or (not opening & SYN and _port(segment.source) < _port(segment.target))
        ends = (segment.target, segment.source) if answers else (segment.source, segment.target)
        return cls(*ends, at, segment.seq if opening == SYN else None, bool(opening & SYN), past)

    def take(self, segment: Segment, at: int) -> None:
        """The next packet."""
        self.last = at
        half = 0 if segment.source == self.client else 1
        stream, other = self.streams[half], self.streams[1 - half]
        flags, seq = segment.flags, segment.seq
        stream.seen = True
        if flags & SYN:
            seq += 1
        if not stream.begun:
            stream.begin(seq)
        if flags & ACK and not flags & RST:
            if other.begun:
                self._acknowledged(1 - half, segment.ack, at)
            else:
                other.begin(segment.ack)
        if segment.size:
            self._carry(half, segment, seq, at)
        if flags & FIN and stream.ended is None:
            stream.ended = stream.place(seq + segment.size)
            self.closer = half if self.closer is None else self.closer
        self.reset = self.reset or bool(flags & RST)
        if self.reset or all(each.ended is not None and each.at >= each.ended for each in self.streams):
            self.finish()

    def finish(self) -> None:
        """There are no more packets: what waits will not be joined by what is missing."""
        if self.over or self.talk is None:
            return
        self.over = True
        for half, stream in enumerate(self.streams):
            while stream.waiting:
                self._lack(half, stream.missing(), self.last)
        self.talk.over(self.closer, self.last)

    def _carry(self, half: int, segment: Segment, seq: int, at: int) -> None:
        stream = self.streams[half]
        self._say(half, stream.take(seq, segment.payload), at)
        if segment.size > len(segment.payload):  # the rest of the packet was not kept
            self._acknowledged(half, seq + segment.size, at)
        elif stream.waiting and (stream.full or not self.streams[1 - half].seen):
            self._acknowledged(half, seq, at)

    def _acknowledged(self, half: int, ack: int, at: int) -> None:
        """What comes before `ack` was sent. If the capture has it later, fetch it; else it lacks it."""
        stream = self.streams[half]
        place = stream.place(ack)
        if not 0 < place - stream.at < FAR:
            return
        source = self.server if half else self.client
        for segment in islice(self.coming, REACH):
            seq = segment.seq + bool(segment.flags & SYN)
            if segment.source == source and segment.payload and stream.place(seq) < place:
                self._say(half, stream.take(seq, segment.payload), at)
                if stream.at >= place:
                    return
        if place - stream.at == 1 and not stream.waiting:
            stream.give_up(1)  # a FIN, which has a number and is no octet
        while stream.at < place:
            self._lack(half, stream.missing(place), at)

    def _lack(self, half: int, count: int, at: int) -> None:
        assert self.talk is not None
        self.talk.lacking(half, count, at)
        self._say(half, self.streams[half].give_up(count), at)

    def _say(self, half: int, octets: bytes, at: int) -> None:
        if octets:
            assert self.talk is not None
            self.talk.octets(half, octets, at)


class Flows:
    """All connections of a capture. `begin` is called with each when its first packet is due."""

    def __init__(self, begin: Callable[[Flow], Talk]) -> None:
        self._begin = begin
        self._window: deque[tuple[int, Segment, Flow]] = deque()
        self._known: OrderedDict[bytes, Flow] = OrderedDict()
        self._open: OrderedDict[Flow, None] = OrderedDict()

    def feed(self, at: int, segment: Segment) -> None:
        """A packet that was just read."""
        flow = self._known.get(segment.source + segment.target)
        if flow is None or (segment.flags & (SYN | ACK) == SYN and flow.syn != segment.seq):
            flow = self._met(Flow.met(segment, at, flow))
        flow.coming.append(segment)
        self._window.append((at, segment, flow))
        if len(self._window) > WINDOW:
            self._take(*self._window.popleft())

    def end(self) -> None:
        """There are no more packets."""
        while self._window:
            self._take(*self._window.popleft())
        for flow in self._open:
            flow.finish()

    def _met(self, flow: Flow) -> Flow:
        for key in (flow.client + flow.server, flow.server + flow.client):
            self._known[key] = flow
            self._known.move_to_end(key)
        while len(self._known) > 2 * MAX_FLOWS:
            self._known.popitem(last=False)
        return flow

    def _take(self, at: int, segment: Segment, flow: Flow) -> None:
        """A packet is due."""
        flow.coming.popleft()
        if flow.over:
            return
        if flow.talk is None:
            self._started(flow)
        flow.take(segment, at)
        if flow.over:
            del self._open[flow]

    def _started(self, flow: Flow) -> None:
        if flow.past is not None:
            flow.past.finish()
            self._open.pop(flow.past, None)
            flow.past = None
        flow.talk = self._begin(flow)
        self._open[flow] = None
        if len(self._open) > MAX_FLOWS:
            oldest, _none = self._open.popitem(last=False)
            oldest.finish()


def _port(end: bytes) -> int:
    return int.from_bytes(end[-2:])
