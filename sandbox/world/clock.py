"""World time: it moves when the world says so, and never by itself."""

from __future__ import annotations

SECOND = 1_000_000_000


class VirtualClock:
    """Nanoseconds since 1970, as a value that moves forward by hand."""

    def __init__(self, start: int) -> None:
        self.start = start
        self._now = start

    def now(self) -> int:
        """The time."""
        return self._now

    def advance(self, by: int) -> None:
        """Let `by` nanoseconds pass."""
        self._now += by

    def reset(self) -> None:
        """Go back to the start, when the world is rebuilt."""
        self._now = self.start
