"""The conventions that every command keeps: exit status, errors in one line, language, colour, streams."""

from __future__ import annotations

import os
import subprocess
import sys
import types
from pathlib import Path

import click
import pytest

from sandbox import __version__
from sandbox.cli import main
from sandbox.cli.app import COMMANDS, root
from sandbox.cli.base import Command, Group
from sandbox.cli.errors import UserError
from sandbox.core.message import Msg
from sandbox.i18n import set_language


def test_no_words_show_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Usage: mail-sandbox [OPTIONS] [COMMAND] [ARGS]...\n")
    assert "Examples:\n  mail-sandbox" in out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"mail-sandbox {__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    assert f"Examples:\n  mail-sandbox {name}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["comands"], "There is no command “comands”. Did you mean “commands”?"),
        (["frobnicate"], "There is no command “frobnicate”. See: mail-sandbox --help"),
        (["--nope"], "There is no option --nope. See: mail-sandbox --help"),
        (["commands", "--jsn"], "There is no option --jsn. Did you mean --json? See: mail-sandbox commands --help"),
        (["commands", "--json=1"], "The option --json takes no value. See: mail-sandbox commands --help"),
        (["commands", "--lang"], "The option --lang needs a value. See: mail-sandbox commands --help"),
        (["commands", "x.400"], None),
        (["commands", "pop3", "imap4"], "“imap4” is one word too many. See: mail-sandbox commands --help"),
        (["--lang", "tlh"], "--lang: “tlh” is not one of en, es. See: mail-sandbox --help"),
    ],
)
def test_wrong_usage_is_status_2_and_one_line(
    words: list[str], complaint: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    if complaint is None:
        assert err.startswith("mail-sandbox: PROTOCOL: “x.400” is not one of ")
        assert err.count("\n") == 1
    else:
        assert err == f"mail-sandbox: {complaint}\n"


@pytest.mark.parametrize("words", [["--lang", "es", "comands"], ["--lang=es", "comands"], ["comands", "--lang", "ES"]])
def test_complaints_come_in_the_language_that_was_asked_for(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert capsys.readouterr().err == "mail-sandbox: No existe el comando «comands». ¿Querías decir «commands»?\n"


def test_help_comes_in_spanish(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["commands", "--lang", "es", "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Uso: mail-sandbox commands [OPCIONES] [PROTOCOL]\n")
    assert "Opciones:\n" in out
    assert "Ejemplos:\n" in out


def test_the_locale_chooses_when_nobody_else_does(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "es_AR.UTF-8")
    main(["--help"])
    assert capsys.readouterr().out.startswith("Uso:")
    main(["--lang", "en", "--help"])
    assert capsys.readouterr().out.startswith("Usage:")


def test_words_behind_two_dashes_are_not_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["commands", "--", "--lang", "es"]) == 2
    assert capsys.readouterr().err.startswith("mail-sandbox: PROTOCOL: “--lang” is not one of")


# What a command may do, with commands made for the purpose


@click.command("act", cls=Command)
@click.argument("what")
def act(what: str) -> int | None:
    """Do what a test wants."""
    if what == "fail":
        raise UserError(Msg("The file {file} is damaged in line {line}.", file="a\nb", line=3))
    if what == "interrupt":
        raise KeyboardInterrupt
    if what == "abort":
        raise click.Abort
    if what == "file":
        Path("/nonexistent/file").read_text()
    if what == "full":
        raise OSError("disk full")
    if what == "click":
        raise click.ClickException("in click's words")
    return 1 if what == "return" else None


@click.group("inner", cls=Group, modules={"act": __name__})
def inner() -> None:
    """Hold a command."""


@pytest.fixture
def _act(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the commands above where the program's own are."""
    monkeypatch.setitem(sys.modules, __name__, types.SimpleNamespace(act=act, inner=inner))
    monkeypatch.setattr(root, "modules", {"act": __name__, "inner": __name__})


@pytest.mark.usefixtures("_act")
@pytest.mark.parametrize(
    ("what", "status", "complaint"),
    [
        ("nothing", 0, ""),
        ("return", 1, ""),
        ("fail", 1, "mail-sandbox: The file a b is damaged in line 3.\n"),
        ("interrupt", 130, "\n"),
        ("abort", 130, "\n"),
        ("file", 1, "mail-sandbox: /nonexistent/file: No such file or directory\n"),
        ("full", 1, "mail-sandbox: disk full\n"),
        ("click", 1, "mail-sandbox: in click's words\n"),
    ],
)
def test_every_end_has_its_status_and_no_traceback(
    what: str, status: int, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["act", what]) == status
    assert capsys.readouterr().err == complaint


@pytest.mark.usefixtures("_act")
def test_what_is_missing_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["act"]) == 2
    assert capsys.readouterr().err == "mail-sandbox: WHAT is missing. See: mail-sandbox act --help\n"


@pytest.mark.usefixtures("_act")
def test_groups_nest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inner", "act", "return"]) == 1
    assert main(["inner", "axt"]) == 2
    assert "Did you mean “act”?" in capsys.readouterr().err
    assert main(["inner", "--help"]) == 0
    assert "Commands:\n  act  Do what a test wants.\n" in capsys.readouterr().out


# The process as the shell sees it


def run(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sandbox", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONUTF8": "1"} | environ,
        check=False,
    )


def test_the_module_is_the_command() -> None:
    assert run("--version").stdout == f"mail-sandbox {__version__}\n"
    assert run("--nope").returncode == 2


def test_a_reader_that_leaves_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as out:
        done = subprocess.run([sys.executable, "-m", "sandbox"], stdout=out, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_terminal_that_cannot_write_our_letters_gets_escapes() -> None:
    done = run("foo", PYTHONUTF8="0", PYTHONIOENCODING="iso8859-1")
    assert done.returncode == 2
    assert done.stderr.startswith("mail-sandbox: There is no command \\u201cfoo\\u201d.")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_can_complete(shell: str) -> None:
    script = run(_MAIL_SANDBOX_COMPLETE=f"{shell}_source").stdout
    assert "_MAIL_SANDBOX_COMPLETE" in script
    reply = run(_MAIL_SANDBOX_COMPLETE=f"{shell}_complete", COMP_WORDS="mail-sandbox comm", COMP_CWORD="1")
    assert reply.returncode == 0
    if shell == "bash":
        assert reply.stdout == "plain,commands\n"


def test_completion_knows_the_words_of_an_option() -> None:
    reply = run(_MAIL_SANDBOX_COMPLETE="bash_complete", COMP_WORDS="mail-sandbox commands --lang e", COMP_CWORD="3")
    assert reply.stdout == "plain,en\nplain,es\n"


@pytest.mark.parametrize(("no_color", "escapes"), [(None, True), ("1", False)])
def test_no_color_is_kept(
    no_color: str | None, escapes: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    if no_color:
        monkeypatch.setenv("NO_COLOR", no_color)
    main(["--help"])
    assert ("\x1b[" in capsys.readouterr().out) is escapes


def test_the_language_does_not_stick(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--lang", "es", "--help"])
    set_language("en")
    main(["--help"])
    assert "Usage:" in capsys.readouterr().out
