from __future__ import annotations

from sandbox.tui.panes.trace.model import TraceModel
from sandbox.tui.sessions.pace import Pace


def trace() -> TraceModel:
    model = TraceModel()
    model.add_connection("laptop", "laptop", "norte.example")
    for exchange, (side, raw) in enumerate([("C", b"LIST\r\n"), ("S", b"+OK\r\n"), ("S", b"1 2\r\n"), ("S", b".\r\n")]):
        model.append_line("laptop", side, exchange, raw, 1)
    model.append_line("laptop", "C", 9, b"QUIT\r\n", 2)
    return model


def test_what_one_side_says_in_one_go_appears_together() -> None:
    pace = Pace(trace())
    pace.begin(0)
    seen = []
    while pace.visible is not None:
        seen.append(pace.visible)
        pace.tick(0.6)
    assert seen == [0, 1, 4]


def test_nothing_appears_before_its_time() -> None:
    pace = Pace(trace())
    pace.begin(0)
    pace.tick(0.5)
    assert pace.visible == 0


def test_the_rest_can_be_had_at_once() -> None:
    pace = Pace(trace())
    pace.begin(1)
    pace.finish()
    assert pace.visible is None


def test_nothing_new_is_nothing_to_wait_for() -> None:
    pace = Pace(trace())
    pace.begin(5)
    assert pace.visible is None
