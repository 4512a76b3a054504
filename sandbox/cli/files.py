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


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of `path` when it is whole; whatever happens before leaves nothing behind.

    What is no ordinary file (a pipe, a device) is written as it is.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


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
