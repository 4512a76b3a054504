"""What a film says of its places is what reading all of it would."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.record.reader import Transcript
from sandbox.tui.sessions import film as module
from sandbox.tui.sessions.dialogue import Dialogue
from sandbox.tui.sessions.film import Film
from sandbox.wire.observer import Observer
from sandbox.wire.trace import AnyEvent, Close, Data, Open
from sandbox.world.protocols import PROTOCOLS
from tests.record.events import JOURNALS
from tests.record.worlds import long, transcript_of


def followed(transcript: Transcript) -> Film:
    film = Film(transcript)
    for _done in film.follow(len(film.branch)):
        pass
    return film


@given(JOURNALS)
def test_lines_are_those_of_the_trace(events: list[AnyEvent]) -> None:
    with transcript_of(events) as transcript:
        film = followed(transcript)
        dialogue = Dialogue(Observer(PROTOCOLS))
        for _position, event in film.branch.numbered():
            dialogue.feed(event)
        assert film.followed
        assert film.lines == len(dialogue.trace)


@settings(max_examples=40)
@given(st.integers(1, 300))
def test_a_line_belongs_to_the_event_that_brought_it(line: int) -> None:
    with transcript_of(long(300, conns=3)) as transcript:
        film = Film(transcript)
        walk = film.follow_to_line(line)
        try:
            while True:
                assert 0 <= next(walk) <= 1
        except StopIteration as end:
            place = end.value
        start = film.before(place)
        dialogue = Dialogue(start.observer)
        for watched in start.observer.watched.values():
            dialogue.trace.add_connection(watched.open.conn, watched.open.client, watched.open.server)
        for _position, event in film.branch.numbered(start.position, place):
            dialogue.feed(event)
        assert start.line + len(dialogue.trace) == line


def found(film: Film, pattern: bytes, conn: str | None, step: int, start: int = 0) -> int:
    search = film.find(re.compile(pattern), conn, start, len(film.branch), step)
    try:
        while True:
            next(search)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


def test_matches_are_those_of_one_connection_and_of_the_protocols_octets() -> None:
    def data(seq: int, conn: str, layer: str, raw: bytes) -> Data:
        return Data(seq, seq, conn, "C", layer, raw)  # type: ignore[arg-type]

    events: list[AnyEvent] = [
        Open(1, 1, "a", "pop3", "laptop", "norte.example", 110),
        Open(2, 2, "b", "pop3", "phone", "norte.example", 110),
        data(3, "a", "tls", b"NOOP\r\n"),
        data(4, "a", "app", b"NOOP\r\n"),
        data(5, "b", "app", b"NOOP\r\n"),
        data(6, "b", "app", b"STAT\r\n"),
        Close(7, 7, "a", "C"),
    ]
    with transcript_of(events) as transcript:
        film = Film(transcript)
        assert found(film, b"NOOP", None, 1) == 3
        assert found(film, b"NOOP", "b", 1) == 4
        assert found(film, b"NOOP", None, -1) == 4
        assert found(film, b"NOOP", "a", -1) == 3
        assert found(film, b"NOOP", "a", 1, start=4) == -1


def test_a_connection_that_idles_from_the_beginning_hides_nothing_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WHOLE", 50)
    monkeypatch.setattr(module, "BEHIND", 5)
    quiet: AnyEvent = Open(0, 0, "idle", "imap", "laptop", "norte.example", 143)
    with transcript_of([quiet, *long(300, conns=10)]) as transcript:
        film = followed(transcript)
        start = film.before(295)
        first = film.branch.event(start.position)
        assert isinstance(first, Open)
        assert first.conn == "c9"
        assert set(start.observer.watched) == {"idle"}
