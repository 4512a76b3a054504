"""What handshake messages are made of, in the words of TLS's presentation language (RFC 8446 section 3)."""

from __future__ import annotations

from typing import NamedTuple

from sandbox.core.message import Msg
from sandbox.core.refs import Ref


class Field(NamedTuple):
    """A field of a message: its name in the RFC, its value, what it is for, and the section that says so.

    `about` is a message id, or empty; `depth` counts what the field is part of.
    """

    name: str
    value: Msg | str = ""
    about: str = ""
    ref: Ref = Ref("")
    depth: int = 0

    def inside(self, steps: int = 1) -> Field:
        """The same as a part of something."""
        return self._replace(depth=self.depth + steps)


class Short(Exception):
    """There are fewer octets than a field needs."""


class Cursor:
    """Reads numbers and vectors one after the other. Raises `Short` at the end of what there is."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._at = 0

    def __len__(self) -> int:
        return len(self._octets) - self._at

    def take(self, count: int) -> bytes:
        """So many octets."""
        if count > len(self):
            raise Short
        self._at += count
        return self._octets[self._at - count : self._at]

    def rest(self) -> bytes:
        """All that is left."""
        return self.take(len(self))

    def number(self, octets: int) -> int:
        """A number of so many octets."""
        return int.from_bytes(self.take(octets))

    def vector(self, octets: int) -> bytes:
        """A vector; its length has so many octets."""
        return self.take(self.number(octets))

    def numbers(self, octets: int, each: int) -> list[int]:
        """A vector of numbers of `each` octets."""
        inside = Cursor(self.vector(octets))
        return [inside.number(each) for _ in range(len(inside) // each)]
