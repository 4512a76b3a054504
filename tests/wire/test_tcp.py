"""Servers on sockets: whole sessions by an independent peer, and everything that can happen to a connection."""

from __future__ import annotations

import asyncio
import poplib
import socket
import struct
from contextlib import suppress
from typing import Any

import pytest

from sandbox.core.effects import Commit, Effect
from sandbox.core.host import Host
from sandbox.pop3 import POP3
from sandbox.pop3 import server as pop3_server
from sandbox.pop3.commands import transaction
from sandbox.wire.observer import Observer
from sandbox.wire.tcp import BROKE, TOO_MANY
from sandbox.wire.trace import Open
from tests.core.toy import ToyServer
from tests.wire.harness import NAME, PATIENCE, Awake, Post, awake, connected, served

MAIL = b"Subject: One\r\n\r\nFirst.\r\n.dot\r\n"
OTHER = b"Subject: Two\r\n\r\nSecond.\r\n"
LOGIN = b"USER ana\r\nPASS secreto\r\n"


def toy() -> ToyServer:
    return ToyServer(Host(NAME, lambda: 0, bytes))


# Whole sessions


async def test_a_session_with_poplib_leaves_everything_in_the_journal() -> None:
    post = Post(MAIL, OTHER)

    def session(port: int) -> list[Any]:
        client = poplib.POP3("127.0.0.1", port, timeout=PATIENCE)
        seen = [client.getwelcome(), client.user("ana"), client.pass_("secreto"), client.stat(), client.retr(1)[1]]
        return [*seen, client.dele(2), client.quit()]

    async with served(post) as here:
        seen = await asyncio.to_thread(session, here.number)
        end = await here.over()
    assert seen[3] == (2, len(MAIL) + len(OTHER))
    assert seen[4] == MAIL.splitlines()
    assert (end.side, end.cut) == ("S", False)
    assert [stored.message.content for stored in post.inbox] == [MAIL]

    opened = here.only(Open)
    assert (opened.conn, opened.proto, opened.server, opened.port) == ("port-1", "pop3", NAME, here.number)
    assert (opened.client_address, opened.server_address, opened.tls) == ("127.0.0.1", "127.0.0.1", False)
    assert opened.client_port > 0
    assert here.octets("C") == LOGIN + b"STAT\r\nRETR 1\r\nDELE 2\r\nQUIT\r\n"
    assert here.octets("S").startswith(seen[0] + b"\r\n" + seen[1] + b"\r\n")
    assert here.octets("S").endswith(seen[-1] + b"\r\n")
    assert b"\r\n..dot\r\n.\r\n" in here.octets("S")
    assert [event.seq for event in here.events] == list(range(1, len(here.events) + 1))


async def test_the_observer_can_explain_what_a_socket_saw() -> None:
    async with served(Post(MAIL)) as here, connected(here) as peer:
        peer.writer.write(LOGIN + b"LIST\r\nRETR 1\r\nFOO\r\nQUIT\r\n")
        await peer.rest()
        await here.over()
    observer = Observer({"pop3": POP3})
    for event in here.events:
        observer.feed(event)
    watched = observer.watched["port-1"]
    assert watched.ended
    assert watched.state.name == "CLOSED"
    assert [exchange.command.name for exchange in watched.exchanges if exchange.command] == [
        *("USER", "PASS", "LIST", "RETR", "QUIT")
    ]


@pytest.mark.parametrize("size", [1, 3, 1000])
async def test_where_the_network_cuts_does_not_matter(size: int) -> None:
    wire = LOGIN + b"STAT\r\nQUIT\r\n"
    async with served(Post(MAIL)) as here, connected(here) as peer:
        await peer.line()
        for start in range(0, len(wire), size):
            peer.writer.write(wire[start : start + size])
            await peer.writer.drain()
        lines = (await peer.rest()).splitlines()
    assert lines[2] == b"+OK 1 %d" % len(MAIL)
    assert len(lines) == 4
    assert here.octets("C") == wire


async def test_what_a_server_wants_done_is_done_before_it_goes_on() -> None:
    wanted: list[Effect] = []

    def perform(effect: Effect) -> bool:
        wanted.append(effect)
        return False

    async with served(awake, perform=perform) as here, connected(here) as peer:
        assert await peer.line() == b"ok hello\r\n"
        assert await peer.ask(b"ENTER") == b"ok fine in\r\n"
        assert await peer.ask(b"KEEP") == b"no no\r\n"
        assert [type(effect) for effect in wanted] == [Commit]


async def test_news_reaches_a_client_that_waits() -> None:
    made: list[Awake] = []

    def make() -> Awake:
        made.append(awake())
        return made[-1]

    async with served(make) as here, connected(here) as peer:
        await peer.line()
        await peer.ask(b"ENTER")
        assert await peer.ask(b"WAIT") == b"continue go\r\n"
        made[0].news_lines += [b"news 1\r\n", b"news 2\r\n"]
        made[0].changed()
        made[0].changed()
        assert await peer.line() == b"news 1\r\n"
        assert await peer.line() == b"news 2\r\n"
        made[0].changed()
        peer.writer.transport.abort()
        await here.over()
        made[0].changed()
        await asyncio.sleep(0)  # the turn of the loop in which it would be told
    assert here.octets("S").endswith(b"news 1\r\nnews 2\r\n")


# How connections end


