"""Searching a trace: a regular expression over all octets, then a look at which line they belong to."""

from __future__ import annotations

import re
from bisect import bisect_right

from sandbox.tui.panes.trace.sheet import Sheet

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
        """The nearest line after (step 1) or before (step -1) `line` that matches, going round; -1: none does.

        Lines that a replay has not come to are found too, but only on the connections that are shown.
        """
        start = sheet.model.start
        here = max(line, 0)
        if step > 0:
            ranges = [(start[here + 1] if line >= 0 else 0, start[-1]), (0, start[here + 1])]
            found = (self._first(sheet, first, last) for first, last in ranges)
        else:
            ranges = [(0, start[here]), (start[here], start[-1])]
            found = (self._last(sheet, first, last) for first, last in ranges)
        return next((match for match in found if match >= 0), -1)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the pattern matches a line as it is shown."""
        return [match.span() for match in self.shown.finditer(text) if match.end() > match.start()]

    def _first(self, sheet: Sheet, first: int, last: int) -> int:
        for match in self.octets.finditer(sheet.model.octets, first, last):
            line = _line(sheet, match)
            if sheet.belongs(line):
                return line
        return -1

    def _last(self, sheet: Sheet, first: int, last: int) -> int:
        """Expressions only run forwards: windows from the end, the last match in each."""
        while last > first:
            begin = max(first, last - _WINDOW)
            lines = (_line(sheet, match) for match in self.octets.finditer(sheet.model.octets, begin, last))
            hits = [line for line in lines if sheet.belongs(line)]
            if hits:
                return hits[-1]
            last = begin + _OVERLAP if begin > first else first
        return -1


def _line(sheet: Sheet, match: re.Match[bytes]) -> int:
    if match.end() == match.start():
        return -1
    return bisect_right(sheet.model.start, match.start()) - 1
