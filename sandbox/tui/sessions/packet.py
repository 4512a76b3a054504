"""The segments behind the lines of a trace: the same packets that a capture would hold.

Connections are followed by what makes the packets of captures. So that a line near the end of a long dialogue does not
cost reading all before it, marks are kept on the way, from which packets are made once more when somebody looks.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from copy import copy
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from sandbox.core.message import N_, Msg
from sandbox.tui.panes.trace.model import CLIENT, NOTE, SERVER
from sandbox.tui.ports import PacketView, Segment
from sandbox.tui.sessions.dialogue import Dialogue
from sandbox.wire.trace import AnyEvent, Close, Data, Open, Restore, Tls

if TYPE_CHECKING:
    from sandbox.record.export.packets import Packet, Packets

Source = Callable[[int, int], Iterable[AnyEvent]]
"""Gives the events of the live branch whose numbers are above the first and not above the second."""

ASLEEP: Final = 4096
"""Events until packets are followed as they come; a shorter dialogue is caught up with when somebody asks."""
MARK_EVERY: Final = 1024
MARGIN: Final = 256
"""Events before a line that are looked through for its records: they are not far."""
SHOWN: Final = 8
"""Segments that are taken apart at a time."""

NO_NETWORK: Final = Msg(
    N_("There is no network in this world: these are the segments that one would have carried, as a capture has them.")
)
RECONSTRUCTED: Final = Msg(
    N_("These segments are reconstructed: the octets passed, and the headers are what a network puts around them.")
)
_NOTHING: Final = N_("Nothing travelled here: this is a remark.")
_GONE: Final = N_("What travelled here is no longer in memory.")
_SIDES: Final = {"C": CLIENT, "S": SERVER}


class Segments:
    """Follows a dialogue. `about` says where the packets come from.

    `bare` tells of which connections TLS is to be left out, where that cannot be seen from gaps in the events' numbers.
    """

    def __init__(
        self, dialogue: Dialogue, source: Source, about: Msg, bare: Callable[[], Container[str]] | None = None
    ) -> None:
        self._dialogue, self._source, self._about, self._bare = dialogue, source, about, bare
        self._packets: Packets | None = None
        self._marks: list[tuple[int, Packets]] = []
        self._since = 0
        dialogue.followers.append(self.take)
        dialogue.trace.describe = self.signals

    def take(self, event: AnyEvent) -> None:
        """The dialogue took an event."""
        if isinstance(event, Restore):  # what was followed is not what happened any more
            self._packets, self._marks, self._since = None, [], 0
        elif self._packets is not None:
            self._skip(self._packets, event)
        elif len(self._dialogue.explained) >= ASLEEP:
            self._wake()

    def view(self, line: int) -> PacketView | None:
        """The segments that carried a line; for -1 the newest one."""
        line = line if line >= 0 else len(self._dialogue.trace) - 1
        if line < 0:
            return None
        found, reason = self._found(line)
        if not found:
            return PacketView((), Msg(reason))
        segments = tuple(self._segment(line, packet) for packet in found[:SHOWN])
        return PacketView(segments, self._about, len(found) - len(segments))

    def signals(self, line: int) -> Sequence[tuple[int, str]]:
        """The segments of a connection's beginning or end, as (side, text), for the rows of the trace."""
        from sandbox.record.export.dissect import summary  # start-up: most sessions begin with them folded

        return [
            (_SIDES[packet.side], summary(packet.frame, packet.initial))
            for packet in self._of_event(line, (Open, Close))
        ]

    # Following

    def _wake(self) -> Packets:
        """Follow from the beginning, up to now."""
        from sandbox.record.export.packets import Packets, rekeyed  # start-up: nobody looks at packets first

        if self._bare is not None:
            packets = Packets(self._bare())
        else:
            events = list(self._source(0, self._dialogue.seq))
            gaps = [at for at, (one, next_one) in enumerate(pairwise(events), 1) if next_one.seq > one.seq + 1]
            packets = Packets(rekeyed(enumerate(events), gaps))
        self._marks = [(0, copy(packets))]
        for event in self._source(0, self._dialogue.seq):
            self._skip(packets, event)
        self._packets = packets
        return packets

    def _skip(self, packets: Packets, event: AnyEvent) -> None:
        packets.skip(event)
        self._since += 1
        if self._since >= max(MARK_EVERY, 8 * len(packets)):
            self._since = 0
            self._marks.append((event.seq, copy(packets)))

    def _walk(self, conn: str, first: int, last: int) -> Iterator[tuple[AnyEvent, list[Packet]]]:
        """The events of a connection from a little before number `first` up to `last`, with their packets."""
        if self._packets is None:
            self._wake()
        at = bisect_right(self._marks, max(first - MARGIN, 0), key=lambda mark: mark[0]) - 1
        seq, packets = self._marks[at]
        packets = copy(packets)
        for event in self._source(seq, last):
            if event.conn == conn:
                yield event, packets.take(event)
            else:
                packets.skip(event)

    # Finding

    def _found(self, line: int) -> tuple[list[Packet], str]:
        """The packets of a line, or why there are none."""
        trace = self._dialogue.trace
        if trace.side[line] != NOTE:
            return self._of_octets(line), _GONE
        if line not in trace.signals:
            return [], _NOTHING
        return self._of_event(line, (Open, Close)) or self._of_handshake(line), _GONE

    def _of_event(self, line: int, kinds: tuple[type[AnyEvent], ...]) -> list[Packet]:
        """The packets of the event that a note tells of, if it is of these kinds."""
        trace = self._dialogue.trace
        conn, seq = trace.name_of(line), trace.seq[line]
        for event, packets in self._walk(conn, seq, seq):
            if event.seq == seq and isinstance(event, kinds):
                return packets
        return []

    def _of_handshake(self, line: int) -> list[Packet]:
        """The packets with TLS records that led to the handshake's end."""
        trace = self._dialogue.trace
        conn, seq = trace.name_of(line), trace.seq[line]
        flights: list[Packet] = []
        for event, packets in self._walk(conn, seq, seq):
            if isinstance(event, Data) and event.layer == "app":
                flights.clear()
            elif isinstance(event, Data):
                flights += [packet for packet in packets if packet.size]
            elif isinstance(event, Tls) and event.seq < seq:
                flights.clear()
        return flights

    def _of_octets(self, line: int) -> list[Packet]:
        """The packets with the octets of a line: those that hold them, or the records that did."""
        dialogue, trace = self._dialogue, self._dialogue.trace
        item = dialogue.unit(line)
        watched = dialogue.watched(trace.name_of(line))
        if item is None or watched is None:
            return []
        side = item.unit.side
        start, stop = (item.unit.start + at for at in dialogue.lines_of(line))
        first, last = watched.event_of(side, start), watched.event_of(side, max(stop - 1, start))
        offsets = watched.starts[side]
        found: list[Packet] = []
        records: list[Packet] = []
        for event, packets in self._walk(trace.name_of(line), first, last):
            if not isinstance(event, Data) or event.side != side or event.lost:
                continue
            records += [packet for packet in packets if packet.size]
            if event.layer == "app":
                if event.seq >= first:
                    begins = offsets[bisect_left(offsets, event.seq, key=lambda pair: pair[1])][0]
                    whole = not packets  # what travelled was another layer's: it cannot be told apart
                    found += [each for each in records if whole or _overlap(each, start - begins, stop - begins)]
                records = []
        return found

    def _segment(self, line: int, packet: Packet) -> Segment:
        from sandbox.record.export.dissect import fields, summary  # start-up: nobody looks at packets first

        trace = self._dialogue.trace
        client, server = trace.ends(trace.name_of(line))
        ends = (client, server) if packet.side == "C" else (server, client)
        parts = tuple(fields(packet.frame, packet.initial))
        return Segment(
            packet.number, trace.since(packet.at), *ends, summary(packet.frame, packet.initial), packet.frame, parts
        )


def _overlap(packet: Packet, start: int, stop: int) -> bool:
    """Whether a packet has some of the octets `start` up to `stop` of its event."""
    return packet.start < stop and packet.start + packet.size > start


def between(events: Iterable[AnyEvent]) -> Source:
    """A source for events that are all in memory, on one branch."""
    held = list(events)

    def source(after: int, last: int) -> Iterable[AnyEvent]:
        start = bisect_right(held, after, key=lambda event: event.seq)
        return held[start : bisect_right(held, last, key=lambda event: event.seq)]

    return source
