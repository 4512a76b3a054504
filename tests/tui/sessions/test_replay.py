"""Replays: position, speed, and panes that are right at every position."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.core.message import Msg
from sandbox.record.reader import Transcript
from sandbox.resources import transcripts
from sandbox.tui.doors import replay as replay_screen
from sandbox.tui.panes.trace.search import ELSEWHERE, Search
from sandbox.tui.panes.trace.sheet import Sheet
from sandbox.tui.ports import MailboxView, Playback
from sandbox.tui.sessions import film, reel
from sandbox.tui.sessions import replay as module
from sandbox.tui.sessions.play import FreePlay
from sandbox.tui.sessions.replay import Replay, replay_file
from tests.record.worlds import long, transcript_of, written
from tests.tui.driving import keys, main_of, running, shown


@pytest.fixture
def play() -> FreePlay:
    session = FreePlay("pop3")
    session.open(lambda: None)
    for line in ("USER ana", "PASS secreto", "DELE 1", "RSET", "QUIT"):
        session.submit(line)
    return session


@pytest.fixture
def replay(play: FreePlay) -> Replay:
    again = play.again()
    assert isinstance(again, Replay)
    again.open(lambda: None)
    return again


def position(replay: Replay) -> Playback:
    playback = replay.playback()
    assert playback is not None
    return playback


def test_it_begins_at_the_beginning_and_steps(replay: Replay) -> None:
    assert position(replay).line == 1
    replay.act("forward")
    assert position(replay).line == 2
    replay.act("back")
    replay.act("back")
    replay.act("back")
    assert position(replay).line == 0
    assert replay.state(-1) is None
    replay.act("end")
    assert position(replay).line == position(replay).lines == len(replay.trace)
    replay.act("start")
    replay.act("goto", "5")
    assert position(replay).line == 5


def test_panes_show_the_moment(play: FreePlay, replay: Replay) -> None:
    for line in range(1, len(play.trace) + 1):
        replay.act("goto", str(line))
        assert replay.state(-1) == play.state(line - 1)
        assert replay.mailbox(-1) == play.mailbox(line - 1)
    replay.act("end")
    assert replay.mailbox(4) == play.mailbox(4)


def test_time_passes_at_a_speed_people_can_follow(replay: Replay) -> None:
    replay.act("play")
    assert position(replay).playing
    replay.tick(0.39)
    assert position(replay).line == 1
    replay.tick(0.02)
    assert position(replay).line == 2
    replay.act("faster")
    replay.tick(0.2)
    assert position(replay).line == 3
    for _ in range(4):
        replay.act("slower")
    assert position(replay).speed == 0.25
    replay.tick(1.0)
    assert position(replay).line == 3
    replay.tick(1000)
    assert position(replay).line == len(replay.trace)
    replay.tick(0.1)
    assert not position(replay).playing
    replay.act("play")
    assert (position(replay).line, position(replay).playing) == (0, True)


def test_stepping_stops_the_play(replay: Replay) -> None:
    replay.act("play")
    replay.act("forward")
    assert not position(replay).playing


def test_long_gaps_are_shortened(play: FreePlay) -> None:
    play.submit("@connect")
    play.submit("@wait 9m")
    play.submit("NOOP")
    again = play.again()
    assert isinstance(again, Replay)
    again.open(lambda: None)
    again.act("goto", str(len(again.trace) - 2))
    again.act("play")
    again.tick(3.01)
    assert position(again).line == len(again.trace) - 1


@pytest.mark.parametrize("path", sorted(transcripts().glob("*.jsonl")), ids=lambda path: path.stem)
async def test_every_transcript_that_ships_can_be_looked_at_line_by_line(path: object) -> None:
    replay = replay_file(Transcript.open(str(path)))
    replay.open(lambda: None)
    while not position(replay).loaded:
        replay.tick(0)
    for line in range(1, len(replay.trace) + 1):
        replay.act("goto", str(line))
        assert replay.state(-1) is not None
        assert replay.mailbox(-1) is not None
        replay.anatomy(-1)
    await replay.close()


async def test_keys_of_a_replay() -> None:
    path = transcripts() / "pop3-03-delete.jsonl"
    async with running(lambda: replay_screen(path)) as pilot:
        screen = main_of(pilot)
        assert screen.session is not None
        assert "1/" in shown(pilot)
        await pilot.press("right", "right")
        await pilot.pause()
        assert screen.trace.sheet.limit == 3
        await pilot.press("end", "left")
        await pilot.pause()
        assert screen.trace.sheet.limit == len(screen.trace.sheet.model) - 1
        await pilot.press("home", "g")
        await pilot.pause()
        await pilot.press(*keys("7"), "enter", "escape")
        await pilot.pause()
        assert screen.trace.sheet.limit == 7
        await pilot.press("right_square_bracket")
        await pilot.pause()
        assert "speed 2×" in shown(pilot)
        await pilot.press("up", "up")
        await pilot.pause()
        assert screen.trace.selected == 5
        await pilot.press("space")
        assert screen.session.playback().playing  # type: ignore[union-attr]


async def test_a_search_goes_ahead_of_what_was_played() -> None:
    path = transcripts() / "pop3-03-delete.jsonl"
    async with running(lambda: replay_screen(path)) as pilot:
        screen = main_of(pilot)
        await pilot.press("ctrl+f")
        await pilot.pause()
        await pilot.press(*keys("RSET"), "enter", "escape")
        await pilot.pause()
        assert screen.trace.sheet.model.text(screen.trace.selected) == "RSET"
        assert screen.trace.sheet.limit == screen.trace.selected + 1
        first = screen.trace.selected
        await pilot.press("n")
        await pilot.pause()
        assert screen.trace.selected >= first


async def test_a_click_on_the_rail_scrubs() -> None:
    async with running(lambda: replay_screen(transcripts() / "pop3-03-delete.jsonl")) as pilot:
        screen = main_of(pilot)
        await pilot.click(screen.transport, offset=(60, 0))
        await pilot.pause()
        assert 1 < screen.trace.sheet.limit < len(screen.trace.sheet.model)


def test_the_title_says_what_it_is_of(replay: Replay) -> None:
    assert replay.title == Msg("Replay: {title}", title=Msg("Free play"))


def test_a_long_transcript_is_read_as_far_as_somebody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LOADING", 0.0)
    monkeypatch.setattr(reel, "AHEAD", 10)
    with transcript_of(long(300)) as transcript:
        replay = replay_file(transcript)
        replay.open(lambda: None)
        for _frame in range(400):
            replay.tick(0.0)
        assert len(replay.trace) == 12
        replay.act("goto", "8")
        for _frame in range(400):
            replay.tick(0.0)
        assert len(replay.trace) == 19
        replay.act("end")
        settle(replay)
        assert position(replay).line == len(replay.trace) == 300
        assert position(replay).loaded


def settle(replay: Replay) -> None:
    """Let it get to where it is going."""
    while replay.can("stop"):
        replay.tick(0.0)


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Iterator[Replay]:
    """A replay of three dialogues, of which only a part is ever in memory."""
    monkeypatch.setattr(module, "_SEEKING", 0.0)
    monkeypatch.setattr(module, "_LOADING", 0.0)
    monkeypatch.setattr(reel, "AHEAD", 50)
    monkeypatch.setattr(film, "WHOLE", 1500)
    monkeypatch.setattr(film, "BEHIND", 20)
    with transcript_of(long(6000, conns=3)) as transcript:
        replay = replay_file(transcript)
        replay.open(lambda: None)
        yield replay


def here(replay: Replay) -> bytes:
    return replay.trace.raw(replay.position - 1)


def look_for(replay: Replay, pattern: str, step: int = 1, conn: str | None = None) -> None:
    sheet = Sheet(replay.trace)
    sheet.show_connection(conn)
    sheet.show_until(replay.position)
    line = Search(pattern).next(sheet, -1, step)
    if line >= 0:
        replay.act("reach", str(line + 1))
    else:
        assert line == ELSEWHERE
    settle(replay)


def test_the_end_of_a_long_transcript_is_reached_without_keeping_the_rest(far: Replay) -> None:
    far.act("end")
    assert far.heading().title == Msg("{title}: {percent}% of the way, Esc stops", title=far.title, percent=0)
    settle(far)
    assert far.heading().title == far.title
    assert len(far.trace) < 100
    assert (position(far).line, position(far).lines, position(far).loaded) == (6000, 6000, True)
    assert far.state(-1).current == "TRANSACTION"  # type: ignore[union-attr]
    assert far.mailbox(-1) == MailboxView("", notice=Msg("This transcript says nothing about stored mail."))
    far._transcript.stored = True
    assert far.mailbox(-1) == MailboxView("", notice=module._NOT_FOLLOWED)
    far.act("back")
    assert position(far).line == 5999
    far.act("play")
    far.tick(0.0)
    assert position(far).playing


def test_any_line_is_reached_and_is_the_same_as_on_the_long_way(far: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patience:
        patience.setattr(reel, "AHEAD", 10_000)
        whole = replay_file(far._transcript.again())
        whole.open(lambda: None)
        while not position(whole).loaded:
            whole.tick(0.0)
    for line in (5000, 1, 3000, 2001, 2002, 2003, 5999, 1400, 0):
        far.act("goto", str(line))
        settle(far)
        whole.act("goto", str(line))
        assert position(far).line == line
        if line:
            assert here(far) == here(whole)
            assert far.state(-1) == whole.state(-1)
            assert far.anatomy(-1) == whole.anatomy(-1)
            assert position(far)[2] == position(whole)[2]
            assert far.packets(-1) == whole.packets(-1)
    far.act("goto", "100000")
    settle(far)
    assert position(far).line == 6000


def test_stepping_back_goes_on_before_what_is_in_memory(far: Replay) -> None:
    far.act("goto", "5000")
    settle(far)
    for line in range(4999, 4900, -1):
        far.act("back")
        settle(far)
        assert position(far).line == line
    far.act("start")
    settle(far)
    assert position(far).line == 0


def test_a_search_finds_what_is_not_in_memory(far: Replay) -> None:
    look_for(far, "DELE 5000")
    assert here(far) == b"DELE 5000\r\n"
    look_for(far, "DELE 5[0-9]+")
    assert here(far) == b"DELE 5002\r\n"
    look_for(far, "DELE 6\\r", -1)
    assert here(far) == b"DELE 6\r\n"
    look_for(far, "DELE 5[0-9]+", -1)  # round the beginning
    assert here(far).startswith(b"DELE 599")
    look_for(far, "PASS", conn="c0")
    assert (here(far), far.trace.name_of(far.position - 1)) == (b"PASS secreto\r\n", "c0")
    look_for(far, "hello", -1, conn="c2")
    assert far.trace.name_of(far.position - 1) == "c2"


def test_a_search_for_what_is_nowhere_says_so_and_stays(far: Replay) -> None:
    far.act("goto", "4000")
    settle(far)
    look_for(far, "RETR")
    assert far.heading().title == Msg("{title}: nothing matches", title=far.title)
    assert position(far).line == 4000
    far.act("forward")
    assert far.heading().title == far.title


def test_what_takes_long_can_be_stopped(far: Replay) -> None:
    far.act("end")
    for _frame in range(5):
        far.tick(0.0)
    assert far.can("stop")
    far.act("stop")
    assert not far.can("stop")
    assert position(far).line == 1


async def test_escape_stops_a_replay_on_its_way(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(reel, "AHEAD", 10)
    monkeypatch.setattr(module, "_SEEKING", 0.0)
    monkeypatch.setattr(module, "_LOADING", 0.0)
    path = tmp_path / "long.jsonl"
    path.write_bytes(written(long(5000)))
    async with running(lambda: replay_screen(path)) as pilot:
        screen = main_of(pilot)
        assert isinstance(screen.session, Replay)
        await pilot.press("end")
        assert screen.session.can("stop")
        assert "Esc stops" in shown(pilot)
        await pilot.press("escape")
        assert not screen.session.can("stop")
        assert position(screen.session).line == 1
