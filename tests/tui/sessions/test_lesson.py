"""Lessons on the screen, with the lessons that ship."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from sandbox.core.message import Msg
from sandbox.i18n import render, set_language
from sandbox.resources import data_folder, lessons
from sandbox.tui.doors import lesson as lesson_screen
from sandbox.tui.ports import CannotOpen, LessonView
from sandbox.tui.screens.home import Home
from sandbox.tui.sessions.lesson import Lesson
from tests.tui.driving import main_of, running, shown, type_line

DELETE = lessons() / "pop3-03-delete.yaml"


@pytest.fixture(autouse=True)
def _nothing_done_yet() -> None:
    (data_folder() / "progress.json").unlink(missing_ok=True)


@pytest.fixture
def lesson() -> Lesson:
    session = Lesson(DELETE)
    session.open(lambda: None)
    return session


def view(session: Lesson) -> LessonView:
    shown = session.lesson()
    assert shown is not None
    return shown


def said(session: Lesson) -> str:
    outcome = view(session).outcome
    assert outcome is not None
    return render(outcome.text) if isinstance(outcome.text, Msg) else outcome.text


def user(session: Lesson) -> str:
    return view(session).text.split("Log in as ")[1].split()[0]


def log_in(session: Lesson) -> None:
    for line in (f"USER {user(session)}", "PASS secreto", "STAT"):
        session.submit(line)


def settle(session: Lesson) -> None:
    for _ in range(100):
        session.tick(1.0)


def test_steps_are_passed_by_what_happens(lesson: Lesson) -> None:
    assert view(lesson).step == 1
    assert view(lesson).template == ("USER ____", "PASS ____", "____")
    assert lesson.hint("").usage == "USER ____"
    assert lesson.suggest("US") == "USER "
    log_in(lesson)
    assert view(lesson).outcome is not None
    assert view(lesson).next_ready
    assert [mark for _title, mark in view(lesson).steps][:2] == ["done", "later"]
    lesson.submit("")
    assert view(lesson).step == 2


def test_values_are_never_given_away(lesson: Lesson) -> None:
    assert lesson.suggest("USER a") is None
    assert lesson.hint("USER ").choices == ()


def test_a_prediction_is_revealed_when_it_can_be_seen(lesson: Lesson) -> None:
    log_in(lesson)
    lesson.act("next")
    prompt = lesson.prompt()
    assert prompt is not None
    assert prompt.label == "?"
    before = len(lesson.trace)
    wrong = next(number for number, choice in enumerate(view(lesson).choices) if choice.label == "1")
    lesson.act("answer", str(wrong))
    assert lesson.visible() == before
    assert "Watch the trace" in said(lesson)
    assert {choice.verdict for choice in view(lesson).choices} == {None}
    assert view(lesson).belief is None
    assert lesson.state(-1) == lesson.state(before - 1)
    lesson.tick(0.7)
    visible = lesson.visible()
    assert visible is not None
    assert visible > before
    settle(lesson)
    assert lesson.visible() is None
    assert "Not as you predicted" in said(lesson)
    assert view(lesson).belief is not None
    assert {choice.verdict for choice in view(lesson).choices} == {True, False}


def test_enter_shows_the_rest_at_once(lesson: Lesson) -> None:
    log_in(lesson)
    lesson.submit("")
    lesson.submit("b")
    assert lesson.visible() is not None
    lesson.submit("")
    assert lesson.visible() is None
    assert view(lesson).step == 2
    lesson.submit("")
    assert view(lesson).step == 3


def test_a_wrong_path_says_so_and_goes_back(lesson: Lesson) -> None:
    log_in(lesson)
    for line in ("", "b", "", ""):
        lesson.submit(line)
    before = lesson.mailbox(-1)
    lesson.submit("QUIT")
    assert view(lesson).outcome is not None
    assert view(lesson).outcome.kind == "wrong"  # type: ignore[union-attr]
    assert view(lesson).step == 3
    after = lesson.mailbox(-1)
    assert after is not None
    assert before is not None
    assert (after.stored, after.sessions) == (before.stored, before.sessions)


def test_undo_takes_a_line_back(lesson: Lesson) -> None:
    assert not lesson.can("undo")
    lesson.submit("NOOP")
    assert lesson.can("undo")
    lesson.act("undo")
    assert not lesson.can("undo")
    assert b"NOOP" not in bytes(lesson.trace.octets)


def test_words_follow_the_language(lesson: Lesson) -> None:
    english = view(lesson).text
    set_language("es")
    assert view(lesson).text != english
    assert "contraseña" in view(lesson).text


async def test_it_goes_on_where_it_was_left(lesson: Lesson) -> None:
    log_in(lesson)
    lesson.submit("")
    await lesson.close()
    later = Lesson(DELETE)
    later.open(lambda: None)
    assert view(later).step == 2
    assert bytes(later.trace.octets) == bytes(lesson.trace.octets)


def test_a_broken_lesson_says_where(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("format: 1\nid: broken\nsteps: [3]\n")
    with pytest.raises(CannotOpen) as error:
        Lesson(path).open(lambda: None)
    assert "broken.yaml:" in str(error.value.said)
    with pytest.raises(CannotOpen):
        Lesson(tmp_path / "missing.yaml").open(lambda: None)


async def test_a_broken_lesson_leads_home(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("steps: [3]\n")
    async with running(lambda: lesson_screen(path)) as pilot:
        await pilot.pause(0.2)
        assert isinstance(pilot.app.screen, Home)


async def _answer(pilot: Pilot[int], *lines: str) -> None:
    for line in lines:
        await type_line(pilot, line)


async def test_the_whole_lesson_can_be_taken_at_80_columns() -> None:
    async with running(lambda: lesson_screen(DELETE), (80, 24)) as pilot:
        await pilot.pause(0.2)
        session = main_of(pilot).session
        assert isinstance(session, Lesson)
        name = user(session)
        await _answer(pilot, f"USER {name}", "PASS secreto", "STAT", "", "b", "", "")
        await _answer(pilot, "RSET", "STAT", "")
        assert "4/8" in shown(pilot)
        await _answer(pilot, "b", "", "")
        await _answer(pilot, "@connect", f"USER {name}", "PASS secreto", "RETR 1", "DELE 1", "QUIT", "")
        while not view(session).over:
            for choice in view(session).choices:
                if not view(session).next_ready:
                    await _answer(pilot, choice.key)
                    settle(session)
            await _answer(pilot, "")
            settle(session)
        assert "That was the lesson" in shown(pilot)
        assert "Right. " in shown(pilot)  # the last answer is explained, too
        await type_line(pilot, "")
        await pilot.pause(0.2)
        home = pilot.app.screen
        assert isinstance(home, Home)
        assert home.shelf is not None
        assert [card.id for card in home.shelf.cards if card.passed] == ["pop3-03-delete"]
