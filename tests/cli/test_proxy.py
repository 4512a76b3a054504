"""`proxy` as the shell sees it: words, the ready file, signals, the transcript that has no secrets, and curl."""

from __future__ import annotations

import base64
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from sandbox.cli import main
from sandbox.record.reader import Transcript
from sandbox.record.replay import Replay
from sandbox.wire.trace import Close, Data, Open
from sandbox.world.protocols import PROTOCOLS
from sandbox.world.services import SERVICES

PATIENCE = 20.0
PASSWORD = "wonderland"
SECRETS = [
    PASSWORD.encode(),
    base64.b64encode(PASSWORD.encode()).rstrip(b"="),
    base64.b64encode(b"\0alice\0" + PASSWORD.encode()).rstrip(b"="),
    base64.b64encode(b"\0alice\0" + PASSWORD.encode())[9:-4],
    PASSWORD.encode().hex().encode(),
]
PROXY = [sys.executable, "-m", "sandbox", "proxy"]


@contextmanager
def running(words: list[str], ready: Path, **settings: Any) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """A process that has told where it listens, and what it told."""
    process = subprocess.Popen(words, text=True, **settings)
    try:
        until = time.monotonic() + PATIENCE
        while not (ready.exists() and ready.read_text()):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < until
            time.sleep(0.005)
        yield process, json.loads(ready.read_text())
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A server of ours for all tests here."""
    folder = tmp_path_factory.mktemp("served")
    free = [word for name in SERVICES for word in ("--port", f"{name}=0")]
    words = [sys.executable, "-m", "sandbox", "serve", "--headless", "--ready-file", str(folder / "ready"), *free]
    environ = os.environ | {"MAIL_SANDBOX_HOME": str(folder)}
    with running(words, folder / "ready", env=environ, stdout=subprocess.DEVNULL) as (_process, facts):
        yield facts


@contextmanager
def proxied(folder: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    ready = folder / "proxy.json"
    given = [*PROXY, *words, "--headless", "--ready-file", str(ready)]
    with running(given, ready, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as started:
        yield started


def curl(*words: str) -> subprocess.CompletedProcess[str]:
    path = shutil.which("curl")
    if path is None:
        pytest.skip("curl is not installed")
    command = (path, "-sS", "-u", f"alice:{PASSWORD}", *words)
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)


def only(folder: Path) -> Path:
    [path] = folder.iterdir()
    return path


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_line_of_json_and_a_clean_end(number: int, served: dict[str, Any], tmp_path: Path) -> None:
    server = f"localhost:{served['ports']['imaps']}"
    with proxied(tmp_path, "imap", server, "--tls", "--json", "--insecure") as (process, facts):
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")
    assert json.loads(out) == facts
    assert out.count("\n") == 1
    assert facts["server"] == server
    assert (facts["protocol"], facts["host"], facts["tls"], facts["trace"]) == ("imap", "127.0.0.1", False, None)


@pytest.mark.parametrize(
    ("login", "words", "proxy"),
    [
        ("AUTH=PLAIN", ["--sasl-ir"], ["--tls"]),
        ("AUTH=LOGIN", [], ["--tls"]),
        ("AUTH=PLAIN", [], ["--tls", "--listen-tls"]),
        ("AUTH=CRAM-MD5", [], ["--tls"]),
    ],
)
def test_curl_reads_through_it_and_no_secret_reaches_the_disk(
    login: str, words: list[str], proxy: list[str], served: dict[str, Any], tmp_path: Path
) -> None:
    server = f"localhost:{served['ports']['imaps']}"
    record = ["--record", str(tmp_path / "record")]
    with proxied(tmp_path, "imap", server, "--ca", served["ca"], *proxy, *record) as (process, facts):
        scheme = "imaps" if facts["tls"] else "imap"
        place = f"{scheme}://localhost:{facts['port']}/INBOX;UID=1"
        done = curl("--cacert", facts["ca"], "--login-options", login, *words, place)
        assert (done.returncode, done.stderr) == (0, "")
        assert "Welcome, alice!" in done.stdout
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    path = only(tmp_path / "record")
    assert path.name.startswith("proxy-")
    octets = path.read_bytes()
    assert not [secret for secret in SECRETS if secret in octets]
    with Transcript.open(path) as transcript:
        assert transcript.damage is None
        assert transcript.header.title == "mail-sandbox proxy"
        assert transcript.header.users == ()
        events = list(transcript.events())
        [opened] = [event for event in events if isinstance(event, Open)]
        assert (opened.proto, opened.tls) == ("imap", True)
        assert isinstance(events[-1], Close)
        raw = b"".join(event.raw for event in events if isinstance(event, Data))
        assert not [secret for secret in SECRETS if secret in raw]
        explained = list(Replay(transcript, PROTOCOLS).explained())
        assert explained[-1].unit.state_after.name == "LOGOUT"
        assert "SELECTED" in {item.unit.state_after.name for item in explained}


def test_a_transcript_without_secrets_can_be_exported(served: dict[str, Any], tmp_path: Path) -> None:
    server = f"localhost:{served['ports']['pop3']}"
    record = ["--record", str(tmp_path / "record")]
    with proxied(tmp_path, "pop3", server, "--ca", served["ca"], *record) as (process, facts):
        assert curl("--ssl-reqd", "--cacert", facts["ca"], f"pop3://localhost:{facts['port']}/1").returncode == 0
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    for suffix in ("pcapng", "html", "txt", "json"):
        out = tmp_path / f"out.{suffix}"
        assert main(["export", str(only(tmp_path / "record")), "-o", str(out)]) == 0
        assert not [secret for secret in SECRETS if secret in out.read_bytes()]


def test_what_to_do_is_printed(served: dict[str, Any], tmp_path: Path) -> None:
    server = f"localhost:{served['ports']['pop3']}"
    record = ["--record", str(tmp_path / "record")]
    words = ["pop3", server, "--insecure", "--listen", "0.0.0.0:0", *record]
    with proxied(tmp_path, *words) as (process, facts):
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE)
    assert out.startswith(f"0.0.0.0:{facts['port']} leads to {server}\n")
    assert "The certificate of the server is not checked.\n" in out
    assert f"Transcript, without secrets: {tmp_path / 'record'}\n" in out
    assert "\n  curl --cacert" in out
    assert err == f"mail-sandbox: everybody who can reach 0.0.0.0 can get to {server} now\n"


def test_what_goes_wrong_is_told_without_a_screen(served: dict[str, Any], tmp_path: Path) -> None:
    place = f"localhost:{served['ports']['imaps']}"
    with proxied(tmp_path, "imap", place, "--tls", "--json") as (process, facts):  # nobody here trusts its authority
        assert curl(f"imap://127.0.0.1:{facts['port']}/").returncode != 0
        process.send_signal(signal.SIGTERM)
        _out, err = process.communicate(timeout=PATIENCE)
    [handshake, advice] = err.splitlines()
    assert handshake.startswith("mail-sandbox: imap-1: the TLS handshake failed: the client does not trust")
    assert "--insecure" in advice


# What is refused


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["imap", "mail.example.org"], "HOST:PORT: write it as mail.example.org:993; “mail.example.org” is not"),
        (["imap", "mail.example.org:0"], "HOST:PORT: write it as mail.example.org:993; “mail.example.org:0” is not"),
        (["imap", "::1:993"], "HOST:PORT: write it as mail.example.org:993; “::1:993” is not"),
        (["imap", "a:1", "--listen", "b:65536"], "--listen: write it as mail.example.org:993; “b:65536” is not"),
        (
            ["imap", "a:1", "--insecure", "--ca", "f"],
            "--insecure checks nothing, so that --ca has no use: leave one of them out",
        ),
        (
            ["http", "a:1"],
            "PROTOCOL: “http” is not one of smtp, pop3, imap. See: mail-sandbox proxy --help",
        ),
    ],
)
def test_wrong_words_are_told_in_one_line(words: list[str], complaint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["proxy", "--headless", *words]) == 2
    assert capsys.readouterr().err == f"mail-sandbox: {complaint}\n"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([], "The screen needs a terminal. Without one, add --headless."),
        (["--json"], "--json: there is a screen in its way; add --headless"),
    ],
)
def test_a_screen_needs_a_terminal_to_itself(
    words: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["proxy", "imap", "[::1]:993", *words]) == 2
    assert capsys.readouterr().err == f"mail-sandbox: {complaint}\n"


def test_a_file_that_is_not_there_is_one_line_and_status_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["proxy", "imap", "a:1", "--headless", "--ca", str(tmp_path / "none")]) == 1
    assert capsys.readouterr().err == f"mail-sandbox: {tmp_path}/none cannot be read: No such file or directory\n"


def test_help_speaks_spanish(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["proxy", "--help", "--lang", "es"]) == 0
    assert "servidor real" in capsys.readouterr().out


# With a screen


def test_what_a_real_program_says_shows_without_its_secrets(served: dict[str, Any], tmp_path: Path) -> None:
    master, slave = pty.openpty()
    ready = tmp_path / "ready.json"
    place = f"localhost:{served['ports']['pop3s']}"
    words = [*PROXY, "pop3", place, "--tls", "--ca", served["ca"], "--ready-file", str(ready)]
    environ = os.environ | {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"}
    shown = bytearray()
    with running(words, ready, stdin=slave, stdout=slave, stderr=slave, env=environ) as (process, facts):
        os.close(slave)
        drawn = Thread(target=_drain, args=(master, shown), daemon=True)
        drawn.start()
        assert curl(f"pop3://127.0.0.1:{facts['port']}/1").returncode == 0
        _until(lambda: b"Click a line" in shown)
        os.write(master, b"\x1b")
        _until(lambda: b"QUIT" in shown)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    drawn.join(PATIENCE)
    os.close(master)
    assert not [secret for secret in SECRETS if secret in shown]


def _until(done: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < until
        time.sleep(0.01)


def _drain(terminal: int, shown: bytearray) -> None:
    """Read what is drawn, until the other end is closed."""
    with suppress(OSError):
        while octets := os.read(terminal, 65_536):
            shown += octets
