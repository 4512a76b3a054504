"""`mail-sandbox import`: beside the file or elsewhere, whole or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sandbox import resources
from sandbox.cli import main
from sandbox.record.import_ import pcap
from sandbox.record.reader import Transcript

SOURCE = resources.transcripts() / "pop3-03-delete.jsonl"


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    path = tmp_path / "a.pcapng"
    assert main(["export", str(SOURCE), "-o", str(path)]) == 0
    return path


def test_beside_the_file(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(capture)]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "conversation" in err
    with Transcript.open(capture.with_suffix(".jsonl")) as transcript:
        assert transcript.header.title == "a.pcapng"
    assert main(["import", str(capture)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert main(["import", str(capture.with_suffix(".jsonl"))]) == 2
    assert "is a transcript already" in capsys.readouterr().err


def test_summary_in_json(capture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(capture), "-o", str(tmp_path / "b.jsonl"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["form"] == "pcap"
    assert found["packets"] >= 50
    assert {each["protocol"] for each in found["connections"]} == {"pop3"}
    assert found["remarks"] == []


def test_standard_streams(
    capture: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    with capture.open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        assert main(["import", "-", "-o", "-"]) == 0
    assert capfdbinary.readouterr().out.startswith(b'{"mail-sandbox-transcript":1')


@pytest.mark.parametrize("words", [["-"], ["a.pcapng", "-o", "a.pcapng"], ["a.pcapng", "-o", "-", "--json"]])
def test_wrong_usage(
    words: list[str], capture: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(capture.parent)
    before = capture.read_bytes()
    assert main(["import", *words]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert capture.read_bytes() == before


def test_nothing_to_import_leaves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "a.txt"
    source.write_text("nothing of the sort")
    assert main(["import", str(source)]) == 1
    assert "can be imported" in capsys.readouterr().err
    assert os.listdir(tmp_path) == ["a.txt"]


def test_interruption_leaves_nothing(capture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pcap, "segment", interrupted)
    assert main(["import", str(capture)]) == 130
    assert os.listdir(capture.parent) == [capture.name]


def test_what_is_missing_is_told(capture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    octets = capture.read_bytes()
    damaged = tmp_path / "b.pcapng"
    damaged.write_bytes(octets[: len(octets) * 2 // 3 + 1])
    assert main(["import", str(damaged)]) == 0
    assert "cut off" in capsys.readouterr().err


def test_captures_are_explained_as_they_are(capture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(capture)]) == 0
    assert "Mark a message as deleted." in capsys.readouterr().out
    assert main(["export", str(capture), "-o", str(tmp_path / "b.md")]) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--to", "mail.example:110"], "--allow-remote"),
        (["--to", "110"], "HOST:PORT"),
        (["--listen", "99999"], "HOST:PORT"),
        (["--listen", "192.0.2.1:110"], "--allow-remote"),
        (["--to", "localhost:1", "--listen", "1"], "not both"),
        (["--to", "localhost:1", "--conn", "nobody"], "no such conversation"),
    ],
)
def test_replay_to_a_peer_is_careful(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(SOURCE), *words]) in (1, 2)
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
