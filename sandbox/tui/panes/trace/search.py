"""Searching a trace: a regular expression over all octets, then a look at which line they belong to."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from sandbox.tui.panes.trace.model import TraceModel
from sandbox.tui.panes.trace.sheet import Sheet

NOWHERE, ELSEWHERE = -1, -2
_WINDOW, _OVERLAP = 1 << 16, 1 << 12


class Search:
    """A pattern that was asked for: case counts when it has a capital letter. Raises re.error for a bad pattern."""

    def __init__(self, pattern: str) -> None:
        flags = 0 if any(char.isupper() for char in pattern) else re.IGNORECASE
        self.pattern = pattern
        self.shown = re.compile(pattern, flags)
        """For text on the screen."""
        self.octets = re.compile(pattern.encode(), flags)

    def next(self, sheet: Sheet, line: int, step: int) -> int:
        """The nearest line after (step 1) or before (step -1) `line` that matches, going round.

        `NOWHERE` if none does; `ELSEWHERE` if one may be among those that are not in memory, and is looked for. Lines
        that a replay has not come to are found too, but only on the connections that are shown.
        """
        model, conn = sheet.model, sheet.conn
        line = line if line >= 0 else sheet.newest
        end = model.start[-1]
        if step > 0:
            here = model.start[line + 1]
            ranges = (here, end), (0, here)
        else:
            here = model.start[max(line, 0)]
            ranges = (0, here), (here, end)
        nearest = _first if step > 0 else _last
        found = nearest(model, self.octets, conn, *ranges[0])
        if found == NOWHERE and model.elsewhere(self.octets, conn, step):
            return ELSEWHERE
        return found if found != NOWHERE else nearest(model, self.octets, conn, *ranges[1])

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the pattern matches a line as it is shown."""
        return [match.span() for match in self.shown.finditer(text) if match.end() > match.start()]


def matching(model: TraceModel, pattern: re.Pattern[bytes], conn: str | None, first: int, last: int) -> Iterator[int]:
    """The lines with a match that begins among the model's octets from `first` up to `last`, on one connection or on
    all (None)."""
    for match in pattern.finditer(model.octets, first, last):
        if match.end() > match.start():
            line = bisect_right(model.start, match.start()) - 1
            if conn is None or model.name_of(line) == conn:
                yield line


def _first(model: TraceModel, pattern: re.Pattern[bytes], conn: str | None, first: int, last: int) -> int:
    return next(matching(model, pattern, conn, first, last), NOWHERE)


def _last(model: TraceModel, pattern: re.Pattern[bytes], conn: str | None, first: int, last: int) -> int:
    """Expressions only run forwards: windows from the end, the last match in each."""
    while last > first:
        begin = max(first, last - _WINDOW)
        hits = list(matching(model, pattern, conn, begin, last))
        if hits:
            return hits[-1]
        last = begin + _OVERLAP if begin > first else first
    return NOWHERE
