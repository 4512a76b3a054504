"""`mail-sandbox replay`: a transcript in the interface, or played against a real server or a real mail program."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import click

from sandbox import resources
from sandbox.cli.base import Command
from sandbox.cli.errors import FAILED, MISUSED, UserError
from sandbox.core.message import Msg
from sandbox.i18n import N_, _
from sandbox.i18n.safe import safe
from sandbox.world.addresses import LOOPBACK, is_loopback

if TYPE_CHECKING:
    from sandbox.record.peer import Played, Player, Score
    from sandbox.wire.dial import Dial
    from sandbox.wire.tls import TlsEnd

PATIENCE = 10.0
"""Seconds that the other end has for an answer."""
_COLOURS = {"-": "red", "+": "green", " ": None}


@click.command(
    "replay",
    cls=Command,
    details=N_(
        "Space plays and pauses, the arrows step, Home and End jump, [ and ] change the speed. A capture, a text or a "
        "log is imported first. With --to the client's lines go to a real server, with --listen the server's to a real "
        "mail program; it stops where the other end says something else than was recorded."
    ),
    examples=(
        "mail-sandbox replay session.jsonl",
        "mail-sandbox replay session.jsonl --to localhost:1110",
        "mail-sandbox replay session.jsonl --listen 2110",
    ),
)
@click.argument("file")
@click.option("--to", "target", metavar="HOST:PORT", help=N_("Play the client against this server."))
@click.option("--listen", metavar="[HOST:]PORT", help=N_("Play the server to whoever connects to this port."))
@click.option("--conn", default="", metavar="ID", help=N_("The connection to play; without it, the first."))
@click.option("--tls", is_flag=True, help=N_("Begin with TLS, whatever was recorded."))
@click.option("--allow-remote", is_flag=True, help=N_("Allow other machines than this one."))
def replay(file: str, target: str | None, listen: str | None, conn: str, tls: bool, allow_remote: bool) -> int:
    """Play, step and search through a transcript, or play it to a peer."""
    if target and listen:
        raise UserError(Msg("Either --to or --listen, not both."), MISUSED)
    if not (target or listen):
        if conn or tls or allow_remote:
            raise UserError(Msg("--conn, --tls and --allow-remote are for --to and --listen."), MISUSED)
        return _show(file)
    host, port = _end(target or listen or "", needs_host=bool(target))
    if not allow_remote and not _is_here(host):
        if listen:
            said = Msg("Others could connect to {host}. Say --allow-remote if you mean it.", host=host)
        else:
            said = Msg("{host} is another machine. Say --allow-remote if you mean it.", host=host)
        raise UserError(said, MISUSED)
    found = _score(file, conn)
    try:
        return _play(found, found.opened.tls or tls, host, port, bool(target))
    except OSError as error:
        where = f"{host}:{port}"
        raise UserError(
            Msg("{where}: {reason}.", where=where, reason=error.strerror or str(error) or _("no answer"))
        ) from error


def _show(file: str) -> int:
    from sandbox.cli.play import need_terminal
    from sandbox.record.errors import RecordError
    from sandbox.tui import doors
    from sandbox.tui.app import run

    need_terminal()
    try:
        screen = doors.replay(file)
    except RecordError as error:
        raise UserError(error.said) from None
    return run(lambda: screen)


def _end(words: str, needs_host: bool) -> tuple[str, int]:
    """A host and a port. Raises `UserError`."""
    host, colon, port = words.rpartition(":")
    if not (port.isdecimal() and int(port) < 65536 and (colon or not needs_host)):
        raise UserError(Msg("“{words}” is no HOST:PORT.", words=words), MISUSED)
    return host.strip("[]") or LOOPBACK, int(port)


def _is_here(host: str) -> bool:
    """Whether a host is this machine. A name is looked up nowhere: only localhost is known to be."""
    return is_loopback(host.lower())


def _score(file: str, conn: str) -> Score:
    from sandbox.record.errors import RecordError
    from sandbox.record.import_ import opened
    from sandbox.record.peer import score
    from sandbox.world.protocols import PROTOCOLS

    try:
        with opened(file, PROTOCOLS) as transcript:
            return score(transcript, PROTOCOLS, conn)
    except RecordError as error:
        raise UserError(error.said) from error


def _play(found: Score, tls: bool, host: str, port: int, client: bool) -> int:
    from sandbox.record.peer import Player
    from sandbox.wire.dial import Dial, DialError

    secure = _client_end(host) if client else _server_end(found.opened.server)
    with closing(Dial.connect(host, port, PATIENCE) if client else _accepted(host, port)) as dial:
        try:
            if tls:
                dial.secure(secure())
                click.echo(f"-- {_('TLS')}")
            return FAILED if _perform(Player(found, "C" if client else "S", dial), dial, secure) else 0
        except DialError as error:
            raise UserError(Msg("TLS failed: {reason}.", reason=Msg(str(error)))) from error


def _perform(player: Player, dial: Dial, secure: Callable[[], TlsEnd]) -> bool:
    """Play to the end, or to where somebody has enough. Returns whether anything differed."""
    differed = False
    for played in player.play():
        for line, colour in _told(played):
            click.echo(click.style(line, fg=colour) if colour else line)
        if played.verdict != "same":
            differed = True
            if not _goes_on():
                break
        if played.turn.secure:
            if not player.secure:
                click.echo("-- " + _("TLS was recorded from here on, and the other end has not agreed to it"))
                break
            dial.secure(secure())
            click.echo(f"-- {_('TLS')}")
    click.echo("-- " + (_("It differed from the recording.") if differed else _("All as it was recorded.")))
    return differed


def _told(played: Played) -> Iterator[tuple[str, str | None]]:
    if played.own or played.verdict == "same":
        for row in played.heard:
            yield f"{row.side}: {safe(row.octets)}".rstrip(" "), None
        return
    said = {
        "different": _("not as it was recorded (-), but (+)"),
        "silent": _("no answer in time"),
        "gone": _("the other end closed the connection"),
    }
    yield f"-- {said[played.verdict]}", "yellow"
    for group in played.rows():
        for mark, row in group:
            yield f"{mark} {row.side}: {safe(row.octets)}".rstrip(" "), _COLOURS[mark]


def _goes_on() -> bool:
    """Ask whoever watches; nobody there means yes."""
    if not sys.stdin.isatty():
        return True
    answer: str = click.prompt(_("Enter goes on, q ends"), default="", show_default=False, prompt_suffix=": ")
    return not answer.strip().lower().startswith("q")


def _accepted(host: str, port: int) -> Dial:
    """Wait for a mail program."""
    from sandbox.wire.dial import Dial

    with socket.create_server((host, port)) as listener:
        where = f"{host}:{listener.getsockname()[1]}"
        click.echo("-- " + _("waiting for a mail program at {where}").format(where=where))
        connection, _address = listener.accept()
        return Dial(connection, PATIENCE)


def _client_end(host: str) -> Callable[[], TlsEnd]:
    """A client's end of TLS. On this machine nobody sits in between, so any certificate is good."""

    def begin() -> TlsEnd:
        import ssl

        from sandbox.wire.tls import TlsEnd

        context = ssl.create_default_context()
        if _is_here(host):
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return TlsEnd(context, server_name=host)

    return begin


def _server_end(name: str) -> Callable[[], TlsEnd]:
    """The server's, with the certificate authority of `serve`."""

    def begin() -> TlsEnd:
        from sandbox.world.authority import Authority
        from sandbox.world.errors import WorldError

        try:
            return Authority(resources.data_folder() / "authority").server((name, "localhost", LOOPBACK)).begin()
        except WorldError as error:
            raise UserError(error.about) from error

    return begin
