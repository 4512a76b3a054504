"""`mail-sandbox lessons new`, `preview` and `handout`: writing lessons, and paper for those who teach with them."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sandbox import resources
from sandbox.cli.base import PROGRAM, Command
from sandbox.cli.errors import MISUSED, UserError
from sandbox.cli.files import replacing
from sandbox.cli.lessons import lesson_path
from sandbox.core.message import Msg
from sandbox.i18n import N_, _

if TYPE_CHECKING:
    from sandbox.teach.loader import Source

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_MODEL = "my-lesson"


@click.command(
    "new",
    cls=Command,
    details=N_("The file has one step of each usual kind, with comments. It lints and proves as it stands."),
    examples=("mail-sandbox lessons new my-lesson", "mail-sandbox lessons new my-lesson --folder course"),
)
@click.argument("name", metavar="ID")
@click.option(
    "--folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=Path(),
    help=N_("Where to write it; without it, here."),
)
def new(name: str, folder: Path) -> None:
    """Begin a lesson of your own."""
    if not _ID.fullmatch(name):
        raise UserError(Msg("“{name}” cannot be an id: small letters, digits and hyphens only.", name=name), MISUSED)
    path = folder / f"{name}.yaml"
    if path.exists():
        raise UserError(Msg("{path} is there already. Choose another id.", path=path), MISUSED)
    text = files("sandbox.teach").joinpath("new_lesson.yaml").read_text("utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(text.replace(_MODEL, name))
    click.echo(_("{path} is written. See it with: {command}").format(
        path=path, command=f"{PROGRAM} lessons preview {path}"))  # fmt: skip


@click.command(
    "preview",
    cls=Command,
    details=N_("Steps with their solutions, checks, wrong paths, hints and the notes for the speaker."),
    examples=("mail-sandbox lessons preview my-lesson.yaml", "mail-sandbox lessons preview pop3-03-delete --lang es"),
)
@click.argument("lesson")
@click.option(
    "--seed", metavar="N", default="0", help=N_("Draw other names and numbers; the same N draws the same ones.")
)
def preview(lesson: str, seed: str) -> None:
    """Read a lesson as text."""
    from sandbox.i18n.safe import safe
    from sandbox.teach.preview import preview as lines

    source = _source(lesson_path(lesson), seed)
    for line in lines(source, seed):
        click.echo(safe(line))


@click.command(
    "handout",
    cls=Command,
    details=N_("Goals, words, commands with their sections, and room for predictions; no solutions."),
    examples=(
        "mail-sandbox lessons handout pop3-03-delete -o delete.html",
        "mail-sandbox lessons handout pop3-03-delete -o delete.md --lang es",
    ),
)
@click.argument("lesson")
@click.option("-o", "--output", metavar="FILE", required=True, help=N_("Where to write it: .html or .md."))
@click.option(
    "--seed", metavar="N", default="0", help=N_("Draw other names and numbers; the same N draws the same ones.")
)
def handout(lesson: str, output: str, seed: str) -> None:
    """Write a sheet for students."""
    from sandbox.teach.handout import SUFFIXES
    from sandbox.teach.handout import handout as sheet
    from sandbox.world.protocols import PROTOCOLS

    path = Path(output)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UserError(
            Msg("“{output}” does not tell the format. Let it end in one of {formats}.",
                output=output, formats=", ".join(SUFFIXES)), MISUSED)  # fmt: skip
    source = _source(lesson_path(lesson), seed)
    with replacing(path) as file:
        file.write(sheet(source.lesson(seed), PROTOCOLS, suffix).encode())


def _source(path: Path, seed: str) -> Source:
    """A lesson without mistakes. Raises `UserError` after listing them."""
    from sandbox.teach.library import Library
    from sandbox.teach.loader import open_source
    from sandbox.teach.problems import LessonError

    try:
        source = open_source(path, Library(path.parent, resources.lessons()), path.name)
        source.lesson(seed)
    except LessonError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        raise UserError(Msg("{name} cannot be played: {count} mistake(s), listed above.", name=path.name,
                            count=len(error.problems))) from None  # fmt: skip
    return source
