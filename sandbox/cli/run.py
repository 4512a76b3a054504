"""`mail-sandbox run`: a lesson without an interface, for scripts, for tests and for the proof that it works."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sandbox import resources
from sandbox.cli.base import Command, OneOf
from sandbox.cli.errors import FAILED, UserError
from sandbox.cli.lessons import lesson_path
from sandbox.core.message import Msg
from sandbox.i18n import N_, _

if TYPE_CHECKING:
    from sandbox.record.writer import Recorder
    from sandbox.teach.runner import LessonRunner


@click.command(
    "run",
    cls=Command,
    details=N_(
        "Without --solve, what the learner types is read from standard input: lines for the server, answers to "
        "questions, ? for a hint, an empty line to go on. Exit status 0 means passed, 1 not passed."
    ),
    examples=(
        "mail-sandbox run pop3-03-delete --solve --record delete.jsonl",
        "mail-sandbox run pop3-03-delete < typed.txt",
    ),
)
@click.argument("lesson")
@click.option("--solve", is_flag=True, help=N_("Play the lesson's own solution."))
@click.option(
    "--record", metavar="FILE", type=click.Path(path_type=Path), help=N_("Write a transcript; the file is replaced.")
)
@click.option(
    "--seed", metavar="N", default="0", help=N_("Draw other names and numbers; the same N draws the same ones.")
)
@click.option("--profile", type=OneOf(("strict", "lenient")), help=N_("How strict the servers are."))
def run(lesson: str, solve: bool, record: Path | None, seed: str, profile: str | None) -> int:
    """Play a lesson without an interface."""
    from sandbox.cli.plain import play_lesson
    from sandbox.teach.solve import solve as solve_lesson

    runner = open_lesson(lesson_path(lesson), seed, profile)
    recorder = recorder_for(runner, record) if record else None
    try:
        passed = solve_lesson(runner) if solve else play_lesson(runner, typed_lines())
    finally:
        if recorder is not None:
            recorder.close()
    if not passed:
        raise UserError(Msg("Not passed: the lesson ended at the step “{goal}”.", goal=runner.step.goal), FAILED)
    if solve:
        click.echo(_("Passed."))
    return 0


def open_lesson(path: Path, seed: str, profile: str | None) -> LessonRunner:
    """A lesson, ready to play. Raises `UserError` with the lesson's mistakes."""
    from sandbox.teach.library import Library
    from sandbox.teach.loader import open_source
    from sandbox.teach.problems import LessonError
    from sandbox.teach.runner import LessonRunner
    from sandbox.world.errors import WorldError

    library = Library(path.parent, resources.lessons())
    try:
        return LessonRunner(open_source(path, library, path.name), learner=seed, profile=profile)
    except LessonError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        count = len(error.problems)
        raise UserError(
            Msg("{name} cannot be played: {count} mistake(s), listed above.", name=path.name, count=count)
        ) from None
    except WorldError as error:
        raise UserError(error.about) from None


def recorder_for(runner: LessonRunner, path: Path) -> Recorder:
    """A transcript of the lesson from its first event on. Raises `UserError` if it cannot be written."""
    from sandbox.record.errors import RecordError
    from sandbox.record.writer import Recorder
    from sandbox.teach.transcript import lesson_header

    try:
        recorder = Recorder(path, lesson_header(runner), replace=True)
    except RecordError as error:
        raise UserError(error.said) from None
    recorder.follow(runner.world.journal)
    return recorder


def typed_lines() -> Iterator[str]:
    """The lines of standard input, without their ends; octets that are no UTF-8 stay what they are."""
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "surrogateescape").rstrip("\r\n")
