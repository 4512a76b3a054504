"""Heights of very many rows, with offsets that stay cheap when a row in the middle grows.

A prefix sum over all rows would be rewritten from the changed row to the end. Here rows are summed in blocks: finding,
setting and appending touch one block and the list of block starts (2,000 numbers for a million rows).
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

_BLOCK = 512


class Heights:
    """A growing sequence of row heights (ints >= 0) that answers "where does row i begin" and "which row is at y"."""

    def __init__(self) -> None:
        self._heights = array("I")
        self._sums: list[int] = []
        self._starts: list[int] = [0]

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, row: int) -> int:
        return self._heights[row]

    def __setitem__(self, row: int, height: int) -> None:
        block = row // _BLOCK
        self._sums[block] += height - self._heights[row]
        self._heights[row] = height
        del self._starts[block + 1 :]

    def append(self, height: int) -> None:
        """Add a row at the end."""
        if len(self._heights) % _BLOCK == 0:
            self._sums.append(0)
        self._heights.append(height)
        self._sums[-1] += height

    def fill(self, heights: Iterable[int]) -> None:
        """Replace everything."""
        self._heights = array("I", heights)
        self._sums = [sum(self._heights[at : at + _BLOCK]) for at in range(0, len(self._heights), _BLOCK)]
        self._starts = [0]

    def truncate(self, rows: int) -> None:
        """Keep the first `rows` rows."""
        if rows >= len(self._heights):
            return
        del self._heights[rows:]
        blocks = -(-rows // _BLOCK)
        del self._sums[blocks:]
        del self._starts[max(blocks, 1) :]
        if blocks:
            self._sums[-1] = sum(self._heights[(blocks - 1) * _BLOCK :])

    @property
    def total(self) -> int:
        """The height of all rows."""
        return self._settled()[-1] + self._sums[-1] if self._sums else 0

    def offset(self, row: int) -> int:
        """The height of all rows before `row` (which may be the number of rows)."""
        if row >= len(self._heights):
            return self.total
        block = row // _BLOCK
        return self._settled()[block] + sum(self._heights[block * _BLOCK : row])

    def find(self, y: int) -> tuple[int, int]:
        """The row at height `y` and how far into it `y` is. Beyond the end: the last row. Needs at least one row."""
        starts = self._settled()
        block = min(bisect_right(starts, y), len(self._sums)) - 1
        first = block * _BLOCK
        ends = list(accumulate(self._heights[first : first + _BLOCK], initial=starts[block]))
        index = min(bisect_right(ends, y) - 1, len(ends) - 2)
        return first + index, y - ends[index]

    def _settled(self) -> list[int]:
        """Block starts, completed as far as there are blocks."""
        starts = self._starts
        for block in range(len(starts), len(self._sums)):
            starts.append(starts[-1] + self._sums[block - 1])
        return starts
