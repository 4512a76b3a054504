"""How connections through the proxy begin and end: servers and clients that do not behave, and bugs of our own."""

from __future__ import annotations

import asyncio
import poplib
import socket
import ssl
import struct
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.core.tracker import Tracker
from sandbox.pop3 import POP3
from sandbox.wire import masking
from sandbox.wire import proxy as words
from sandbox.wire.dial import HUNG_UP as DIALLED
from sandbox.wire.tcp import TOO_MANY
from sandbox.wire.tls import HUNG_UP, TOO_SLOW
from sandbox.wire.trace import Close, Note, Tls
from tests.wire.crossings import acting, crossed, saying, sentences, shaken
from tests.wire.harness import NAME, PATIENCE, Post, connected, served
from tests.wire.tlskit import client_context
from tests.wire.tlskit import server as tls_server

READY = b"+OK ready\r\n"


def unverified() -> ssl.SSLContext:
    context = client_context(trusting=False)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


# Servers that cannot be had


async def test_a_server_that_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
    async with crossed(number) as here, connected(here) as peer:
        assert await peer.rest() == b""
        end = await here.over()
    [note] = sentences(here.events, Note)
    assert note.text == words.UNREACHABLE
    assert note.params == {"server": f"127.0.0.1:{number}", "reason": "Connection refused"}
    assert (end.side, end.cut) == ("", True)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (socket.gaierror(-2, "Name or service not known"), "Name or service not known"),
        (OSError("Multiple exceptions: [Errno 111] a, [Errno 113] b"), "Connection refused"),
        (OSError("odd"), "odd"),
    ],
)
def test_reasons_are_told_in_a_few_words(error: OSError, reason: str) -> None:
    assert words._reason(error) == reason


async def test_a_server_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    async with crossed(1, handshake=0.02) as here:
        loop = asyncio.get_running_loop()
        connect = loop.create_connection

        async def hang(factory: Callable[[], Any], host: str = "", port: int = 0, **settings: Any) -> Any:
            if port == 1:
                await asyncio.get_running_loop().create_future()
            return await connect(factory, host, port, **settings)

        monkeypatch.setattr(loop, "create_connection", hang)
        async with connected(here) as peer:
            assert await peer.rest() == b""
            await here.over()
    assert here.notes == [words.SILENT]


async def test_a_client_may_end_before_the_server_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    connect = loop.create_connection
    release = asyncio.Event()

    async def late(factory: Callable[[], Any], host: str = "", port: int = 0, **settings: Any) -> Any:
        if port == number:
            await release.wait()
        return await connect(factory, host, port, **settings)

    async with (
        acting(saying(READY, b"+OK bye\r\n")) as number,
        crossed(number, listen_tls=True) as here,
        connected(here) as peer,
    ):
        monkeypatch.setattr(loop, "create_connection", late)
        end = await shaken(peer)
        peer.writer.write(end.send(b"QUIT\r\n") + end.close())
        await here.until(lambda: here.made[0]._done)
        release.set()
        assert end.receive(await peer.rest()) == READY + b"+OK bye\r\n"


async def test_a_server_that_comes_too_late_is_let_go() -> None:
    async with acting(saying(READY)) as number, crossed(number) as here:
        async with connected(here) as peer:
            await peer.line()
        await here.over()
        late, _end = await asyncio.get_running_loop().create_connection(
            lambda: here.made[0]._ends["S"], "127.0.0.1", number
        )
        await here.until(late.is_closing)
        await here.until(lambda: here.made[0]._ends["S"].gone)
    assert len(sentences(here.events, Close)) == 1


@pytest.mark.parametrize("trusted", [False, True])
async def test_a_certificate_that_cannot_be_checked_ends_it(trusted: bool) -> None:
    trust = unverified() if trusted else client_context(trusting=False)
    async with (
        served(Post(), tls=tls_server(), tls_first=True) as there,
        crossed(there.number, tls=True, trust=trust) as here,
        connected(here) as peer,
    ):
        if trusted:
            assert (await peer.line()).startswith(b"+OK")
        else:
            assert await peer.rest() == b""
            await here.over()
            assert "does not trust" in here.only(Tls).reason
        assert (words.UNTRUSTED in here.notes) == (not trusted)


async def test_a_server_without_tls() -> None:
    async with acting(saying(READY)) as number, crossed(number, tls=True) as here, connected(here) as peer:
        assert await peer.rest() == b""
        await here.over()
    assert here.only(Tls).reason == "clear text came where a TLS handshake belongs"
    assert here.notes == []


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    if reader.at_eof():
        return
    await reader.read(10_000)


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10_000)
    kernel = writer.get_extra_info("socket")
    kernel.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@pytest.mark.parametrize("script", [hang_up, reset])
async def test_a_server_that_hangs_up_during_the_handshake(script: Any) -> None:
    async with acting(script) as number, crossed(number, tls=True) as here, connected(here) as peer:
        await peer.rest()
        await here.over()
    assert here.only(Tls).reason == DIALLED


