"""The main screen with a session that needs no server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from sandbox.tui.doors import play
from sandbox.tui.panes.trace.view import TraceView
from sandbox.tui.ports import Heading, Outcome
from sandbox.tui.screens.help import Help
from sandbox.tui.screens.main import Main
from tests.tui.driving import keys, main_of, running, shown, type_line
from tests.tui.fake import FakeSession

Screenful = tuple[Pilot[int], Main, FakeSession]


@asynccontextmanager
async def main(session: FakeSession, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Screenful]:
    async with running(lambda: Main(lambda: session, Heading("POP3", "…")), size) as pilot:
        yield pilot, main_of(pilot), session


async def test_what_is_typed_goes_to_the_session_as_it_is() -> None:
    async with main(FakeSession()) as (pilot, screen, session):
        await pilot.press(*keys("user ana "), "enter", "enter")
        assert session.said == ["user ana ", ""]
        assert screen.line.value == ""
        assert "user ana" in shown(pilot)


async def test_letters_reach_the_command_line_from_anywhere() -> None:
    async with main(FakeSession()) as (pilot, screen, _session):
        await pilot.press(*keys("ST"), "escape")
        assert screen.focused is screen.trace
        await pilot.press(*keys("A n"))
        assert screen.focused is screen.line
        assert screen.line.value == "STA n"


async def test_lines_typed_before_come_back() -> None:
    async with main(FakeSession()) as (pilot, screen, _session):
        for line in ("USER ana", "STAT", "USER luis"):
            await pilot.press(*keys(line), "enter")
        await pilot.press("up", "up")
        assert screen.line.value == "STAT"
        await pilot.press("down", "down")
        assert screen.line.value == ""
        await pilot.press(*keys("US"), "up", "up")
        assert screen.line.value == "USER ana"
        await pilot.press("up")
        assert screen.line.value == "USER ana"
        await pilot.press("down", "down")
        assert screen.line.value == "US"


async def test_ghost_letters_are_taken_with_tab() -> None:
    async with main(FakeSession()) as (pilot, screen, _session):
        await pilot.press(*keys("DE"))
        await pilot.pause()
        await pilot.press("tab")
        assert screen.line.value == "DELE 1"
        assert screen.focused is screen.line
        assert "DELE <number>" in shown(pilot)


@pytest.mark.parametrize(("key", "pane"), [("f3", "state"), ("f4", "mailbox"), ("f6", "bytes")])
async def test_a_key_shows_an_inspector_and_folds_it_again(key: str, pane: str) -> None:
    async with main(FakeSession(), (80, 24)) as (pilot, screen, _session):
        assert screen.inspecting == ""
        before = screen.trace.size.height
        await pilot.press(key)
        await pilot.pause()
        assert screen.inspecting == pane
        assert screen.trace.size.height < before
        await pilot.press(key)
        await pilot.pause()
        assert screen.trace.size.height == before


async def test_nothing_in_a_mail_is_obeyed() -> None:
    async with main(FakeSession()) as (pilot, _screen, session):
        session.line("S", b"Subject: [/x] [bold] [@click=app.quit]quit[/] \x1b[2J \xe2\x80\xae evil \x9b\r\n")
        session.outcome = Outcome("wrong", "NO [TRYCREATE] [/UIDNEXT 4] \x1b]0;x\x07")
        await pilot.press("f4")
        await pilot.pause(0.1)
        text = shown(pilot)
        for harm in ("\x1b", "\u202e", "\x9b", "\x07"):
            assert harm not in text
        for literal in ("[/x] [bold]", "\\x1b[2J", "\\u202e", "\\x9b"):
            assert literal in text


async def test_lesson_text_is_not_markup_either() -> None:
    session = FakeSession(lesson=True)
    session.outcome = Outcome("wrong", "NO [TRYCREATE] [/UIDNEXT 4] \x1b]0;x\x07")
    async with main(session) as (pilot, _screen, _session):
        text = shown(pilot)
        assert "[TRYCREATE]" in text
        assert "[/UIDNEXT 4]" in text
        assert "\\x1b" in text


async def test_the_selected_line_is_what_the_panes_show() -> None:
    async with main(FakeSession()) as (pilot, screen, _session):
        await pilot.press(*keys("LIST"), "enter", "escape", "up", "up")
        assert screen.trace.selected == 3
        await pilot.press("left")
        assert screen.trace.selected == 1
        await pilot.press("enter")
        assert screen.inspecting == "bytes"
        await pilot.press("escape")
        assert screen.trace.selected == -1
        assert screen.focused is screen.line


async def test_a_click_selects_and_a_double_click_inspects() -> None:
    async with main(FakeSession()) as (pilot, screen, _session):
        await pilot.press(*keys("LIST"), "enter")
        await pilot.pause()
        await pilot.click(TraceView, offset=(screen.trace.sheet.columns.divide + 8, 2))
        assert screen.trace.selected == 3
        await pilot.click(TraceView, offset=(14, 1), times=2)
        assert screen.trace.selected == 1
        assert screen.inspecting == "bytes"


async def test_names_in_bars_are_buttons() -> None:
    async with main(FakeSession()) as (pilot, screen, session):
        line = shown(pilot).split("\n")
        y = next(number for number, text in enumerate(line) if "F4 Mailbox" in text)
        await pilot.click(offset=(line[y].index("F4 Mailbox") + 4, y))
        assert screen.inspecting == "mailbox"
        assert "Undo" in line[-1]
        await pilot.click(offset=(line[-1].index("Undo"), len(line) - 1))
        assert session.did == [("undo", "")]


async def test_only_keys_that_do_something_are_shown() -> None:
    async with main(FakeSession()) as (pilot, screen, session):
        assert "Hint" not in shown(pilot).split("\n")[-1]
        await pilot.press("f9")
        assert session.did == []
        session.abilities.add("hint")
        screen.show()
        await pilot.pause()
        assert "F9 Hint" in shown(pilot).split("\n")[-1]
        await pilot.press("f9")
        assert session.did == [("hint", "")]


async def test_going_back_takes_lines_away() -> None:
    async with main(FakeSession()) as (pilot, _screen, session):
        await pilot.press(*keys("STAT"), "enter")
        assert "STAT" in shown(pilot)
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert len(session.trace) == 1
        assert "that is fine" not in shown(pilot)


async def test_everything_speaks_the_other_language_at_once() -> None:
    async with main(FakeSession(lesson=True)) as (pilot, _screen, _session):
        english = shown(pilot)
        await pilot.press("f12")
        await pilot.pause()
        spanish = shown(pilot)
        assert "CLIENT" in english
        assert "CLIENTE" in spanish
        assert "SERVIDOR" in spanish
        assert "paso 2/7" in spanish
        assert "Ayuda" in spanish.split("\n")[-1]
        await pilot.press("f12")
        await pilot.pause()
        assert shown(pilot) == english


async def test_help_lists_the_keys_of_the_screen_below() -> None:
    async with main(FakeSession()) as (pilot, _screen, _session):
        await pilot.press("f1")
        await pilot.pause()
        assert isinstance(pilot.app.screen, Help)
        assert "Mailbox" in shown(pilot)
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, Main)


async def test_the_palette_finds_actions_and_runs_them() -> None:
    async with main(FakeSession()) as (pilot, screen, _session):
        await pilot.press("ctrl+p")
        await pilot.pause()
        await pilot.press(*keys("mailb"))
        await pilot.pause(0.3)
        await pilot.press("enter")
        await pilot.pause(0.2)
        assert screen.inspecting == "mailbox"


async def test_search_goes_from_match_to_match() -> None:
    async with main(FakeSession()) as (pilot, screen, _session):
        for line in ("STAT", "LIST", "STAT"):
            await pilot.press(*keys(line), "enter")
        await pilot.press("ctrl+f")
        await pilot.pause()
        await pilot.press(*keys("stat"), "enter")
        assert screen.trace.selected == 1
        await pilot.press("down")
        assert screen.trace.selected == 8
        await pilot.press("up")
        assert screen.trace.selected == 1
        pilot.app.screen.query_one(Input).value = "[unfinished"
        await pilot.press("enter")
        await pilot.pause()
        assert "no regular expression" in shown(pilot)


async def test_options_are_buttons() -> None:
    async with main(FakeSession(lesson=True)) as (pilot, _screen, session):
        lines = shown(pilot).split("\n")
        y = next(number for number, text in enumerate(lines) if "2  Two [TRYCREATE]" in text)
        await pilot.click(offset=(lines[y].index("Two"), y))
        assert session.did == [("answer", "1")]


async def test_more_room_unfolds_the_lesson() -> None:
    async with main(FakeSession(lesson=True), (80, 24)) as (pilot, screen, _session):
        assert not screen.lesson.region
        assert screen.strip.region
        await pilot.resize_terminal(120, 36)
        await pilot.pause()
        assert screen.lesson.region
        assert not screen.strip.region
        await pilot.press("f2")
        await pilot.pause()
        assert not screen.lesson.region
        assert screen.strip.region


async def test_the_session_ends_with_the_screen() -> None:
    session = FakeSession()
    async with main(session) as (pilot, _screen, _session):
        assert session.opened
        await pilot.press("ctrl+q")
    assert session.closed


async def test_a_projector_gets_other_colours() -> None:
    async with main(FakeSession()) as (pilot, screen, _session):
        await pilot.press("f10")
        assert pilot.app.theme == "projector"
        assert screen.has_class("-projector")
        await pilot.press("f10")
        assert pilot.app.theme == "desk"


async def test_a_new_line_begins_with_the_tag_and_history_with_the_new_one() -> None:
    async with running(lambda: play("imap")) as pilot:
        await pilot.pause(0.3)
        line = main_of(pilot).line
        assert line.value == "a1 "
        await type_line(pilot, "NOOP")
        assert line.value == "a2 "
        await type_line(pilot, "CAPABILITY")
        await pilot.press("up", "up")
        assert line.value == "a3 NOOP"
        await pilot.press("ctrl+u")
        await type_line(pilot, "own NOOP")
        await pilot.press("up")
        assert line.value == "a4 own NOOP"


async def test_lines_that_are_typed_faster_than_the_screen_is_stay_apart() -> None:
    async with main(FakeSession()) as (pilot, _screen, session):
        named = {"\r": "enter", "\x7f": "backspace", " ": "space"}
        for character in "NOOP one\rNOOP twoo\x7f\rRSET\r":
            pilot.app.post_message(events.Key(named.get(character, character), character))
        await pilot.pause(0.1)
        assert session.said == ["NOOP one", "NOOP two", "RSET"]
