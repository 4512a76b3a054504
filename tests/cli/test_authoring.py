from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sandbox.cli import main
from sandbox.resources import lessons

EVERY = sorted(path.stem for path in lessons().glob("*.yaml") if path.stem != "misconceptions")


def test_a_new_lesson_lints_and_proves_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["lessons", "new", "own-lesson"]) == 0
    path = tmp_path / "own-lesson.yaml"
    text = path.read_text("utf-8")
    assert "my-lesson" not in text
    capsys.readouterr()
    assert main(["lessons", "lint", str(path)]) == 0
    assert capsys.readouterr().out == ""
    assert main(["lessons", "prove", str(path)]) == 0
    assert main(["run", str(path), "--solve"]) == 0
    capsys.readouterr()
    assert main(["lessons", "new", "own-lesson"]) == 2
    assert path.read_text("utf-8") == text
    assert "there already" in capsys.readouterr().err


def test_a_new_lesson_goes_into_a_folder(tmp_path: Path) -> None:
    assert main(["lessons", "new", "one", "--folder", str(tmp_path / "course")]) == 0
    assert (tmp_path / "course" / "one.yaml").is_file()


@pytest.mark.parametrize("name", ["Big", "../up", "a b", "-x", "ñ", "x" * 65])
def test_an_id_is_an_id(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lessons", "new", "--folder", str(tmp_path), "--", name]) == 2
    assert "cannot be an id" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_preview_has_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lessons", "preview", "pop3-03-delete"]) == 0
    said = capsys.readouterr().out
    for part in (
        "DELE is a promise",
        "1939 §6",
        "PASS secreto",
        "✓ 2",
        "Passed if: {wire: {on: laptop, verb: STAT, after: RSET, reply: {args: ['2', _]}}}",
        "→ QUIT commits!",
        "Notes: Put the mailbox pane beside the trace.",
        "What breaks: {drop: laptop}",
        "(RSET saves it.)",
    ):
        assert part in said


def test_a_preview_in_spanish(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lessons", "preview", "pop3-03-delete", "--lang", "es"]) == 0
    said = capsys.readouterr().out
    assert "DELE es una promesa" in said
    assert "Solución:" in said


def test_every_lesson_has_a_preview_and_a_handout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in EVERY:
        assert main(["lessons", "preview", name]) == 0
        for suffix in (".html", ".md"):
            assert main(["lessons", "handout", name, "-o", str(tmp_path / f"{name}{suffix}")]) == 0
    assert len(list(tmp_path.iterdir())) == 2 * len(EVERY)
    capsys.readouterr()


class _Page(HTMLParser):
    """The open elements of a page, and every attribute that could lead somewhere else."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.led: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.led += [name for name, _value in attrs if name in ("src", "href", "action") or name.startswith("on")]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_handout_is_one_page_that_gives_nothing_away(tmp_path: Path) -> None:
    path = tmp_path / "delete.html"
    assert main(["lessons", "handout", "pop3-03-delete", "-o", str(path)]) == 0
    text = path.read_text("utf-8")
    page = _Page()
    page.feed(text)
    assert page.open == []
    assert page.led == []
    assert "@media print" in text
    for part in ("DELE is a promise", "RETR &lt;msg&gt;", "RFC 1939 §6", "USER ____", "I predict"):
        assert part in text
    for solved in ("RETR 1", "STAT says 1", "One four-letter command", "QUIT commits", "✓"):
        assert solved not in text
    assert not re.search(r"QUIT leads|Only QUIT", text)


def test_a_handout_in_markdown_and_in_spanish(tmp_path: Path) -> None:
    path = tmp_path / "delete.md"
    assert main(["lessons", "handout", "pop3-03-delete", "-o", str(path), "--lang", "es"]) == 0
    text = path.read_text("utf-8")
    assert text.startswith("# DELE es una promesa\n")
    assert "## Palabras" in text
    assert "- **RETR \\<msg\\>**" in text


@pytest.mark.parametrize("right", [["USER", "PASS", "DELE"], ["DELE", "PASS", "USER"]])
def test_an_ordering_is_not_printed_in_the_right_order(tmp_path: Path, right: list[str]) -> None:
    lesson = tmp_path / "orders.yaml"
    assert main(["lessons", "new", "orders", "--folder", str(tmp_path)]) == 0
    text = lesson.read_text("utf-8")
    head, _quiz, _rest = text.partition("- id: when")
    lesson.write_text(
        head + "- id: when\n  kind: quiz\n  form: order\n  text: {en: Put it in order, es: Ordena}\n"
        f"  options: [{', '.join(f'{{id: {word.lower()}, label: {word}}}' for word in right)}]\n",
        "utf-8",
    )
    path = tmp_path / "orders.md"
    assert main(["lessons", "handout", str(lesson), "-o", str(path)]) == 0
    printed = re.findall(r"☐ (\w+)", path.read_text("utf-8"))[-3:]
    assert printed != right
    assert sorted(printed) == sorted(right)


def test_markup_in_a_lesson_stays_text(tmp_path: Path) -> None:
    lesson = tmp_path / "odd.yaml"
    assert main(["lessons", "new", "odd", "--folder", str(tmp_path)]) == 0
    text = lesson.read_text("utf-8").replace('{en: "My lesson"', '{en: "<b>*My*</b>"')
    lesson.write_text(text, "utf-8")
    for suffix, said in ((".html", "&lt;b&gt;*My*&lt;/b&gt;"), (".md", r"\<b\>\*My\*\</b\>")):
        path = tmp_path / f"odd{suffix}"
        assert main(["lessons", "handout", str(lesson), "-o", str(path)]) == 0
        assert said in path.read_text("utf-8")


def test_what_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lessons", "handout", "pop3-03-delete", "-o", "x.pdf"]) == 2
    assert ".html, .md" in capsys.readouterr().err
    assert main(["lessons", "handout", "pop3-03-delete", "-o", str(tmp_path / "no" / "x.md")]) == 1
    bad = tmp_path / "bad.yaml"
    bad.write_text("format: 1\n", "utf-8")
    capsys.readouterr()
    for command in (["preview", str(bad)], ["handout", str(bad), "-o", str(tmp_path / "x.md")]):
        assert main(["lessons", *command]) == 1
        assert "bad.yaml:1:1" in capsys.readouterr().err
