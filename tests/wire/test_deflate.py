"""Compression: its ends, on links and on sockets, and what comes from peers that do it badly."""

from __future__ import annotations

import asyncio
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.endpoint import OUTPUT_LIMIT
from sandbox.wire.deflate import ENDED, NOT_COMPRESSED, PIECE, RAW, DeflateEnd
from sandbox.wire.disturbance import Chunk, Part
from sandbox.wire.hub import Hub, Port
from sandbox.wire.observer import Observer
from sandbox.wire.tcp import Connection
from sandbox.wire.trace import Close, Data, Journal, Note, Side
from tests.core.toy import IN
from tests.wire import tlskit
from tests.wire.harness import PATIENCE, Peer, awake, connected, served
from tests.wire.test_link import NAME, Pair
from tests.wire.test_slow_clients import Pipe

# The ends


@given(st.lists(st.binary(max_size=300), max_size=5), st.lists(st.integers(1, 60), max_size=30))
def test_what_is_packed_may_be_cut_anywhere(pieces: list[bytes], cuts: list[int]) -> None:
    one, other = DeflateEnd(), DeflateEnd()
    wire, came = b"".join(one.send(piece) for piece in pieces), b""
    for size in [*cuts, len(wire)]:
        came += other.receive(wire[:size])
        wire = wire[size:]
    assert came == b"".join(pieces)
    assert not other.failure


def test_what_a_peer_of_ours_packed_comes_whole() -> None:
    data = b"x" * (2 * PIECE + 5)
    assert DeflateEnd().receive(DeflateEnd().send(data)) == data


def test_each_write_can_be_read_at_once_and_repetition_costs_little() -> None:
    one, other = DeflateEnd(), DeflateEnd()
    first = one.send(b"a NOOP\r\n")
    assert other.receive(first) == b"a NOOP\r\n"
    assert len(one.send(b"a NOOP\r\n")) < len(first)


def test_the_standard_library_understands_it_without_a_frame() -> None:
    end, peer = DeflateEnd(), zlib.decompressobj(-15)
    assert peer.decompress(end.send(b"* OK\r\n")) == b"* OK\r\n"


def test_what_few_octets_stand_for_comes_in_pieces() -> None:
    wire, end = DeflateEnd().send(b"x" * (3 * PIECE + 5)), DeflateEnd()
    sizes = [len(end.unpack(wire))]
    while end.behind:
        sizes.append(len(end.unpack()))
    assert sizes == [PIECE, PIECE, PIECE, 5]


@pytest.mark.parametrize(
    ("wire", "came", "why"),
    [
        (b"a2 NOOP\r\n", b"", NOT_COMPRESSED),
        (zlib.compress(b"a2 NOOP\r\n"), b"", NOT_COMPRESSED),  # the frame of zlib
        (zlib.compress(b"hi", wbits=RAW) + b"more", b"hi", ENDED),
    ],
)
def test_no_more_is_read_of_what_is_damaged(wire: bytes, came: bytes, why: str) -> None:
    end = DeflateEnd()
    assert end.receive(wire) == came
    assert end.failure == why
    assert not end.behind
    assert end.receive(wire) == b""


# On a link


def test_a_link_compresses_both_directions() -> None:
    pair = Pair()
    pair.say(b"PACK", b"ENTER", b"KEEP")
    layers = [(event.side, event.layer) for event in pair.data()]
    assert layers[:3] == [("S", "app"), ("C", "app"), ("S", "app")]
    assert layers[3:] == [(side, layer) for side in "CSCS" for layer in ("deflate", "app")]
    for side in ("C", "S"):
        peer = zlib.decompressobj(-15)
        wire = b"".join(event.raw for event in pair.data() if (event.side, event.layer) == (side, "deflate"))
        assert peer.decompress(wire) == b"".join(pair.came_through(side)[-2:])
    assert pair.client.state == pair.server.state == IN


def test_what_did_not_wait_on_a_link_is_taken_as_compressed() -> None:
    pair = Pair()
    pair.client.send(b"PACK\r\n" + zlib.compress(b"ENTER\r\n", wbits=RAW))
    pair.link.settle()
    assert pair.server.state == IN
    assert pair.came_through("C")[-1] == b"ENTER\r\n"
    observer = Observer({"toy": pair.link.protocol})
    for event in pair.journal.events:
        observer.feed(event)


