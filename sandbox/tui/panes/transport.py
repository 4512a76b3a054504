"""The bar that a replay has instead of a command line: position, time, speed."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message

from sandbox.i18n import _
from sandbox.tui.panes.base import Line
from sandbox.tui.ports import Playback
from sandbox.tui.words import button

_NANOSECONDS = 1_000_000_000
_CLOCK = 15
"""Cells of the sign and the time, before the rail."""


class TransportBar(Line):
    """Shows a `Playback`; a click on the rail goes there."""

    playback: Playback | None = None

    @dataclass
    class Seek(Message):
        """Go to a line (counted from 0)."""

        line: int

    def show(self, playback: Playback) -> None:
        """Show another position."""
        if playback != self.playback:
            self.playback = playback
            self.refresh()

    def left(self) -> Content:
        """`▶ 00:01.234 ━━━━━●──────  12/40`."""
        playback = self.playback
        if playback is None:
            return Content("")
        sign = "❚❚" if playback.playing else "▶ "
        start, rail = self._rail()
        done = round(rail * playback.line / playback.lines) if playback.lines else 0
        return Content.assemble(
            " ",
            button(sign, "screen.session('play')", "bold $accent"),
            f" {_clock(playback.at)} ".rjust(start - 3),
            ("━" * done, "$accent"),
            ("●", "bold $accent"),
            ("─" * max(rail - done, 0), "$rule"),
        )

    def right(self) -> Content:
        """Line, number of lines, speed."""
        playback = self.playback
        if playback is None:
            return Content("")
        count = f"{playback.line}/{playback.lines}" + ("" if playback.loaded else "…")
        speed = _("speed {times}").format(times=f"{playback.speed:g}×")
        return Content.assemble("  ", count, "  ", (speed, "$muted"), " ")

    def on_click(self, event: events.Click) -> None:
        """Scrub."""
        start, rail = self._rail()
        if self.playback is not None and start <= event.x <= start + rail:
            self.post_message(self.Seek(round(self.playback.lines * (event.x - start) / rail)))

    def _rail(self) -> tuple[int, int]:
        """Where the rail begins and how long it is, the knob not counted."""
        return _CLOCK, max(self.content_size.width - _CLOCK - self.right().cell_length - 1, 4)


def _clock(nanoseconds: int) -> str:
    seconds, rest = divmod(max(nanoseconds, 0), _NANOSECONDS)
    return f"{seconds // 60:02}:{seconds % 60:02}.{rest // 1_000_000:03}"
