"""What an export format is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

from sandbox.core.protocol import Protocol
from sandbox.record.reader import Transcript

Protocols: TypeAlias = Mapping[str, Protocol]
"""The protocols that can be explained, by name."""


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a transcript down for other programs or other people.

    `name` is what the command line calls it, and the suffix of its files without the dot; `about` is a message id.
    `write` writes the live branch of the transcript, in the language in use, and may raise `RecordError` and `OSError`.
    """

    name: str
    about: str
    write: Callable[[Transcript, Protocols, BinaryIO], None]

    @property
    def suffix(self) -> str:
        """How its files end."""
        return f".{self.name}"
