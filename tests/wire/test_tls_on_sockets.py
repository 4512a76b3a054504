"""TLS on sockets: peers of the standard library, octets by hand, and clients that behave badly."""

from __future__ import annotations

import asyncio
import poplib
import socket
import ssl
import struct
from typing import Any

import pytest

from sandbox.core.host import Host
from sandbox.wire.tls import HUNG_UP, TOO_SLOW, TlsEnd, TlsServer
from sandbox.wire.trace import Open, Tls
from tests.core.toy import ToyServer
from tests.wire import tlskit
from tests.wire.harness import NAME, PATIENCE, Post, Served, connected, served

MAIL = b"Subject: One\r\n\r\nFirst.\r\n"


@pytest.fixture(scope="module")
def quick() -> TlsServer:
    return tlskit.server()


@pytest.mark.parametrize("first", [True, False])
async def test_poplib_verifies_us_and_reads_its_mail(first: bool, quick: TlsServer) -> None:
    def session(port: int) -> list[bytes]:
        context = tlskit.client_context()
        if first:
            client: poplib.POP3 = poplib.POP3_SSL("localhost", port, context=context, timeout=PATIENCE)
        else:
            client = poplib.POP3("localhost", port, timeout=PATIENCE)
            client.stls(context)
            assert "STLS" not in client.capa()
        client.user("ana")
        client.pass_("secreto")
        lines = client.retr(1)[1]
        client.quit()
        return lines

    async with served(Post(MAIL, tls=True), tls=quick, tls_first=first) as here:
        assert await asyncio.to_thread(session, here.number) == MAIL.splitlines()
        end = await here.over()
    assert (end.side, end.cut) == ("S", False)
    tls = here.only(Tls)
    assert (tls.version, tls.server_name, tls.reason) == ("TLS 1.3", "localhost", "")
    assert tls.certificates == quick.certificates
    assert tls.secrets
    assert b"PASS secreto\r\n" in here.octets("C")
    assert b"PASS" not in here.octets("C", "tls")
    assert here.only(Open).tls is first


async def test_octets_in_single_file_are_a_handshake_too(quick: TlsServer) -> None:
    async with served(Post(MAIL, tls=True), tls=quick, tls_first=True) as here, connected(here) as peer:
        client = tlskit.client("localhost")
        flight = client.handshake()
        while not client.established:
            for octet in flight:
                peer.writer.write(bytes([octet]))
                await peer.writer.drain()
            flight = client.handshake(await peer.reader.read(65536))
            assert not client.failure
        # the end of the handshake and the first command in one piece
        peer.writer.write(flight + client.send(b"USER ana\r\n"))
        came = b""
        while came.count(b"\r\n") < 2:
            came += client.receive(await peer.reader.read(65536))
        assert came.splitlines()[1] == b"+OK send the password of ana"


async def test_clear_text_behind_stls_is_thrown_away(quick: TlsServer) -> None:
    """The injection of CVE-2011-0411: what came before TLS must not be obeyed after it (RFC 2595 section 2.1)."""
    async with served(Post(MAIL, tls=True), tls=quick) as here, connected(here) as peer:
        await peer.line()
        assert (await peer.ask(b"STLS\r\nUSER mallory\r\nCAPA")).startswith(b"+OK begin")
        client = tlskit.client("localhost")
        flight = client.handshake()
        while not client.established:
            peer.writer.write(flight)
            flight = client.handshake(await peer.reader.read(65536))
        peer.writer.write(flight + client.send(b"PASS secreto\r\n"))
        came = b""
        while b"\r\n" not in came:
            came += client.receive(await peer.reader.read(65536))
        assert came == b"-ERR give USER before PASS\r\n"
        assert len(here.notes) == 1


async def test_a_client_that_does_not_trust_us_is_told_of_in_the_journal(quick: TlsServer) -> None:
    async with served(Post(MAIL, tls=True), tls=quick, tls_first=True) as here:
        context = tlskit.client_context(trusting=False)
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.to_thread(poplib.POP3_SSL, "localhost", here.number, context=context, timeout=PATIENCE)
        await here.over()
    tls = here.only(Tls)
    assert tls.reason == "the client does not trust the authority that signed the certificate"
    assert (tls.version, tls.certificates) == ("", quick.certificates)
    assert here.octets("S") == b""


