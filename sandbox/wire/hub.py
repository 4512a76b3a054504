"""What the sockets of one program share: the journal, the way to perform effects, and the limit on their number."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from sandbox.core.effects import Effect
from sandbox.wire.tls import TlsServer
from sandbox.wire.trace import Journal, Open, Side

if TYPE_CHECKING:
    from sandbox.core.endpoint import Server

READ: Final = 65_536
"""Octets taken from a socket at once."""
HANDSHAKE_SECONDS: Final = 30.0
"""How long a TLS handshake may take."""
LINGER_SECONDS: Final = 2.0
"""How long a connection that we closed waits for a client that takes nothing of what it was sent and does not close."""
GOODBYE_SECONDS: Final = 3.0
"""How long shutting down may take, whatever the clients do."""
CONNECTIONS: Final = 500
"""How many connections may be open at once, all ports together."""


@dataclass(frozen=True, slots=True)
class Port:
    """What answers on a port: `make` gives the endpoint for a new connection, `tls` is there if it can be protected."""

    name: str
    protocol: str
    server_name: str
    make: Callable[[], Server]
    tls: TlsServer | None = None
    tls_first: bool = False
    """TLS from the first octet."""

    def opened(self, seq: int, at: int, conn: str, transport: asyncio.Transport) -> Open:
        """That a connection to this port was made, as the journal has it."""
        client = transport.get_extra_info("peername") or ("", 0)
        server = transport.get_extra_info("sockname") or ("", 0)
        return Open(
            seq,
            at,
            conn,
            self.protocol,
            str(client[0]),
            self.server_name,
            int(server[1]),
            client_port=int(client[1]),
            client_address=str(client[0]),
            server_address=str(server[0]),
            tls=self.tls_first,
        )


class Guest(Protocol):
    """A connection, as those see it who count connections and end them."""

    def shut_down(self) -> None:
        """End politely."""

    def abort(self, side: Side) -> None:
        """End at once; `side` is who wanted it."""


class Gathering:
    """Connections that share a journal. Their number has a limit, and they end together."""

    def __init__(
        self,
        journal: Journal,
        *,
        limit: int = CONNECTIONS,
        linger: float = LINGER_SECONDS,
        handshake: float = HANDSHAKE_SECONDS,
        goodbye: float = GOODBYE_SECONDS,
    ) -> None:
        self.journal = journal
        self.limit, self.linger, self.handshake, self.goodbye = limit, linger, handshake, goodbye
        self.connections: set[Guest] = set()
        self._count = 0
        self._quiet = asyncio.Event()

    def enter(self, connection: Guest, name: str) -> str:
        """Take a new connection in; returns what the journal calls it: `name` and a number."""
        self._count += 1
        self.connections.add(connection)
        self._quiet.clear()
        return f"{name}-{self._count}"

    def leave(self, connection: Guest) -> None:
        """A connection is over."""
        self.connections.discard(connection)
        if not self.connections:
            self._quiet.set()

    async def close(self) -> None:
        """End all connections: politely, and after `goodbye` seconds at the latest."""
        self.linger = min(self.linger, self.goodbye / 6)
        for connection in tuple(self.connections):
            connection.shut_down()
        if self.connections:
            farewell = asyncio.get_running_loop().call_later(self.goodbye, self._cut_off)
            await self._quiet.wait()
            farewell.cancel()

    def _cut_off(self) -> None:
        for connection in tuple(self.connections):
            connection.abort("S")


class Hub(Gathering):
    """All connections of servers on sockets.

    `perform` does what an endpoint asks of the outside and gives the result, or a future where that takes its time.
    The limits are those of `Gathering`.
    """

    def __init__(self, journal: Journal, perform: Callable[[Effect], Any], **limits: Any) -> None:
        super().__init__(journal, **limits)
        self.perform = perform
        # asyncio asks for a buffer right before it reads and hands it back right after: one does for all
        self.buffer = memoryview(bytearray(READ))
