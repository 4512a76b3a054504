"""Reading speed: lines that somebody else typed appear one exchange after the other."""

from __future__ import annotations

from sandbox.tui.panes.trace.model import CLIENT, TraceModel

_BEAT = 0.6
"""Seconds between two commands, and between a command and its reply."""


class Pace:
    """Holds back the newest lines of a trace. `visible` is how many lines may be seen; None: all of them."""

    def __init__(self, trace: TraceModel) -> None:
        self._trace = trace
        self._waited = 0.0
        self.visible: int | None = None

    def begin(self, line: int) -> None:
        """Let the lines from `line` on appear slowly."""
        self._waited = 0.0
        self.visible = line if line < len(self._trace) else None

    def finish(self) -> None:
        """Show the rest at once."""
        self.visible = None

    def tick(self, elapsed: float) -> None:
        """So many seconds went by."""
        if self.visible is None:
            return
        self._waited += elapsed
        while self.visible < len(self._trace) and self._waited >= _BEAT:
            self._waited -= _BEAT
            self.visible = self._next(self.visible)
        if self.visible >= len(self._trace):
            self.visible = None

    def _next(self, line: int) -> int:
        """Behind the lines that one side says in one go."""
        trace, stop = self._trace, line + 1
        if trace.side[line] != CLIENT:
            while stop < len(trace) and (trace.side[stop], trace.row[stop]) == (trace.side[line], trace.row[line]):
                stop += 1
        return stop
