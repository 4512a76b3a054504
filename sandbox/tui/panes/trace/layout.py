"""Where the lines of an exchange stand: commands left, replies right, beside what they answer.

A reply begins at the height of the last command line before it, and a command line begins below everything before it.
So a one-line command has its replies beside it, the reply to the dot that ends DATA stands beside the dot, and what a
client says after a continuation request stands below the request.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sandbox.tui.panes.trace.model import CLIENT, NOTE, SERVER, TraceModel
from sandbox.tui.panes.trace.wrap import breaks, pieces

_TIME_FROM = 84
"""Columns from which on there is room for times."""

_MARGIN, _ARROW, _GUTTER = 2, 3, 6
_LONGEST_NAME = 10


class Columns(NamedTuple):
    """Widths in cells: times and names of connections (0 where there are none), then what client and server have."""

    time: int
    lane: int
    client: int
    server: int

    @property
    def divide(self) -> int:
        """The cell of the rule between the two columns."""
        return self.time + self.lane + _MARGIN + self.client + _ARROW

    @property
    def total(self) -> int:
        """Cells of a whole line."""
        return self.divide + _GUTTER - _ARROW + self.server


class Cell(NamedTuple):
    """A piece of a line in one of the two columns; `start` is where it begins in the line's text."""

    line: int
    text: str
    start: int


def columns(width: int, names: Sequence[str] = ()) -> Columns:
    """Divide the width of the view. Servers talk more than clients, so they get four sevenths.

    Several `names` of connections that share the view get a column.
    """
    time = 9 if width >= _TIME_FROM else 0
    lane = min(max(map(len, names)), _LONGEST_NAME) + 1 if len(names) > 1 else 0
    body = max(width - time - lane - _MARGIN - _GUTTER, 2)
    client = max(body * 3 // 7, 1)
    return Columns(time, lane, client, body - client)


class Placed:
    """A row laid out: for each height, what stands left and right."""

    __slots__ = ("client", "height", "server")

    def __init__(self, model: TraceModel, row: int, widths: Columns, limit: int, unfolded: bool = False) -> None:
        self.client: dict[int, Cell] = {}
        self.server: dict[int, Cell] = {}
        client = server = command = 0
        for line in model.lines(row):
            if line >= limit:
                break
            if model.side[line] == CLIENT:
                command = max(client, server)
                client = _put(self.client, command, line, model.text(line), widths.client)
            elif model.side[line] == SERVER:
                server = _put(self.server, max(command, server), line, model.text(line), widths.server)
            else:
                server = self._signal(model, line, widths) if unfolded else 1
        self.height = max(client, server)

    def _signal(self, model: TraceModel, line: int, widths: Columns) -> int:
        """Stand the segments of a note below it, one a line, cut to their column."""
        count = model.signals.get(line, 0)
        for height, (side, text) in enumerate(model.describe(line)[:count] if count else (), 1):
            cells, width = (self.client, widths.client) if side == CLIENT else (self.server, widths.server)
            cells[height] = Cell(line, text[:width], 0)
        return 1 + count

    def at(self, height: int, side: int) -> Cell | None:
        """What stands at a height on one side; None where nothing does."""
        return (self.client if side == CLIENT else self.server).get(height)

    def find(self, line: int) -> tuple[int, int]:
        """First height and number of heights of a line of this row; a note begins at 0."""
        if 0 not in self.client and 0 not in self.server:
            return 0, self.height
        for cells in (self.client, self.server):
            heights = [height for height, cell in cells.items() if cell.line == line]
            if heights:
                return heights[0], len(heights)
        return 0, 1


def height_of(model: TraceModel, row: int, widths: Columns, limit: int, unfolded: bool = False) -> int:
    """The height of a row without laying it out; lines from `limit` on do not exist yet.

    `unfolded`: the segments of notes are shown.
    """
    if unfolded and model.head[row] in model.signals:
        return 1 + model.signals[model.head[row]]
    whole = model.tail[row] < limit
    if whole and model.client_width[row] <= widths.client and model.server_width[row] <= widths.server:
        return max(model.client_rows[row], model.server_rows[row])
    client = server = command = 0
    for line in model.lines(row):
        if line >= limit:
            break
        side = model.side[line]
        if side == NOTE:
            return 1
        room = widths.client if side == CLIENT else widths.server
        needs = 1 if model.width[line] <= room else len(breaks(model.text(line), room))
        if side == CLIENT:
            command = max(client, server)
            client = command + needs
        else:
            server = max(command, server) + needs
    return max(client, server)


def _put(cells: dict[int, Cell], height: int, line: int, text: str, width: int) -> int:
    """Stand a line at `height`; returns the height below it."""
    for start, piece in pieces(text, width):
        cells[height] = Cell(line, piece, start)
        height += 1
    return height
