"""Lessons on a projector: one key to go on, hands counted, nothing secret on the screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.i18n import render, set_language
from sandbox.resources import data_folder, lessons
from sandbox.tui.app import SandboxApp
from sandbox.tui.doors import demo as demo_screen
from sandbox.tui.ports import CannotOpen, LessonView
from sandbox.tui.sessions.demo import Demo
from tests.tui.driving import keys, main_of, running, shown, type_line

DELETE = lessons() / "pop3-03-delete.yaml"
EVERY = sorted(path for path in lessons().glob("*.yaml") if path.stem != "misconceptions")


def begun(path: Path = DELETE) -> Demo:
    session = Demo(path)
    session.open(lambda: None)
    return session


def view(session: Demo) -> LessonView:
    lesson = session.lesson()
    assert lesson is not None
    return lesson


def go_on(session: Demo, times: int = 1) -> None:
    """The key, and then again for what is still appearing."""
    for _ in range(times):
        session.act("advance")
        if session.visible() is not None:
            session.act("advance")


def trace(session: Demo) -> str:
    return "\n".join(session.trace.text(line) for line in range(len(session.trace)))


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.stem)
def test_one_key_leads_through_every_lesson(path: Path) -> None:
    session = begun(path)
    for _ in range(300):
        if not session.can("advance"):
            break
        session.act("advance")
        assert "secreto" not in repr(session.lesson()) + repr(session.prompt()) + repr(session.hint(""))
    assert view(session).over
    assert "secreto" not in trace(session)


def test_nobodys_progress_is_touched() -> None:
    progress = data_folder() / "progress.json"
    progress.unlink(missing_ok=True)
    go_on(begun(), 5)
    assert not progress.exists()


def test_the_next_line_is_shown_before_it_is_typed() -> None:
    session = begun()
    assert session.hint("").usage == "USER ana"
    go_on(session)
    assert session.hint("").usage == "PASS *******"
    prompt = session.prompt()
    assert prompt is not None
    assert prompt.placeholder == "PASS *******"
    assert session.hint("STAT").usage == "STAT"


def test_lines_of_the_speaker_do_not_count_as_worked_ones() -> None:
    session = begun()
    session.submit("NOOP")
    go_on(session)
    assert "NOOP" in trace(session)
    assert "USER ana" in trace(session)
    session.act("undo")
    assert session.hint("").usage == "USER ana"


def test_a_used_up_solution_says_so() -> None:
    session = begun()
    for line in ("USER ana", "PASS secreto", "DELE 1"):
        session.submit(line)
    go_on(session, 4)
    notes = [render(note) for note in session.trace.notes.values()]
    assert any("Ctrl+Z" in note for note in notes)


def test_hands_are_counted_and_the_room_is_judged() -> None:
    session = begun()
    assert not session.can("count")
    go_on(session, 4)
    assert session.can("count")
    assert view(session).votes == (0, 0)
    for digit in ("1", "7", "7", ""):
        session.act("count", digit)
    session.act("option", "1")
    session.act("count", "8")
    assert view(session).votes == (17, 8)
    assert [choice.chosen for choice in view(session).choices] == [False, True]
    session.act("option", "-1")
    go_on(session)
    outcome = view(session).outcome
    assert outcome is not None
    assert outcome.kind == "wrong"
    assert [choice.chosen for choice in view(session).choices] == [True, False]
    assert view(session).votes == (17, 8)
    go_on(session)
    assert view(session).votes == ()


def test_without_hands_only_what_is_so_is_said() -> None:
    session = begun()
    go_on(session, 5)
    outcome = view(session).outcome
    assert outcome is not None
    assert outcome.kind == "note"
    assert str(outcome.text).startswith("STAT says 1")


def test_a_room_that_is_wrong_in_a_quiz_is_told_why_then_what_is_right() -> None:
    session = begun()
    while view(session).step < 7:
        go_on(session)
    session.act("count", "9")
    go_on(session)
    outcome = view(session).outcome
    assert outcome is not None
    assert outcome.kind == "wrong"
    go_on(session)
    assert [choice.verdict for choice in view(session).choices] == [False, True, False]


def test_counts_stay_within_a_room() -> None:
    session = begun()
    go_on(session, 4)
    for digit in "99999":
        session.act("count", digit)
    assert view(session).votes == (9999, 0)
    for _ in range(6):
        session.act("count", "")
    assert view(session).votes == (0, 0)


def test_notes_can_be_hidden() -> None:
    session = begun()
    go_on(session, 4)
    assert "mailbox pane" in view(session).notes
    session.act("notes")
    assert view(session).notes == ""


def test_secrets_are_masked_in_every_pane_until_they_are_asked_for() -> None:
    session = begun()
    go_on(session, 2)
    line = next(at for at in range(len(session.trace)) if session.trace.text(at).startswith("PASS"))
    packets, tls, anatomy = session.packets(line), session.tls(line, -1), session.anatomy(line)
    for pane in (packets, tls, anatomy):
        assert "secreto" not in repr(pane)
    assert anatomy is not None
    assert anatomy.raw == b"PASS *******\r\n"
    assert packets is not None
    assert any(b"PASS *******\r\n" in segment.frame for segment in packets.segments)
    session.act("secrets")
    assert session.trace.text(line) == "PASS secreto"
    assert "secreto" in view(session).text
    assert "secreto" in repr(session.anatomy(line))


def test_what_is_watched_again_is_masked_too() -> None:
    session = begun()
    go_on(session, 2)
    for masked, said in ((True, "PASS xxxxxxx"), (False, "PASS secreto")):
        again = session.again()
        assert again is not None
        again.open(lambda: None)
        again.act("end")
        lines = [again.trace.text(line) for line in range(len(again.trace))]
        assert said in lines
        line = lines.index(said)
        assert ("secreto" in repr((again.anatomy(line), again.packets(line), again.tls(line, -1)))) is not masked
        session.act("secrets")


def test_under_tls_there_is_nothing_to_read_again() -> None:
    session = begun(lessons() / "tls-01-before-and-after.yaml")
    while session.can("advance"):
        session.act("advance")
    again = session.again()
    assert again is not None
    again.open(lambda: None)
    again.act("end")
    for line in range(len(again.trace)):
        assert "secreto" not in repr((again.trace.text(line), again.anatomy(line), again.tls(line, -1)))


def test_a_short_secret_takes_nothing_else_with_it() -> None:
    session = begun()
    session.submit("USER ana")
    session.submit("PASS a")
    assert "PASS *\n" in trace(session) + "\n"
    assert "USER ana" in trace(session)
    session.act("undo")
    session.submit("PASS b")
    assert "PASS b" not in trace(session)


def test_what_is_no_lesson_cannot_be_shown(tmp_path: Path) -> None:
    path = tmp_path / "odd.yaml"
    path.write_text("- 1\n", "utf-8")
    with pytest.raises(CannotOpen):
        Demo(path).open(lambda: None)


@pytest.mark.parametrize(
    ("size", "code", "said"),
    [((120, 36), "en", "Space: type this line"), ((80, 24), "es", "Espacio: escribe esta línea")],
)
async def test_keys_on_the_projector(size: tuple[int, int], code: str, said: str) -> None:
    set_language(code)
    async with running(lambda: demo_screen(DELETE), size) as pilot:
        app = pilot.app
        assert isinstance(app, SandboxApp)
        assert app.projecting
        assert said in shown(pilot)
        while not (session := main_of(pilot).session) or not session.can("count"):
            await pilot.press("space")
        await pilot.press(*keys("12"), "down", "3")
        await pilot.pause()
        assert "█ 12" in shown(pilot)
        assert "█ 3" in shown(pilot)
        assert "✎" in shown(pilot)
        await pilot.press("backspace", "ctrl+o")
        await pilot.pause()
        assert "█ 3" not in shown(pilot)
        assert "✎" not in shown(pilot)
        assert main_of(pilot).line.value == ""


async def test_keys_are_letters_once_something_is_typed() -> None:
    async with running(lambda: demo_screen(DELETE)) as pilot:
        await pilot.press(*keys("LIST 1"))
        assert main_of(pilot).line.value == "LIST 1"
        await pilot.press(*["backspace"] * 6)
        await type_line(pilot, "NOOP")
        assert "NOOP" in shown(pilot)
        await pilot.press("ctrl+g")
        await pilot.pause()
        assert "password secreto" in shown(pilot)
        await pilot.press("f1")
        await pilot.pause()
        assert "notes for the speaker" in shown(pilot)
