"""Driving the interface in tests: an app with a screen, keys by their characters, the screen as text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.pilot import Pilot
from textual.screen import Screen

from sandbox.tui.app import SandboxApp
from sandbox.tui.screens.main import Main

_NAMES = {
    " ": "space",
    "/": "slash",
    "@": "at",
    ".": "full_stop",
    "'": "apostrophe",
    "\\": "backslash",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    "-": "minus",
}


@asynccontextmanager
async def running(first: Callable[[], Screen[None]], size: tuple[int, int] = (120, 36)) -> AsyncIterator[Pilot[int]]:
    """The app, begun with a screen and settled."""
    app = SandboxApp(first)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        if isinstance(app.screen, Main):
            app.screen.line.cursor_blink = False
        yield pilot


def keys(text: str) -> list[str]:
    """The keys that type a text."""
    return [_NAMES.get(char, char) for char in text]


async def type_line(pilot: Pilot[int], line: str) -> None:
    """Type a line and press Enter."""
    await pilot.press(*keys(line), "enter")
    await pilot.pause()


def shown(pilot: Pilot[int]) -> str:
    """What is on the screen, as text."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


def main_of(pilot: Pilot[int]) -> Main:
    """The main screen, which has to be on top."""
    assert isinstance(pilot.app.screen, Main)
    return pilot.app.screen
