"""A layer under the protocol's octets: TLS, or compression. Where nothing lies below them, there is no filter."""

from __future__ import annotations

from typing import Protocol

from sandbox.wire.trace import Layer


class Filter(Protocol):
    """One end's layer. Neither method raises on what the other end sent."""

    @property
    def layer(self) -> Layer:
        """How the trace calls the octets below this layer."""

    def send(self, data: bytes) -> bytes:
        """The octets below the layer that carry `data`."""

    def receive(self, octets: bytes) -> bytes:
        """What `octets` from the other end carried; empty while a record is incomplete."""
