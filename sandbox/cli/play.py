"""`mail-sandbox play` and `learn`: the interface, or lines of text with --plain."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from sandbox import resources
from sandbox.cli.base import Command, OneOf, can_draw
from sandbox.cli.errors import MISUSED, UserError
from sandbox.cli.lessons import index, lesson_path
from sandbox.core.message import Msg
from sandbox.i18n import N_, _, render, translate

if TYPE_CHECKING:
    from sandbox.teach.runner import LessonRunner

PLAIN = N_("Lines of text instead of a screen: for screen readers, pipes and simple terminals.")
PROTOCOLS = ("pop3", "smtp", "imap")


@click.command(
    "play",
    cls=Command,
    details=N_(
        "Everything that you type goes to the server as it is: mistakes are welcome. Ctrl+Z takes the last line back."
    ),
    examples=(
        "mail-sandbox play pop3",
        "mail-sandbox play smtp --tls",
        "mail-sandbox play pop3 --profile strict --plain",
    ),
)
@click.argument("protocol", required=False, type=OneOf(PROTOCOLS), default="pop3")
@click.option("--profile", type=OneOf(("lenient", "strict")), default="lenient", help=N_("How strict the server is."))
@click.option(
    "--tls",
    is_flag=True,
    help=N_("TLS before the first octet, on the port for it. Without it, STARTTLS and STLS are offered."),
)
@click.option("--plain", is_flag=True, help=PLAIN)
def play(protocol: str, profile: str, tls: bool, plain: bool) -> int:
    """Type to a server, and see what every byte means."""
    strict = profile == "strict"
    if plain:
        return _play_plain(protocol, strict, tls)
    need_terminal()
    from sandbox.tui import doors
    from sandbox.tui.app import run

    return run(lambda: doors.play(protocol, strict=strict, tls=tls))


def _play_plain(protocol: str, strict: bool, tls: bool) -> int:
    from sandbox.cli.plain import Teller
    from sandbox.world.dialect import Next
    from sandbox.world.errors import WorldError
    from sandbox.world.protocols import PROTOCOLS as SPOKEN
    from sandbox.world.seat import Seat
    from sandbox.world.standard import PASSWORD, standard
    from sandbox.world.world import World

    world = World(standard(strict=strict, tls=True), translate=translate)
    seat = Seat(world, "laptop")
    teller = Teller(world.journal, lambda: seat.observer)
    click.echo(
        _("You type for ana; everybody's password is {password}. @help lists what else you can type.").format(
            password=PASSWORD
        )
    )
    service = next(service for service in SPOKEN[protocol].services if service.tls == tls)
    world.connect("laptop", protocol, "norte", service.port)
    teller.tell()
    for line in prompted("> "):
        try:
            if line == "@help":
                _tell_directives()
            elif line == "@undo":
                click.echo("-- " + (_("back before your last line") if seat.undo() else _("there is nothing to undo")))
            elif isinstance(seat.type(line), Next):
                break
        except WorldError as error:
            click.echo("-- " + render(error.about))
        teller.tell()
    return 0


def _tell_directives() -> None:
    from sandbox.world.dialect import DIRECTIVES

    rows = [(directive.usage, _(directive.about)) for directive in DIRECTIVES if directive.name not in ("on", "next")]
    rows += [("@undo", _("take your last line back")), ("@@...", _("send a line that begins with @"))]
    for usage, about in rows:
        click.echo(f"  {usage:22}  {about}")


@click.command(
    "learn",
    cls=Command,
    details=N_("Without a name it goes on where you left off, or with the next lesson."),
    examples=("mail-sandbox learn", "mail-sandbox learn pop3-03-delete --lang es"),
)
@click.argument("lesson", required=False)
@click.option("--plain", is_flag=True, help=PLAIN)
def learn(lesson: str | None, plain: bool) -> int:
    """Take a lesson."""
    path = lesson_path(lesson or _following())
    if plain:
        return _learn_plain(str(path))
    need_terminal()
    from sandbox.tui import doors
    from sandbox.tui.app import run

    return run(lambda: doors.lesson(path))


def _following() -> str:
    """The lesson to go on with: one that was begun, else the first that was not passed, else the first."""
    from sandbox.teach.progress import ProgressStore

    known = ProgressStore(resources.data_folder() / "progress.json").progress.lessons
    entries = [entry for entry in index() if not entry.broken]
    if not entries:
        raise UserError(Msg("There are no lessons in {folder}.", folder=resources.lessons()))
    left = [entry for entry in entries if entry.id not in known or not known[entry.id].finished]
    begun = [entry for entry in left if entry.id in known and known[entry.id].input]
    return next(entry.id for entry in (*begun, *left, *entries))


def _learn_plain(path: str) -> int:
    from pathlib import Path

    from sandbox.cli.plain import play_lesson
    from sandbox.cli.run import open_lesson
    from sandbox.teach.keeper import Keeper
    from sandbox.teach.progress import ProgressStore

    store = ProgressStore(resources.data_folder() / "progress.json")
    runner: LessonRunner = open_lesson(Path(path), store.progress.learner, None)
    keeper = Keeper(store, runner)
    if keeper.resume():
        click.echo(_("You go on where you left off."))
    click.echo(
        _("Type lines for the server. ? asks for a hint, @undo takes your last line back, an empty line goes on.")
    )
    passed = play_lesson(runner, prompted("> "))
    return 0 if passed else 1


def need_terminal() -> None:
    """Refuse to draw where there is no terminal. Raises `UserError`."""
    if not can_draw():
        raise UserError(Msg("This needs a terminal. Without one, use --plain, explain or run."), MISUSED)


def prompted(prompt: str) -> Iterator[str]:
    """Lines as they are typed, with a prompt where somebody sits in front of it."""
    from sandbox.cli.run import typed_lines

    if not sys.stdin.isatty():
        yield from typed_lines()
        return
    yield from _asked(prompt)


def _asked(prompt: str) -> Iterable[str]:
    import readline  # noqa: F401  # importing it gives `input` history and editing

    while True:
        try:
            yield input(prompt)
        except EOFError:
            click.echo()
            return
