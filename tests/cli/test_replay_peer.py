"""`mail-sandbox replay --to` and `--listen`: real sockets, with simple ends."""

from __future__ import annotations

import queue
import socket
import threading
from pathlib import Path

import pytest

from sandbox.cli import main, replay
from sandbox.wire.tls import TlsEnd
from sandbox.world.authority import Authority

TEXT = "S: +OK hi\nC: NOOP\nS: +OK\nC: QUIT\nS: +OK\n"
SECURE = "S: +OK hi\nC: STLS\nS: +OK\nC: QUIT\nS: +OK\n"


@pytest.fixture
def recording(tmp_path: Path) -> str:
    path = tmp_path / "a.txt"
    path.write_text(TEXT)
    return str(path)


class Server(threading.Thread):
    """Says its lines, one for each that it hears; TLS begins behind `+TLS`."""

    def __init__(self, *lines: bytes) -> None:
        super().__init__()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._lines = lines
        self.start()

    def run(self) -> None:
        with self._listener, self._listener.accept()[0] as connection:
            end: TlsEnd | None = None
            for line, following in zip(self._lines, [*self._lines[1:], b""], strict=True):
                if line == b"+TLS":
                    end = Authority().server(("localhost",)).begin()
                    while not end.established:
                        connection.sendall(end.handshake(connection.recv(1 << 16)))
                    continue
                connection.sendall(line if end is None else end.send(line))
                heard = b"\r\n" if following == b"+TLS" else b""
                while not heard.endswith(b"\r\n"):
                    octets = connection.recv(1 << 16)
                    if not octets:
                        return
                    heard += octets if end is None else end.receive(octets)


def test_a_server_that_does_the_same(recording: str, capsys: pytest.CaptureFixture[str]) -> None:
    server = Server(b"+OK welcome\r\n", b"+OK nothing\r\n", b"+OK bye\r\n")
    assert main(["replay", recording, "--to", f"localhost:{server.port}"]) == 0
    server.join()
    assert "All as it was recorded." in capsys.readouterr().out


def test_a_server_that_differs(recording: str, capsys: pytest.CaptureFixture[str]) -> None:
    server = Server(b"+OK welcome\r\n", b"-ERR no\r\n", b"+OK bye\r\n")
    assert main(["replay", recording, "--to", f"127.0.0.1:{server.port}"]) == 1
    server.join()
    out = capsys.readouterr().out
    assert "\n- S: +OK\n+ S: -ERR no\n" in out
    assert "C: QUIT" in out


@pytest.mark.parametrize(("answer", "goes_on"), [("", True), ("q", False)])
def test_somebody_decides_whether_to_go_on(
    answer: str, goes_on: bool, recording: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(replay.click, "prompt", lambda *_words, **_options: answer)
    server = Server(b"+OK welcome\r\n", b"-ERR no\r\n", b"+OK bye\r\n")
    assert main(["replay", recording, "--to", f"127.0.0.1:{server.port}"]) == 1
    server.join()
    assert ("C: QUIT" in capsys.readouterr().out) is goes_on


def test_a_server_that_hangs_up(recording: str, capsys: pytest.CaptureFixture[str]) -> None:
    server = Server(b"+OK welcome\r\n")
    assert main(["replay", recording, "--to", f"127.0.0.1:{server.port}"]) == 1
    server.join()
    assert "closed the connection" in capsys.readouterr().out


def test_nobody_there(recording: str, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert main(["replay", recording, "--to", f"127.0.0.1:{port}"]) == 1
    assert "refused" in capsys.readouterr().err


def test_tls_where_it_was_recorded(recording: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(recording).write_text(SECURE)
    server = Server(b"+OK\r\n", b"+OK\r\n", b"+TLS", b"", b"+OK bye\r\n")
    assert main(["replay", recording, "--to", f"localhost:{server.port}"]) == 0
    server.join()
    assert "-- TLS\nC: QUIT\n" in capsys.readouterr().out


def test_tls_from_the_start_and_tls_that_fails(recording: str, capsys: pytest.CaptureFixture[str]) -> None:
    server = Server(b"+TLS", b"+OK\r\n", b"+OK\r\n", b"+OK\r\n")
    assert main(["replay", recording, "--to", f"localhost:{server.port}", "--tls"]) == 0
    server.join()
    server = Server(b"+OK this is clear text\r\n", b"")
    assert main(["replay", recording, "--to", f"localhost:{server.port}", "--tls"]) == 1
    server.join()
    assert "TLS failed" in capsys.readouterr().err


@pytest.mark.parametrize(("last", "status"), [(b"QUIT\r\n", 0), (b"STAT\r\n", 1)])
def test_a_client_comes(
    last: bytes, status: int, recording: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ready: queue.Queue[int] = queue.Queue()
    create = socket.create_server

    def noted(address: tuple[str, int]) -> socket.socket:
        listener = create(address)
        ready.put(listener.getsockname()[1])
        return listener

    monkeypatch.setattr(replay.socket, "create_server", noted)
    heard: list[bytes] = []

    def client() -> None:
        with socket.create_connection(("127.0.0.1", ready.get())) as connection, connection.makefile("rb") as replies:
            heard.append(replies.readline())
            for line in (b"NOOP\r\n", last):
                connection.sendall(line)
                heard.append(replies.readline())

    thread = threading.Thread(target=client)
    thread.start()
    assert main(["replay", recording, "--listen", "0"]) == status
    thread.join()
    assert heard == [b"+OK hi\r\n", b"+OK\r\n", b"+OK\r\n"]
    assert "waiting for a mail program at 127.0.0.1:" in capsys.readouterr().out


def test_a_client_that_wants_tls(recording: str, monkeypatch: pytest.MonkeyPatch) -> None:
    end = replay._server_end("mail.example")()
    assert isinstance(end, TlsEnd)
    client = replay._client_end("localhost")()
    octets = client.handshake()
    while octets and not (client.established and end.established):
        octets = client.handshake(end.handshake(octets))
    assert client.failure == ""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--tls"], "are for --to and --listen"),
        (["--conn", "c1"], "are for --to and --listen"),
        (["--listen", "0.0.0.0:2110"], "Others could connect to 0.0.0.0"),
    ],
)
def test_options_that_would_do_nothing_or_too_much(
    recording: str, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", recording, *options]) == 2
    assert said in capsys.readouterr().err
