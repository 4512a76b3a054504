"""What an endpoint wants done may take its time: the reply waits, and nobody else does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from sandbox.core.effects import Effect
from tests.core.toy import ToyServer
from tests.wire.harness import PATIENCE, Awake, awake, connected, served


class Disk:
    """Performs effects when the test says so."""

    def __init__(self) -> None:
        self.wishes: asyncio.Queue[asyncio.Future[Any]] = asyncio.Queue()

    def __call__(self, _effect: Effect) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.wishes.put_nowait(future)
        return future

    async def wish(self) -> asyncio.Future[Any]:
        async with asyncio.timeout(PATIENCE):
            return await self.wishes.get()


def remembered(servers: list[ToyServer]) -> Callable[[], Awake]:
    def make() -> Awake:
        server = awake()
        servers.append(server)
        return server

    return make


async def test_the_reply_waits_and_others_do_not() -> None:
    disk = Disk()
    async with served(awake, perform=disk) as port, connected(port) as first, connected(port) as second:
        await first.line()
        await second.line()
        await first.ask(b"ENTER")
        first.writer.write(b"KEEP\r\nENTER\r\n")
        wish = await disk.wish()
        assert await second.ask(b"ENTER") == b"ok fine in\r\n"
        wish.set_result(True)
        assert await first.line() == b"ok fine kept\r\n"
        assert (await first.line()).startswith(b"bad ")


async def test_a_client_that_has_said_everything_still_gets_its_reply() -> None:
    disk = Disk()
    async with served(awake, perform=disk) as port, connected(port) as peer:
        await peer.line()
        peer.writer.write(b"ENTER\r\nKEEP\r\n")
        peer.writer.write_eof()
        (await disk.wish()).set_result(True)
        assert (await peer.rest()).count(b"\r\n") == 2


async def test_a_client_that_went_meanwhile_is_let_go() -> None:
    disk, servers = Disk(), list[ToyServer]()
    async with served(remembered(servers), perform=disk) as port:
        async with connected(port) as peer:
            await peer.line()
            peer.writer.write(b"ENTER\r\nKEEP\r\n")
            wish = await disk.wish()
        await port.over()
        assert servers[0].state == servers[0].closed
        wish.set_result(True)
        await asyncio.sleep(0)
        assert port.notes == []


async def test_the_end_of_the_server_waits_for_nothing() -> None:
    disk, servers = Disk(), list[ToyServer]()
    async with served(remembered(servers), perform=disk) as port, connected(port) as peer:
        await peer.line()
        peer.writer.write(b"ENTER\r\nKEEP\r\n")
        wish = await disk.wish()
        closing = asyncio.create_task(port.hub.close())
        await peer.rest()
        wish.set_result(True)
        peer.writer.close()
        await closing
        assert servers[0].state == servers[0].closed
