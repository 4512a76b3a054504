"""Servers on free ports of this machine, and peers for them: poplib in a thread, or octets by hand."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from sandbox.auth.accounts import Account, AccountTable
from sandbox.core.effects import Effect
from sandbox.core.endpoint import Server
from sandbox.core.host import Host
from sandbox.mail.memory import MemoryStore
from sandbox.pop3 import POP3
from sandbox.wire.hub import Hub, Port
from sandbox.wire.tcp import Connection
from sandbox.wire.tls import TlsServer
from sandbox.wire.trace import AnyEvent, Close, Data, Journal, Layer, Note, Side, Tls
from tests.core.toy import ToyServer

PATIENCE = 20.0
"""Seconds after which a test that waits for something has failed."""

NAME = "mail.norte.example"


class Served:
    """One port at work."""

    def __init__(self, hub: Hub, number: int) -> None:
        self.hub, self.number = hub, number
        self.journal = hub.journal

    @property
    def events(self) -> list[AnyEvent]:
        return list(self.journal.events)

    def octets(self, side: Side, layer: Layer = "app", *, lost: bool = False) -> bytes:
        return b"".join(
            event.raw
            for event in self.events
            if isinstance(event, Data) and (event.side, event.layer, event.lost) == (side, layer, lost)
        )

    def only(self, kind: type[Any]) -> Any:
        """The one event of a kind."""
        [found] = [event for event in self.events if isinstance(event, kind)]
        return found

    @property
    def notes(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Note)]

    async def over(self, count: int = 1) -> Close:
        """Wait until so many connections have ended; the last one's end."""
        ended: asyncio.Queue[Close] = asyncio.Queue()
        cancel = self.journal.subscribe(lambda event: ended.put_nowait(event) if isinstance(event, Close) else None)
        closes = [event for event in self.events if isinstance(event, Close)]
        async with asyncio.timeout(PATIENCE):
            while len(closes) < count:
                closes.append(await ended.get())
        cancel()
        return closes[-1]

    async def handshake(self) -> Tls:
        """Wait until a handshake has ended; how."""
        ended: asyncio.Queue[Tls] = asyncio.Queue()
        self.journal.subscribe(lambda event: ended.put_nowait(event) if isinstance(event, Tls) else None)
        for event in self.events:
            if isinstance(event, Tls):
                return event
        async with asyncio.timeout(PATIENCE):
            return await ended.get()


@asynccontextmanager
async def served(
    make: Callable[[], Server],
    *,
    tls: TlsServer | None = None,
    tls_first: bool = False,
    perform: Callable[[Effect], Any] = lambda _effect: True,
    now: Callable[[], int] = time.time_ns,
    **limits: Any,
) -> AsyncIterator[Served]:
    """A port that answers with what `make` makes, until the block is left."""
    hub = Hub(Journal(now), perform, **({"linger": 0.05} | limits))
    port = Port("port", "pop3", NAME, make, tls, tls_first)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(hub, port), "127.0.0.1", 0)
    try:
        yield Served(hub, server.sockets[0].getsockname()[1])
    finally:
        server.close()
        await hub.close()


class Post:
    """A POP3 server's surroundings: one user, `ana` with the password `secreto`."""

    def __init__(self, *mails: bytes, tls: bool = False) -> None:
        self.host = Host(NAME, time.time_ns, bytes, tls=tls)
        self.store = MemoryStore(time.time_ns)
        self.inbox = self.store.add_user("ana").inbox
        for mail in mails:
            self.inbox.append(mail)
        self.accounts = AccountTable([Account("ana", "secreto")], b"salt")

    def __call__(self) -> Server:
        return POP3.server(host=self.host, store=self.store, accounts=self.accounts, courier=None)


class Peer:
    """A client that sends and reads octets by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def ask(self, line: bytes) -> bytes:
        """Send a line; the next line of the server."""
        self.writer.write(line + b"\r\n")
        return await self.line()

    async def line(self) -> bytes:
        async with asyncio.timeout(PATIENCE):
            return await self.reader.readuntil(b"\n")

    async def rest(self) -> bytes:
        """All that comes until the server closes."""
        async with asyncio.timeout(PATIENCE):
            return await self.reader.read()


@asynccontextmanager
async def connected(served: Served, **tls: Any) -> AsyncIterator[Peer]:
    """A connection that is closed when the block is left."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.number, **tls)
    try:
        yield Peer(reader, writer)
    finally:
        writer.transport.abort()


class Awake(ToyServer):
    """A toy server that never gives up on a silent client."""

    def idle_limit(self) -> int | None:
        return None


def awake() -> Awake:
    return Awake(Host(NAME, lambda: 0, bytes))
