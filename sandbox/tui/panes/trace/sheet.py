"""A trace laid out for one width: which row is at which height, for all connections or one, up to a moment or now.

This is the view without the widget. `update` takes in what the model got since the last time and costs as much as that.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left

from textual.cache import LRUCache

from sandbox.tui.panes.trace.heights import Heights
from sandbox.tui.panes.trace.layout import Placed, columns, height_of
from sandbox.tui.panes.trace.model import CLIENT, SERVER, TraceModel

EVERYTHING = 1 << 62
"""The limit of a sheet that shows all lines there are."""


class Sheet:
    """Rows of a model at heights. Positions count the rows that are shown, from 0."""

    def __init__(self, model: TraceModel) -> None:
        self.model = model
        self.columns = columns(0)
        self._width = 0
        self.spacing = 0
        self.unfolded = False
        """Whether the segments that began and ended connections are shown."""
        self.heights = Heights()
        self._touched = model.watch()
        self._generation = model.generation
        self._conn: str | None = None
        self._limit = EVERYTHING
        self._rows: array[int] | None = None
        self._scanned = 0
        self._placed: LRUCache[int, Placed] = LRUCache(256)

    def __len__(self) -> int:
        return len(self.heights)

    @property
    def conn(self) -> str | None:
        """The only connection shown; None for all."""
        return self._conn

    @property
    def limit(self) -> int:
        """Lines from this one on are not shown."""
        return min(self._limit, len(self.model))

    @property
    def newest(self) -> int:
        """The line that a replay has come to; -1 before the first, and where all lines are shown."""
        return -1 if self._limit == EVERYTHING else self.limit - 1

    @property
    def stale(self) -> bool:
        """Whether the model has something that is not laid out yet."""
        return bool(self._touched or self._scanned != self._end() or self._generation != self.model.generation)

    # What is shown

    def fit(self, width: int, spacing: int = 0) -> bool:
        """Lay out for a width in cells and empty lines after each row; False when nothing changes."""
        wanted = columns(width, () if self._conn is not None else self.model.connections)
        if (wanted, spacing) == (self.columns, self.spacing):
            return False
        self._width, self.columns, self.spacing = width, wanted, spacing
        self.lay_out()
        return True

    def show_connection(self, conn: str | None) -> None:
        """Show one connection, or all."""
        self._conn = conn
        if not self.fit(self._width, self.spacing):
            self.lay_out()

    def unfold(self, unfolded: bool) -> None:
        """Show the segments that began and ended connections, or fold them away."""
        self.unfolded = unfolded
        self._touched.update(self.model.row[line] for line in self.model.signals)
        self.update()

    def show_until(self, limit: int = EVERYTHING) -> None:
        """Show the lines before `limit`, as if the others had not come yet."""
        before, self._limit = self.limit, limit
        first, last = sorted((before, self.limit))
        self._touched.update(self.model.row[first:last])
        if self._scanned > self._end():
            self._forget(self._end())

    def lay_out(self) -> None:
        """Lay out everything again."""
        self._generation = self.model.generation
        self._touched.clear()
        self._placed.clear()
        self._rows = None if self._conn is None else array("I")
        self._scanned = 0
        self.heights.fill(())
        self.update()

    def update(self) -> bool:
        """Lay out what is new; False when nothing was."""
        if self._generation != self.model.generation:
            self.lay_out()
            return True
        if not self.stale:
            return False
        if self.fit(self._width, self.spacing):  # another connection: there are names to show
            return True
        for row in self._touched:
            self._placed.discard(row)
            if row < self._scanned and self._shown(row):
                self.heights[self.position(row)] = self._height(row)
        self._touched.clear()
        self._extend()
        return True

    # Where things are

    def row(self, position: int) -> int:
        """The model's row at a position."""
        return position if self._rows is None else self._rows[position]

    def position(self, row: int) -> int:
        """The position of a row that is shown; of the next one that is, if it is not."""
        return row if self._rows is None else bisect_left(self._rows, row)

    def placed(self, row: int) -> Placed:
        """A row laid out."""
        placed = self._placed.get(row)
        if placed is None:
            placed = self._placed[row] = Placed(self.model, row, self.columns, self.limit, self.unfolded)
        return placed

    def find(self, y: int) -> tuple[int, int]:
        """The row at height y and how far into it. Needs at least one row."""
        position, into = self.heights.find(y)
        return self.row(position), into

    def region(self, line: int) -> tuple[int, int]:
        """Height where a shown line begins, and how many heights it takes."""
        row = self.model.row[line]
        first, count = self.placed(row).find(line)
        return self.heights.offset(self.position(row)) + first, count

    def line_at(self, y: int, side: int) -> int:
        """The line at height y, on `side` where there is one, else the nearest above it in the row; -1: none."""
        if not len(self) or y >= self.heights.total:
            return -1
        row, into = self.find(max(y, 0))
        placed = self.placed(row)
        for height in range(min(into, placed.height - 1), -1, -1):
            for wanted in (side, SERVER if side == CLIENT else CLIENT):
                cell = placed.at(height, wanted)
                if cell is not None:
                    return cell.line
        return self.model.head[row]

    def neighbour(self, line: int, step: int) -> int:
        """The line before (step -1) or after (step 1) a shown line, in reading order; the line itself at the ends."""
        model = self.model
        row = model.row[line]
        position = self.position(row) + step
        chain = [other for other in model.lines(row) if other < self.limit]
        at = chain.index(line) + step
        if 0 <= at < len(chain):
            return chain[at]
        if not 0 <= position < len(self):
            return line
        beyond = [other for other in model.lines(self.row(position)) if other < self.limit]
        return beyond[0] if step > 0 else beyond[-1]

    def edge(self, end: int) -> int:
        """The first line shown (end 0) or the last in reading order (end -1); -1 when there is none."""
        if not len(self):
            return -1
        lines = [line for line in self.model.lines(self.row(0 if end == 0 else len(self) - 1)) if line < self.limit]
        return lines[end]

    def shows(self, line: int) -> bool:
        """Whether a line is on the sheet."""
        return line < self.limit and self.belongs(line)

    def belongs(self, line: int) -> bool:
        """Whether a line is on the sheet, or will be when its time comes."""
        return line >= 0 and (self._conn is None or self.model.name_of(line) == self._conn)

    # Inside

    def _end(self) -> int:
        """How many of the model's rows have begun before the limit."""
        return bisect_left(self.model.head, self._limit) if self._limit < len(self.model) else self.model.rows

    def _shown(self, row: int) -> bool:
        return self._conn is None or self.model.name_of(self.model.head[row]) == self._conn

    def _height(self, row: int) -> int:
        return height_of(self.model, row, self.columns, self.limit, self.unfolded) + self.spacing

    def _extend(self) -> None:
        end = self._end()
        new = range(self._scanned, end)
        if self._conn is not None and self._rows is not None:
            new_rows = [row for row in new if self._shown(row)]
            self._rows.extend(new_rows)
        else:
            new_rows = list(new)
        if len(self.heights):
            for row in new_rows:
                self.heights.append(self._height(row))
        else:
            self.heights.fill(map(self._height, new_rows))
        self._scanned = end

    def _forget(self, rows: int) -> None:
        """Take the rows from `rows` on off the sheet."""
        self._scanned = rows
        if self._rows is None:
            self.heights.truncate(rows)
        else:
            keep = bisect_left(self._rows, rows)
            del self._rows[keep:]
            self.heights.truncate(keep)
