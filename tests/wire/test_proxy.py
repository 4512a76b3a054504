"""The proxy between real ends: octets pass unaltered, and secrets are not written down."""

from __future__ import annotations

import asyncio
import poplib
import zlib
from typing import Any

import pytest

from sandbox.imap import IMAP
from sandbox.wire import proxy as words
from sandbox.wire.deflate import NOT_COMPRESSED
from sandbox.wire.dial import HUNG_UP as DIALLED
from sandbox.wire.trace import Data, Note, Open, Tls
from tests.wire.crossings import acting, crossed, saying, sentences, shaken
from tests.wire.harness import PATIENCE, Post, connected, served
from tests.wire.tlskit import client_context
from tests.wire.tlskit import server as tls_server

MAIL = b"Subject: One\r\n\r\nFirst.\r\n.dot\r\n"
READY = b"+OK ready\r\n"
DISCARDED = "{count} octets of clear text behind the go-ahead were thrown away unread"


# What passes


def session(port: int, *, tls: bool = False, stls: bool = False) -> list[Any]:
    if tls:
        client: poplib.POP3 = poplib.POP3_SSL("127.0.0.1", port, context=client_context(), timeout=PATIENCE)
    else:
        client = poplib.POP3("127.0.0.1", port, timeout=PATIENCE)
    if stls:
        client.stls(client_context())
    seen = [client.getwelcome(), client.user("ana"), client.pass_("secreto"), client.retr(1)[1], client.quit()]
    return seen


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("listen_tls", [False, True])
async def test_a_session_passes_with_and_without_tls_on_either_side(tls: bool, listen_tls: bool) -> None:
    async with (
        served(Post(MAIL), tls=tls_server(), tls_first=tls) as there,
        crossed(there.number, tls=tls, listen_tls=listen_tls) as here,
    ):
        seen = await asyncio.to_thread(session, here.number, tls=listen_tls)
        end = await here.over()
    assert seen[3] == MAIL.splitlines()
    assert there.octets("C") == b"USER ana\r\nPASS secreto\r\nRETR 1\r\nQUIT\r\n"
    assert here.octets("C") == b"USER ana\r\nPASS xxxxxxx\r\nRETR 1\r\nQUIT\r\n"
    assert here.octets("S") == there.octets("S")
    assert here.octets("S", "tls") == b""
    assert (end.side, end.cut) == ("S", False)
    opened = here.only(Open)
    assert (opened.conn, opened.proto, opened.server, opened.port) == ("pop3-1", "pop3", "127.0.0.1", there.number)
    assert (opened.tls, opened.client_address) == (tls, "127.0.0.1")
    assert (words.READ_INSIDE in here.notes) == tls
    assert (words.CLIENT_SIDE in here.notes) == listen_tls
    if tls:
        agreed = here.only(Tls)
        assert (agreed.version, agreed.secrets) == ("TLS 1.3", ())
        assert len(agreed.certificates) == 1
    assert [event.seq for event in here.events] == list(range(1, len(here.events) + 1))


async def test_stls_is_taken_on_both_sides() -> None:
    async with served(Post(MAIL, tls=True), tls=tls_server()) as there, crossed(there.number) as here:
        seen = await asyncio.to_thread(session, here.number, stls=True)
        await here.over()
    assert seen[3] == MAIL.splitlines()
    assert here.octets("C") == b"CAPA\r\nSTLS\r\nUSER ana\r\nPASS xxxxxxx\r\nRETR 1\r\nQUIT\r\n"
    assert here.octets("S") == there.octets("S")
    assert here.only(Tls).version == there.only(Tls).version == "TLS 1.3"


@pytest.mark.parametrize("size", [1, 5, 1000])
async def test_octets_that_make_no_sense_pass_unaltered(size: int) -> None:
    asked = b"\x00\xff\x80garbage\r\n\r\nPASS se\ncreto\r\nQUIT\r\nhalf a li"
    answer = b"\xfe+OK?\n\n-ERR\r\n\x00half a li"
    got: list[bytes] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for at in range(0, len(answer), size):
            writer.write(answer[at : at + size])
            await writer.drain()
        got.append(await reader.read())

    async with acting(script) as number, crossed(number) as here, connected(here) as peer:
        for at in range(0, len(asked), size):
            peer.writer.write(asked[at : at + size])
            await peer.writer.drain()
        assert await peer.reader.readexactly(len(answer)) == answer
        peer.writer.write_eof()
        assert await peer.rest() == b""
        await here.over()
    assert got == [asked]
    assert len(here.octets("C")) == len(asked)
    assert b"creto" not in here.octets("C")
    assert here.octets("S") == answer


async def test_each_side_may_end_first_and_the_other_goes_on() -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(READY)
        assert await reader.read() == b"NOOP\r\n"
        writer.write(b"+OK at last\r\n")

    async with acting(script) as number, crossed(number) as here, connected(here) as peer:
        peer.writer.write(b"NOOP\r\n")
        peer.writer.write_eof()
        assert await peer.rest() == READY + b"+OK at last\r\n"
        assert (await here.over()).side == "C"

    async def hasty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(READY)
        writer.write_eof()
        assert await reader.read() == b"QUIT\r\n"

    async with acting(hasty) as number, crossed(number) as here, connected(here) as peer:
        assert await peer.rest() == READY
        peer.writer.write(b"QUIT\r\n")
        peer.writer.write_eof()
        end = await here.over()
    assert (end.side, end.cut) == ("S", False)
    assert here.octets("C") == b"QUIT\r\n"


