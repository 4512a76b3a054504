"""COMPRESS=DEFLATE: what the server answers, in memory and to a client that has zlib of its own, over a socket."""

from __future__ import annotations

import imaplib
import time
import zlib
from typing import Any

import pytest

from sandbox.core.client import Client
from sandbox.core.effects import Compress
from sandbox.core.registry import Owes
from sandbox.core.tracker import Kind
from sandbox.imap import IMAP
from sandbox.wire.link import Link
from sandbox.wire.observer import Observer
from sandbox.wire.trace import Data, Journal, Open
from tests.imap.test_clients import served
from tests.imap.worlds import MIXED, PLAIN, Home
from tests.support.dialogue import check


def test_it_belongs_to_who_is_logged_in_and_to_one_algorithm() -> None:
    check(
        Home(PLAIN),
        r"""
        S: * OK ...
        C: a COMPRESS DEFLATE
        S: a BAD COMPRESS has no place in the NOT AUTHENTICATED state
        C: b LOGIN ana secreto
        S: b OK [CAPABILITY ... COMPRESS=DEFLATE ...] ...
        C: c COMPRESS LZ4
        S: c BAD ...
        C: d COMPRESS
        S: d BAD ...
        C: e compress deflate
        S: e OK DEFLATE begins now
        C: f COMPRESS DEFLATE
        S: f BAD [COMPRESSIONACTIVE] ...
        C: g CAPABILITY
        S: * CAPABILITY ...
        S: g OK ...
        """,
    )


def test_it_is_not_announced_where_it_is_active_or_switched_off() -> None:
    line = Home(PLAIN).connect()
    assert "COMPRESS=DEFLATE" in line.do("CAPABILITY")[0]
    line.do("COMPRESS DEFLATE")
    assert "COMPRESS=DEFLATE" not in line.do("CAPABILITY")[0]
    without = Home(PLAIN, without=("COMPRESS=DEFLATE",)).connect()
    assert without.do("COMPRESS DEFLATE")[-1].startswith("BAD this server has no command COMPRESS")


def test_what_was_piped_behind_it_is_left_to_the_layer_below() -> None:
    line = Home(PLAIN).connect()
    line.server.receive_data(b"c COMPRESS DEFLATE\r\n\x4a\x54")
    assert line.server.data_to_send() == b"c OK DEFLATE begins now\r\n"
    (wish,) = line.server.events_received()
    assert isinstance(wish, Compress)
    assert wish.early == b"\x4a\x54"


class Joined:
    """A client and a server in memory."""

    def __init__(self) -> None:
        home, self.time = Home(PLAIN, MIXED), 0
        self.journal = Journal(lambda: self.time)
        self.client = Client(IMAP.tracker())
        self.server = home()
        self.link = Link(
            Open(1, 0, "c", "imap", "laptop", "mail.norte.example", 143),
            IMAP,
            self.client,
            self.server,
            self.journal,
            advance=lambda _by: None,
            perform=lambda _effect: True,
            securing=lambda _link: None,
        )
        self.link.open()

    def say(self, *lines: bytes) -> None:
        for line in lines:
            self.client.send_line(line)
            self.link.settle()

    def octets(self, side: str, layer: str) -> bytes:
        return b"".join(
            event.raw
            for event in self.journal.events
            if isinstance(event, Data) and (event.side, event.layer) == (side, layer)
        )


def test_typing_the_command_is_all_that_is_needed_and_the_observer_follows() -> None:
    joined = Joined()
    joined.say(b"a LOGIN ana secreto", b"b COMPRESS DEFLATE", b"c SELECT INBOX", b"d APPEND INBOX {5}")
    joined.say(b"hello", b"e IDLE", b"DONE", b"f COMPRESS DEFLATE", b"g FETCH 1:* BODY[]", b"h LOGOUT")
    assert joined.link.closed
    for side in ("C", "S"):
        plain = zlib.decompressobj(-15).decompress(joined.octets(side, "deflate"))
        assert joined.octets(side, "app").endswith(plain)
        assert len(plain) > 50
    assert b"LOGIN" not in zlib.decompressobj(-15).decompress(joined.octets("C", "deflate"))
    observer = Observer({"imap": IMAP})
    for event in joined.journal.events:
        observer.feed(event)
    watched = observer.watched["c"]
    seen = [(exchange.request.verb, exchange.outcome) for exchange in watched.exchanges[1:] if exchange.request]
    outcomes = [(verb, outcome.value) for verb, outcome in seen if outcome]
    assert outcomes == [
        *((verb, "ok") for verb in (b"LOGIN", b"COMPRESS", b"SELECT", b"APPEND", b"IDLE")),
        (b"COMPRESS", "bad"),
        *((verb, "ok") for verb in (b"FETCH", b"LOGOUT")),
    ]
    assert watched.state is joined.server.state
    assert all(found.unit.fault is None for found in watched.explained if found.unit.kind is Kind.COMMAND)


class Compressing(imaplib.IMAP4):
    """imaplib with compression: RFC 4978, by zlib and nothing of ours."""

    def compress(self) -> None:
        imaplib.Commands["COMPRESS"] = ("AUTH", "SELECTED")
        kind, said = self._simple_command("COMPRESS", "DEFLATE")
        assert kind == "OK", said
        self._packer, self._unpacker = zlib.compressobj(wbits=-15), zlib.decompressobj(-15)
        self._waiting = b""
        self.send, self.read, self.readline = self._send, self._read, self._readline  # type: ignore[method-assign]

    def _more(self) -> None:
        octets = self.sock.recv(4096)
        assert octets
        self._waiting += self._unpacker.decompress(octets)

    def _send(self, data: bytes) -> None:
        self.sock.sendall(self._packer.compress(data) + self._packer.flush(zlib.Z_SYNC_FLUSH))

    def _read(self, size: int) -> bytes:
        while len(self._waiting) < size:
            self._more()
        data, self._waiting = self._waiting[:size], self._waiting[size:]
        return data

    def _readline(self) -> bytes:
        while b"\n" not in self._waiting:
            self._more()
        return self._read(self._waiting.index(b"\n") + 1)


async def test_imaplib_with_zlib_works_over_a_socket() -> None:
    home = Home(PLAIN)
    home.host.now = time.time_ns
    large = b"Subject: large\r\n\r\n" + b"0123456789abcdef\r\n" * 20_000

    def session(port: int) -> Any:
        with Compressing("127.0.0.1", port, timeout=20) as client:
            client.login("ana", "secreto")
            client.compress()
            assert client.select()[1] == [b"1"]
            assert client.append("INBOX", "", "", large)[0] == "OK"
            assert client.noop()[0] == "OK"
            kind, data = client.fetch("2", "(BODY.PEEK[])")
            with pytest.raises(imaplib.IMAP4.error, match="COMPRESSIONACTIVE"):
                client._simple_command("COMPRESS", "DEFLATE")
            return kind, data

    kind, data = await served(home, session)
    assert kind == "OK"
    assert data[0][1] == large


def test_a_client_knows_that_it_owes_a_literal() -> None:
    joined = Joined()
    joined.say(b"a LOGIN ana secreto", b"b APPEND INBOX {5}")
    assert joined.client.owes is Owes.LINES
    joined.say(b"hello")
    assert joined.client.owes is Owes.NOTHING
    joined.say(b"c IDLE")
    assert joined.client.owes is Owes.LINES
