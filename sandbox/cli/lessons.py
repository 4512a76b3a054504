"""`mail-sandbox lessons`: list, check and describe lessons. `prove`, and writing lessons, have modules of their own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sandbox import resources
from sandbox.cli.base import Command, Group
from sandbox.cli.errors import MISUSED, UserError, closest
from sandbox.core.message import Msg
from sandbox.i18n import N_, _, language, ngettext

if TYPE_CHECKING:
    from sandbox.teach.index import LessonEntry
    from sandbox.teach.problems import Problem

SUBCOMMANDS = {
    "list": "sandbox.cli.lessons:list_",
    "lint": "sandbox.cli.lessons",
    "prove": "sandbox.cli.prove",
    "new": "sandbox.cli.authoring",
    "preview": "sandbox.cli.authoring",
    "handout": "sandbox.cli.authoring",
    "schema": "sandbox.cli.lessons",
}


@click.group(
    "lessons", cls=Group, modules=SUBCOMMANDS, examples=("mail-sandbox lessons list", "mail-sandbox lessons prove")
)
def lessons() -> None:
    """List, check, prove and write lessons."""


def index() -> list[LessonEntry]:
    """The lessons that ship, in the order of the curriculum."""
    from sandbox.teach.index import lesson_index  # start-up: only commands about lessons need it

    return lesson_index([resources.lessons()], resources.data_folder() / "lessons.json")


def lesson_path(name: str) -> Path:
    """The file of a lesson, by its id or by a path. Raises `UserError`."""
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        if not path.is_file():
            raise UserError(Msg("There is no file {path}.", path=name), MISUSED)
        return path
    known = {entry.id: entry for entry in index()}
    if name in known:
        return Path(known[name].path)
    other = closest(name, list(known))
    if other:
        raise UserError(Msg("There is no lesson “{name}”. Did you mean “{other}”?", name=name, other=other), MISUSED)
    raise UserError(Msg("There is no lesson “{name}”. See: mail-sandbox lessons list", name=name), MISUSED)


def lesson_paths(names: Sequence[str]) -> list[Path]:
    """The files of the named lessons; of all that ship where none is named."""
    return [lesson_path(name) for name in names] if names else [Path(entry.path) for entry in index()]


@click.command("list", cls=Command, examples=("mail-sandbox lessons list", "mail-sandbox lessons list --json"))
@click.option("--json", "as_json", is_flag=True, help=N_("Write JSON, for programs."))
def list_(as_json: bool) -> None:
    """List the lessons that there are."""
    from sandbox.teach.progress import ProgressStore

    done = ProgressStore(resources.data_folder() / "progress.json").progress.lessons
    entries = index()
    if as_json:
        click.echo(json.dumps([_record(entry) for entry in entries], indent=2, ensure_ascii=False))
        return
    width = max((len(entry.id) for entry in entries), default=0)
    for entry in entries:
        mark = "✓" if entry.id in done and done[entry.id].finished else " "
        minutes = _("{minutes} min").format(minutes=entry.minutes)
        click.echo(f"{mark} {entry.id:{width}}  {minutes:>6}  {entry.name(language())}")


def _record(entry: LessonEntry) -> dict[str, object]:
    return {
        "id": entry.id,
        "title": entry.title,
        "minutes": entry.minutes,
        "track": entry.track,
        "level": entry.level,
        "requires": entry.requires,
        "steps": entry.steps,
        "path": entry.path,
    }


@click.command("lint", cls=Command, examples=("mail-sandbox lessons lint", "mail-sandbox lessons lint my-lesson.yaml"))
@click.argument("lesson", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help=N_("Write JSON, for programs."))
def lint(lesson: tuple[str, ...], as_json: bool) -> int:
    """Check lesson files and point at every mistake."""
    from sandbox.teach.library import Library
    from sandbox.teach.lint import lint_all

    paths = lesson_paths(lesson)
    library = Library(*dict.fromkeys([*(path.parent for path in paths), resources.lessons()]))
    found = [problem for problems in lint_all(paths, library).values() for problem in problems]
    errors = sum(not problem.warning for problem in found)
    if as_json:
        click.echo(json.dumps([_problem(problem) for problem in found], indent=2, ensure_ascii=False))
        return int(errors > 0)
    for problem in found:
        click.echo(str(problem))
    click.echo(
        ngettext("{count} lesson checked", "{count} lessons checked", len(paths)).format(count=len(paths)), err=True
    )
    return int(errors > 0)


def _problem(problem: Problem) -> dict[str, object]:
    from sandbox.i18n import render

    return {
        "file": problem.mark.file,
        "line": problem.mark.line,
        "column": problem.mark.column,
        "code": problem.code,
        "field": problem.field,
        "message": render(problem.message),
        "warning": problem.warning,
    }


@click.command("schema", cls=Command, examples=("mail-sandbox lessons schema > lesson.schema.json",))
def schema() -> None:
    """Write the JSON Schema of lesson files, for editors."""
    from sandbox.teach.schema import lesson_schema

    click.echo(json.dumps(lesson_schema(), indent=2, ensure_ascii=False))
