"""One of the two sockets of a crossing: TLS, if there is any, and the protocol's octets above it."""

from __future__ import annotations

import asyncio
import socket
from typing import Protocol, cast

from sandbox.core.message import Msg
from sandbox.wire.tls import TlsEnd
from sandbox.wire.trace import Side


class Middle(Protocol):
    """Who stands between two ends and is told what happens to them."""

    def connected(self, end: End) -> None:
        """The end has its socket."""

    def secured(self, end: End, tls: TlsEnd) -> None:
        """Its handshake succeeded."""

    def unsecured(self, end: End, reason: str) -> None:
        """Its handshake failed."""

    def arrived(self, side: Side, octets: bytes) -> None:
        """The protocol's octets came, or what they were packed in."""

    def ended(self, end: End) -> None:
        """It will receive no more."""

    def lost(self, end: End, error: Exception | None) -> None:
        """It has no socket any more."""

    def fail(self, said: Msg) -> None:
        """It cannot go on."""

    def regulate(self) -> None:
        """Something changed of what decides whether to read."""


class End(asyncio.Protocol):
    """An end. `side` is who is at the other side of its socket."""

    transport: asyncio.Transport

    def __init__(self, side: Side, middle: Middle) -> None:
        self.side = side
        self.crowded = False
        """Who is there does not read as fast as we write."""
        self.tls: TlsEnd | None = None
        self.gone = side == "S"
        """There is no connection: not yet, or no more."""
        self._finished = False
        self._middle = middle

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.gone = False
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._middle.connected(self)

    def data_received(self, data: bytes) -> None:
        end = self.tls
        if end is None:
            self._middle.arrived(self.side, data)
        elif end.established:
            self._unwrap(end, data)
        else:
            self._write(end.handshake(data))
            if end.failure:
                self._middle.unsecured(self, end.failure)
            elif end.established:
                self._middle.secured(self, end)
                self._unwrap(end, b"")

    def eof_received(self) -> bool:
        self._middle.ended(self)
        return True

    def pause_writing(self) -> None:
        self.crowded = True
        self._middle.regulate()

    def resume_writing(self) -> None:
        self.crowded = False
        self._middle.regulate()

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone = True
        self._middle.lost(self, exc)

    def send(self, octets: bytes) -> None:
        """Send the protocol's octets."""
        if octets and not (self.gone or self._finished):
            self.transport.write(octets if self.tls is None else self.tls.send(octets))

    def secure(self, end: TlsEnd) -> None:
        """TLS begins: what comes next is a handshake."""
        self.tls = end
        self._write(end.handshake())
        self._middle.regulate()

    def finish(self) -> None:
        """Say that there is no more to come."""
        if self.gone or self._finished:
            return
        if self.tls is not None and self.tls.established:
            self._write(self.tls.close())
        self._finished = True
        try:
            self.transport.write_eof()
        except OSError:  # the other end is gone already
            self.transport.abort()

    def _unwrap(self, end: TlsEnd, octets: bytes) -> None:
        inside = end.receive(octets)
        self._write(end.due())
        if inside:
            self._middle.arrived(self.side, inside)
        if end.failure and not self._finished:
            self._middle.fail(Msg(end.failure))
        elif end.ended:
            self._middle.ended(self)

    def _write(self, octets: bytes) -> None:
        if octets and not (self.gone or self._finished):
            self.transport.write(octets)
