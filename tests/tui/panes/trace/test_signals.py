"""The segments that begin and end connections: rows of the trace that can be shown and folded."""

from __future__ import annotations

from sandbox.core.message import Msg
from sandbox.tui.panes.trace.model import CLIENT, SERVER, TraceModel
from sandbox.tui.panes.trace.sheet import Sheet
from sandbox.tui.ports import Heading
from sandbox.tui.screens.main import Main
from sandbox.tui.sessions.play import FreePlay
from tests.tui.driving import main_of, running, shown, type_line

SAID = [(CLIENT, "[SYN]"), (SERVER, "[SYN, ACK] " + "x" * 200), (CLIENT, "[ACK]")]


def trace() -> TraceModel:
    model = TraceModel()
    model.describe = lambda line: SAID
    model.add_connection("c", "laptop", "mail")
    model.append_note("c", 0, Msg("open"), seq=1, signals=3)
    model.append_line("c", "S", 1, b"+OK\r\n", 0, seq=2)
    model.append_note("c", 2, Msg("a remark"), seq=2)
    model.append_note("c", 3, Msg("cut"), seq=3, signals=1)
    return model


def sheet(model: TraceModel) -> Sheet:
    laid = Sheet(model)
    laid.fit(100)
    laid.update()
    return laid


def test_rows_unfold_and_fold_again() -> None:
    laid = sheet(trace())
    assert [laid.heights[row] for row in range(4)] == [1, 1, 1, 1]
    laid.unfold(True)
    assert [laid.heights[row] for row in range(4)] == [4, 1, 1, 2]
    placed = laid.placed(0)
    assert placed.height == 4
    assert [placed.at(height, CLIENT) is not None for height in range(4)] == [False, True, False, True]
    cell = placed.at(2, SERVER)
    assert cell is not None
    assert len(cell.text) == laid.columns.server
    assert laid.region(0) == (0, 4)
    assert laid.line_at(2, CLIENT) == 0
    laid.unfold(False)
    assert [laid.heights[row] for row in range(4)] == [1, 1, 1, 1]


def test_heights_are_those_of_what_is_placed() -> None:
    model = trace()
    laid = sheet(model)
    laid.unfold(True)
    model.append_note("c", 4, Msg("open"), seq=4, signals=3)
    laid.update()
    for width in (40, 60, 120):
        laid.fit(width)
        assert [laid.heights[row] for row in range(model.rows)] == [
            laid.placed(row).height for row in range(model.rows)
        ]


def test_time_travel_and_forgetting_take_them_along() -> None:
    model = trace()
    model.truncate(2)
    assert model.signals == {0: 3}
    model.append_note("c", 3, Msg("cut"), seq=3, signals=1)
    model.drop(1, 0)
    assert model.signals == {2: 1}


async def test_a_key_shows_and_folds_them() -> None:
    async with running(lambda: Main(FreePlay, Heading("POP3", ""))) as pilot:
        await pilot.pause()
        await type_line(pilot, "QUIT")
        assert "[SYN]" not in shown(pilot)
        await pilot.press("ctrl+y")
        await pilot.pause()
        for text in ("[SYN] seq=0", "[SYN, ACK] seq=0 ack=1", "[ACK] seq=1 ack=1", "[FIN, ACK]"):
            assert text in shown(pilot)
        await pilot.press("f7")
        main_of(pilot).trace.choose(0)
        await pilot.pause()
        assert "RFC 894" in shown(pilot)
        await pilot.press("ctrl+y")
        await pilot.pause()
        assert "[FIN, ACK]" not in shown(pilot)
