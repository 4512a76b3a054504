"""`mail-sandbox demo`: a lesson on the projector, for a class."""

from __future__ import annotations

import click

from sandbox.cli.base import Command
from sandbox.cli.lessons import lesson_path
from sandbox.cli.play import need_terminal
from sandbox.i18n import N_


@click.command(
    "demo",
    cls=Command,
    details=N_(
        "Space types the next line of the solution, reveals an answer or goes on to the next step; lines of your own "
        "can be typed, too. At a question, type how many hands each option has, with the arrows between them. "
        "Passwords are masked on the screen. Your own progress stays as it is."
    ),
    examples=("mail-sandbox demo pop3-03-delete", "mail-sandbox demo pop3-03-delete --lang es"),
)
@click.argument("lesson")
def demo(lesson: str) -> int:
    """Show a lesson to a class."""
    path = lesson_path(lesson)
    need_terminal()
    from sandbox.tui import doors  # start-up: help draws nothing
    from sandbox.tui.app import run

    return run(lambda: doors.demo(path))
