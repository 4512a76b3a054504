"""Where the lines of a transcript begin, found without reading what they say.

The file is read in pieces, not mapped: a mapped file counts as memory, and one that somebody shortens meanwhile kills
the process. A million lines take a quarter of a second.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate, count
from operator import add
from typing import BinaryIO, Final

CHUNK: Final = 1 << 18
_ENDING: Final = b'store"'
"""How both kinds that are looked for end. Recorded text never looks like it, since JSON escapes quotes."""
_KIND: Final = re.compile(rb'"t": ?"(re)?store"')
_LONGEST: Final = len(b'"t": "restore"')


@dataclass(slots=True)
class Index:
    """The lines of a file. `starts` has where each begins and, last, where the file ends."""

    starts: array[int] = field(default_factory=lambda: array("q", (0,)))
    restores: list[int] = field(default_factory=list)
    """Lines that look like time travel."""
    stored: bool = False
    """Whether some line looks like a change of stored mail."""

    def __len__(self) -> int:
        return len(self.starts) - 1


def scan(file: BinaryIO) -> Index:
    """Index a file from where it stands, which must be its beginning."""
    index = Index()
    starts = index.starts
    restores: list[int] = []
    base, before = 0, b""
    while chunk := file.read(CHUNK):
        # Not the last piece: its line may go on in the next chunk.
        starts.extend(map(add, accumulate(map(len, chunk.split(b"\n")[:-1])), count(base + 1)))
        window = before + chunk
        for at, kind in _marks(window):
            if kind[1]:
                restores.append(base - len(before) + at)
            else:
                index.stored = True
        base, before = base + len(chunk), window[1 - _LONGEST :]
    if base > starts[-1]:
        starts.append(base)  # the last line has no end, which an editor may have taken away
    else:
        while len(starts) > 2 and starts[-1] - starts[-2] == 1:
            starts.pop()  # an empty line, which an editor may have added
    index.restores = sorted({bisect_right(starts, at) - 1 for at in restores})
    return index


def _marks(window: bytes) -> Iterator[tuple[int, re.Match[bytes]]]:
    """Where the kinds `store` and `restore` stand."""
    end = window.find(_ENDING)
    while end >= 0:
        kind = _KIND.search(window, max(end + len(_ENDING) - _LONGEST, 0), end + len(_ENDING))
        if kind:
            yield end, kind
        end = window.find(_ENDING, end + 1)
