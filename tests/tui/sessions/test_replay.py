"""Replays: position, speed, and panes that are right at every position."""

from __future__ import annotations

import pytest

from sandbox.core.message import Msg
from sandbox.record.reader import Transcript
from sandbox.resources import transcripts
from sandbox.tui.doors import replay as replay_screen
from sandbox.tui.ports import Playback
from sandbox.tui.sessions import replay as module
from sandbox.tui.sessions.play import FreePlay
from sandbox.tui.sessions.replay import Replay, replay_file
from tests.record.worlds import long, transcript_of
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
    monkeypatch.setattr(module, "AHEAD", 10)
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
        for _frame in range(400):
            replay.tick(0.0)
        assert replay.playback().line == len(replay.trace) == 300  # type: ignore[union-attr]
        again = replay_file(transcript.again())
        again.open(lambda: None)
        again.act("all")
        for _frame in range(400):
            again.tick(0.0)
        assert again.playback().loaded  # type: ignore[union-attr]
        assert again.position == 1
