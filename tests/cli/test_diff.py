"""`mail-sandbox diff`: for people, for pipes, for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sandbox import resources
from sandbox.cli import main

SOURCE = str(resources.transcripts() / "pop3-03-delete.jsonl")


@pytest.fixture
def changed(tmp_path: Path) -> str:
    path = tmp_path / "b.jsonl"
    octets = Path(SOURCE).read_bytes()
    at = octets.rindex(b'"text":"DELE')
    path.write_bytes(octets[:at] + octets[at:].replace(b"DELE", b"RETR", 1))
    return str(path)


def test_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", SOURCE, SOURCE]) == 0
    assert "are the same." in capsys.readouterr().out


def test_different(changed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", SOURCE, changed]) == 1
    out = capsys.readouterr().out
    assert "\n- C: DELE" in out
    assert "\n+ C: RETR" in out
    assert "@@ exchange" in out
    assert "\x1b" not in out


def test_json(changed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "--json", SOURCE, changed]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["same"] is False
    [difference] = [each for connection in found["connections"] for each in connection["different"]]
    assert difference["a"]["lines"][0].startswith("C: DELE")


def test_a_capture_of_a_transcript_is_the_same(tmp_path: Path) -> None:
    capture = tmp_path / "a.pcapng"
    assert main(["export", SOURCE, "-o", str(capture)]) == 0
    assert main(["diff", SOURCE, str(capture)]) == 0


def test_a_connection_too_many(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "a.txt"
    text.write_text("S: 220 hi ESMTP\nC: QUIT\nS: 221 bye\n")
    assert main(["diff", SOURCE, str(text)]) == 1
    assert "no such connection" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["-", "-"], [SOURCE], [SOURCE, "/nowhere"]])
def test_wrong_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", *words]) == 2
    assert capsys.readouterr().err.count("\n") == 1
