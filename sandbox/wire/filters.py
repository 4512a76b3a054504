"""A layer under the protocol's octets: nothing, TLS, or compression."""

from __future__ import annotations

from typing import Protocol

from sandbox.wire.trace import Layer


class Filter(Protocol):
    """One end's layer. `wrap` gives the records that carry octets; `unwrap` takes a record of the other end."""

    @property
    def layer(self) -> Layer:
        """How the trace calls its records."""

    def wrap(self, data: bytes) -> list[bytes]:
        """The records for `data`; none where the layer adds nothing that could be seen."""

    def unwrap(self, record: bytes) -> bytes:
        """The octets in a record."""


class NoFilter:
    """No layer: the octets travel as they are."""

    layer: Layer = "app"

    def wrap(self, data: bytes) -> list[bytes]:
        """Nothing but the octets themselves is on the line."""
        return []

    def unwrap(self, record: bytes) -> bytes:
        """Return the record."""
        return record