async def test_a_client_that_ends_first_is_still_answered_through_tls() -> None:
    async with (
        served(Post(MAIL), tls=tls_server(), tls_first=True) as there,
        crossed(there.number, tls=True) as here,
        connected(here) as peer,
    ):
        peer.writer.write(b"USER ana\r\nPASS secreto\r\nRETR 1\r\nSTAT\r\n")
        peer.writer.write_eof()
        assert (await peer.rest()).endswith(b"\r\n+OK 1 %d\r\n" % len(MAIL))
        assert (await here.over()).side == "C"


async def test_a_client_that_stays_when_the_server_has_gone_is_let_go() -> None:
    async def script(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(READY)

    async with acting(script) as number, crossed(number) as here, connected(here) as peer:
        assert await peer.rest() == READY
        assert (await here.over()).side == "S"


async def test_nobody_is_sent_more_than_they_read() -> None:
    mail = b"x" * (32 << 20)
    sent: list[int] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(READY + mail)
        await writer.drain()
        sent.append(1)
        await reader.read()

    async with acting(script) as number, crossed(number) as here, connected(here) as peer:
        peer.writer.transport.pause_reading()  # type: ignore[attr-defined]  # it is a transport of both directions
        await here.until(lambda: here.made and here.made[0].client.crowded)
        ends = here.made[0]._ends
        assert not ends["S"].transport.is_reading()
        assert ends["C"].transport.get_write_buffer_size() < 2 << 20
        assert not sent
        peer.writer.transport.resume_reading()  # type: ignore[attr-defined]
        async with asyncio.timeout(PATIENCE):
            assert await peer.reader.readexactly(len(READY + mail)) == READY + mail
        await here.until(lambda: sent)


# Layers that begin amid the dialogue


async def test_clear_text_around_the_go_ahead_is_thrown_away() -> None:
    got: list[bytes] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(READY)
        got.append(await reader.readline())
        writer.write(b"+OK begin\r\n+OK injected\r\n")
        await writer.start_tls(tls_server()._context)
        got.append(await reader.readline())
        writer.write(b"+OK inside\r\n")
        await reader.read()

    async with acting(script) as number, crossed(number) as here, connected(here) as peer:
        await peer.line()
        peer.writer.write(b"STLS\r\nDELE 1\r\n")
        assert await peer.line() == b"+OK begin\r\n"
        await peer.writer.start_tls(client_context(), server_hostname="127.0.0.1")
        assert await peer.ask(b"NOOP") == b"+OK inside\r\n"
    assert got == [b"STLS\r\n", b"NOOP\r\n"]
    assert here.octets("C") == b"STLS\r\nNOOP\r\n"
    assert here.octets("S") == READY + b"+OK begin\r\n+OK inside\r\n"
    [note] = [event for event in sentences(here.events, Note) if event.text == DISCARDED]
    assert note.params == {"count": len(b"DELE 1\r\n+OK injected\r\n")}


async def test_what_waited_for_a_refusal_goes_on() -> None:
    script = saying(READY, b"-ERR no TLS\r\n", b"-ERR still no TLS\r\n", b"+OK\r\n")
    async with acting(script) as number, crossed(number) as here, connected(here) as peer:
        peer.writer.write(b"STLS\r\nSTLS\r\nNOOP\r\n")
        assert [await peer.line() for _ in range(4)] == [
            READY,
            b"-ERR no TLS\r\n",
            b"-ERR still no TLS\r\n",
            b"+OK\r\n",
        ]
    assert here.octets("C") == b"STLS\r\nSTLS\r\nNOOP\r\n"


async def test_a_client_that_ends_behind_a_command_that_waits_is_answered() -> None:
    script = saying(READY, b"-ERR no TLS\r\n", b"+OK\r\n")
    async with acting(script) as number, crossed(number) as here, connected(here) as peer:
        await peer.line()
        peer.writer.write(b"STLS\r\nNOOP\r\n")
        peer.writer.write_eof()
        assert await peer.rest() == b"-ERR no TLS\r\n+OK\r\n"
        assert (await here.over()).side == "C"


async def test_a_client_that_says_all_at_once_through_tls_is_answered() -> None:
    script = saying(READY, b"-ERR no TLS\r\n", b"+OK\r\n")
    async with acting(script) as number, crossed(number, listen_tls=True) as here, connected(here) as peer:
        end = await shaken(peer)
        seen = b""
        while not seen:
            seen = end.receive(await peer.reader.read(65_536))
        peer.writer.write(end.send(b"STLS\r\nNOOP\r\n") + end.close())
        seen += end.receive(await peer.rest())
        assert seen == READY + b"-ERR no TLS\r\n+OK\r\n"
        assert (await here.over()).side == "C"


async def test_a_client_that_leaves_before_the_server_is_there() -> None:
    async def script(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        await left.wait()

    left = asyncio.Event()
    async with (
        acting(script) as number,
        crossed(number, tls=True, listen_tls=True) as here,
        connected(here) as peer,
    ):
        end = await shaken(peer)
        peer.writer.write(end.send(b"QUIT\r\n") + end.close())
        await here.until(lambda: here.made[0]._done)
        left.set()
        await here.over()
    assert here.only(Tls).reason == DIALLED
    assert here.octets("C") == b""


async def test_a_greeting_in_pieces_comes_before_all_that_the_client_says() -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"+OK re")
        await release.wait()
        writer.write(b"ady\r\n")
        assert await reader.readline() == b"NOOP\r\n"
        writer.write(b"+OK\r\n")
        await reader.read()

    release = asyncio.Event()
    async with acting(script) as number, crossed(number) as here, connected(here) as peer:
        peer.writer.write(b"NOOP\r\n")
        assert await peer.reader.readexactly(6) == b"+OK re"
        release.set()
        assert [await peer.line(), await peer.line()] == [b"ady\r\n", b"+OK\r\n"]
    assert [event.raw for event in sentences(here.events, Data)] == [READY, b"NOOP\r\n", b"+OK\r\n"]


async def test_tls_that_begins_twice_cannot_be_followed() -> None:
    script = saying(READY, b"+OK again?\r\n")
    async with acting(script, tls=True) as number, crossed(number, tls=True) as here, connected(here) as peer:
        peer.writer.write(b"STLS\r\n")
        assert await peer.rest() == READY + b"+OK again?\r\n"
        end = await here.over()
    assert words.UNFIT in here.notes
    assert end.cut


async def test_compressed_octets_pass_and_are_unpacked_for_the_trace() -> None:
    packer = zlib.compressobj(wbits=-15)

    def packed(data: bytes) -> bytes:
        return packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH)

    greeting, agreed, news = b"* PREAUTH ready\r\n", b"a OK go\r\n", b"* 3 EXISTS\r\n"
    literal = b"* 1 FETCH (BODY[] {200000}\r\n" + b"y" * 200_000 + b")\r\n"
    said = [packed(news), packed(literal)]
    asked = [packer.copy(), b"b NOOP\r\n", b"c LOGIN ana secreto\r\n"]
    client = zlib.compressobj(wbits=-15)
    sent = [client.compress(each) + client.flush(zlib.Z_SYNC_FLUSH) for each in asked[1:]]  # type: ignore[arg-type]
    got: list[bytes] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await reader.readline()
        writer.write(agreed + said[0])
        got.append(await reader.readexactly(len(sent[0])))
        writer.write(said[1])
        got.append(await reader.readexactly(len(sent[1])))
        await reader.read()

    async with acting(script) as number, crossed(number, protocol=IMAP) as here, connected(here) as peer:
        await peer.line()
        peer.writer.write(b"a COMPRESS DEFLATE\r\n" + sent[0])  # the second too early
        whole = agreed + said[0] + said[1]
        assert await peer.reader.readexactly(len(whole)) == whole
        peer.writer.write(sent[1])
        await here.until(lambda: len(got) == 2)
    assert got == sent
    assert here.octets("C") == b"a COMPRESS DEFLATE\r\nb NOOP\r\nc LOGIN ana xxxxxxx\r\n"
    assert here.octets("S") == greeting + agreed + news + literal
    assert here.octets("C", "deflate") == b""


