"""The observer: reads the trace and explains it, passively.

Live sessions, replayed transcripts and imported captures all take this path. It runs where somebody looks: a server
under load does not pay for it. It works on `app` octets; other events tell it only that something happened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sandbox.core.protocol import Protocol
from sandbox.core.registry import State
from sandbox.core.tracker import Exchange, Tracker, Unit
from sandbox.wire.trace import AnyEvent, Close, Data, Open, Restore, Tls


@dataclass(slots=True, eq=False)
class Explained:
    """A unit of a dialogue, with where it stands in the journal.

    `seq` and `at` are those of the event that completed it; `first` is the `seq` of the event that its first octet
    came with.
    """

    conn: str
    seq: int
    at: int
    first: int
    unit: Unit


@dataclass(slots=True, eq=False)
class Watched:
    """A connection under observation."""

    open: Open
    protocol: Protocol
    tracker: Tracker
    tls: Tls | None = None
    ended: bool = False
    explained: list[Explained] = field(default_factory=list)
    # where each event's octets begin in its side's stream, for finding the event of an offset
    starts: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: {"C": [], "S": []})
    streamed: dict[str, int] = field(default_factory=lambda: {"C": 0, "S": 0})

    @property
    def state(self) -> State:
        """The protocol state that the wire justifies."""
        return self.tracker.state

    @property
    def exchanges(self) -> list[Exchange]:
        """The exchanges so far; number 0 is the greeting."""
        return self.tracker.exchanges

    def event_of(self, side: str, offset: int) -> int:
        """The `seq` of the event that brought the octet at `offset` of `side`."""
        starts = self.starts[side]
        low, high = 0, len(starts)
        while high - low > 1:
            middle = (low + high) // 2
            if starts[middle][0] <= offset:
                low = middle
            else:
                high = middle
        return starts[low][1] if starts else 0


class Observer:
    """Follows all connections of a journal. Give it every event, in order.

    `protocols` are those it can explain, by name; connections of others are passed over. After a `Restore` it starts
    again from the events that `history` gives, or refuses to go back where it was not given.
    """

    def __init__(self, protocols: Mapping[str, Protocol], history: Callable[[], list[AnyEvent]] | None = None) -> None:
        self.protocols = protocols
        self.watched: dict[str, Watched] = {}
        self._history = history

    def feed(self, event: AnyEvent) -> list[Explained]:
        """Take one event; returns what it completed."""
        if isinstance(event, Data):
            return self._data(event)
        if isinstance(event, Open):
            protocol = self.protocols.get(event.proto)
            if protocol is not None:
                self.watched[event.conn] = Watched(event, protocol, protocol.tracker())
        elif isinstance(event, Close):
            watched = self.watched.get(event.conn)
            if watched is not None:
                watched.ended = True
                return self._explain(watched, watched.tracker.close(), event)
        elif isinstance(event, Tls):
            watched = self.watched.get(event.conn)
            if watched is not None:
                watched.tls = event
        elif isinstance(event, Restore) and self._history is not None:
            self.rebuild(self._history())
        return []

    def rebuild(self, events: list[AnyEvent]) -> None:
        """Forget everything and read `events`, which are of one branch."""
        self.watched.clear()
        for event in events:
            if not isinstance(event, Restore):
                self.feed(event)

    def _data(self, event: Data) -> list[Explained]:
        watched = self.watched.get(event.conn)
        if watched is None or event.layer != "app" or event.lost:
            return []
        side = event.side
        watched.starts[side].append((watched.streamed[side], event.seq))
        watched.streamed[side] += len(event.raw)
        return self._explain(watched, watched.tracker.receive(side, event.raw), event)

    def _explain(self, watched: Watched, units: list[Unit], event: AnyEvent) -> list[Explained]:
        explained = [
            Explained(event.conn, event.seq, event.at, watched.event_of(unit.side, unit.start), unit) for unit in units
        ]
        watched.explained += explained
        return explained
