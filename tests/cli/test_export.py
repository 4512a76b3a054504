"""`mail-sandbox export`: the right form, whole or not at all."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

import pytest

from sandbox import resources
from sandbox.cli import main
from sandbox.cli.app import root
from sandbox.record.export import FORMATS
from sandbox.record.reader import Transcript
from sandbox.world.protocols import PROTOCOLS

SOURCE = str(resources.transcripts() / "pop3-03-delete.jsonl")


def expected(name: str) -> bytes:
    file = io.BytesIO()
    with Transcript.open(SOURCE) as transcript:
        next(each for each in FORMATS if each.name == name).write(transcript, PROTOCOLS, file)
    return file.getvalue()


@pytest.mark.parametrize("name", [each.name for each in FORMATS])
def test_the_name_decides(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / f"out.{name.upper()}"
    assert main(["export", SOURCE, "-o", str(target)]) == 0
    assert target.read_bytes() == expected(name)
    assert os.listdir(tmp_path) == [target.name]
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("name", [each.name for each in FORMATS])
def test_the_help_tells_of_every_format(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--help"]) == 0
    assert f".{name}" in capsys.readouterr().out


def test_standard_output_needs_a_format(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["export", SOURCE, "-o", "-", "--format", "TXT"]) == 0
    assert capfdbinary.readouterr().out == expected("txt")
    assert main(["export", SOURCE, "-o", "-"]) == 2
    assert b"--format" in capfdbinary.readouterr().err


@pytest.mark.parametrize("words", [["-o", "out.docx"], ["-o", "out"], ["-o", "out.txt", "--format", "docx"]])
def test_an_unknown_form_is_answered_with_those_there_are(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["export", SOURCE, *words]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert all(each.name in line for each in FORMATS)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("trouble", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_what_was_interrupted_leaves_nothing_and_spoils_nothing(
    trouble: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.txt"
    target.write_text("what was there before")

    def interrupted(self: Transcript) -> object:
        raise trouble

    monkeypatch.setattr(Transcript, "live", property(interrupted))
    assert main(["export", SOURCE, "-o", str(target)]) in (1, 130)
    assert target.read_text() == "what was there before"
    assert os.listdir(tmp_path) == ["out.txt"]


def test_a_link_stays_a_link_and_permissions_are_the_usual_ones(tmp_path: Path) -> None:
    target, link = tmp_path / "real.txt", tmp_path / "link.txt"
    link.symlink_to(target)
    assert main(["export", SOURCE, "-o", str(link)]) == 0
    assert link.is_symlink()
    plain = tmp_path / "plain"
    plain.touch()
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_what_is_no_file_is_written_as_it_is() -> None:
    assert main(["export", SOURCE, "-o", os.devnull, "--format", "txt"]) == 0
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


def test_the_transcript_is_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "a.jsonl"
    source.write_bytes(Path(SOURCE).read_bytes())
    assert main(["export", str(source), "-o", str(source), "--format", "json"]) == 2
    assert source.read_bytes() == Path(SOURCE).read_bytes()
    assert "is the transcript itself" in capsys.readouterr().err


def test_a_damaged_transcript_is_exported_up_to_the_damage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = Path(SOURCE).read_bytes().splitlines(keepends=True)
    (tmp_path / "a.jsonl").write_bytes(b"".join(lines[:-10]) + b'{"t":"from tomorrow","seq":1}\n' + b"rubbish\n")
    assert main(["export", str(tmp_path / "a.jsonl"), "-o", str(tmp_path / "a.txt")]) == 1
    remark, damage = capsys.readouterr().err.splitlines()
    assert "from tomorrow" in remark
    assert "is damaged" in damage
    assert (tmp_path / "a.txt").read_bytes().startswith(b"DELE is a promise\n")


@pytest.mark.parametrize(("file", "target"), [("nowhere.jsonl", "a.txt"), (SOURCE, "nowhere/a.txt")])
def test_what_cannot_be_read_or_written_is_one_line(
    file: str, target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["export", file, "-o", target]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "nowhere" in line


@pytest.mark.parametrize("name", [each.name for each in FORMATS])
def test_secrets_are_redacted_on_demand(name: str, tmp_path: Path) -> None:
    assert b"secreto" in expected(name)
    target = tmp_path / f"out.{name}"
    assert main(["export", SOURCE, "-o", str(target), "--redact"]) == 0
    assert b"secreto" not in target.read_bytes()
    assert b"PASS xxxxxxx" in target.read_bytes()


def test_it_is_a_command() -> None:
    assert "export" in root.modules  # type: ignore[attr-defined]
