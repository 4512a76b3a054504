"""A tracker that is left in the middle and taken up again sees what it would have seen."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.tracker import Kind, Tracker, Unit
from tests.core.toy import IN, ToyTracker


class Heir(ToyTracker):
    """A toy whose state is all that there is to know."""

    def inherit(self, past: Tracker) -> bool:
        return True


EXCHANGES = st.sampled_from(
    [
        [("C", b"ENTER\r\n"), ("S", b"ok fine in\r\n")],
        [("C", b"ENTER {3}\r\n"), ("C", b"abc"), ("C", b"\r\n"), ("S", b"ok fine abc\r\n")],
        [("C", b"ASK\r\n"), ("S", b"continue go\r\n"), ("C", b"a\r\n"), ("S", b"ok fine\r\n")],
        [("C", b"DATA\r\n"), ("S", b"continue go\r\n"), ("C", b"a\r\n."), ("C", b"\r\n"), ("S", b"ok fine\r\n")],
        [("C", b"CHUNK 4\r\n"), ("S", b"no no\r\n"), ("C", b"ab"), ("C", b"cd")],
        [("C", b"SAY\r\nNO"), ("S", b"ok fine\r\n"), ("C", b"PE\r\n"), ("S", b"bad bad\r\n")],
        [("C", b"TLS\r\n"), ("S", b"ok fine\r\n")],
    ]
)


def facts(unit: Unit) -> tuple[Any, ...]:
    return (
        unit.side,
        unit.kind,
        unit.start,
        unit.stop,
        unit.raw,
        unit.exchange.number,
        unit.exchange.state,
        unit.state_before,
        unit.state_after,
        unit.outcome,
        unit.fault,
        unit.spans,
    )


def greeted(kind: type[Tracker]) -> Tracker:
    tracker = kind()
    tracker.receive("S", b"ok hello\r\n")
    return tracker


@given(st.lists(EXCHANGES, max_size=8), st.integers(0, 10**6))
def test_taken_up_again_it_sees_the_same(exchanges: list[list[tuple[str, bytes]]], seed: int) -> None:
    source = random.Random(seed)
    whole, forked = greeted(Heir), greeted(Heir)
    for side, raw in (chunk for exchange in exchanges for chunk in exchange):
        if source.random() < 0.7:
            forked = forked.fork() or forked
        assert [facts(unit) for unit in whole.receive(side, raw)] == [facts(unit) for unit in forked.receive(side, raw)]
        assert (whole.state, whole.secure) == (forked.state, forked.secure)
    assert [facts(unit) for unit in whole.close()] == [facts(unit) for unit in forked.close()]


def test_it_goes_on_by_itself() -> None:
    first = greeted(Heir)
    first.receive("C", b"ENTER\r\n")
    first.receive("S", b"ok fine\r\n")
    second = first.fork()
    assert second is not None
    second.receive("C", b"SAY\r\n")
    second.receive("S", b"stray\r\n")
    assert (first.state, len(first.exchanges), first.pending) == (IN, 2, type(first.pending)())
    assert [exchange.number for exchange in second.exchanges] == [1, 2]
    assert second.exchanges[0].units == []


def test_a_fork_that_has_seen_nothing_can_be_forked() -> None:
    fork = greeted(Heir).fork()
    assert fork is not None
    assert fork.fork() is not None


@pytest.mark.parametrize(
    "chunks",
    [
        [("C", b"ENTER\r\n")],
        [("C", b"ENT")],
        [("S", b"ok fi")],
        [("C", b"CHUNK 4\r\n"), ("S", b"no no\r\n")],
    ],
)
def test_not_while_something_is_under_way(chunks: list[tuple[str, bytes]]) -> None:
    tracker = greeted(Heir)
    for side, raw in chunks:
        tracker.receive(side, raw)
    assert tracker.fork() is None


def test_not_after_the_end() -> None:
    tracker = greeted(Heir)
    tracker.receive("C", b"half")
    assert [unit.kind for unit in tracker.close()] == [Kind.LOST]
    assert tracker.fork() is None


def test_not_where_a_protocol_does_not_say_that_it_can() -> None:
    assert greeted(ToyTracker).fork() is None