async def test_a_client_that_hangs_up_lets_the_maildrop_go() -> None:
    post = Post(MAIL)
    async with served(post) as here, connected(here) as peer:
        peer.writer.write(LOGIN + b"DELE 1\r\nNOOP\r\n")
        for _ in range(5):
            await peer.line()
        assert post.inbox.locked_by is not None
        peer.writer.write_eof()
        assert await peer.rest() == b""
        end = await here.over()
    assert (end.side, end.cut) == ("C", False)
    assert post.inbox.locked_by is None
    assert len(post.inbox) == 1


async def test_a_reset_is_a_cut() -> None:
    post = Post(MAIL)
    async with served(post) as here:
        with socket.create_connection(("127.0.0.1", here.number)) as client:
            client.sendall(LOGIN)
            async with asyncio.timeout(PATIENCE):
                while post.inbox.locked_by is None:
                    await asyncio.sleep(0)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end = await here.over()
    assert (end.side, end.cut) == ("", True)
    assert post.inbox.locked_by is None


async def test_what_comes_after_the_end_is_noted_as_unread() -> None:
    async with served(awake) as here, connected(here) as peer:
        assert await peer.ask(b"DROP") == b"ok hello\r\n"
        assert await peer.rest() == b"ok bye\r\n"
        peer.writer.write(b"ENTER\r\n")
        peer.writer.write_eof()
        await here.over()
    assert here.octets("C") == b"DROP\r\n"
    assert here.octets("C", lost=True) == b"ENTER\r\n"


async def test_a_client_that_does_not_close_is_cut_off() -> None:
    async with served(awake) as here, connected(here) as peer:
        peer.writer.write(b"DROP\r\n")
        assert await peer.rest() == b"ok hello\r\nok bye\r\n"
        assert (await here.over()).side == "S"


async def test_shutting_down_ends_everybody() -> None:
    post = Post(MAIL)
    async with served(post) as here:
        async with connected(here) as first, connected(here) as second:
            first.writer.write(LOGIN)
            for _ in range(3):
                await first.line()
            await second.line()
            await here.hub.close()
            assert await first.rest() == b""
        assert (await here.over(2)).side == "S"
        assert post.inbox.locked_by is None
        assert not here.hub.connections


async def test_too_many_connections_are_refused() -> None:
    async with served(awake, limit=1) as here, connected(here) as first:
        await first.line()
        async with connected(here) as second:
            with suppress(ConnectionError):
                assert await second.rest() == b""
        assert (await here.over()).conn == "port-2"
        assert here.notes == [TOO_MANY]
        assert await first.ask(b"ENTER") == b"ok fine in\r\n"


async def test_a_bug_costs_one_connection_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context))
    row = POP3.registry.get(b"NOOP")
    assert row is not None

    def broken(_session: object) -> None:
        raise RuntimeError("a bug")

    async with served(Post(MAIL)) as here, connected(here) as peer, connected(here) as other:
        monkeypatch.setattr(transaction, "noop", broken)
        object.__setattr__(row, "handler", broken)
        try:
            for each in (peer, other):
                await each.line()
            peer.writer.write(LOGIN + b"NOOP\r\n")
            await here.over()
        finally:
            monkeypatch.undo()
            object.__setattr__(row, "handler", transaction.noop)
        assert here.notes == [BROKE]
        assert [str(context["exception"]) for context in told] == ["a bug"]
        assert (await other.ask(b"CAPA")).startswith(b"+OK")


async def test_a_bug_outside_of_reading_is_told_too() -> None:
    class Broken(Awake):
        def news(self) -> bytes:
            raise RuntimeError("bad news")

    told: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context))
    made: list[Broken] = []

    def make() -> Broken:
        made.append(Broken(Host(NAME, lambda: 0, bytes)))
        return made[-1]

    async with served(make) as here, connected(here) as peer:
        await peer.line()
        await peer.ask(b"ENTER")
        await peer.ask(b"WAIT")
        made[0].changed()
        await here.over()
        assert [str(context["exception"]) for context in told] == ["bad news"]


# Time


async def test_a_silent_client_is_logged_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pop3_server, "AUTOLOGOUT", 50_000_000)
    async with served(Post(MAIL)) as here, connected(here) as peer:
        assert (await peer.line()).startswith(b"+OK")
        assert await peer.rest() == b""
        assert (await here.over()).side == "S"


async def test_a_client_that_speaks_is_not() -> None:
    """The clock of the host is moved by hand; the timer asks it again, and waits on."""
    clock = [0]

    class Patient(ToyServer):
        def idle_limit(self) -> int | None:
            return 1_000_000_000 if self.state.name == "OUT" else 20_000_000

    def make() -> Patient:
        return Patient(Host(NAME, lambda: clock[0], bytes))

    async with served(make, now=lambda: clock[0]) as here, connected(here) as peer:
        await peer.line()
        clock[0] = 5_000_000
        assert await peer.ask(b"ENTER") == b"ok fine in\r\n"  # the limit is shorter now, the timer is moved forward
        clock[0] = 20_000_000
        assert await peer.ask(b"SAY") == b"continue news\r\n"
        assert await peer.line() == b"ok fine said\r\n"
        clock[0] = 41_000_000
        assert await peer.rest() == b"no sleepy\r\n"
        await here.over()


async def test_the_time_means_nothing_to_a_connection_that_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pop3_server, "AUTOLOGOUT", 20_000_000)
    async with served(Post(MAIL), linger=0.1) as here, connected(here) as peer:
        assert (await peer.ask(b"QUIT")).startswith(b"+OK")
        assert (await peer.rest()).count(b"\r\n") == 1
        await here.over()
    assert here.octets("S").count(b"\r\n") == 2
