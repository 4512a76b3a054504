"""Following the dialogues of a transcript to any position, forward or back.

A connection is followed by a tracker, from its beginning on. So that a jump does not have to follow 100,000 events
again, the walk leaves marks behind: a connection's beginning, every so many events a fork of its tracker, and its end.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sandbox.core.protocol import Protocol
from sandbox.core.tracker import Tracker
from sandbox.record.branch import Branch
from sandbox.wire.observer import Explained, Observer, Watched
from sandbox.wire.trace import AnyEvent, Close, Open

MARK_EVERY: Final = 500
"""Events of a connection between two marks."""
REMEMBERED: Final = 50_000
"""Events up to which connections that ended keep all their exchanges."""


@dataclass(slots=True)
class Mark:
    """A connection as it was after the first `position` events. `watched` is never fed: `revived` gives one that is."""

    position: int
    watched: Watched

    def revived(self) -> Watched:
        """The connection, to go on from here. Nothing goes on where it has ended."""
        past = self.watched
        return past if past.ended else _at(past, past.tracker.fork() or past.protocol.tracker())


class Marks:
    """All marks of a transcript, by connection in the order they were opened, and how far they reach."""

    def __init__(self) -> None:
        self.reach = 0
        self._marks: dict[str, list[Mark]] = {}
        self._since: dict[str, int] = {}
        self._events = 0

    def before(self, position: int) -> Iterator[Mark]:
        """The last mark of each connection that was opened before a position."""
        for marks in self._marks.values():
            number = bisect_right(marks, position, key=lambda mark: mark.position) - 1
            if number >= 0:
                yield marks[number]

    def passed(self, position: int, watched: Watched, event: AnyEvent) -> Watched:
        """The walk took an event of a connection. Returns what it goes on with: where a mark is set, the past goes."""
        if position <= self.reach:
            return watched
        self._events += 1
        marks = self._marks.setdefault(event.conn, [])
        if isinstance(event, Open):
            marks.append(Mark(position, _at(watched, watched.protocol.tracker())))
        elif isinstance(event, Close):
            if self._events > REMEMBERED:
                watched = _at(watched, watched.protocol.tracker())
                watched.tracker.close()
            marks.append(Mark(position, watched))
        else:
            self._since[event.conn] = since = self._since.get(event.conn, 0) + 1
            fork = watched.tracker.fork() if since >= MARK_EVERY else None
            if fork is not None:
                self._since[event.conn] = 0
                marks.append(Mark(position, _at(watched, fork)))
                return marks[-1].revived()
        return watched


class Course:
    """A walk along a branch. `position` is how many of its events have happened."""

    def __init__(self, branch: Branch, protocols: Mapping[str, Protocol], marks: Marks) -> None:
        self.position = 0
        self._branch = branch
        self._protocols = protocols
        self._marks = marks
        self._observer = Observer(protocols)
        self._known: dict[str, int] = {}  # the position from which a connection has to be fed, after a jump

    @property
    def watched(self) -> Mapping[str, Watched]:
        """The connections at this position, in the order they were opened."""
        return self._observer.watched

    def go(self, position: int) -> None:
        """Move there."""
        if position < self.position or position - self.position > MARK_EVERY:
            self._jump(position)
        for _event in self.walk(position):
            pass

    def hand_over(self) -> Observer:
        """An observer that goes on from here, with the connections that do, without their past. Ends the walk."""
        observer = self._observer
        for conn, watched in list(observer.watched.items()):
            watched.explained = []
            if watched.ended:
                del observer.watched[conn]
        self._observer = Observer(self._protocols)
        return observer

    def walk(self, until: int) -> Iterator[tuple[AnyEvent, list[Explained]]]:
        """Move forward; yields the events on the way with what each completes, at the position behind it."""
        for index, event in self._branch.numbered(self.position, until):
            self.position = index + 1
            explained = self._take(index, event) if self._known.get(event.conn, 0) <= index else []
            yield event, explained
        self.position = max(self.position, until)

    def _take(self, index: int, event: AnyEvent) -> list[Explained]:
        explained = self._observer.feed(event)
        watched = self._observer.watched.get(event.conn)
        if watched is not None:
            self._observer.watched[event.conn] = self._marks.passed(index + 1, watched, event)
        self._marks.reach = max(self._marks.reach, index + 1)
        return explained

    def _jump(self, position: int) -> None:
        """Stand at the earliest place from which all connections that are alive at `position` can be followed."""
        observer, known, start = Observer(self._protocols), {}, min(position, self._marks.reach)
        for mark in self._marks.before(position):
            conn = mark.watched.open.conn
            observer.watched[conn] = mark.revived()
            known[conn] = mark.position
            if not mark.watched.ended:
                start = min(start, mark.position)
        if position >= self.position >= start:
            return
        self._observer, self._known, self.position = observer, known, start


def _at(past: Watched, tracker: Tracker) -> Watched:
    """The connection with another tracker and without its past."""
    return Watched(past.open, past.protocol, tracker, past.tls, past.ended, streamed=dict(past.streamed))
