"""A transcript as a replay moves through it: any place of it, without keeping the rest in memory.

To know what a place in a dialogue means, all before it has to be followed once. That leaves marks (see `Course`), and
from then on every place before is near. What takes long is a generator here: it yields how far it is, from 0 to 1, as
often as one would like to draw something else.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Generator, Iterator
from typing import NamedTuple

from sandbox.record.branch import Branch
from sandbox.record.course import Course, Marks
from sandbox.record.reader import Transcript
from sandbox.wire.observer import Explained, Observer
from sandbox.wire.trace import AnyEvent, Close, Data, Note, Open, StoreChange, Tls
from sandbox.world.protocols import PROTOCOLS

WHOLE = 20_000
"""Events of a dialogue that are shown again from its beginning, so that nothing is missing of what it led to."""
BEHIND = 1_000
"""Events before a place in a longer one that are shown, too."""
_FOLLOWED, _SEARCHED = 128, 4_096
"""Events between two yields: of those that are followed, and of those that are only searched."""

Working = Generator[float, None, None]


class Start(NamedTuple):
    """Where to begin to read: events and lines before it, and an observer that stands there.

    The observer knows the connections that go on, without what they were used for before.
    """

    position: int
    line: int
    observer: Observer


class Film:
    """Places of a transcript's live branch: positions of events, and lines as `Dialogue` makes them."""

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self._marks = Marks()
        self._course = self._new_course()
        self._lines = array("I", (0,))  # how many lines the first so many events have
        self._known: set[str] = set()

    @property
    def branch(self) -> Branch:
        """The events, by position."""
        return self._transcript.live

    @property
    def lines(self) -> int:
        """Lines of the events that were followed so far."""
        return self._lines[-1]

    @property
    def followed(self) -> bool:
        """Whether that is all of them."""
        return len(self._lines) > len(self.branch)

    def follow(self, position: int) -> Working:
        """Follow the dialogues up to a position."""
        for event, explained in self._course.walk(position):
            at = self._course.position
            while len(self._lines) < at:
                self._lines.append(self.lines)  # events of unknown kinds
            if len(self._lines) == at:
                self._lines.append(self.lines + self._height(event, explained))
            if at % _FOLLOWED == 0:
                yield at / max(len(self.branch), 1)
        while len(self._lines) <= min(position, len(self.branch)):
            self._lines.append(self.lines)

    def follow_to_line(self, line: int) -> Generator[float, None, int]:
        """Follow until there are so many lines; returns how many events have them."""
        while self.lines < line and not self.followed:
            yield from self.follow(min(len(self._lines) + _FOLLOWED, len(self.branch)))
            yield (len(self._lines) - 1) / len(self.branch)
        return min(bisect_left(self._lines, line), len(self._lines) - 1)

    def find(
        self, pattern: re.Pattern[bytes], conn: str | None, start: int, stop: int, step: int
    ) -> Generator[float, None, int]:
        """The first event from `start` up to `stop` (the last, for step -1) with octets that match; -1: none has."""
        for at in range(start, stop, _SEARCHED) if step > 0 else range(stop, start, -_SEARCHED):
            first, last = (at, min(at + _SEARCHED, stop)) if step > 0 else (max(at - _SEARCHED, start), at)
            found = [
                position for position in self.branch.search(pattern, first, last) if self._concerns(position, conn)
            ]
            if found:
                return found[0 if step > 0 else -1]
            yield (last - start if step > 0 else stop - first) / (stop - start)
        return -1

    def before(self, position: int) -> Start:
        """Where to begin so that all is known of the event before a place that was followed, and others are seen."""
        last = max(position - 1, 0)
        course = self._new_course()
        course.go(last)
        opened = [
            self.branch.position(watched.open.seq) - 1 for watched in course.watched.values() if not watched.ended
        ]
        begin = min([max(last - BEHIND, 0), *(at for at in opened if at >= position - WHOLE)])
        course = self._new_course()
        course.go(begin)
        return Start(begin, self._lines[begin], course.hand_over())

    def changes(self, position: int) -> Iterator[StoreChange]:
        """How stored mail changed before a position."""
        for at in self.branch.changes(0, position) if self._transcript.stored else ():
            event = self.branch.event(at)
            if isinstance(event, StoreChange):
                yield event

    def _new_course(self) -> Course:
        return Course(self.branch, PROTOCOLS, self._marks)

    def _concerns(self, position: int, conn: str | None) -> bool:
        """Whether an event is of the dialogue on a connection, or on any for None."""
        event = self.branch.event(position)
        return isinstance(event, Data) and event.layer == "app" and conn in (None, event.conn)

    def _height(self, event: AnyEvent, explained: list[Explained]) -> int:
        """How many lines an event makes."""
        lines = 0
        for item in explained:
            raw = item.unit.raw
            lines += raw.count(b"\r\n") + (not raw.endswith(b"\r\n"))
        if isinstance(event, Open):
            self._known.add(event.conn)
        if isinstance(event, Open | Tls | Close | Note) or (isinstance(event, Data) and event.lost):
            lines += event.conn in self._known or (not event.conn and self.lines > 0)
        return lines
