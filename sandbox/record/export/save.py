"""Writing a transcript in a format, from the command line and from the screen alike."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import BinaryIO, TypeAlias

from sandbox.record.export.base import Format, Protocols
from sandbox.record.reader import Transcript
from sandbox.record.redact import redacted

Told: TypeAlias = Callable[[int, int], None]
"""Is told how many events of how many are done. What it raises ends the export."""


def save(
    transcript: Transcript,
    protocols: Protocols,
    chosen: Format,
    target: BinaryIO,
    *,
    redact: bool = False,
    told: Told | None = None,
) -> None:
    """Write the live branch, without its secrets if `redact`. Raises `RecordError` and `OSError`."""
    passes = 2 if redact else 1
    transcript.told = _share(told, 0, passes)
    with redacted(transcript, protocols) if redact else nullcontext(transcript) as source:
        source.told = _share(told, passes - 1, passes)
        chosen.write(source, protocols, target)
    target.flush()


def _share(told: Told | None, before: int, passes: int) -> Told | None:
    """Who is told of one pass over the events: it is a share of the whole."""
    if told is None:
        return None
    return lambda done, of: told((before * of + done) // passes, of)