async def test_a_server_that_shakes_no_hands() -> None:
    async def script(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        while await reader.read(1000):
            pass

    async with acting(script) as number, crossed(number, tls=True, handshake=0.05) as here, connected(here) as peer:
        await peer.rest()
        await here.over()
    assert here.only(Tls).reason == words.STALLED


# Clients that do not behave


async def test_a_client_that_shakes_no_hands() -> None:
    async with (
        acting(saying(READY)) as number,
        crossed(number, listen_tls=True, handshake=0.05) as here,
        connected(here) as peer,
    ):
        await peer.rest()
        await here.over()
    assert here.only(Tls).reason == TOO_SLOW
    assert here.octets("S") == b""


async def test_a_client_that_hangs_up_during_the_handshake() -> None:
    async with acting(saying(READY)) as number, crossed(number, listen_tls=True) as here, connected(here) as peer:
        peer.writer.close()
        await here.over()
    assert here.only(Tls).reason == HUNG_UP


def distrust(port: int) -> None:
    """Connect, find the certificate wanting, and say so."""
    poplib.POP3_SSL("127.0.0.1", port, context=client_context(trusting=False), timeout=PATIENCE)


async def test_a_client_that_does_not_trust_the_proxy() -> None:
    async with acting(saying(READY)) as number, crossed(number, listen_tls=True) as here:
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.to_thread(distrust, here.number)
        await here.over()
    assert "does not trust" in here.only(Tls).reason
    assert words.UNTRUSTED not in here.notes


async def test_damaged_records_end_it() -> None:
    async with acting(saying(READY)) as number, crossed(number, listen_tls=True) as here:
        tls = {"ssl": client_context(), "server_hostname": "127.0.0.1"}
        async with connected(here, **tls) as peer:
            assert await peer.line() == READY
            raw = peer.writer.get_extra_info("socket")
            socket.socket.send(raw._sock if hasattr(raw, "_sock") else raw, b"\x17\x03\x03\x00\x20" + b"z" * 32)
            await here.over()
    assert here.notes == [words.CLIENT_SIDE, "decryption failed or bad record mac"]


async def test_a_client_whose_line_breaks() -> None:
    async with acting(saying(READY)) as number, crossed(number) as here, connected(here) as peer:
        await peer.line()
        kernel = peer.writer.get_extra_info("socket")
        kernel.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.writer.transport.abort()
        end = await here.over()
    assert (end.side, end.cut) == ("", True)


async def test_too_many_connections() -> None:
    async with (
        acting(saying(READY)) as number,
        crossed(number, limit=1) as here,
        connected(here) as first,
        connected(here) as second,
    ):
        assert await first.line() == READY
        assert await second.rest() == b""
    assert here.notes[0] == TOO_MANY


# Ends and bugs of our own


async def test_the_proxy_ends_all_connections() -> None:
    async with acting(saying(READY)) as number, crossed(number) as here, connected(here) as peer:
        await peer.line()
        await here.hub.close()
        assert await peer.rest() == b""
        assert here.only(Close).cut
    assert here.notes == [words.ENDED]


async def test_who_ended_first_is_still_told_when_the_proxy_ends() -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(READY)
        await reader.read()
        got.set()
        await release.wait()

    got, release = asyncio.Event(), asyncio.Event()
    async with acting(script) as number, crossed(number) as here, connected(here) as peer:
        await peer.line()
        peer.writer.write_eof()
        await got.wait()
        await here.hub.close()
        assert here.only(Close).side == "C"
        release.set()


async def test_it_can_end_at_once() -> None:
    async with acting(saying(READY)) as number, crossed(number) as here, connected(here) as peer:
        await peer.line()
        here.made[0].abort("S")
        assert (await here.over()).side == "S"


async def test_who_takes_nothing_is_cut_off_when_the_proxy_ends() -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(READY + b"x" * (8 << 20))
        await reader.read()

    async with acting(script) as number, crossed(number, goodbye=0.05, linger=60) as here, connected(here) as peer:
        peer.writer.transport.pause_reading()  # type: ignore[attr-defined]
        await here.until(lambda: here.made and here.made[0].client.crowded)
        await here.hub.close()
        assert here.only(Close).cut


async def test_a_bug_in_explaining_stops_nothing_but_the_explanation(monkeypatch: pytest.MonkeyPatch) -> None:
    caught: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: caught.append(context))

    def broken(_self: Tracker, _side: str, _data: bytes) -> list[Any]:
        raise ZeroDivisionError("secreto")

    monkeypatch.setattr(Tracker, "receive", broken)
    async with acting(saying(READY, b"+OK\r\n")) as number, crossed(number) as here, connected(here) as peer:
        assert await peer.line() == READY
        assert await peer.ask(b"PASS secreto") == b"+OK\r\n"
    [note, *_rest] = sentences(here.events, Note)
    assert (note.text, note.params) == (words.BROKE, {"error": "ZeroDivisionError"})
    assert here.octets("C") == b"xxxxxxxxxxxx\r\n"
    assert [type(each["exception"]) for each in caught] == [ZeroDivisionError]


async def test_what_grows_without_end_is_explained_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masking.Stenographer.__init__, "__defaults__", (100,))
    async with acting(saying(READY, b"+OK\r\n")) as number, crossed(number) as here, connected(here) as peer:
        await peer.line()
        peer.writer.write(b"PASS " + b"s" * 200)
        await here.told(words.UNREAD)
        assert await peer.ask(b"") == b"+OK\r\n"
    assert here.octets("C") == b"x" * 205 + b"\r\n"


def test_a_server_is_named_as_people_write_it() -> None:
    way = words.Way(POP3, "::1", 110, client_context(), tls_server())
    assert way.server == "[::1]:110"
    assert words.Way(POP3, NAME, 110, way.trust, way.shown).server == f"{NAME}:110"
