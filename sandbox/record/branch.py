"""The live branch of a transcript: what is left when each `Restore` has taken back what it took back.

The same as `sandbox.wire.trace.live`, but without reading the events: a list of stretches of the file.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from sandbox.wire.trace import AnyEvent, Restore

if TYPE_CHECKING:
    from sandbox.record.reader import Transcript


class Branch:
    """Positions 0, 1, 2, ... of the events that count, whatever their numbers in the file are."""

    def __init__(self, transcript: Transcript, restores: Sequence[int]) -> None:
        """`restores` are the numbers of the events that may be a `Restore`."""
        self.end = len(transcript)
        self._transcript = transcript
        self._stretches: list[tuple[int, int]] = []
        last = 0
        for number in restores:
            event = transcript.event(number) if number < len(transcript) else None
            if isinstance(event, Restore):
                self._stretches.append((last, number))
                self._take_back(event.to)
                last = number + 1
        self._stretches.append((last, len(transcript)))
        self._before = [0]
        for start, stop in self._stretches:
            self._before.append(self._before[-1] + max(stop - start, 0))

    def __len__(self) -> int:
        return self._before[-1]

    @property
    def joints(self) -> list[int]:
        """The positions that time travel led to: the event there does not follow the one before it in the file."""
        return [position for position in self._before[1:-1] if 0 < position < len(self)]

    def number(self, position: int) -> int:
        """The number in the file of the event at a position; with `len(self)`, where the branch ends."""
        stretch = min(bisect_right(self._before, position) - 1, len(self._stretches) - 1)
        return self._stretches[stretch][0] + position - self._before[stretch]

    def numbered(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, AnyEvent]]:
        """The events at positions `start` up to `stop`, with their positions; those of unknown kinds are left out."""
        for shift, first, end in self._parts(start, stop):
            for number, event in self._transcript.numbered(first, end):
                yield number - shift, event

    def changes(self, start: int = 0, stop: int | None = None) -> Iterator[int]:
        """The positions, among those, of the events that say how stored mail changed."""
        for shift, first, end in self._parts(start, stop):
            for number in self._transcript.changes(first, end):
                yield number - shift

    def search(self, pattern: re.Pattern[bytes], start: int = 0, stop: int | None = None) -> Iterator[int]:
        """The positions, among those, of the `data` events with octets that the pattern matches."""
        for shift, first, end in self._parts(start, stop):
            for number in self._transcript.search(pattern, first, end):
                yield number - shift

    def event(self, position: int) -> AnyEvent | None:
        """The event at a position; None if this program does not know its kind. Raises `IndexError`."""
        return self._transcript.event(self.number(position))

    def position(self, seq: int) -> int:
        """How many of the events have a `seq` up to this one."""
        return _first_after(0, len(self), seq, lambda position: self._transcript.seq(self.number(position)))

    def _parts(self, start: int, stop: int | None) -> Iterator[tuple[int, int, int]]:
        """The stretches of the file between two positions: number of an event less its position, first, end."""
        stop = len(self) if stop is None else min(stop, len(self))
        for before, (first, end) in zip(self._before, self._stretches, strict=False):
            shift = first - before
            low, high = max(start + shift, first), min(stop + shift, end)
            if low < high:
                yield shift, low, high

    def _take_back(self, to: int) -> None:
        """Drop the events that came after number `to` of the journal."""
        seq = self._transcript.seq
        while self._stretches:
            start, stop = self._stretches.pop()
            kept = _first_after(start, stop, to, seq)
            if kept > start:
                self._stretches.append((start, kept))
                return


def _first_after(start: int, stop: int, seq: int, seq_of: Callable[[int], int]) -> int:
    """The first place in `range(start, stop)` whose event is later than `seq`, else `stop`."""
    return start + bisect_right(range(start, stop), seq, key=seq_of)
