"""`mail-sandbox serve`: real ports for real mail programs, every session traced."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sandbox import __version__
from sandbox.cli.base import PROGRAM, Command, OneOf
from sandbox.cli.errors import MISUSED, UserError, closest
from sandbox.core.message import Msg
from sandbox.i18n import N_, _, render

if TYPE_CHECKING:
    from sandbox.record.errors import RecordError
    from sandbox.record.writer import Recorder
    from sandbox.world.serve import Options, Serving

FLUSH_SECONDS = 0.1
"""A kill loses at most what came in this time."""


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
def serve(**given: Any) -> None:
    """Serve mail on real ports, for real mail programs."""
    import asyncio  # start-up: help needs none of this

    from sandbox.resources import data_folder
    from sandbox.world.errors import WorldError
    from sandbox.world.serve import Serving

    try:
        serving = Serving(_options(given), data_folder() / "authority")
        asyncio.run(_run(serving, given["record"], given["ready_file"], given["as_json"]))
    except WorldError as error:
        raise UserError(error.about) from error


# From words to options


def _options(given: dict[str, Any]) -> Options:
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
    )


def _ports(words: Sequence[str]) -> dict[str, int]:
    from sandbox.world.serve import SERVICES

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


# Running


async def _run(serving: Serving, folder: Path | None, ready: Path | None, as_json: bool) -> None:
    """Serve until somebody ends it. The transcript is complete when this returns."""
    import asyncio  # start-up: see above

    if ready is not None:
        ready.unlink(missing_ok=True)  # whoever waits for it must not find that of an earlier run
    ended = _ended()
    try:
        await serving.start()
        recording = _record(serving, folder) if folder is not None else None
        try:
            facts = serving.describe() | {"trace": None if folder is None else str(folder.absolute())}
            click.echo(json.dumps(facts) if as_json else "\n".join(_page(serving, facts["trace"])))
            if not serving.options.loopback:
                click.echo(f"{PROGRAM}: {render(_exposed(serving))}", err=True)
            if ready is not None:
                _write(ready, json.dumps(facts) + "\n")
            await ended
        finally:
            await serving.stop()
            if recording is not None:
                recording.close()
    except asyncio.CancelledError:
        return  # Ctrl+C where the system has no signals of the usual kind


def _ended() -> Any:
    """What is done when somebody asks the process to end, politely."""
    import asyncio  # start-up: see above
    import signal

    loop = asyncio.get_running_loop()
    ended = loop.create_future()

    def end() -> None:
        if not ended.done():
            ended.set_result(None)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)
    return ended


class _Recording:
    """The transcript of a run: flushed soon after something happened."""

    def __init__(self, recorder: Recorder, serving: Serving) -> None:
        import asyncio  # start-up: see above

        self._recorder = recorder
        self._later = asyncio.get_running_loop().call_later
        self._due = False
        recorder.follow(serving.journal)
        self._cancel = serving.journal.subscribe(self._note)

    def _note(self, _event: object) -> None:
        if not self._due:
            self._due = True
            self._later(FLUSH_SECONDS, self._flush)

    def _flush(self) -> None:
        from sandbox.record.errors import RecordError

        self._due = False
        try:
            self._recorder.flush()
        except RecordError as error:
            self._tell(error)

    def close(self) -> None:
        from sandbox.record.errors import RecordError

        self._cancel()
        try:
            self._recorder.close()
        except RecordError as error:
            raise UserError(error.said) from error

    def _tell(self, error: RecordError) -> None:
        """Serving goes on: the mail programs are not to suffer from a full disk."""
        click.echo(f"{PROGRAM}: {render(error.said)}", err=True)


def _record(serving: Serving, folder: Path) -> _Recording:
    import time

    from sandbox.record.errors import RecordError
    from sandbox.record.format import Header
    from sandbox.record.writer import Recorder

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / time.strftime("serve-%Y%m%d-%H%M%S.jsonl")
    options = serving.options
    header = Header(
        title=f"{PROGRAM} serve",
        hosts=(options.server_name,),
        users=tuple(options.users),
        created=serving.journal.now(),
        program=f"{PROGRAM} {__version__}",
    )
    try:
        return _Recording(Recorder(path, header), serving)
    except RecordError as error:
        raise UserError(error.said) from error


def _write(path: Path, text: str) -> None:
    """Write a file whole: whoever waits for it never reads half of it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8")
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


# What is shown


def _exposed(serving: Serving) -> Msg:
    return Msg(
        "everybody who can reach {host} can connect now; passwords are taken over TLS only", host=serving.options.host
    )


def _page(serving: Serving, trace: str | None) -> Iterator[str]:
    """What to know, then what to type into mail programs."""
    from sandbox.world.serve import SERVICES
    from sandbox.world.settings import settings

    options = serving.options
    yield _("{name} listens on {host}").format(name=options.server_name, host=options.host)
    for name, port in serving.ports.items():
        how = _("TLS from the start") if SERVICES[name][1].tls else _("clear text, or TLS on request")
        yield f"  {name:12}{port:>6}  {how}"
    yield _("Users") + ": " + ", ".join(f"{name} ({password})" for name, password in options.users.items())
    yield _("Certificate of the authority") + f": {serving.describe()['ca']}"
    if trace is not None:
        yield _("Transcript") + f": {trace}"
    for each in settings(serving):
        yield ""
        yield click.style(each.program, bold=True)
        yield from (f"  {line}" for line in each.lines)
