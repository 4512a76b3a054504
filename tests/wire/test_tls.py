"""TLS in our hands: handshakes in memory, records in any pieces, what goes wrong, and TLS on links."""

from __future__ import annotations

import os
import ssl
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.client import Client
from sandbox.core.effects import Discarded
from sandbox.pop3 import POP3
from sandbox.wire.disturbance import Chunk, Cut, Part
from sandbox.wire.link import Link
from sandbox.wire.observer import Observer
from sandbox.wire.tls import TlsEnd, TlsServer, note_discarded, shake_hands, why
from sandbox.wire.trace import Close, Data, Journal, Open, Side, Tls
from tests.wire import tlskit
from tests.wire.harness import NAME, Post

VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]
MAIL = b"Subject: One\r\n\r\nFirst.\r\n"


class Wire:
    """A line in memory that remembers the flights."""

    def __init__(self) -> None:
        self.flights: list[tuple[Side, bytes]] = []

    def carry_record(self, side: Side, octets: bytes) -> None:
        self.flights.append((side, octets))


def pair(**settings: Any) -> tuple[TlsEnd, TlsEnd, Wire]:
    """Two ends behind their handshake."""
    client, server, wire = tlskit.client(**settings), tlskit.server(**settings).begin(), Wire()
    assert shake_hands(wire, client, server)
    return client, server, wire


@pytest.fixture(scope="module")
def quick() -> TlsServer:
    return tlskit.server()


# Two ends in memory


@pytest.mark.parametrize("version", VERSIONS)
def test_a_handshake_is_a_few_flights_and_then_octets_pass_both_ways(version: ssl.TLSVersion) -> None:
    client, server, wire = pair(version=version)
    assert [side for side, _flight in wire.flights] == ["C", "S", "C", "S"]
    assert all(flight[0] == 22 for _side, flight in wire.flights[:2])  # handshake records (RFC 8446 section 5.1)
    assert client.object.version() == version.name.replace("_", ".")
    for sender, receiver in ((client, server), (server, client)):
        octets = b"+OK \x00\xff" * 10_000
        record = sender.send(octets)
        assert octets[:100] not in record
        assert receiver.receive(record) == octets
        assert sender.send(b"") == b""


@pytest.mark.parametrize("version", VERSIONS)
def test_either_end_says_when_it_has_no_more_to_say(version: ssl.TLSVersion) -> None:
    client, server, _wire = pair(version=version)
    goodbye = server.close()
    assert len(goodbye) > 0
    assert client.receive(goodbye) == b""
    assert (client.ended, server.ended) == (True, False)
    assert server.receive(client.close()) == b""
    assert server.ended
    assert server.close() == b""
    assert (server.failure, client.failure) == ("", "")


def test_an_end_that_closes_with_octets_unread_closes_all_the_same() -> None:
    client, server, _wire = pair()
    client.receive(server.send(b"x"))
    server.receive(b"")
    record = client.send(b"unread")
    server._incoming.write(record)
    assert len(server.close()) > 0
    server.close()
    assert server.failure


def test_the_end_of_an_end_that_never_began_is_silent(quick: TlsServer) -> None:
    assert quick.begin().close() == b""


@given(st.binary(min_size=1, max_size=40_000), st.lists(st.integers(1, 20_000), max_size=30))
def test_records_may_be_cut_anywhere(octets: bytes, cuts: list[int]) -> None:
    client, server, _wire = _kept_pair()
    wire = client.send(octets)
    came = b""
    for size in [*cuts, len(wire)]:
        came += server.receive(wire[:size])
        wire = wire[size:]
    assert came == octets


_pairs: list[tuple[TlsEnd, TlsEnd, Wire]] = []


def _kept_pair() -> tuple[TlsEnd, TlsEnd, Wire]:
    """One pair for all examples: the property is about records, not handshakes."""
    if not _pairs:
        _pairs.append(pair())
    return _pairs[0]


