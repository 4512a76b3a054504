from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from sandbox import resources
from sandbox.cli import main
from sandbox.record.reader import Transcript


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    def give(*lines: str) -> None:
        class Input(io.StringIO):
            buffer = io.BytesIO("".join(f"{line}\n" for line in lines).encode())

        monkeypatch.setattr("sys.stdin", Input())

    return give


def solved(path: Path, *options: str) -> bytes:
    assert main(["run", "pop3-03-delete", "--solve", "--record", str(path), *options]) == 0
    return path.read_bytes()


def test_the_solution_passes_and_leaves_the_same_bytes_twice(tmp_path: Path) -> None:
    first = solved(tmp_path / "one.jsonl", "--seed", "7")
    assert solved(tmp_path / "two.jsonl", "--seed", "7") == first
    assert solved(tmp_path / "two.jsonl", "--seed", "8") != first
    assert solved(tmp_path / "three.jsonl", "--seed", "7", "--lang", "es") == first
    with Transcript.open(tmp_path / "one.jsonl") as transcript:
        assert transcript.header.lesson == "pop3-03-delete"
        assert transcript.header.seed == "7"
        assert not transcript.remarks


def test_the_committed_transcript_is_the_solved_lesson(tmp_path: Path) -> None:
    committed = (resources.transcripts() / "pop3-03-delete.jsonl").read_bytes()
    assert solved(tmp_path / "one.jsonl") == committed


def test_nothing_typed_does_not_pass(types, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    types()
    assert main(["run", "pop3-03-delete"]) == 1
    assert "Not passed" in capsys.readouterr().err


def test_a_learner_types_a_lesson_with_a_wrong_turn(types, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    def user() -> str:
        header = json.dumps(capsys.readouterr().out)
        return next(name for name in ("ana", "luis", "mar") if f" {name} " in header)

    types()
    main(["run", "pop3-03-delete"])
    name = user()
    login = [f"USER {name}", "PASS secreto"]
    types(
        *login, "STAT", "",
        "b", "",
        "QUIT", "RSET", "STAT", "",
        "b", "",
        "@connect", *login, "RETR 1", "DELE 1", "QUIT", "",
        "a", "", "b", "", "a", "", "b", "", "c", "", "d", "",
    )  # fmt: skip
    assert main(["run", "pop3-03-delete"]) == 0
    said = capsys.readouterr().out
    assert "✗ QUIT commits!" in said
    assert "✓ As you predicted." in said
    assert "✗ Not quite." in said
    assert "✓ Right." in said
    assert said.count("Step 3 of 8") == 1
    assert "The lesson is over" in said


def test_hints_undo_and_complaints(types, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    types("?", "USER x", "@undo", "@undo", "@frob", "@on phone", "@next")
    assert main(["run", "pop3-03-delete"]) == 1
    said = capsys.readouterr().out
    assert "there is no directive @frob" in said
    assert "first reach the goal of this step" in said


def test_free_play_in_plain_text(types, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    types(
        "USER ana",
        "PASS secreto",
        "DELE 1",
        "@undo",
        "STAT",
        "@help",
        "@frob",
        "LIST x",
        "@raw 'NOOP\\r\\n'",
        "@next",
        "STAT",
    )
    assert main(["play", "pop3", "--plain"]) == 0
    said = capsys.readouterr().out
    assert "S: +OK message 1 marked as deleted" in said
    assert "-- back before your last line" in said
    assert "S: +OK 3 " in said
    assert "@raw 'NOOP" in said
    assert "At octet 6" in said
    assert said.count("C: STAT") == 1


def test_strict_servers_refuse_what_lenient_ones_take(types, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    for profile, answer in (("lenient", "+OK send the password"), ("strict", "-ERR bad arguments")):
        types("USER  ana", "@undo", "@undo")
        assert main(["play", "--plain", "--profile", profile]) == 0
        assert answer in capsys.readouterr().out


def test_learning_goes_on_where_it_stopped(
    types, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("MAIL_SANDBOX_HOME", str(tmp_path))
    types("")
    assert main(["learn", "pop3-03-delete", "--plain"]) == 1
    said = capsys.readouterr().out
    name = next(user for user in ("ana", "luis", "mar") if f" {user} " in said)
    types(f"USER {name}", "PASS secreto", "STAT", "")
    assert main(["learn", "pop3-03-delete", "--plain"]) == 1
    capsys.readouterr()
    types()
    assert main(["learn", "--plain"]) == 1
    said = capsys.readouterr().out
    assert "You go on where you left off." in said
    assert "Step 2 of 8" in said


def test_a_screen_needs_a_terminal(types, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    for command in (["play"], ["learn", "pop3-01-states"], ["replay", "x.jsonl"]):
        types()
        assert main(command) == 2
        assert "--plain" in capsys.readouterr().err


def test_a_transcript_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "pop3-03-delete", "--solve", "--record", str(tmp_path / "no" / "where.jsonl")]) == 1
    assert capsys.readouterr().err.count("\n") == 1
