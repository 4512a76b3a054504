"""`mail-sandbox web`: the interface in a browser."""

from __future__ import annotations

import click

from sandbox.cli.base import PROGRAM, Command
from sandbox.cli.errors import UserError
from sandbox.core.message import Msg
from sandbox.i18n import N_, _, render
from sandbox.world.addresses import LOOPBACK, is_loopback

PORT = 8000


@click.command(
    "web",
    cls=Command,
    details=N_(
        "Each tab is a session of its own and ends when it is closed. The address has a secret in it: whoever knows it "
        "can do what you can do here. Ctrl+C ends all."
    ),
    examples=("mail-sandbox web", "mail-sandbox web --port 8080 --lang es"),
)
@click.option("--host", metavar="ADDRESS", default=LOOPBACK, help=N_("Listen here; without it, on this machine only."))
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, help=N_("The port to listen on; 8000 without it."))
def web(host: str, port: int) -> None:
    """Open the interface in a browser."""
    try:
        from sandbox.tui.web import WebServer
    except ModuleNotFoundError as error:
        raise UserError(Msg("The browser needs a package that is missing: pip install textual-serve")) from error
    if not is_loopback(host):
        said = Msg("everybody who can reach {host} and learns the address can use this program as you can", host=host)
        click.echo(f"{PROGRAM}: {render(said)}", err=True)
    try:
        WebServer(host, port, _tell).run()
    except OSError as error:
        where, reason = f"{host}:{port}", error.strerror or str(error)
        raise UserError(Msg("{where} cannot be used: {reason}", where=where, reason=reason)) from error


def _tell(address: str) -> None:
    click.echo(_("Open {address} in a browser. Ctrl+C ends it.").format(address=address))
