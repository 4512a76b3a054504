"""One connection on a socket, for somebody who takes turns: sends, then waits for what comes back.

The servers of `wire.tcp` serve many at a time; here nothing happens until somebody answers.
"""

from __future__ import annotations

import socket
from typing import Final

from sandbox.core.message import N_
from sandbox.wire.tls import RECORD, TlsEnd

HUNG_UP: Final = N_("the other end hung up during the handshake")


class DialError(Exception):
    """TLS could not be agreed on. The text says why, as a message id."""


class Dial:
    """A connected socket. All methods raise OSError where the network fails."""

    def __init__(self, connection: socket.socket, patience: float) -> None:
        """`patience` is how many seconds `receive` waits."""
        self._socket = connection
        self._socket.settimeout(patience)
        self._tls: TlsEnd | None = None
        self._early = b""

    @classmethod
    def connect(cls, host: str, port: int, patience: float) -> Dial:
        """Connect to a server."""
        return cls(socket.create_connection((host, port), patience), patience)

    def send(self, octets: bytes) -> None:
        """Send octets, under TLS if it has begun."""
        self._socket.sendall(octets if self._tls is None else self._tls.send(octets))

    def receive(self) -> bytes:
        """What has come; waits for the first octet. Empty at the end. Raises TimeoutError where nothing comes."""
        early, self._early = self._early, b""
        while not early:
            octets = self._socket.recv(RECORD)
            if self._tls is None or not octets:
                return octets
            inside = self._tls.receive(octets)
            if inside or self._tls.ended or self._tls.failure:
                return inside
        return early

    def secure(self, end: TlsEnd) -> None:
        """Begin TLS. Raises `DialError` where the two do not agree."""
        flight = end.handshake()
        while True:
            if flight:
                self._socket.sendall(flight)
            if end.established or end.failure:
                break
            octets = self._socket.recv(RECORD)
            if not octets:
                raise DialError(HUNG_UP)
            flight = end.handshake(octets)
        if end.failure:
            raise DialError(end.failure)
        self._tls = end
        self._early = end.receive(b"")

    def close(self) -> None:
        """Close the connection."""
        if self._tls is not None:
            try:
                self._socket.sendall(self._tls.close())
            except OSError:
                self._tls = None  # the other end has gone already, and needs no farewell
        self._socket.close()
