"""`serve` as the shell sees it: words, the ready file, signals, the transcript, and real mail programs."""

from __future__ import annotations

import json
import os
import poplib
import pty
import shutil
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from sandbox.cli import main
from sandbox.record.reader import Transcript
from sandbox.wire.trace import Close, Open, StoreChange
from sandbox.world.services import SERVICES

PATIENCE = 20.0
FREE = [word for name in SERVICES for word in ("--port", f"{name}=0")]


class Run:
    """A `serve` in a process of its own, ready."""

    def __init__(self, process: subprocess.Popen[str], facts: dict[str, Any]) -> None:
        self.process, self.facts = process, facts
        self.ports: dict[str, int] = facts["ports"]

    def end(self, number: int = signal.SIGTERM) -> tuple[str, str]:
        """End it and return what it had to say."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        return out, err


@contextmanager
def serving(folder: Path, *words: str, **settings: Any) -> Iterator[Run]:
    ready = folder / "ready.json"
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "serve", "--headless", "--ready-file", str(ready), *FREE, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **settings,
    )
    try:
        until = time.monotonic() + PATIENCE
        while not _is_ready(ready):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < until
            time.sleep(0.005)
        yield Run(process, json.loads(ready.read_text()))
    finally:
        process.kill()
        process.communicate()


def _is_ready(path: Path) -> bool:
    try:
        return "ports" in path.read_text()
    except FileNotFoundError:  # that of an earlier run may go at any moment
        return False


def fetch(run: Run) -> bytes:
    """The first message of alice, over TLS with the certificate checked."""
    context = ssl.create_default_context(cafile=run.facts["ca"])
    client = poplib.POP3_SSL("localhost", run.ports["pop3s"], context=context, timeout=PATIENCE)
    client.user("alice")
    client.pass_("wonderland")
    lines: list[bytes] = client.retr(1)[1]
    client.quit()
    return b"\r\n".join(lines) + b"\r\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_line_of_json_says_where_everything_is(number: int, tmp_path: Path) -> None:
    with serving(tmp_path, "--json", "--domain", "Norte.Example", "--user", "ana:se:creto") as run:
        out, err = run.end(number)
        assert json.loads(out) == run.facts
        assert out.count("\n") == 1
        assert err == ""
        assert run.process.returncode == 0
    facts = run.facts
    assert set(facts) == {"ports", "users", "domain", "ca", "trace"}
    assert facts["users"] == ["ana"]
    assert facts["domain"] == "norte.example"
    assert facts["trace"] is None
    assert Path(facts["ca"]).is_relative_to(os.environ["MAIL_SANDBOX_HOME"])


def test_a_run_leaves_one_complete_transcript(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "transcripts"
    with serving(tmp_path, "--record", str(folder)) as run:
        assert run.facts["trace"] == str(folder)
        fetch(run)
        idle = poplib.POP3("127.0.0.1", run.ports["pop3"], timeout=PATIENCE)
        run.end()
        idle.close()
        assert run.process.returncode == 0
    [path] = folder.iterdir()
    with Transcript.open(path) as transcript:
        events = list(transcript.events())
        assert transcript.damage is None
        assert transcript.header.hosts == ("mail.example.test",)
        assert transcript.header.users == ("alice", "bob")
    assert isinstance(events[0], StoreChange)
    assert sum(isinstance(event, Open) for event in events) == 2
    assert sum(isinstance(event, Close) for event in events) == 2
    assert [event.seq for event in events] == list(range(1, len(events) + 1))


def test_a_transcript_is_there_soon_after_something_happened(tmp_path: Path) -> None:
    folder = tmp_path / "transcripts"
    with serving(tmp_path, "--record", str(folder)) as run:
        fetch(run)
        [path] = folder.iterdir()
        until = time.monotonic() + PATIENCE
        while b'"t":"close"' not in path.read_bytes():
            assert time.monotonic() < until
            time.sleep(0.005)
        run.process.kill()  # no goodbye: what happened is in the file all the same
    with Transcript.open(path) as transcript:
        assert transcript.damage is None


def test_settings_are_printed_ready_to_copy(tmp_path: Path) -> None:
    with serving(tmp_path) as run:
        out, _err = run.end()
    assert out.startswith("mail.example.test listens on 127.0.0.1\n")
    assert f"  pop3        {run.ports['pop3']:>6}  clear text, or TLS on request\n" in out
    assert "Users: alice (wonderland), bob (builder)\n" in out
    for program in ("curl", "openssl", "mutt", "mpop", "Thunderbird"):
        assert f"\n{program}\n  " in out
    assert "\x1b" not in out


def test_others_on_the_network_are_mentioned(tmp_path: Path) -> None:
    with serving(tmp_path, "--json", "--host", "0.0.0.0") as run:
        _out, err = run.end()
    assert err == ("mail-sandbox: everybody who can reach 0.0.0.0 can connect now; passwords are taken over TLS only\n")


def test_the_ready_file_of_an_earlier_run_is_not_mistaken(tmp_path: Path) -> None:
    (tmp_path / "ready.json").write_text("{}")
    with serving(tmp_path) as run:
        assert run.facts["ports"]


# What is refused


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--port", "pop3"], "--port: write it as NAME=N, such as pop3=2110; “pop3” is not"),
        (["--port", "pop3=99999"], "--port: write it as NAME=N, such as pop3=2110; “pop3=99999” is not"),
        (["--port", "pop3=²"], "--port: write it as NAME=N, such as pop3=2110; “pop3=²” is not"),
        (["--port", "popp3=1"], "--port: there is no service “popp3”; is it pop3?"),
        (["--user", "ana"], "--user: write it as NAME:PASSWORD, such as ana:secreto"),
        (["--user", "ana:"], "--user: write it as NAME:PASSWORD, such as ana:secreto"),
        (["--user", "ana:a", "--user", "ana:b"], "--user: “ana” is there twice"),
        (["--domain", "norte example"], "--domain: “norte example” is no domain name"),
        (["--domain", ""], "--domain: “” is no domain name"),
        (["--domain", "ñandú.example"], "--domain: “ñandú.example” is no domain name"),
        (["--profile", "odd"], "--profile: “odd” is not one of lenient, strict. See: mail-sandbox serve --help"),
    ],
)
def test_wrong_words_are_told_in_one_line(words: list[str], complaint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--headless", *words]) == 2
    assert capsys.readouterr().err == f"mail-sandbox: {complaint}\n"


def test_services_that_resemble_none_are_all_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--headless", "--port", "xyz=1"]) == 2
    assert "pop3, pop3s" in capsys.readouterr().err


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
    assert main(["serve", *words]) == 2
    assert capsys.readouterr().err == f"mail-sandbox: {complaint}\n"


def test_a_port_in_use_is_one_line_and_status_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(tmp_path) as run:
        number = run.ports["pop3"]
        assert main(["serve", "--headless", *FREE, "--port", f"pop3={number}"]) == 1
        out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        f"mail-sandbox: port {number} (pop3) is in use: add --port pop3=0, or move all ports with --offset\n"
    )


@pytest.mark.parametrize("option", ["--record", "--ready-file"])
def test_files_that_cannot_be_written(option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("in the way")
    assert main(["serve", "--headless", *FREE, option, str(tmp_path / "file" / "below")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_two_runs_of_one_second_do_not_share_a_transcript(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(time, "strftime", lambda *_shape: "taken.jsonl")
    (tmp_path / "taken.jsonl").write_text("{}")
    assert main(["serve", "--headless", *FREE, "--record", str(tmp_path)]) == 1
    assert "taken.jsonl exists already" in capsys.readouterr().err


# Mail programs


def program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


def run(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words,
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | environ,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def test_curl_reads_with_every_protection(tmp_path: Path) -> None:
    curl = program("curl")
    with serving(tmp_path) as here:
        base = (curl, "-sS", "--cacert", here.facts["ca"], "-u", "alice:wonderland")
        for words in (
            (f"pop3s://localhost:{here.ports['pop3s']}/1",),
            ("--ssl-reqd", f"pop3://localhost:{here.ports['pop3']}/1"),
            (f"pop3://127.0.0.1:{here.ports['pop3']}/1",),
        ):
            done = run(*base, *words)
            assert (done.returncode, done.stderr) == (0, "")
            assert "Welcome, alice!" in done.stdout


def test_the_printed_command_lines_work_as_they_are(tmp_path: Path) -> None:
    for name in ("curl", "swaks", "mpop"):
        program(name)
    users = ("--user", "o'neill:a b$c", "--user", "ana:secreto")
    with serving(tmp_path, *users) as here:
        assert here.process.stdout is not None
        said = list(iter(here.process.stdout.readline, "Thunderbird\n"))
        lines = [line.strip() for line in said if line.split()[:1] in (["curl"], ["printf"], ["swaks"], ["mpop"])]
        done = [
            subprocess.run(line, shell=True, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path)
            for line in lines
            if " " in line
        ]
        assert len(done) == 6
        assert [each.returncode for each in done] == [0] * 6, done
        assert sum("Welcome, o'neill!" in each.stdout for each in done) == 3
        assert (tmp_path / "inbox.mbox").read_text().count("Subject: Welcome") == 1
        ana = poplib.POP3("127.0.0.1", here.ports["pop3"], timeout=PATIENCE)
        ana.user("ana")
        ana.pass_("secreto")
        assert ana.stat()[0] == 3  # the welcome, and mail by curl and by swaks
        ana.quit()


def test_mpop_fetches_and_deletes(tmp_path: Path) -> None:
    mpop = program("mpop")
    for part in ("cur", "new", "tmp"):
        (tmp_path / "box" / part).mkdir(parents=True)
    with serving(tmp_path) as here:
        words = [
            *(mpop, "--host=localhost", f"--port={here.ports['pop3']}", "--user=alice", "--keep=off"),
            *("--passwordeval=echo wonderland", "--tls=on", "--tls-starttls=on"),
            *(f"--tls-trust-file={here.facts['ca']}", f"--delivery=maildir,{tmp_path}/box"),
            f"--uidls-file={tmp_path}/uidls",
        ]
        done = run(*words)
        assert done.returncode == 0, done
        assert "no messages" in run(*words).stdout
    [path] = (tmp_path / "box" / "new").iterdir()
    assert "Te damos la bienvenida, alice." in path.read_text()


def test_fetchmail_fetches_once(tmp_path: Path) -> None:
    fetchmail = program("fetchmail")
    with serving(tmp_path) as here:
        settings = tmp_path / "fetchmailrc"
        settings.write_text(
            "set no syslog\n"
            f"poll localhost service {here.ports['pop3s']} protocol pop3\n"
            f"  user alice password wonderland ssl sslcertck sslcertfile '{here.facts['ca']}' nokeep\n"
            f"  mda 'cat > {tmp_path}/mail'\n"
        )
        settings.chmod(0o600)
        words = (fetchmail, "-f", str(settings), "-N", "--pidfile", str(tmp_path / "pid"), "-i", str(tmp_path / "ids"))
        home = {"HOME": str(tmp_path), "FETCHMAILHOME": str(tmp_path)}
        done = run(*words, **home)
        assert done.returncode == 0, done
        assert run(*words, **home).returncode == 1  # there is nothing left
    assert "Welcome, alice!" in (tmp_path / "mail").read_text()


def test_getmail_fetches(tmp_path: Path) -> None:
    getmail = program("getmail")
    with serving(tmp_path) as here:
        (tmp_path / "getmailrc").write_text(
            "[retriever]\ntype = SimplePOP3SSLRetriever\nserver = localhost\n"
            f"port = {here.ports['pop3s']}\nusername = alice\npassword = wonderland\nca_certs = {here.facts['ca']}\n"
            f"[destination]\ntype = MDA_external\npath = /bin/sh\narguments = ('-c', 'cat > {tmp_path}/mail')\n"
            "allow_root_commands = true\n[options]\ndelete = true\n"
        )
        done = run(getmail, "--getmaildir", str(tmp_path))
        assert done.returncode == 0, done
    assert "Welcome, alice!" in (tmp_path / "mail").read_text()


# With a screen


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_the_screen_cleanly(number: int, tmp_path: Path) -> None:
    master, slave = pty.openpty()
    ready, folder = tmp_path / "ready.json", tmp_path / "transcripts"
    words = ["serve", *FREE, "--ready-file", str(ready), "--record", str(folder)]
    environ = os.environ | {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"}
    process = subprocess.Popen([sys.executable, "-m", "sandbox", *words], stdin=slave, stdout=slave, env=environ)
    os.close(slave)
    shown = Thread(target=_drain, args=(master,), daemon=True)
    shown.start()
    try:
        until = time.monotonic() + PATIENCE
        while not _is_ready(ready):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.005)
        fetch(Run(process, json.loads(ready.read_text())))  # type: ignore[arg-type]  # it is asked for nothing
        process.send_signal(number)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()
        shown.join(PATIENCE)
        os.close(master)
    [path] = folder.iterdir()
    with Transcript.open(path) as transcript:
        assert transcript.damage is None
        assert sum(isinstance(event, Close) for event in transcript.events()) == 1


def _drain(terminal: int) -> None:
    """Read what is drawn, until the other end is closed."""
    with suppress(OSError):
        while os.read(terminal, 65_536):
            pass
