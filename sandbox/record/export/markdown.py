"""Markdown (CommonMark): the dialogue in code blocks, each with its explanation, for notes and handouts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from sandbox.core.message import N_
from sandbox.i18n.safe import safe
from sandbox.record.export import said
from sandbox.record.export.base import Format, Protocols
from sandbox.record.linear import records
from sandbox.record.reader import Transcript

_TICKS: Final = re.compile("`+")
_MARKUP: Final = re.compile(r"([\\`*_{}\[\]<>&#|~!])")


def write(transcript: Transcript, protocols: Protocols, file: BinaryIO) -> None:
    """Write the document."""
    file.write(f"# {_plain(said.heading(transcript))}\n".encode())
    for label, value in said.facts(transcript.header):
        if value:
            file.write(f"\n{label}: {_plain(value)}  ".encode())
    began: int | None = None
    for record in records(transcript, protocols):
        began = record["at"] if began is None else began
        blocks = list(_record(record, (record["at"] - began) / 1e9))
        file.write("".join(f"\n\n{block}" for block in blocks).encode())
    file.write(b"\n")


def _record(record: said.Record, time: float) -> Iterator[str]:
    if "event" in record:
        yield f"*{_plain(record['about'])}*"
        return
    where = f"{time:.3f} {_plain(safe(record['conn']))}"
    yield f"{where}\n\n{_block(record['side'], said.octets(record))}"
    if "about" not in record:
        return
    yield f"{_plain(safe(record['about']))} ({_plain(said.cited(record))})"
    wrong = said.fault(record)
    if wrong:
        yield f"**{_plain(wrong)}**"
    rows = [_row(token) for token in said.tokens(record)]
    if rows:
        yield "\n".join(rows)


def _row(token: said.Token) -> str:
    meaning = f"- {_code(token.text)} {_plain(token.name)}: {_plain(token.about)}"
    return f"{meaning} = {_code(token.decoded)}" if token.decoded else meaning


def _block(side: str, raw: bytes) -> str:
    text = "\n".join(f"{side}: {line}".rstrip(" ") for line in said.lines(raw))
    fence = "`" * max(3, _longest(text) + 1)
    return f"{fence}text\n{text}\n{fence}"


def _code(text: str) -> str:
    """A code span, whatever backticks are inside. Spaces at both ends would be taken away."""
    fence = "`" * (_longest(text) + 1)
    pad = " " if text[:1] in (" ", "`") or text[-1:] in (" ", "`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _longest(text: str) -> int:
    """The longest run of backticks."""
    return max(map(len, _TICKS.findall(text)), default=0)


def _plain(text: str) -> str:
    """Text that means nothing to Markdown."""
    return _MARKUP.sub(r"\\\1", text)


FORMAT: Final = Format("md", N_("the dialogue and its explanations, for notes and handouts"), write)
