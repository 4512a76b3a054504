"""The part of a transcript that a replay has in memory: its lines, and what the panes say of them.

It begins somewhere and is read on at its end. To get to a place that is far away, another part takes its place; that
takes time, so it is done a little at a time (see `Film`), and gives how many lines there are up to the place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Generator, Iterable, Iterator
from time import perf_counter

from sandbox.record.reader import Transcript
from sandbox.tui.panes.trace.model import TraceModel
from sandbox.tui.panes.trace.search import matching
from sandbox.tui.sessions.dialogue import Dialogue
from sandbox.tui.sessions.film import Film, Start, Working
from sandbox.tui.sessions.packet import RECONSTRUCTED, Segments
from sandbox.tui.sessions.panes import Panes
from sandbox.wire.observer import Observer
from sandbox.wire.trace import AnyEvent
from sandbox.world.protocols import PROTOCOLS

AHEAD = 10_000
"""Lines that are read ahead of the one that is shown; the rest of a long transcript waits until somebody asks."""
_STRIDE = 32

Errand = Generator[float, None, int]


class Reel:
    """Lines of a film from `start` on. The model stays the same whatever part it has."""

    def __init__(self, transcript: Transcript, bare: Callable[[], Container[str]] | None) -> None:
        """`bare` is for `Segments`."""
        self._transcript, self._bare = transcript, bare
        self._film = Film(transcript)
        self.trace = TraceModel()
        self._begin(Start(0, 0, Observer(PROTOCOLS)))

    def _begin(self, start: Start) -> None:
        """Let it begin at another place."""
        self.start = start
        self._coming: Iterator[tuple[int, AnyEvent]] | None = self._film.branch.numbered(start.position)
        self._fed = start.position
        self.inherited = frozenset(start.observer.watched)
        """The connections that were in use before."""
        self.trace.clear()
        dialogue = self._dialogue = Dialogue(start.observer, self.trace)
        self.panes = Panes(dialogue, Segments(dialogue, self._source, RECONSTRUCTED, self._bare))
        for watched in start.observer.watched.values():
            opened = watched.open
            self.trace.add_connection(opened.conn, opened.client, opened.server)
        if start.position:
            dialogue.followers.clear()  # the packets before are followed when somebody looks at some
            for change in self._film.changes(start.position):
                dialogue.told.add(change)

    @property
    def read(self) -> bool:
        """Whether there is nothing more to read behind it."""
        return self._coming is None

    @property
    def whole(self) -> bool:
        """Whether it is all of the transcript."""
        return self._coming is None and self.start.position == 0

    @property
    def lines(self) -> int:
        """Lines of the transcript, as far as they are known."""
        return max(self.start.line + len(self.trace), self._film.lines)

    @property
    def counted(self) -> bool:
        """Whether that is all of them."""
        return self._coming is None or self._film.followed

    def load(self, position: int, seconds: float) -> None:
        """Read on for so long, where a position in the trace comes near to its end."""
        until = perf_counter() + seconds
        if len(self.trace) - position <= AHEAD:
            while self._feed() and perf_counter() <= until:
                pass

    def to_end(self) -> Errand:
        """Read the end."""
        last = len(self._film.branch)
        if last - self._fed > AHEAD:
            yield from self._film.follow(last)
            self._begin(self._film.before(last))
        yield from self._read(last + 1)
        return len(self.trace)

    def to_line(self, line: int) -> Errand:
        """Read around a line, counted from the transcript's beginning."""
        place = yield from self._film.follow_to_line(line)
        self._begin(self._film.before(place))
        yield from self._read(place)
        return min(line - self.start.line, len(self.trace))

    def to_match(self, pattern: re.Pattern[bytes], conn: str | None, step: int) -> Errand:
        """Read around the next match (1; the one before, -1) that is not in memory, else find one that is; -1: none."""
        ranges = (self._fed, len(self._film.branch)), (0, self.start.position)
        place = -1
        for first, last in ranges[::step]:
            place = yield from self._film.find(pattern, conn, first, last, step)
            if place >= 0:
                break
        first = (yield from self._first_line(place)) if place >= 0 else 0
        found: list[int] = []
        while True:
            found = self._matching(pattern, conn, first)
            if found or place < 0 or not self._coming or self._fed > place + AHEAD:
                break
            yield from self._read(self._fed + _STRIDE)  # a line comes when it is complete
        if place >= 0:
            found = [line for line in found if self.trace.seq[line] == self.trace.seq[found[0]]]
            found = found or [min(first, len(self.trace) - 1)]
        return found[0 if step > 0 else -1] + 1 if found else -1

    def _first_line(self, place: int) -> Errand:
        """Read around an event; gives its first line."""
        if not self._fed <= place < self._fed + AHEAD:
            yield from self._film.follow(place + 1)
            self._begin(self._film.before(place + 1))
        yield from self._read(place + 1)
        event = self._film.branch.event(place)
        return self.trace.line_of(event.seq) if event is not None else len(self.trace)

    def _matching(self, pattern: re.Pattern[bytes], conn: str | None, line: int) -> list[int]:
        start = self.trace.start
        return list(matching(self.trace, pattern, conn, start[line], start[-1]))

    def _read(self, place: int) -> Working:
        """Read the events before a position."""
        while self._fed < place and self._feed():
            if self._fed % _STRIDE == 0:
                yield 1.0

    def _source(self, after: int, last: int) -> Iterable[AnyEvent]:
        """See `Source`."""
        branch = self._film.branch
        return (event for _position, event in branch.numbered(branch.position(after), branch.position(last)))

    def _feed(self) -> bool:
        """Read an event; False at the end."""
        if self._coming is None:
            return False
        for position, event in self._coming:
            self._dialogue.feed(event)
            self._fed = position + 1
            return True
        self._coming = None
        for remark in self._transcript.remarks:  # all was read: say what was wrong with it
            if self.trace.connections:
                self._dialogue.note(self.trace.connections[-1], self.trace.at[-1], remark)
        return False
