"""`mail-sandbox serve`: real ports for real mail programs, every session traced."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli.base import Command, OneOf
from sandbox.cli.errors import FAILED, MISUSED, UserError, closest
from sandbox.core.message import Msg
from sandbox.i18n import N_

if TYPE_CHECKING:
    from sandbox.cli.attend import Attendant
    from sandbox.tui.screens.main import Main
    from sandbox.world.serve import Attend, Options


@click.command(
    "serve",
    cls=Command,
    details=N_(
        "The ports are the standard ones plus the offset, so that no privileges are needed; port 0 means any free one. "
        "Nothing is ever sent on to the outside. Ctrl+C ends it."
    ),
    examples=(
        "mail-sandbox serve --headless",
        "mail-sandbox serve --headless --user ana:secreto --record transcripts",
        "mail-sandbox serve --headless --json --port pop3=0 --port pop3s=0 --ready-file ready.json",
    ),
)
@click.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    help=N_("Listen on this address; without it, only this machine can connect."),
)
@click.option(
    "--offset",
    metavar="N",
    type=int,
    default=1000,
    help=N_("Add this to the standard ports; 1000 without it, 0 for the real ones."),
)
@click.option(
    "--port", "ports", metavar="NAME=N", multiple=True, help=N_("Give one service this port; 0 for any free one.")
)
@click.option("--domain", metavar="DOMAIN", default="example.test", help=N_("Serve the mail of this domain."))
@click.option(
    "--user",
    "users",
    metavar="NAME:PASSWORD",
    multiple=True,
    help=N_("Have this user, in place of alice:wonderland and bob:builder."),
)
@click.option(
    "--profile",
    type=OneOf(("lenient", "strict")),
    default="lenient",
    help=N_("Let small mistakes of clients pass, or refuse them."),
)
@click.option("--require-tls", is_flag=True, help=N_("Take passwords over TLS only."))
@click.option(
    "--store",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=N_("Keep the mail in this file (SQLite); without it, mail ends with the program."),
)
@click.option(
    "--record",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help=N_("Write a transcript of this run, all its connections, into the folder."),
)
@click.option("--headless", is_flag=True, help=N_("Show no screen: print the settings for mail programs, and serve."))
@click.option("--json", "as_json", is_flag=True, help=N_("Print one line of JSON in place of the settings."))
@click.option(
    "--ready-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=N_("Write the same JSON to this file once all ports listen."),
)
def serve(**given: Any) -> int:
    """Serve mail on real ports, for real mail programs."""
    if given["as_json"] and not given["headless"]:
        raise UserError(Msg("--json: there is a screen in its way; add --headless"), MISUSED)
    from sandbox.cli.attend import Attendant  # start-up: help needs none of this

    attendant = Attendant(given["record"], given["ready_file"], given["headless"], given["as_json"])
    options = _options(given, attendant)
    status = _headless(options) if given["headless"] else _on_screen(options, attendant)
    if attendant.complaint is not None and not given["headless"]:
        raise UserError(attendant.complaint)  # only now is there a place to say it
    return status if attendant.complaint is None else FAILED


def _headless(options: Options) -> int:
    """Serve until somebody ends it."""
    import asyncio  # start-up: see above

    from sandbox.cli.attend import until_ended
    from sandbox.resources import data_folder
    from sandbox.world.errors import WorldError
    from sandbox.world.serve import Serving

    try:
        serving = Serving(options, data_folder() / "authority")
        asyncio.run(until_ended(serving))
    except WorldError as error:
        raise UserError(error.about) from error
    if serving.complaint is not None:
        raise UserError(serving.complaint)
    return 0


def _on_screen(options: Options, attendant: Attendant) -> int:
    """Serve behind the interface."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UserError(Msg("The screen needs a terminal. Without one, add --headless."), MISUSED)
    from sandbox.tui import doors
    from sandbox.tui.app import run

    def first() -> Main:
        screen = doors.serve(options)
        attendant.leave = lambda: screen.app.exit(0)
        return screen

    return run(first)


# From words to options


def _options(given: dict[str, Any], attendant: Attend) -> Options:
    """What was asked for. Raises `UserError` for what makes no sense."""
    from sandbox.world.serve import USERS, Options

    domain = given["domain"].lower()
    labels = domain.split(".")
    if (
        not all(label.replace("-", "").isalnum() and label.isascii() and len(label) < 64 for label in labels)
        or len(domain) > 200
    ):
        raise UserError(Msg("--domain: “{domain}” is no domain name", domain=given["domain"]), MISUSED)
    return Options(
        host=given["host"],
        offset=given["offset"],
        ports=_ports(given["ports"]),
        domain=domain,
        users=_users(given["users"]) or USERS,
        strict=given["profile"] == "strict",
        require_tls=given["require_tls"],
        store=given["store"],
        attend=attendant,
    )


def _ports(words: Sequence[str]) -> dict[str, int]:
    from sandbox.world.services import SERVICES

    ports: dict[str, int] = {}
    for word in words:
        name, equals, number = word.partition("=")
        if not (equals and number.isascii() and number.isdigit() and int(number) <= 65_535):
            raise UserError(Msg("--port: write it as NAME=N, such as pop3=2110; “{word}” is not", word=word), MISUSED)
        if name not in SERVICES:
            names = list(SERVICES)
            meant = closest(name, names) or ", ".join(names)
            raise UserError(
                Msg("--port: there is no service “{name}”; is it {meant}?", name=name, meant=meant), MISUSED
            )
        ports[name] = int(number)
    return ports


def _users(words: Sequence[str]) -> dict[str, str]:
    users: dict[str, str] = {}
    for word in words:
        name, colon, password = word.partition(":")
        if not (colon and name and password):
            raise UserError(Msg("--user: write it as NAME:PASSWORD, such as ana:secreto"), MISUSED)
        if name in users:
            raise UserError(Msg("--user: “{name}” is there twice", name=name), MISUSED)
        users[name] = password
    return users