@pytest.mark.parametrize("first", [True, False])
async def test_clear_text_in_place_of_a_handshake_ends_the_connection(first: bool, quick: TlsServer) -> None:
    async with served(Post(MAIL, tls=True), tls=quick, tls_first=first) as here, connected(here) as peer:
        if not first:
            await peer.line()
            await peer.ask(b"STLS")
        peer.writer.write(b"USER ana\r\nPASS secreto\r\n")
        assert await peer.rest() == b""
        await here.over()
    assert here.only(Tls).reason == "clear text came where a TLS handshake belongs"


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("how", ["shutdown", "abort"])
async def test_hanging_up_in_a_handshake(first: bool, how: str, quick: TlsServer) -> None:
    async with served(Post(MAIL, tls=True), tls=quick, tls_first=first) as here, connected(here) as peer:
        if not first:
            await peer.line()
            await peer.ask(b"STLS")
        if how == "shutdown":
            peer.writer.write_eof()
        else:
            await _reset(peer.writer)
        end = await here.over()
    assert here.only(Tls).reason == HUNG_UP
    assert (end.side, end.cut) == (("C", False) if how == "shutdown" else ("", True))


async def _reset(writer: asyncio.StreamWriter) -> None:
    """Break the line so that the other end sees an error."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@pytest.mark.parametrize("first", [True, False])
async def test_a_handshake_may_not_take_forever(first: bool, quick: TlsServer) -> None:
    limits = {"handshake": 0.05}
    async with served(Post(MAIL, tls=True), tls=quick, tls_first=first, **limits) as here, connected(here) as peer:
        if not first:
            await peer.line()
            await peer.ask(b"STLS")
        assert await peer.rest() == b""
        await here.over()
    assert here.only(Tls).reason == TOO_SLOW


class Grumpy(ToyServer):
    """Says hello and leaves."""

    initial = ToyServer.closed


async def test_a_server_may_leave_as_soon_as_it_is_protected(quick: TlsServer) -> None:
    async with served(lambda: Grumpy(Host(NAME, lambda: 0, bytes)), tls=quick, tls_first=True) as here:
        _client, writer = await secured(here)
        end = await here.over()
        writer.transport.abort()
    assert end.side == "S"
    assert here.octets("S") == b"ok hello\r\n"


async def test_shutting_down_in_a_handshake(quick: TlsServer) -> None:
    async with served(Post(MAIL, tls=True), tls=quick) as here, connected(here) as peer:
        await peer.line()
        await peer.ask(b"STLS")
        await here.hub.close()
        assert await peer.rest() == b""
    assert not [event for event in here.events if isinstance(event, Tls)]


async def secured(here: Served) -> tuple[TlsEnd, Any]:
    """A client behind its handshake, whose octets are in our hands."""
    reader, writer = await asyncio.open_connection("127.0.0.1", here.number)
    client = tlskit.client("localhost")
    flight = client.handshake()
    while not client.established:
        writer.write(flight)
        flight = client.handshake(await reader.read(65536))
    writer.write(flight)
    await here.handshake()
    return client, writer


async def test_a_client_may_end_with_an_alert_alone(quick: TlsServer) -> None:
    async with served(Post(MAIL, tls=True), tls=quick, tls_first=True) as here:
        client, writer = await secured(here)
        writer.write(client.send(b"CAPA\r\n") + client.close())
        end = await here.over()
        writer.transport.abort()
    assert end.side == "C"
    assert here.octets("C") == b"CAPA\r\n"


async def test_damage_under_tls_ends_the_connection(quick: TlsServer) -> None:
    async with served(Post(MAIL, tls=True), tls=quick, tls_first=True) as here:
        client, writer = await secured(here)
        record = bytearray(client.send(b"CAPA\r\n"))
        record[-1] ^= 1
        writer.write(bytes(record))
        end = await here.over()
        writer.transport.abort()
    assert end.side == "S"
    assert here.octets("C") == b""
    assert any("bad record mac" in note for note in here.notes)


async def test_records_after_the_end_are_recorded_as_records(quick: TlsServer) -> None:
    async with served(Post(MAIL, tls=True), tls=quick, tls_first=True) as here:
        client, writer = await secured(here)
        writer.write(client.send(b"QUIT\r\n"))
        async with asyncio.timeout(PATIENCE):
            while not any(connection._closed_by for connection in here.hub.connections):
                await asyncio.sleep(0)
        late = client.send(b"NOOP\r\n")
        writer.write(late)
        writer.write_eof()
        await here.over()
        writer.transport.abort()
    assert here.octets("C", "tls").endswith(late)
    assert here.octets("C") == b"QUIT\r\n"