def test_clear_text_that_did_not_wait_on_a_link_ends_it() -> None:
    pair = Pair()
    pair.client.send(b"PACK\r\na2 ENTER\r\n")
    pair.link.settle()
    note, end = pair.journal.events[-2:]
    assert isinstance(note, Note)
    assert note.text == NOT_COMPRESSED
    assert (end.side, end.cut) == ("S", False)  # type: ignore[union-attr]


def test_the_state_is_kept_where_a_link_is_disturbed() -> None:
    class Twice:
        spent = False

        def disturb(self, side: Side, data: bytes) -> list[Part]:
            return [Chunk(data[:2]), Chunk(data[2:])]

    pair = Pair()
    pair.link.disturbances.append(Twice())
    pair.say(b"PACK", b"ENTER")
    assert pair.client.state == IN


# On sockets


class Packed:
    """The client's end, by hand and by the standard library alone."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self._packer, self._unpacker = zlib.compressobj(wbits=-15), zlib.decompressobj(-15)
        self._came = b""

    def pack(self, data: bytes) -> bytes:
        return self._packer.compress(data) + self._packer.flush(zlib.Z_SYNC_FLUSH)

    def send(self, data: bytes) -> None:
        self.peer.writer.write(self.pack(data))

    async def line(self) -> bytes:
        while b"\n" not in self._came:
            async with asyncio.timeout(PATIENCE):
                octets = await self.peer.reader.read(65536)
            assert octets, "the server closed"
            self._came += self._unpacker.decompress(octets)
        line, _, self._came = self._came.partition(b"\n")
        return line + b"\n"

    async def rest(self) -> bytes:
        return self._came + self._unpacker.decompress(await self.peer.rest())


@pytest.mark.parametrize("secure", [False, True])
async def test_a_socket_is_compressed_above_tls(secure: bool) -> None:
    tls = tlskit.server() if secure else None
    settings = {"ssl": tlskit.client_context(), "server_hostname": NAME} if secure else {}
    async with served(awake, tls=tls, tls_first=secure) as here, connected(here, **settings) as peer:
        assert await peer.line() == b"ok hello\r\n"
        assert await peer.ask(b"PACK") == b"ok fine pack\r\n"
        packed = Packed(peer)
        packed.send(b"ENTER\r\n")
        assert await packed.line() == b"ok fine in\r\n"
        packed.send(b"DROP\r\n")
        assert await packed.rest() == b"ok bye\r\n"
        await here.over()
    assert here.octets("C") == b"PACK\r\nENTER\r\nDROP\r\n"
    for side in ("C", "S"):
        plain = here.octets(side)
        assert plain.endswith(zlib.decompressobj(-15).decompress(here.octets(side, "deflate")))
        assert b"ENTER" not in here.octets(side, "tls")
    first = next(event for event in here.events if isinstance(event, Data) and event.layer == "deflate")
    assert bool(here.octets("C", "tls")) is secure
    assert first.side == "C"


async def test_octets_behind_the_command_are_compressed_already() -> None:
    async with served(awake) as here, connected(here) as peer:
        packed = Packed(peer)
        peer.writer.write(b"PACK\r\n" + packed.pack(b"ENTER\r\n"))
        assert await peer.line() == b"ok hello\r\n"
        assert await peer.line() == b"ok fine pack\r\n"
        assert await packed.line() == b"ok fine in\r\n"


@pytest.mark.parametrize("behind", [b"", b"PACK\r\n"])
async def test_clear_text_ends_a_connection_that_is_compressed(behind: bytes) -> None:
    """It does not matter whether the octets came before the server had agreed or after."""
    async with served(awake) as here, connected(here) as peer:
        await peer.line()
        if not behind:
            await peer.ask(b"PACK")
        peer.writer.write(behind + b"a2 ENTER\r\n")
        await peer.rest()
        end = await here.over()
    assert here.notes == [NOT_COMPRESSED]
    assert (end.side, end.cut) == ("S", False)


async def test_a_bomb_is_unpacked_piece_by_piece_while_others_are_served() -> None:
    async with served(awake) as here, connected(here) as peer, connected(here) as other:
        await peer.line()
        await peer.ask(b"PACK")
        assert await other.line() == b"ok hello\r\n"
        packed = Packed(peer)
        lines = b"NOPE\r\n" * 200_000
        wire = packed.pack(lines + b"ENTER\r\n")
        assert len(wire) < 10_000  # the server gets it in one piece
        peer.writer.write(wire)
        assert await packed.line() == b"bad bad unknown\r\n"
        assert await other.ask(b"ENTER") == b"ok fine in\r\n"
        taken = here.octets("C")
    assert len(taken) < len(lines)
    sizes = [len(event.raw) for event in here.events if isinstance(event, Data) and event.layer == "app"]
    assert max(sizes) <= max(PIECE, 2 * OUTPUT_LIMIT)


async def test_all_of_it_is_served_before_the_end_of_a_client_that_says_no_more() -> None:
    asked = 20_000
    async with served(awake) as here, connected(here) as peer:
        await peer.line()
        await peer.ask(b"PACK")
        packed = Packed(peer)
        packed.send(b"NOPE\r\n" * asked)
        peer.writer.write_eof()
        came = await packed.rest()
        await here.over()
    assert came.count(b"bad bad unknown") == asked


class Tap(Pipe):
    """A transport that can be told to deliver no more."""

    reading = True
    connection: Connection

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True


class Direct:
    """A connection without a network, compressed, with octets that stand for this many lines."""

    def __init__(self, tap: Tap, lines: int) -> None:
        self.hub, self.tap = Hub(Journal(lambda: 0), lambda _effect: True), tap
        self.connection = Connection(self.hub, Port("port", "toy", NAME, awake))
        tap.connection = self.connection
        self.connection.connection_made(tap)
        self.arrive(b"PACK\r\n")
        self.arrive(DeflateEnd().send(b"NO\r\n" * lines))

    def arrive(self, octets: bytes) -> None:
        self.connection.get_buffer(-1)[: len(octets)] = octets
        self.connection.buffer_updated(len(octets))

    @property
    def pieces(self) -> int:
        """How many pieces have been taken."""
        events = self.hub.journal.events
        return sum(isinstance(event, Data) and (event.side, event.layer) == ("C", "app") for event in events) - 1


async def test_nothing_is_unpacked_for_a_client_that_does_not_read() -> None:
    direct = Direct(Tap(), PIECE)  # so that the last of four pieces is full, and nothing comes behind it
    connection, tap = direct.connection, direct.tap
    assert (direct.pieces, tap.reading) == (1, False)
    connection.pause_writing()
    await asyncio.sleep(0)
    assert direct.pieces == 1
    connection.resume_writing()
    connection.pause_writing()
    connection.resume_writing()
    assert (direct.pieces, tap.reading) == (1, False)
    await asyncio.sleep(0)
    assert direct.pieces == 2
    connection.eof_received()
    assert tap.closed == 0
    while not tap.closed:
        await asyncio.sleep(0)
    assert direct.pieces == 4
    connection.connection_lost(None)


async def test_answers_to_a_piece_may_be_more_than_a_client_reads() -> None:
    class Full(Tap):
        def write(self, data: bytes | bytearray | memoryview) -> None:
            if self.connection._deflate is not None:
                self.connection.pause_writing()

    direct = Direct(Full(), PIECE)
    await asyncio.sleep(0)
    assert (direct.pieces, direct.tap.reading) == (1, False)
    direct.connection.resume_writing()  # takes what waits of the answers, which fills it again
    await asyncio.sleep(0)
    assert (direct.pieces, direct.tap.reading) == (1, False)
    direct.connection.connection_lost(None)


async def test_a_client_that_hangs_up_leaves_the_rest_unread() -> None:
    async with served(awake) as here:
        async with connected(here) as peer:
            await peer.line()
            await peer.ask(b"PACK")
            Packed(peer).send(b"NOPE\r\n" * 200_000)
            while not here.octets("C", "deflate"):
                await asyncio.sleep(0)
        await here.over()
    assert isinstance(here.events[-1], Close)
