"""`mail-sandbox lessons prove`: every lesson shows that it holds what it promises."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sandbox import resources
from sandbox.cli.base import Command
from sandbox.cli.errors import UserError
from sandbox.cli.lessons import lesson_paths
from sandbox.core.message import Msg
from sandbox.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from sandbox.teach.problems import Problem


@click.command(
    "prove",
    cls=Command,
    details=N_(
        "For several learners, both languages and all profiles: the untouched step does not pass, its solution does, "
        "and without any one line it does not; wrong paths lead back, predictions come true, worked examples help, and "
        "the transcript is the committed one."
    ),
    examples=("mail-sandbox lessons prove", "mail-sandbox lessons prove pop3-03-delete"),
)
@click.argument("lesson", nargs=-1)
@click.option("--quiet", is_flag=True, help=N_("Write only what is wrong."))
def prove(lesson: tuple[str, ...], quiet: bool) -> int:
    """Prove that lessons hold what they promise."""
    paths = lesson_paths(lesson)
    if not paths:
        raise UserError(Msg("There are no lessons in {folder}.", folder=resources.lessons()))
    wrong = 0
    for path in paths:
        problems = _prove(path, quiet)
        wrong += bool(problems)
        for problem in problems:
            click.echo(str(problem))
    count = len(paths) - wrong
    click.echo(ngettext("{count} lesson holds", "{count} lessons hold", count).format(count=count), err=True)
    if wrong:
        click.echo(ngettext("{count} lesson does not", "{count} lessons do not", wrong).format(count=wrong), err=True)
    return int(wrong > 0)


def _prove(path: Path, quiet: bool) -> list[Problem]:
    """The problems of one lesson, each once, with progress on a terminal."""
    from sandbox.teach.library import Library
    from sandbox.teach.loader import open_source
    from sandbox.teach.problems import LessonError
    from sandbox.teach.prove import cases
    from sandbox.teach.prove import prove as proofs

    found: dict[Problem, None] = {}
    done = 0
    live = sys.stderr.isatty() and not quiet
    try:
        source = open_source(path, Library(path.parent, resources.lessons()), path.name)
        total = len(cases(source)) * (len(source.lesson("0").steps) + 1)
        shipped = resources.transcripts() if path.parent == resources.lessons() else None
        for proof in proofs(source, transcripts=shipped):
            done += 1
            found |= dict.fromkeys(proof.problems)
            if live:
                click.echo(f"\r{path.stem}  {min(done, total)}/{total}", nl=False, err=True)
    except LessonError as error:
        found |= dict.fromkeys(error.problems)
    finally:
        if live:
            click.echo("\r\x1b[K", nl=False, err=True)
    if not quiet and not found:
        click.echo(_("{name}: {count} proofs").format(name=path.stem, count=done))
    return list(found)
