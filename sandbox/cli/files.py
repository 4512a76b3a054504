"""Files that commands read and write: whole or not at all, with word of how far they are where somebody waits."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import click

from sandbox.record.whole import replacing

__all__ = ["going_through", "reading", "replacing"]


@contextmanager
def reading(path: str, label: str) -> Iterator[tuple[BinaryIO, Callable[[int], None]]]:
    """A file, or standard input for "-", and whom to tell how many octets of it were read: a bar on the terminal."""
    with BytesIO(sys.stdin.buffer.read()) if path == "-" else Path(path).open("rb") as file:
        size = os.fstat(file.fileno()).st_size if path != "-" else 0
        if not (size and sys.stderr.isatty()):
            yield file, lambda _octets: None
            return
        with click.progressbar(length=size, label=label, file=sys.stderr) as bar:
            yield file, lambda octets: bar.update(octets - bar.pos)


_LONG = 20_000
"""Events that take so long that somebody wonders."""


@contextmanager
def going_through(events: int, label: str) -> Iterator[Callable[[int, int], None] | None]:
    """Whom to tell how many of very many events are done: a bar on the terminal. None where nobody watches."""
    if events < _LONG or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=events, label=label, file=sys.stderr) as bar:
        yield lambda done, _of: bar.update(max(done - bar.pos, 0))
        bar.update(events - bar.pos)