def test_damaged_records_are_a_failure_and_an_alert() -> None:
    client, server, _wire = pair()
    record = bytearray(client.send(b"NOOP\r\n"))
    record[-1] ^= 1
    assert server.receive(bytes(record)) == b""
    assert "bad record mac" in server.failure
    assert server.due()[0] in (21, 23)  # an alert, encrypted by now
    assert server.close() == b""


# What goes wrong in a handshake


@pytest.mark.parametrize(
    ("client", "server", "reason"),
    [
        ({"name": "other.example"}, {}, "the certificate is for another name than the one that was asked for"),
        ({}, {"expired": True}, "the certificate has expired"),
        ({"trusting": False}, {}, "the client does not trust the authority that signed the certificate"),
    ],
    ids=["name", "expired", "stranger"],
)
def test_a_client_that_finds_fault_says_so(client: dict[str, Any], server: dict[str, Any], reason: str) -> None:
    ends = tlskit.client(**client), tlskit.server(**server).begin()
    wire = Wire()
    assert not shake_hands(wire, *ends)
    assert ends[0].failure == reason
    assert ends[1].failure
    assert wire.flights[-1][0] == "C"  # the alert left, though the handshake had failed


def test_two_ends_may_have_no_version_in_common() -> None:
    old, new = VERSIONS
    client, server = tlskit.client(version=old), tlskit.server(version=new).begin()
    assert not shake_hands(Wire(), client, server)
    assert server.failure == "the two ends have no version of TLS in common"


def test_clear_text_is_no_handshake(quick: TlsServer) -> None:
    end = quick.begin()
    end.handshake(b"USER ana\r\n")
    assert end.failure == "clear text came where a TLS handshake belongs"


def test_reasons_without_words_of_ours_are_told_in_those_of_openssl() -> None:
    error = ssl.SSLError(1, "[SSL: SOMETHING_ODD] odd")
    error.reason = ""
    assert why(error) == str(error)
    error.reason = "SOMETHING_ODD"
    assert why(error) == "something odd"
    doubt = ssl.SSLCertVerificationError(1, "odd")
    doubt.verify_code, doubt.verify_message = 999, "odd certificate"
    assert why(doubt) == "odd certificate"


# The key log


@pytest.mark.parametrize("version", VERSIONS)
def test_secrets_are_those_of_the_connection(version: ssl.TLSVersion) -> None:
    server = tlskit.server(version=version)
    journal = Journal(lambda: 7)
    begun = []
    for number in range(2):
        ends = tlskit.client(version=version), server.begin()
        wire = Wire()
        assert shake_hands(wire, *ends)
        begun.append((str(number), ends[1], wire.flights[0][1][11:43].hex()))
    for conn, end, _random in reversed(begun):
        server.report(journal, conn, end)
    for (_conn, _end, random), event in zip(reversed(begun), journal.events, strict=True):
        assert isinstance(event, Tls)
        assert {line.split(" ")[1] for line in event.secrets} == {random}
        assert (event.version, event.server_name) == (version.name.replace("TLSv", "TLS ").replace("_", "."), NAME)
        assert event.certificates == server.certificates
        assert event.cipher


def test_secrets_leave_no_file_and_are_nobody_elses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    unlink = os.unlink

    def watched(path: str) -> None:
        seen.append(stat.S_IMODE(os.stat(path).st_mode))
        unlink(path)

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(os, "unlink", watched)
    server = tlskit.server()
    assert set(seen) == {0o600}
    assert shake_hands(Wire(), tlskit.client(), server.begin())
    assert list(tmp_path.iterdir()) == []
    os.write(server._keys._file, b"no line of a key log\n")
    assert server._keys.take(server.begin()) == ()


def test_discarded_clear_text_is_noted() -> None:
    journal = Journal(lambda: 7)
    note_discarded(journal, "c", Discarded(b"NOOP\r\n"))
    [note] = journal.events
    assert (note.at, note.conn, note.params) == (7, "c", {"count": 6})  # type: ignore[union-attr]


# On a link


