"""What a server has said that it offers, as `Protocol.offered` finds it in a dialogue."""

from __future__ import annotations

from sandbox.pop3 import POP3

CAPA = b"+OK\r\nUIDL\r\nSTLS\r\n.\r\n"


def offered(*said: bytes) -> frozenset[bytes] | None:
    """`said` are octets of client and server by turns, the server's greeting first."""
    tracker = POP3.tracker()
    units = []
    for number, octets in enumerate(said):
        units += tracker.receive("C" if number % 2 else "S", octets)
    return POP3.offered(reversed(units), tracker.state)


def test_nothing_is_known_before_the_server_says_it() -> None:
    assert offered(b"+OK\r\n") is None
    assert offered(b"+OK\r\n", b"CAPA\r\n", b"-ERR\r\n") is None


def test_the_last_list_counts() -> None:
    assert offered(b"+OK\r\n", b"CAPA\r\n", CAPA, b"NOOP\r\n", b"-ERR\r\n") == {b"UIDL", b"STLS"}
    assert offered(b"+OK\r\n", b"CAPA\r\n", CAPA, b"CAPA\r\n", b"+OK\r\nTOP\r\n.\r\n") == {b"TOP"}


def test_tls_makes_what_was_said_before_void() -> None:
    # RFC 2595 section 4
    before = (b"+OK\r\n", b"CAPA\r\n", CAPA, b"STLS\r\n")
    assert offered(*before, b"-ERR\r\n") == {b"UIDL", b"STLS"}
    assert offered(*before, b"+OK\r\n") is None
    assert offered(*before, b"+OK\r\n", b"CAPA\r\n", b"+OK\r\n.\r\n") == set()
