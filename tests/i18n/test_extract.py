"""Message ids are found where the source says them, and every way a catalogue goes wrong is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.i18n import compile, extract

SOURCE = '''
from words import N_, Msg, _, ngettext

TITLE = N_("a title")
fault = Msg("expected {what}", what=Msg("a digit"))
row = rule(about="letters", want=N_("a letter") if strict else "any letter", name="not this")


@command(b"NOOP", title="heading")
def noop(session):
    """Do nothing.

    Not this.
    """
    return _("done" if ok else "failed"), _(variable), _("")


@registry.command("x")
async def x():
    """Do x."""


@other
def y():
    """Not this either."""


@command
def silent(): ...


@click.group("g")
def group():
    """Hold commands."""


def count(n):
    return ngettext("{n} mail", "{n} mails", n), ngettext(one, many, n), i18n._("by " "attribute")
'''


def test_every_form_of_message_id_is_found_with_its_line() -> None:
    found = {(item.texts, item.line) for item in extract.extract(SOURCE, "x.py")}
    assert found == {
        (("a title",), 4),
        (("expected {what}",), 5),
        (("a digit",), 5),
        (("letters",), 6),
        (("a letter",), 6),
        (("any letter",), 6),
        (("heading",), 9),
        (("Do nothing.",), 11),
        (("done",), 15),
        (("failed",), 15),
        (("Do x.",), 20),
        (("Hold commands.",), 34),
        (("{n} mail", "{n} mails"), 38),
        (("by attribute",), 38),
    }


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package `pop3` of two modules, one of them on top, and the start of a catalogue."""
    source = tmp_path / "sandbox"
    for folder in ("pop3", "i18n/es"):
        (source / folder).mkdir(parents=True)
    (source / "pop3" / "replies.py").write_text('A = Msg("one {n}", n=1)\nB = N_("two")\nC = ngettext("m", "ms", 3)\n')
    (source / "__main__.py").write_text('print(_("top"))\n')
    monkeypatch.setattr(extract, "SOURCE", source)
    monkeypatch.setattr(extract, "CATALOGUES", source / "i18n")
    return source


def fill(project: Path, *pairs: tuple[str, str], flags: str = "") -> None:
    """Write translations into the catalogue that `update` makes."""
    extract.update("pop3", "es")
    po = project / "i18n/es/pop3.po"
    text = po.read_text("utf-8")
    for message, translation in pairs:
        text = text.replace(f'{message}"\nmsgstr ""', f'{message}"\nmsgstr "{translation}"')
    po.write_text(text.replace('msgid "two"', f'{flags}msgid "two"'), "utf-8")


COMPLETE = (("one {n}", "uno {n}"), ("two", "dos"))


def fill_plural(project: Path) -> None:
    po = project / "i18n/es/pop3.po"
    po.write_text(po.read_text("utf-8").replace('[0] ""', '[0] "x"').replace('[1] ""', '[1] "xs"'), "utf-8")


def test_packages_are_those_that_speak(project: Path) -> None:
    assert extract.packages() == ["cli", "pop3"]
    assert [found.texts for found in extract.extract_package("cli")] == [("top",)]


def test_without_a_catalogue_everything_is_missing(project: Path) -> None:
    assert extract.problems("pop3", "es") == [
        "sandbox/pop3/replies.py:1: not in sandbox/i18n/es/pop3.po: 'one {n}'",
        "sandbox/pop3/replies.py:2: not in sandbox/i18n/es/pop3.po: 'two'",
        "sandbox/pop3/replies.py:3: not in sandbox/i18n/es/pop3.po: 'm'",
    ]


def test_a_new_catalogue_is_complete_once_it_is_filled_in(project: Path) -> None:
    fill(project, *COMPLETE)
    assert extract.problems("pop3", "es") == ["sandbox/i18n/es/pop3.po:20: not translated: 'm'"]
    fill_plural(project)
    assert extract.problems("pop3", "es") == []


def test_updating_keeps_translations_and_drops_the_stale(project: Path) -> None:
    fill(project, *COMPLETE)
    fill_plural(project)
    before = (project / "i18n/es/pop3.po").read_text("utf-8")
    extract.update("pop3", "es")
    assert (project / "i18n/es/pop3.po").read_text("utf-8") == before
    (project / "pop3" / "replies.py").write_text('B = N_("two")\n')
    assert [line.partition(": ")[2] for line in extract.problems("pop3", "es")] == [
        "no longer in the source: 'one {n}'",
        "no longer in the source: 'm'",
    ]
    extract.update("pop3", "es")
    assert extract.problems("pop3", "es") == []
    assert 'msgstr "dos"' in (project / "i18n/es/pop3.po").read_text("utf-8")


def test_placeholders_must_agree(project: Path) -> None:
    fill(project, ("one {n}", "uno {m}"), ("two", "dos"))
    fill_plural(project)
    assert extract.problems("pop3", "es") == [
        "sandbox/i18n/es/pop3.po:12: placeholders differ: ['n'] and ['m']: 'one {n}'"
    ]


def test_fuzzy_is_not_good_enough(project: Path) -> None:
    fill(project, *COMPLETE, flags="#, fuzzy\n")
    fill_plural(project)
    assert extract.problems("pop3", "es") == ["sandbox/i18n/es/pop3.po:17: marked fuzzy, check it: 'two'"]


def test_text_that_is_no_format_has_no_placeholders() -> None:
    assert extract.placeholders("a {name} and {{braces}} and {other!r:>4}") == {"name", "other"}
    assert extract.placeholders("ends with {") == set()


def test_the_command_reports_and_updates(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert extract.main(["cli"]) == 1
    assert "sandbox/__main__.py:1: not in" in capsys.readouterr().out
    assert extract.main(["--update", "cli"]) == 1
    po = project / "i18n/es/cli.po"
    po.write_text(po.read_text("utf-8").replace('"top"\nmsgstr ""', '"top"\nmsgstr "arriba"'), "utf-8")
    capsys.readouterr()
    assert extract.main(["cli"]) == 0
    assert capsys.readouterr().out == "Catalogues are complete.\n"


def test_compiling_writes_only_what_changed(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(compile, "CATALOGUES", project / "i18n")
    for package in ("pop3", "cli"):
        extract.update(package, "es")
    compile.main(["cli"])
    assert capsys.readouterr().out == "es/cli.mo\n"
    compile.main([])
    assert capsys.readouterr().out == "es/pop3.mo\n"
    compile.main([])
    assert capsys.readouterr().out == ""


def test_a_compiled_catalogue_depends_on_nothing_but_its_text(project: Path) -> None:
    fill(project, *COMPLETE)
    content = compile.compiled(project / "i18n/es/pop3.po")
    assert b"dos" in content
    assert b"Plural-Forms: nplurals=2; plural=(n != 1);" in content
    assert b"Date" not in content
    assert b"Babel" not in content