async def test_what_is_not_compressed_passes_and_is_not_written() -> None:
    script = saying(b"* PREAUTH ready\r\n", b"a OK go\r\n", b"\xff\xff\xff", b"\xfe\xfe")
    async with acting(script) as number, crossed(number, protocol=IMAP) as here, connected(here) as peer:
        await peer.line()
        assert await peer.ask(b"a COMPRESS DEFLATE") == b"a OK go\r\n"
        peer.writer.write(b"\xff\xff secreto\r\n")
        assert await peer.reader.readexactly(3) == b"\xff\xff\xff"
        peer.writer.write(b"\xfe\r\n")
        assert await peer.reader.readexactly(2) == b"\xfe\xfe"
    assert here.notes.count(NOT_COMPRESSED) == 2
    assert here.octets("C") == b"a COMPRESS DEFLATE\r\n"


async def test_a_layer_on_top_of_compression_cannot_be_followed() -> None:
    packer = zlib.compressobj(wbits=-15)

    def packed(data: bytes) -> bytes:
        return packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH)

    script = saying(b"* OK ready\r\n", b"a OK go\r\n", packed(b"b OK TLS then\r\n"))
    async with acting(script) as number, crossed(number, protocol=IMAP) as here, connected(here) as peer:
        await peer.line()
        await peer.ask(b"a COMPRESS DEFLATE")
        client = zlib.compressobj(wbits=-15)
        peer.writer.write(client.compress(b"b STARTTLS\r\n") + client.flush(zlib.Z_SYNC_FLUSH) + b"\n")
        await peer.rest()
        await here.over()
    assert words.UNFIT in here.notes
