"""The sheet, against a plain list of lines laid out from scratch after every change."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sandbox.core.message import Msg
from sandbox.tui.panes.trace.layout import columns
from sandbox.tui.panes.trace.model import CLIENT, NOTE, SERVER, TraceModel
from sandbox.tui.panes.trace.sheet import EVERYTHING, Sheet
from sandbox.tui.panes.trace.wrap import pieces

CONNECTIONS = ("laptop", "phone")
RAW = st.sampled_from(
    [
        b"STAT\r\n",
        b"+OK\r\n",
        b"\r\n",
        b"a line that has to be wrapped in any case, since it is long\r\n",
        "日本 ñ\r\n".encode(),
        b"no end",
    ]
)


@dataclass
class _Line:
    conn: str
    side: int
    raw: bytes
    exchange: int
    seq: int


def _rows(lines: list[_Line], conn: str | None) -> list[list[int]]:
    """Line numbers by exchange, in the order the exchanges began; notes stand alone."""
    rows: dict[object, list[int]] = {}
    for number, line in enumerate(lines):
        if conn is None or line.conn == conn:
            key = ("note", number) if line.side == NOTE else (line.conn, line.exchange)
            rows.setdefault(key, []).append(number)
    return list(rows.values())


def _place(
    lines: list[_Line], row: list[int], client_width: int, server_width: int
) -> tuple[dict[int, tuple[int, str]], ...]:
    """What stands at each height left and right: a reply beside its command, a command below everything before it."""
    left: dict[int, tuple[int, str]] = {}
    right: dict[int, tuple[int, str]] = {}
    for at, number in enumerate(row):
        line = lines[number]
        below = max([*left, *right, -1]) + 1
        if line.side == CLIENT:
            start, side, width = below, left, client_width
        else:
            before = [height for height, (other, _text) in left.items() if other == (row[at - 1] if at else -1)]
            start = before[0] if before else max([*right, -1]) + 1
            side, width = right, server_width
        for offset, (_start, piece) in enumerate(pieces(line.raw.removesuffix(b"\r\n").decode(), width)):
            side[start + offset] = (number, piece)
    return left, right


class SheetMachine(RuleBasedStateMachine):
    @initialize(width=st.integers(30, 130))
    def begin(self, width: int) -> None:
        self.model = TraceModel()
        for name in CONNECTIONS:
            self.model.add_connection(name, name, "norte.example")
        self.sheet = Sheet(self.model)
        self.lines: list[_Line] = []
        self.width, self.conn, self.limit = width, None, EVERYTHING
        self.exchanges = dict.fromkeys(CONNECTIONS, 0)
        self.sheet.fit(width)

    @rule(
        conn=st.sampled_from(CONNECTIONS),
        side=st.sampled_from("CCS"),
        raw=RAW,
        back=st.integers(0, 2),
        new=st.booleans(),
    )
    def line(self, conn: str, side: str, raw: bytes, back: int, new: bool) -> None:
        self.exchanges[conn] += new
        exchange = max(self.exchanges[conn] - back, 0)
        self.lines.append(_Line(conn, CLIENT if side == "C" else SERVER, raw, exchange, len(self.lines) // 2))
        seq = self.lines[-1].seq
        assert self.model.append_line(conn, side, len(self.lines), raw, exchange, 0, seq) == len(self.lines) - 1

    @rule(conn=st.sampled_from(CONNECTIONS))
    def note(self, conn: str) -> None:
        self.lines.append(_Line(conn, NOTE, b"", -1, len(self.lines) // 2))
        self.model.append_note(conn, len(self.lines), Msg("the cable was cut"), 0, self.lines[-1].seq)

    @rule(width=st.integers(30, 130))
    def resize(self, width: int) -> None:
        self.width = width
        self.sheet.fit(width)

    @rule(conn=st.sampled_from([None, *CONNECTIONS]))
    def choose(self, conn: str | None) -> None:
        self.conn = conn
        self.sheet.show_connection(conn)

    @rule(part=st.floats(0, 1))
    def scrub(self, part: float) -> None:
        self.limit = round(part * len(self.lines))
        self.sheet.show_until(self.limit)

    @rule()
    def until_now(self) -> None:
        self.limit = EVERYTHING
        self.sheet.show_until()

    @precondition(lambda self: self.lines)
    @rule(part=st.floats(0, 1))
    def go_back(self, part: float) -> None:
        seq = round(part * self.lines[-1].seq)
        self.model.truncate(seq)
        self.lines = [line for line in self.lines if line.seq <= seq]

    @invariant()
    def it_is_as_if_laid_out_now(self) -> None:
        if not hasattr(self, "model"):
            return
        sheet = self.sheet
        sheet.update()
        assert not sheet.stale
        shown = self.lines[: self.limit] if self.limit < len(self.lines) else self.lines
        rows = _rows(shown, self.conn)
        widths = columns(self.width, CONNECTIONS if self.conn is None else ())
        assert len(sheet) == len(rows)
        offset = 0
        reading = []
        for position, row in enumerate(rows):
            left, right = _place(self.lines, row, widths.client, widths.server)
            height = 1 if self.lines[row[0]].side == NOTE else max([*left, *right]) + 1
            placed = sheet.placed(sheet.row(position))
            if self.lines[row[0]].side != NOTE:
                assert {at: (cell.line, cell.text) for at, cell in placed.client.items()} == left
                assert {at: (cell.line, cell.text) for at, cell in placed.server.items()} == right
            assert (sheet.heights[position], sheet.heights.offset(position)) == (height, offset)
            assert sheet.find(offset) == (sheet.row(position), 0)
            assert sheet.line_at(offset, CLIENT) in row
            assert all(sheet.shows(line) for line in row)
            offset += height
            reading += row
        assert sheet.heights.total == offset
        for before, after in itertools.pairwise(reading):
            assert sheet.neighbour(before, 1) == after
            assert sheet.neighbour(after, -1) == before
        assert (sheet.edge(0), sheet.edge(-1)) == ((reading[0], reading[-1]) if reading else (-1, -1))


TestSheet = SheetMachine.TestCase


@given(st.lists(st.sampled_from("CS"), min_size=300, max_size=700))
def test_a_long_exchange_continues_in_further_rows(sides: list[str]) -> None:
    model = TraceModel()
    model.add_connection("laptop", "laptop", "norte.example")
    for side in ["C", *sides]:
        model.append_line("laptop", side, 0, b"line\r\n", 1)
    assert model.rows > 1
    assert [line for row in range(model.rows) for line in model.lines(row)] == list(range(len(sides) + 1))
    assert {model.command_of(row) for row in range(model.rows)} == {0}
