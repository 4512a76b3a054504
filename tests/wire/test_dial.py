"""A socket of one's own, in clear text and under TLS, with the standard library at the other end."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from sandbox.wire.dial import Dial, DialError
from sandbox.wire.tls import TlsEnd
from sandbox.world.authority import Authority

NAME = "mail.norte.example"


@pytest.fixture
def pair() -> Iterator[tuple[Dial, socket.socket]]:
    ours, theirs = socket.socketpair()
    theirs.settimeout(10)
    dial = Dial(ours, 10)
    yield dial, theirs
    dial.close()
    theirs.close()


def meanwhile(act: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=act)
    thread.start()
    return thread


def test_clear_text(pair: tuple[Dial, socket.socket]) -> None:
    dial, other = pair
    dial.send(b"NOOP\r\n")
    assert other.recv(100) == b"NOOP\r\n"
    other.sendall(b"+OK\r\n")
    assert dial.receive() == b"+OK\r\n"
    other.close()
    assert dial.receive() == b""


def test_connect_and_wait() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        dial = Dial.connect("127.0.0.1", listener.getsockname()[1], 0.01)
        with pytest.raises(TimeoutError):
            dial.receive()
        dial.close()


def test_a_server_under_tls(pair: tuple[Dial, socket.socket]) -> None:
    dial, other = pair
    authority = Authority()
    end = authority.server((NAME,)).begin()
    said: list[bytes] = []

    def client() -> None:
        context = authority.client_context()
        with context.wrap_socket(other, server_hostname=NAME) as secured:
            secured.sendall(b"CAPA\r\n")
            said.append(secured.recv(100))
            said.append(secured.recv(100))

    thread = meanwhile(client)
    dial.secure(end)
    assert dial.receive() == b"CAPA\r\n"
    dial.send(b"+OK\r\n")
    dial.close()
    thread.join()
    assert said == [b"+OK\r\n", b""]


def test_a_client_under_tls(pair: tuple[Dial, socket.socket]) -> None:
    dial, other = pair
    authority = Authority()
    end = authority.server((NAME,)).begin()

    def server() -> None:
        while not end.established:
            other.sendall(end.handshake(other.recv(1 << 16)))
        other.sendall(end.send(b"+OK hi\r\n"))
        assert end.receive(other.recv(100)) == b"QUIT\r\n"
        other.sendall(end.close())

    thread = meanwhile(server)
    dial.secure(TlsEnd(authority.client_context(), server_name=NAME))
    assert dial.receive() == b"+OK hi\r\n"
    dial.send(b"QUIT\r\n")
    assert dial.receive() == b""
    dial.close()
    thread.join()


def test_octets_that_came_with_the_handshake() -> None:
    """The client's Finished and its first words may come in one piece."""
    authority = Authority()
    client, server = TlsEnd(authority.client_context(), server_name=NAME), authority.server((NAME,)).begin()
    ours, theirs = socket.socketpair()
    dial = Dial(ours, 10)

    def speak() -> None:
        theirs.sendall(client.handshake())
        flight = client.handshake(theirs.recv(1 << 16))
        theirs.sendall(flight + client.send(b"early\r\n"))

    thread = meanwhile(speak)
    dial.secure(server)
    thread.join()
    assert dial.receive() == b"early\r\n"
    theirs.close()
    dial.close()


def test_handshakes_that_fail(pair: tuple[Dial, socket.socket]) -> None:
    dial, other = pair
    other.sendall(b"+OK this is no TLS at all\r\n")
    with pytest.raises(DialError, match="clear text"):
        dial.secure(TlsEnd(Authority().client_context(), server_name=NAME))


def test_hanging_up_during_the_handshake(pair: tuple[Dial, socket.socket]) -> None:
    dial, other = pair
    other.shutdown(socket.SHUT_WR)
    with pytest.raises(DialError, match="hung up"):
        dial.secure(TlsEnd(Authority().client_context(), server_name=NAME))


def test_closing_when_the_other_end_has_gone(pair: tuple[Dial, socket.socket]) -> None:
    dial, _other = pair
    dial._tls = TlsEnd(Authority().client_context(), server_name=NAME)
    dial._socket.close()
    dial.close()


def test_records_that_come_in_pieces() -> None:
    authority = Authority()
    end = authority.server((NAME,)).begin()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    dial = Dial(ours, 10)

    def server() -> None:
        while not end.established:
            theirs.sendall(end.handshake(theirs.recv(1 << 16)))
        record = end.send(b"+OK\r\n")
        theirs.sendall(record[:7])
        theirs.sendall(record[7:])

    thread = meanwhile(server)
    dial.secure(TlsEnd(authority.client_context(), server_name=NAME))
    assert dial.receive() == b"+OK\r\n"
    thread.join()
    theirs.close()
    dial.close()
