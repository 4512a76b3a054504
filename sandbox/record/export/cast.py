"""A recording for asciinema players (asciicast v2): the dialogue as it went, each line with what it means.

The pace is for people: pauses are never too short to read in, and never so long that one wonders.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO, Final

from sandbox.core.message import N_
from sandbox.i18n.safe import readable, safe
from sandbox.record.export import said
from sandbox.record.export.base import Format, Protocols
from sandbox.record.linear import records
from sandbox.record.reader import Transcript

WIDTH: Final = 100
HEIGHT: Final = 30
SHORTEST: Final = 0.35
LONGEST: Final = 3.0
"""Seconds between two moments."""
_COLOURS: Final = {"C": "\x1b[1;34m", "S": "\x1b[32m"}
_DIM: Final = "\x1b[2m"
_PLAIN: Final = "\x1b[0m"


def write(transcript: Transcript, protocols: Protocols, file: BinaryIO) -> None:
    """Write the header and the moments, a line each."""
    header = {"version": 2, "width": WIDTH, "height": HEIGHT, "title": said.heading(transcript)}
    if transcript.header.created:
        header["timestamp"] = transcript.header.created // 1_000_000_000
    file.write(f"{json.dumps(header)}\n".encode())
    time, before = 0.0, None
    for record in records(transcript, protocols):
        gap = 0.0 if before is None else (record["at"] - before) / 1e9
        before = record["at"]
        time += min(max(gap, SHORTEST), LONGEST)
        text = "".join(f"{line}\r\n" for line in _lines(record))
        file.write(f"{json.dumps([round(time, 3), 'o', text])}\n".encode())


def _lines(record: said.Record) -> Iterator[str]:
    if "event" in record:
        yield f"{_DIM}-- {readable(record['about'])}{_PLAIN}"
        return
    side = record["side"]
    for line in said.opening(said.lines(said.octets(record))):
        yield f"{_COLOURS[side]}{side}: {line}{_PLAIN}"
    if "about" in record:
        yield f"{_DIM}   {safe(record['about'])} ({said.cited(record)}){_PLAIN}"
        wrong = said.fault(record)
        if wrong:
            yield f"{_DIM}   {wrong}{_PLAIN}"


FORMAT: Final = Format("cast", N_("a recording for asciinema players"), write)
