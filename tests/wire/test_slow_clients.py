"""Clients that read slowly, or not at all: what the server holds is bounded, and what they are owed still arrives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from sandbox.core.endpoint import OUTPUT_LIMIT
from sandbox.pop3 import server as pop3_server
from sandbox.wire.hub import Hub, Port
from sandbox.wire.tcp import Connection
from sandbox.wire.trace import Journal
from tests.wire.harness import NAME, PATIENCE, Post, Served, awake, connected, served

LOGIN = b"USER ana\r\nPASS secreto\r\n"


async def test_few_octets_cannot_make_the_server_hold_very_many() -> None:
    """A client asks for a thousand messages and reads nothing: the server stops reading and preparing."""
    post = Post(b"Subject: Big\r\n\r\n" + (b"x" * 70 + b"\r\n") * 1000)
    asked = 1000
    async with served(post, linger=PATIENCE) as here, connected(here) as peer:
        peer.writer.transport.pause_reading()  # type: ignore[attr-defined]
        peer.writer.write(LOGIN + b"RETR 1\r\n" * asked + b"QUIT\r\n")
        await _stuck(here)
        everything = asked * post.inbox.size
        assert len(here.octets("S")) < everything / 4  # the system's own buffers hold some megabytes
        [connection] = here.hub.connections
        assert connection._transport.get_write_buffer_size() < 2 * OUTPUT_LIMIT
        peer.writer.transport.resume_reading()  # type: ignore[attr-defined]
        peer.writer.write_eof()
        came = await peer.rest()
        await here.over()
    assert came.count(b"Subject: Big") == asked
    assert came.endswith(b"left\r\n")
    assert here.octets("S") == came


async def _stuck(here: Served) -> None:
    """Wait until a connection waits for its client to read."""
    async with asyncio.timeout(PATIENCE):
        while not any(connection._crowded for connection in here.hub.connections):
            await asyncio.sleep(0)


async def test_a_client_that_neither_reads_nor_speaks_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pop3_server, "AUTOLOGOUT", 300_000_000)
    post = Post(b"Subject: Big\r\n\r\n" + (b"x" * 70 + b"\r\n") * 200_000)
    async with served(post) as here, connected(here) as peer:
        peer.writer.transport.pause_reading()  # type: ignore[attr-defined]
        peer.writer.write(LOGIN + b"RETR 1\r\n")
        end = await here.over()
    assert (end.side, end.cut) == ("S", False)
    assert post.inbox.locked_by is None


class Pipe(asyncio.Transport):
    """A transport that takes nothing unless told to."""

    def __init__(self, **broken: bool) -> None:
        super().__init__({"peername": ("192.0.2.1", 5), "sockname": ("192.0.2.2", 110)})
        self.left, self.aborted, self.closed = 0, 0, 0
        self.broken = broken
        self.endless = False
        self.aborting: Callable[[Exception | None], None] = lambda _error: None

    def get_write_buffer_size(self) -> int:
        self.left -= self.endless
        return self.left

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.left += len(data)

    def write_eof(self) -> None:
        if self.broken:
            raise OSError(107, "not connected")

    def resume_reading(self) -> None:
        assert not self.closed

    def is_closing(self) -> bool:
        return self.closed > 0

    def abort(self) -> None:
        self.aborted += 1
        self.aborting(None)

    def close(self) -> None:
        self.closed += 1


async def test_the_end_waits_as_long_as_the_client_takes_something() -> None:
    hub = Hub(Journal(lambda: 0), lambda _effect: True, linger=0.001)
    connection, pipe = Connection(hub, Port("port", "toy", NAME, awake)), Pipe()
    connection.connection_made(pipe)
    pipe.left = 3
    connection.close("S")
    async with asyncio.timeout(PATIENCE):
        while pipe.left:
            waited = connection._limit
            assert waited is not None
            pipe.left -= 1
            while connection._limit is waited:
                await asyncio.sleep(0.001)
            assert not pipe.aborted
        while not pipe.aborted:
            await asyncio.sleep(0.001)
    connection.connection_lost(None)
    assert not hub.connections


async def test_a_client_that_is_gone_when_we_close_is_no_error() -> None:
    hub = Hub(Journal(lambda: 0), lambda _effect: True)
    connection, pipe = Connection(hub, Port("port", "toy", NAME, awake)), Pipe(broken=True)
    connection.connection_made(pipe)
    connection.close("S")
    connection.close("C")
    assert pipe.aborted == 1
    connection.connection_lost(ConnectionResetError())
    assert [type(event).__name__ for event in hub.journal.events] == ["Open", "Data", "Close"]


async def test_shutting_down_does_not_wait_for_a_reader_that_takes_forever() -> None:
    """It takes something all the time, and so is never idle."""
    hub = Hub(Journal(lambda: 0), lambda _effect: True, goodbye=0.03)
    connection, pipe = Connection(hub, Port("port", "toy", NAME, awake)), Pipe()
    connection.connection_made(pipe)
    pipe.endless = True
    pipe.aborting = connection.connection_lost
    async with asyncio.timeout(PATIENCE):
        await hub.close()
    assert pipe.aborted == 1
