"""The commands there are, and what stands in front of them."""

from __future__ import annotations

import click

from sandbox import __version__
from sandbox.cli.base import PROGRAM, Group, can_draw
from sandbox.i18n import N_

COMMANDS = {
    "learn": "sandbox.cli.play",
    "play": "sandbox.cli.play",
    "replay": "sandbox.cli.replay",
    "demo": "sandbox.cli.demo",
    "run": "sandbox.cli.run",
    "lessons": "sandbox.cli.lessons",
    "explain": "sandbox.cli.explain",
    "export": "sandbox.cli.export",
    "import": "sandbox.cli.import_:import_",
    "diff": "sandbox.cli.diff",
    "serve": "sandbox.cli.serve",
    "web": "sandbox.cli.web",
    "proxy": "sandbox.cli.proxy",
    "commands": "sandbox.cli.reference",
}
"""The module of each command, in the order of the help."""


def _version(context: click.Context, param: click.Parameter, asked: bool) -> None:
    if asked:
        click.echo(f"{PROGRAM} {__version__}")
        context.exit()


@click.group(
    PROGRAM,
    cls=Group,
    modules=COMMANDS,
    invoke_without_command=True,
    examples=("mail-sandbox commands pop3", "mail-sandbox --lang es commands"),
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help=N_("Show the version and exit."),
)
@click.pass_context
def root(context: click.Context) -> None:
    """Learn SMTP, POP3 and IMAP by watching and typing the real bytes."""
    if context.invoked_subcommand is None:
        if not can_draw():
            click.echo(context.get_help())
            return
        from sandbox.tui.app import home  # start-up: no other command draws

        context.exit(home())
