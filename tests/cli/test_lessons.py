from __future__ import annotations

import json
from pathlib import Path

import pytest

from sandbox import resources
from sandbox.cli import main

LESSONS = ["pop3-01-states", "pop3-02-browse", "pop3-03-delete", "pop3-04-leave-copy"]


def test_lessons_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lessons", "list"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert [name for name in listed if name in LESSONS] == LESSONS
    assert main(["lessons", "list", "--json"]) == 0
    records = {record["id"]: record for record in json.loads(capsys.readouterr().out)}
    assert records["pop3-03-delete"]["title"]["es"] == "DELE es una promesa"
    assert records["pop3-03-delete"]["steps"] == 8


def test_lint_is_silent_on_what_ships(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lessons", "lint"]) == 0
    assert capsys.readouterr().out == ""


BROKEN = """format: 2
id: Broken
titel: {en: x}
title: {en: Title}
minutes: soon
requires: [nowhere]
rfc: ["1939#99"]
misconceptions: [flat-earth]
include: [worlds/norte.yml]
world: {maildrop: {nobody: [invoice.eml, missing.eml]}}
actors: {laptop: {by: learner, proto: gopher, to: "norte:110"}}
steps:
- {id: one, kind: dance}
- {id: two, kind: do, on: tablet, text: {en: "{{ nope }}"}, solve: [STAT], check: {state: {laptop: TRANSACTION}}}
"""


def test_every_mistake_is_located(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lesson = tmp_path / "broken.yaml"
    lesson.write_text(BROKEN, "utf-8")
    assert main(["lessons", "lint", str(lesson)]) == 1
    lines = capsys.readouterr().out.splitlines()
    places = {tuple(line.split("  ")[0].split(":")) for line in lines}
    assert len(places) >= 10
    assert all(name == "broken.yaml" and int(line) >= 1 and int(column) >= 1 for name, line, column in places)
    assert main(["lessons", "lint", str(lesson), "--json"]) == 1
    problems = json.loads(capsys.readouterr().out)
    assert len(problems) == len(lines)
    assert {"F301", "F303", "N405"} <= {problem["code"] for problem in problems}


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a: [", b"- 1\n", b"{}", b"a: &a [*a]\n", b"\x00" * 100])
def test_no_file_gives_a_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    lesson = tmp_path / "odd.yaml"
    lesson.write_bytes(content)
    for command in (["lessons", "lint"], ["run"], ["lessons", "prove"]):
        assert main([*command, str(lesson)]) == 1
        said = capsys.readouterr()
        assert "odd.yaml:" in said.out + said.err
        assert "Traceback" not in said.out + said.err


def test_a_lesson_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("run", "learn"):
        assert main([command, "pop3-03-delet"]) == 2
        assert "pop3-03-delete" in capsys.readouterr().err
        assert main([command, "zzz"]) == 2
        assert main([command, "nowhere.yaml"]) == 2
        capsys.readouterr()


def test_the_schema_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lessons", "schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert "steps" in schema["properties"]


def test_a_lesson_proves_itself_and_a_changed_one_does_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lessons", "prove", "pop3-03-delete"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("pop3-03-delete: ")
    changed = tmp_path / "pop3-03-delete.yaml"
    text = (resources.lessons() / "pop3-03-delete.yaml").read_text("utf-8")
    assert "solve: [RSET, STAT]" in text
    changed.write_text(text.replace("solve: [RSET, STAT]", "solve: [NOOP, STAT]"), "utf-8")
    assert main(["lessons", "prove", "--quiet", str(changed)]) == 1
    said = capsys.readouterr()
    assert "pop3-03-delete.yaml:" in said.out
    assert "0 lessons hold" in said.err
