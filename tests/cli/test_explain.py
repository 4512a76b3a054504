"""`mail-sandbox explain`: from a file or standard input, for people and for programs."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from sandbox.cli import main
from tests.record.worlds import busy, long, written


@pytest.fixture
def session(tmp_path: Path) -> Path:
    path = tmp_path / "session.jsonl"
    path.write_bytes(written(busy().journal.events))
    return path


def test_a_file_is_explained(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(session)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith("A session\n0.000 laptop -- laptop connects to mail.norte.example, port 110: POP3.\n")
    assert "laptop C: DELE 1\n    Mark a message as deleted." in out
    assert out.count("laptop C: QUIT\n") == 1, "what was undone is not told"


def test_standard_input_in_spanish(
    session: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(session.read_bytes())))
    assert main(["explain", "-", "--lang", "es"]) == 0
    assert "(RFC 1939 sección 5 The TRANSACTION State)" in capsys.readouterr().out


def test_json_is_an_object_a_line(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "--json", str(session)]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert found[0]["event"] == "open"
    assert {record["kind"] for record in found if "kind" in record} >= {"greeting", "command", "reply", "lines"}


def test_a_damaged_file_is_explained_up_to_the_damage(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    octets = session.read_bytes()
    session.write_bytes(octets[: len(octets) * 2 // 3])
    assert main(["explain", str(session)]) == 1
    out, err = capsys.readouterr()
    assert "laptop C: USER ana" in out
    assert err.startswith("mail-sandbox: Line ")
    assert err.endswith(" is damaged: it is cut off. Only what comes before it can be shown.\n")
    assert err.count("\n") == 1


def test_kinds_of_a_newer_program_are_mentioned(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    session.write_bytes(session.read_bytes() + b'{"t":"smell","seq":999,"at":1,"conn":""}\n')
    assert main(["explain", str(session)]) == 0
    assert "“smell”" in capsys.readouterr().err


@pytest.mark.parametrize("octets", [None, b"", b"C: QUIT\r\n", b'{"mail-sandbox-transcript":9}\n'])
def test_what_is_no_transcript_is_said_in_one_line(
    tmp_path: Path, octets: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.txt"
    if octets is not None:
        path.write_bytes(octets)
    assert main(["explain", str(path)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"mail-sandbox: {path} ")
    assert err.count("\n") == 1


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    path.write_bytes(written(long(4000)))
    command = [sys.executable, "-m", "sandbox", "explain", str(path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == b"A session\n"
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 141
    process.stderr.close()