class Joined:
    """A POP3 client and server in memory, and TLS between them on request."""

    def __init__(self, *, tls: bool = False, trusting: bool = True) -> None:
        self.time, self.trusting = 0, trusting
        self.journal = Journal(lambda: self.time)
        self.post = Post(MAIL, tls=True)
        self.client = Client(POP3.tracker())
        self.tls = tlskit.server()
        opened = Open(1, 0, "c", "pop3", "laptop", NAME, 995 if tls else 110, tls=tls)
        self.link = Link(
            opened,
            POP3,
            self.client,
            self.post(),
            self.journal,
            advance=self.advance,
            perform=lambda _effect: True,
            securing=self.secure,
        )
        self.link.open()

    def advance(self, by: int) -> None:
        self.time += by

    def secure(self, link: Link) -> tuple[TlsEnd, TlsEnd] | None:
        ends = tlskit.client(trusting=self.trusting), self.tls.begin()
        done = shake_hands(link, *ends)
        self.tls.report(link.journal, link.conn, ends[1], ends[0].failure)
        return ends if done else None

    def say(self, *lines: bytes) -> None:
        for line in lines:
            self.client.send_line(line)
            self.link.settle()

    def kinds(self) -> list[tuple[str, str]]:
        return [
            (type(event).__name__, f"{event.side} {event.layer}" if isinstance(event, Data) else "")
            for event in self.journal.events
        ]

    def octets(self, layer: str) -> bytes:
        return b"".join(event.raw for event in self.journal.events if isinstance(event, Data) and event.layer == layer)


def test_stls_on_a_link_hides_what_follows() -> None:
    joined = Joined()
    joined.say(b"CAPA", b"STLS", b"USER ana", b"PASS secreto", b"STLS", b"QUIT")
    assert joined.link.closed
    assert b"PASS secreto" in joined.octets("app")
    assert b"PASS" not in joined.octets("tls")
    kinds = joined.kinds()
    begun = kinds.index(("Data", "C tls"))
    handshake = [("Data", f"{side} tls") for side in "CSCS"]
    assert kinds[begun : begun + 7] == [*handshake, ("Tls", ""), ("Data", "C tls"), ("Data", "C app")]
    assert kinds[-3:] == [("Data", "S tls"), ("Data", "C tls"), ("Close", "")]  # close_notify of both
    assert joined.client.state.name == "CLOSED"


def test_the_observer_understands_what_tls_hid() -> None:
    joined = Joined()
    joined.say(b"STLS", b"USER ana", b"PASS secreto", b"STAT")
    observer = Observer({"pop3": POP3})
    for event in joined.journal.events:
        observer.feed(event)
    watched = observer.watched["c"]
    assert watched.state.name == "TRANSACTION"
    assert watched.tls is not None
    assert watched.tls.version == "TLS 1.3"


def test_a_link_may_begin_with_tls() -> None:
    joined = Joined(tls=True)
    assert [name for name, _ in joined.kinds()[:6]] == ["Open", "Data", "Data", "Data", "Data", "Tls"]
    joined.say(b"USER ana", b"PASS secreto")
    assert joined.client.state.name == "TRANSACTION"
    joined.link.hang_up()
    assert joined.post.inbox.locked_by is None
    assert joined.journal.events[-1].side == "C"  # type: ignore[union-attr]


@pytest.mark.parametrize("first", [True, False])
def test_a_link_ends_when_the_handshake_fails(first: bool) -> None:
    joined = Joined(tls=first, trusting=False)
    joined.say(b"STLS")
    assert joined.link.closed
    [tls] = [event for event in joined.journal.events if isinstance(event, Tls)]
    assert tls.version == tls.cipher == ""
    assert tls.reason == "the client does not trust the authority that signed the certificate"
    assert tls.certificates == joined.tls.certificates  # it was shown, and refused
    assert isinstance(joined.journal.events[-1], Close)


def test_a_line_that_breaks_says_no_goodbye() -> None:
    class Breaks:
        spent = False

        def disturb(self, side: Side, data: bytes) -> list[Part]:
            return [Chunk(data), Cut()]

    joined = Joined(tls=True)
    joined.link.disturbances.append(Breaks())
    joined.say(b"USER ana")
    assert joined.kinds()[-3:] == [("Data", "C tls"), ("Data", "C app"), ("Close", "")]
