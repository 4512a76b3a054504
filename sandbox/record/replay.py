"""A transcript at a moment: what every connection was up to, and what mail was stored. The moment can be moved.

Positions count the events of the live branch: at 0 nothing has happened, at `len(replay)` everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sandbox.core.message import Msg
from sandbox.core.protocol import Protocol
from sandbox.core.tracker import Exchange
from sandbox.mail.memory import MemoryStore
from sandbox.record.branch import Branch
from sandbox.record.course import Course, Marks
from sandbox.record.reader import Transcript
from sandbox.record.stores import Stores
from sandbox.wire.observer import Explained, Watched
from sandbox.wire.trace import AnyEvent


class Replay:
    """A position in a transcript. Moving is lazy: it costs when somebody asks what is there."""

    def __init__(self, transcript: Transcript, protocols: Mapping[str, Protocol]) -> None:
        self.transcript = transcript
        self.protocols = protocols
        self.position = 0
        self._branch = transcript.live
        self._marks = Marks()
        self._course = Course(self._branch, protocols, self._marks)
        self._stores = Stores(self._branch)

    def __len__(self) -> int:
        """How many events there are to replay; fewer after damage was met."""
        return len(self.branch)

    @property
    def branch(self) -> Branch:
        """The events, by position."""
        return self.transcript.live

    @property
    def remarks(self) -> list[Msg]:
        """What the reader should know of what has been read so far."""
        trouble = self._stores.trouble
        return self.transcript.remarks if trouble is None else [*self.transcript.remarks, trouble]

    def go(self, position: int) -> int:
        """Move to a position, or to the nearest that there is; returns it."""
        self.position = min(max(position, 0), len(self))
        return self.position

    def step(self, by: int) -> int:
        """Move by so many events, back if negative; returns the new position."""
        return self.go(self.position + by)

    def states(self) -> Mapping[str, Watched]:
        """Every connection that was opened, by id, as the observer knows it at this position.

        Of connections with hundreds of events, `exchanges` holds the newest only.
        """
        self._course.go(self.position)
        return self._course.watched

    def store(self, host: str) -> MemoryStore | None:
        """The stored mail of a host, by either of its names; None if the transcript says nothing about it.

        For reading only. It is good until the replay moves.
        """
        if not self.transcript.stored:
            return None
        return self._stores.at(self.position).get(self.transcript.header.homes.get(host, host))

    def hosts(self) -> tuple[str, ...]:
        """The hosts whose stored mail is known at this position."""
        return tuple(self._stores.at(self.position)) if self.transcript.stored else ()

    def walk(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[AnyEvent, list[Explained]]]:
        """The events at positions from `start` up to `stop`, each with what it completes. The position stays."""
        course = Course(self._branch, self.protocols, self._marks)
        course.go(start)
        yield from course.walk(len(self) if stop is None else min(stop, len(self)))

    def explained(self, start: int = 0, stop: int | None = None) -> Iterator[Explained]:
        """What the events at positions from `start` up to `stop` complete, in order. The position stays."""
        for _event, explained in self.walk(start, stop):
            yield from explained

    def exchanges(self, before: int = 50, after: int = 50) -> list[tuple[str, Exchange]]:
        """The exchanges, with their connections, that have to do with so many events on either side of the position."""
        found: dict[tuple[str, int], Exchange] = {}
        for item in self.explained(max(self.position - before, 0), self.position + after):
            exchange = item.unit.exchange
            found.setdefault((item.conn, exchange.number), exchange)
        return [(conn, exchange) for (conn, _number), exchange in found.items()]
