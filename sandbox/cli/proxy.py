"""`mail-sandbox proxy`: between a real mail program and its real server, every octet explained."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli.base import Command, OneOf
from sandbox.cli.errors import FAILED, MISUSED, UserError
from sandbox.core.message import Msg
from sandbox.i18n import N_

if TYPE_CHECKING:
    from sandbox.cli.attend_proxy import ProxyAttendant
    from sandbox.tui.screens.main import Main
    from sandbox.world.proxying import ProxyOptions

_PLACE = re.compile(r"(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9_.-]{1,253})):(\d{1,5})", re.ASCII)
"""An address or a name, and a port."""


@click.command(
    "proxy",
    cls=Command,
    details=N_(
        "Your mail program connects to the proxy, and the proxy to the server that you name. Octets pass unaltered. "
        "Passwords and whatever else is secret are hidden before anything is shown or written. Ctrl+C ends it."
    ),
    examples=(
        "mail-sandbox proxy imap mail.example.org:993 --tls",
        "mail-sandbox proxy smtp mail.example.org:587 --listen 127.0.0.1:2587 --record transcripts",
        "mail-sandbox proxy pop3 localhost:2110 --headless --json --ready-file ready.json",
    ),
)
@click.argument("protocol", metavar="PROTOCOL", type=OneOf(("smtp", "pop3", "imap")))
@click.argument("server", metavar="HOST:PORT")
@click.option("--tls", is_flag=True, help=N_("Speak TLS with the server from the first octet."))
@click.option(
    "--listen",
    metavar="ADDRESS:PORT",
    default="127.0.0.1:0",
    help=N_("Wait here for the mail program; without it, on any free port of this machine."),
)
@click.option("--listen-tls", is_flag=True, help=N_("Speak TLS with the mail program from the first octet."))
@click.option(
    "--ca",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=N_("Trust the authorities in this file (PEM), in place of those of the system."),
)
@click.option("--insecure", is_flag=True, help=N_("Do not check the certificate of the server."))
@click.option(
    "--record",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help=N_("Write a transcript of this run, all its connections, into the folder."),
)
@click.option("--headless", is_flag=True, help=N_("Show no screen: print where it listens, and pass octets on."))
@click.option("--json", "as_json", is_flag=True, help=N_("Print one line of JSON in place of the words."))
@click.option(
    "--ready-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help=N_("Write the same JSON to this file once all ports listen."),
)
def proxy(**given: Any) -> int:
    """Sit between a real mail program and its real server, and explain what they say."""
    if given["as_json"] and not given["headless"]:
        raise UserError(Msg("--json: there is a screen in its way; add --headless"), MISUSED)
    if given["insecure"] and given["ca"] is not None:
        raise UserError(Msg("--insecure checks nothing, so that --ca has no use: leave one of them out"), MISUSED)
    host, port = _place(given["server"], "HOST:PORT", least=1)
    listen_host, listen_port = _place(given["listen"], "--listen", least=0)
    from sandbox.cli.attend_proxy import ProxyAttendant  # start-up: help needs none of this
    from sandbox.world.proxying import ProxyOptions

    attendant = ProxyAttendant(given["record"], given["ready_file"], given["headless"], given["as_json"])
    options = ProxyOptions(
        given["protocol"],
        host,
        port,
        tls=given["tls"],
        insecure=given["insecure"],
        ca=given["ca"],
        listen_host=listen_host,
        listen_port=listen_port,
        listen_tls=given["listen_tls"],
        attend=attendant,
    )
    status = _headless(options) if given["headless"] else _on_screen(options, attendant)
    if attendant.complaint is not None and not given["headless"]:
        raise UserError(attendant.complaint)  # only now is there a place to say it
    return status if attendant.complaint is None else FAILED


def _headless(options: ProxyOptions) -> int:
    """Pass octets on until somebody ends it."""
    import asyncio  # start-up: see above

    from sandbox.cli.attend import until_ended
    from sandbox.resources import data_folder
    from sandbox.world.errors import WorldError
    from sandbox.world.proxying import Proxying

    try:
        asyncio.run(until_ended(Proxying(options, data_folder() / "authority")))
    except WorldError as error:
        raise UserError(error.about) from error
    return 0


def _on_screen(options: ProxyOptions, attendant: ProxyAttendant) -> int:
    """Pass octets on behind the interface."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UserError(Msg("The screen needs a terminal. Without one, add --headless."), MISUSED)
    from sandbox.tui import doors
    from sandbox.tui.app import run

    def first() -> Main:
        screen = doors.proxy(options)
        attendant.leave = lambda: screen.app.exit(0)
        return screen

    return run(first)


def _place(word: str, name: str, *, least: int) -> tuple[str, int]:
    """Host and port of `host:port` or `[address]:port`. Raises `UserError`."""
    found = _PLACE.fullmatch(word)
    if found is None or not least <= int(found[3]) <= 65_535:
        raise UserError(Msg("{name}: write it as mail.example.org:993; “{word}” is not", name=name, word=word), MISUSED)
    return found[1] or found[2], int(found[3])
