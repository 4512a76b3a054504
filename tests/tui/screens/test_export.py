"""Exporting from the screen writes what the command line writes, asks before it overwrites, and can be stopped."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest
from textual.widgets import Checkbox, Input

from sandbox.record.export import FORMATS
from sandbox.record.export.save import save
from sandbox.record.reader import Transcript
from sandbox.tui.ports import Exportable, Heading
from sandbox.tui.screens.export import Export
from sandbox.tui.screens.main import Main
from sandbox.tui.sessions.play import FreePlay
from sandbox.tui.sessions.replay import replay_file
from sandbox.world.protocols import PROTOCOLS
from tests.record.worlds import long, transcript_of
from tests.tui.driving import main_of, running, shown, type_line


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def play() -> Main:
    return Main(FreePlay, Heading("POP3", ""))


async def test_what_happened_is_written_in_the_form_that_was_chosen(tmp_path: Path) -> None:
    async with running(play) as pilot:
        await pilot.pause()
        await type_line(pilot, "USER ana")
        exportable = main_of(pilot).session.exportable()  # type: ignore[union-attr]
        await pilot.press("ctrl+e", "down", "down", "down")
        await pilot.pause()
        assert Path(pilot.app.screen.query_one(Input).value) == tmp_path / "pop3.txt"
        await pilot.press("enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert not isinstance(pilot.app.screen, Export)
    with exportable.read() as transcript, (tmp_path / "wanted").open("wb") as file:
        save(transcript, PROTOCOLS, next(each for each in FORMATS if each.name == "txt"), file)
    assert (tmp_path / "pop3.txt").read_bytes() == (tmp_path / "wanted").read_bytes()
    assert b"USER ana" in (tmp_path / "pop3.txt").read_bytes()


async def test_a_file_that_is_there_needs_a_second_enter(tmp_path: Path) -> None:
    kept = tmp_path / "pop3.pcapng"
    kept.write_text("mine")
    async with running(play) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+e", "enter")
        await pilot.pause()
        assert "This file exists" in shown(pilot)
        assert kept.read_text() == "mine"
        await pilot.press("enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
    assert kept.read_bytes()[:4] == b"\x0a\x0d\x0d\x0a"


async def test_secrets_are_left_out_where_that_is_ticked(tmp_path: Path) -> None:
    async with running(play) as pilot:
        await pilot.pause()
        await type_line(pilot, "USER ana")
        await type_line(pilot, "PASS secreto")
        await pilot.press("ctrl+e")
        pilot.app.screen.query_one(Checkbox).value = True
        await pilot.press("end", "enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
    written = (tmp_path / "pop3.json").read_bytes()
    assert b"PASS xxxxxxx" in written
    assert b"PASS secreto" not in written


async def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    async with running(play) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+e")
        pilot.app.screen.query_one(Input).value = str(tmp_path / "no" / "such.txt")
        await pilot.press("enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "This cannot be written" in shown(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert main_of(pilot)


async def test_esc_stops_and_leaves_nothing_behind(tmp_path: Path) -> None:
    begun, go_on = Event(), Event()

    def read() -> Transcript:
        begun.set()
        assert go_on.wait(10)
        return transcript_of(long(3000))

    async with running(lambda: Main(lambda: replay_file(transcript_of(long(10))), Heading("", ""))) as pilot:
        await pilot.pause()
        screen = Export(Exportable("long", read))
        await pilot.app.push_screen(screen)
        await pilot.press("enter")
        assert begun.wait(10)
        await pilot.press("escape")
        go_on.set()
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "Stopped. Nothing was written." in shown(pilot)
    assert list(tmp_path.iterdir()) == []


async def test_a_replay_of_a_file_is_exported_from_a_second_reader(tmp_path: Path) -> None:
    async with running(lambda: Main(lambda: replay_file(transcript_of(long(10))), Heading("", ""))) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+e", "enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
    assert (tmp_path / "a.pcapng").stat().st_size > 1000
