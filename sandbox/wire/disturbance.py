"""What the network may do to octets on their way. `world.faults` says when; `wire.link` does it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from sandbox.core.message import Msg
from sandbox.wire.trace import Side


@dataclass(frozen=True, slots=True)
class Chunk:
    """Octets that arrive; `forged` ones were never sent by the peer."""

    raw: bytes
    forged: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """Octets that were sent and do not arrive."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class Delay:
    """Nanoseconds that pass before what follows arrives."""

    by: int


@dataclass(frozen=True, slots=True)
class Cut:
    """The line breaks: nothing follows, in either direction, and neither end closed it."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A word in the journal on what happened."""

    text: Msg


Part: TypeAlias = Chunk | Lost | Delay | Cut | Remark


class Disturbance(Protocol):
    """A fault on a line. It is asked about every write of either side, before TLS."""

    def disturb(self, side: Side, data: bytes) -> Iterable[Part]:
        """What becomes of `data`. To leave it alone: one `Chunk`."""

    @property
    def spent(self) -> bool:
        """Whether it is over, and may be forgotten."""
