"""A proxy on a free port of this machine, and servers for it that do as they are told."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from sandbox.core.protocol import Protocol
from sandbox.pop3 import POP3
from sandbox.wire.hub import Gathering
from sandbox.wire.proxy import Crossing, Way
from sandbox.wire.tls import TlsEnd
from sandbox.wire.trace import AnyEvent, Journal
from tests.wire.harness import PATIENCE, Peer, Served
from tests.wire.tlskit import client, client_context, server

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""What a server does with a connection; it is closed afterwards."""


class Crossed(Served):
    """A proxy at work; `made` are its crossings."""

    def __init__(self, hub: Gathering, number: int, made: list[Crossing]) -> None:
        super().__init__(hub, number)  # type: ignore[arg-type]  # it is asked for the journal only
        self.made = made

    async def until(self, done: Callable[[], object]) -> None:
        """Wait until something is so, which the loop brings about."""
        async with asyncio.timeout(PATIENCE):
            while not done():
                await asyncio.sleep(0)

    async def told(self, text: str) -> None:
        """Wait for a note."""
        await self.until(lambda: text in self.notes)


@asynccontextmanager
async def crossed(
    number: int,
    *,
    protocol: Protocol = POP3,
    trust: ssl.SSLContext | None = None,
    tls: bool = False,
    listen_tls: bool = False,
    **limits: Any,
) -> AsyncIterator[Crossed]:
    """A proxy to a port of this machine, until the block is left."""
    hub = Gathering(Journal(lambda: 0), **({"linger": 0.05} | limits))
    way = Way(protocol, "127.0.0.1", number, trust or client_context(), server(), tls, listen_tls)
    made: list[Crossing] = []

    def make() -> asyncio.Protocol:
        made.append(Crossing(hub, way))
        return made[-1].client

    listening = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0)
    try:
        yield Crossed(hub, listening.sockets[0].getsockname()[1], made)
    finally:
        listening.close()
        await hub.close()


@asynccontextmanager
async def acting(script: Script, *, tls: bool = False) -> AsyncIterator[int]:
    """A server that follows a script; its port."""

    acts: dict[asyncio.Task[Any], asyncio.StreamWriter] = {}

    def enter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        acts[asyncio.create_task(act(reader, writer))] = writer

    async def act(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await script(reader, writer)
            writer.close()
        except ConnectionError:
            writer.transport.abort()

    context = server()._context if tls else None
    listening = await asyncio.start_server(enter, "127.0.0.1", 0, ssl=context)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        for _turn in range(3):  # who was let in already enters in the next turns of the loop
            await asyncio.sleep(0)
        for writer in acts.values():
            writer.transport.abort()
        await asyncio.gather(*acts, return_exceptions=True)  # a script may break when its line does


def saying(*answers: bytes) -> Script:
    """A server that greets, then answers each line with the next of `answers`, then waits for the client's end."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            writer.write(answer)
            await reader.readline()
        await reader.read()

    return script


def sentences(events: list[AnyEvent], kind: type[Any]) -> list[Any]:
    """The events of a kind."""
    return [event for event in events if isinstance(event, kind)]


async def shaken(peer: Peer) -> TlsEnd:
    """A client's end of TLS, its handshake done by hand."""
    end = client("127.0.0.1")
    peer.writer.write(end.handshake())
    while not end.established:
        peer.writer.write(end.handshake(await peer.reader.read(65_536)))
    return end
