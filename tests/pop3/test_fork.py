"""A dialogue that is taken up again in the middle is followed as if from its beginning."""

from __future__ import annotations

from sandbox.core.tracker import Kind
from sandbox.pop3 import POP3


def test_a_greeting_is_a_greeting_once() -> None:
    tracker = POP3.tracker()
    early = tracker.fork()
    assert early is not None
    assert [unit.kind for unit in early.receive("S", b"+OK ready\r\n")] == [Kind.GREETING]
    later = early.fork()
    assert later is not None
    assert [unit.kind for unit in later.receive("S", b"+OK ready\r\n")] == [Kind.UNASKED]


def test_state_and_numbers_go_on() -> None:
    tracker = POP3.tracker()
    for side, raw in (("C", b"USER ana\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS x\r\n"), ("S", b"+OK\r\n")):
        tracker.receive(side, raw)
    fork = tracker.fork()
    assert fork is not None
    assert fork.state.name == "TRANSACTION"
    [unit] = fork.receive("C", b"STAT\r\n")
    assert (unit.exchange.number, unit.start) == (3, 18)
    [unit] = fork.receive("S", b"+OK 2 320\r\n")
    assert unit.kind is Kind.REPLY
    assert len(tracker.exchanges) == 3
