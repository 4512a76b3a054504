"""A timer for deadlines that move."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

NEVER: Final = 1 << 63
"""Nanoseconds since 1970: the year 2262."""


class Alarm:
    """Calls `ring` at a deadline, or before it: a timer that is early enough stays, which costs less than a new one."""

    __slots__ = ("_at", "_ring", "_timer")

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._at = NEVER
        """What the timer waits for."""
        self._timer: asyncio.TimerHandle | None = None

    def set(self, deadline: int | None, now: Callable[[], int]) -> None:
        """Ring at `deadline` at the latest, by the clock `now` (nanoseconds since 1970). None asks for nothing."""
        if deadline is not None and deadline < self._at:
            self.cancel()
            self._at = deadline
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(0, deadline - now()) / 1e9, self._passed)

    def cancel(self) -> None:
        """Do not ring."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._at = None, NEVER

    def _passed(self) -> None:
        self.cancel()
        self._ring()
