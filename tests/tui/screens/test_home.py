"""Home, the doors behind it, and the list of transcripts."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from sandbox.resources import data_folder, transcripts
from sandbox.tui.screens.files import Files
from sandbox.tui.screens.home import Home
from sandbox.tui.screens.main import Main
from sandbox.tui.sessions.lesson import Lesson
from sandbox.tui.sessions.play import FreePlay
from sandbox.tui.sessions.replay import Replay
from tests.tui.driving import keys, main_of, running, shown, type_line


@pytest.fixture(autouse=True)
def _nothing_done_yet() -> None:
    (data_folder() / "progress.json").unlink(missing_ok=True)


async def test_the_first_entry_is_the_next_lesson() -> None:
    async with running(Home) as pilot:
        assert "Begin: " in shown(pilot)
        title = shown(pilot).split("Begin: ")[1].split("  ")[0]
        await pilot.press("enter")
        await pilot.pause(0.2)
        screen = main_of(pilot)
        assert isinstance(screen.session, Lesson)
        assert title in shown(pilot).split("\n")[0]


async def test_there_and_back_again() -> None:
    async with running(Home, (80, 24)) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, Home)
        while screen.menu.highlighted_option is None or screen.menu.highlighted_option.id != "play:pop3":
            await pilot.press("down")
        await pilot.press("enter")
        await pilot.pause(0.2)
        assert isinstance(main_of(pilot).session, FreePlay)
        await type_line(pilot, "USER ana")
        await pilot.press("ctrl+l")
        await pilot.pause()
        assert pilot.app.screen is screen
        assert screen.menu.highlighted_option is not None
        assert screen.menu.highlighted_option.id == "play:pop3"


async def test_it_speaks_both_languages() -> None:
    async with running(Home) as pilot:
        await pilot.press("f12")
        await pilot.pause()
        assert "Empezar: " in shown(pilot)
        assert "Juego libre" in shown(pilot)
        await pilot.press("end", "up", "enter", "home")
        await pilot.pause()
        assert "Free play" in shown(pilot)


async def test_quit_is_the_last_entry() -> None:
    async with running(Home) as pilot:
        await pilot.press("end", "enter")
        await pilot.pause()
    assert pilot.app.return_value == 0


async def test_a_transcript_from_the_list() -> None:
    async with running(Home) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, Home)
        screen.menu.highlighted = screen.menu.get_option_index("replay")
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, Files)
        await pilot.press("end", "enter")
        await pilot.pause(0.2)
        assert isinstance(main_of(pilot).session, Replay)


async def test_a_path_that_is_no_transcript(tmp_path: object) -> None:
    async with running(Home) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, Home)
        screen.menu.highlighted = screen.menu.get_option_index("replay")
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("tab", *keys("nowhere.jsonl"), "enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, Files)
        assert "nowhere.jsonl cannot be read" in shown(pilot)
        path = pilot.app.screen.query_one(Input)
        path.value = str(transcripts() / "pop3-01-states.jsonl")
        await pilot.press("enter")
        await pilot.pause(0.2)
        assert isinstance(pilot.app.screen, Main)
