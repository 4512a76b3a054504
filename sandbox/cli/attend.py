"""What goes on around `serve` and `proxy`: telling that they are ready, and writing a transcript, with a screen or
without one."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import click

from sandbox import __version__
from sandbox.cli.base import PROGRAM
from sandbox.core.message import Msg
from sandbox.i18n import _, render
from sandbox.wire.trace import Journal
from sandbox.world.errors import WorldError
from sandbox.world.serve import Serving
from sandbox.world.services import SERVICES

if TYPE_CHECKING:
    from sandbox.record.format import Header
    from sandbox.record.writer import Recorder

T = TypeVar("T", bound="Running")

FLUSH_SECONDS = 0.1
"""A kill loses at most what came in this time."""


class Running(Protocol):
    """What is attended: it listens, and says in a journal what happens."""

    journal: Journal
    complaint: Msg | None
    """What went wrong while it worked."""

    def describe(self) -> dict[str, Any]:
        """What programs want to know."""

    async def start(self) -> None:
        """Begin to listen. Raises `WorldError`."""

    async def stop(self) -> None:
        """End everything."""


class Attending(Generic[T]):
    """Attends what listens, from when its port does until all connections are over.

    `folder` gets a transcript of the whole run, `ready` the facts in JSON. With `headless`, they or what to know of
    them are printed. What goes wrong later, or at the end, is in `complaint`: nothing ends because of it.
    """

    name = ""
    """What transcripts are called by."""

    def __init__(self, folder: Path | None, ready: Path | None, headless: bool, as_json: bool) -> None:
        self._folder, self._ready = folder, ready
        self._headless, self._as_json = headless, as_json
        self.complaint: Msg | None = None
        self.leave: Callable[[], None] | None = None
        """How the interface is left when somebody asks the process to end; without one, signals are not our matter."""
        self._recorder: Recorder | None = None
        self._flush_is_due = False
        if ready is not None:
            ready.unlink(missing_ok=True)  # whoever waits for it must not find that of an earlier run

    def header(self, running: T) -> Header:
        """The first line of the transcript."""
        raise NotImplementedError

    def page(self, running: T, facts: dict[str, Any]) -> Iterator[str]:
        """What people want to know."""
        raise NotImplementedError

    def warning(self, running: T) -> Msg | None:
        """What they had better know."""
        raise NotImplementedError

    def __call__(self, running: T) -> Callable[[], None]:
        """All ports listen. Raises `WorldError` where a file cannot be written; returns what to do at the end."""
        facts = running.describe() | {"trace": None if self._folder is None else str(self._folder.absolute())}
        if self._folder is not None:
            self._record(running, self._folder)
        if self._headless:
            click.echo(json.dumps(facts) if self._as_json else "\n".join(self.page(running, facts)))
            warning = self.warning(running)
            if warning is not None:
                click.echo(f"{PROGRAM}: {render(warning)}", err=True)
        if self.leave is not None:
            on_signals(self.leave)
        if self._ready is not None:
            _write(self._ready, json.dumps(facts) + "\n")
        return lambda: self._finish(running)

    def _record(self, running: T, folder: Path) -> None:
        from sandbox.record.errors import RecordError  # start-up: most runs leave no transcript
        from sandbox.record.writer import Recorder

        path = folder / time.strftime(f"{self.name}-%Y%m%d-%H%M%S.jsonl")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._recorder = Recorder(path, self.header(running))
        except RecordError as error:
            raise WorldError(error.said) from error
        except OSError as error:
            raise _unwritable(folder, error) from error
        self._recorder.follow(running.journal)
        running.journal.subscribe(self._note)
        self._note(None)

    def _note(self, _event: object) -> None:
        """Something was recorded: it shall be in the file soon."""
        if not self._flush_is_due:
            self._flush_is_due = True
            asyncio.get_running_loop().call_later(FLUSH_SECONDS, self._flush)

    def _flush(self) -> None:
        self._flush_is_due = False
        if self._recorder is not None:
            self._try(self._recorder.flush)

    def _finish(self, running: T) -> None:
        self.complaint = running.complaint or self.complaint
        if self._recorder is not None:
            self._try(self._recorder.close)

    def _try(self, step: Callable[[], None]) -> None:
        from sandbox.record.errors import RecordError

        try:
            step()
        except RecordError as error:
            self.complaint = error.said
            if self._headless:
                click.echo(f"{PROGRAM}: {render(error.said)}", err=True)


class Attendant(Attending[Serving]):
    """Attends a `Serving`: `sandbox.world.serve.Attend`."""

    name = "serve"

    def header(self, running: Serving) -> Header:
        from sandbox.record.format import Header  # start-up: see above

        return Header(
            title=f"{PROGRAM} serve",
            hosts=(running.options.server_name,),
            users=tuple(running.options.users),
            created=running.journal.now(),
            program=f"{PROGRAM} {__version__}",
        )

    def page(self, running: Serving, facts: dict[str, Any]) -> Iterator[str]:
        return _page(running, facts)

    def warning(self, running: Serving) -> Msg | None:
        if running.options.loopback:
            return None
        return Msg(
            "everybody who can reach {host} can connect now; passwords are taken over TLS only",
            host=running.options.host,
        )


async def until_ended(running: Running) -> None:
    """Have it work until somebody asks the process to end. Raises `WorldError`."""
    ended = asyncio.Event()
    on_signals(ended.set)
    await running.start()
    spare_the_collector()
    await ended.wait()
    await running.stop()


def spare_the_collector() -> None:
    """Have garbage looked for more rarely: what is there by now stays, and serving leaves little behind."""
    import gc

    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def on_signals(end: Callable[[], None]) -> None:
    """Call `end` when somebody asks the process to end, in place of dying at once."""
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end)


def _write(path: Path, text: str) -> None:
    """Write a file whole: whoever waits for it never reads half of it. Raises `WorldError`."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        try:
            draft.write_text(text, encoding="utf-8")
            os.replace(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> WorldError:
    return WorldError(Msg("{path} cannot be written: {reason}", path=path, reason=error.strerror or str(error)))


def _page(serving: Serving, facts: dict[str, Any]) -> Iterator[str]:
    """What to know, then what to type into mail programs."""
    from sandbox.world.settings import settings  # start-up: programs that read JSON have no use for it

    options = serving.options
    yield _("{name} listens on {host}").format(name=options.server_name, host=options.host)
    for name, port in serving.ports.items():
        how = _("TLS from the start") if SERVICES[name].tls else _("clear text, or TLS on request")
        yield f"  {name:12}{port:>6}  {how}"
    yield _("Users") + ": " + ", ".join(f"{name} ({password})" for name, password in options.users.items())
    yield _("Certificate of the authority") + f": {facts['ca']}"
    if options.store is not None:
        yield _("Mail is kept in") + f": {options.store.absolute()}"
    if facts["trace"] is not None:
        yield _("Transcript") + f": {facts['trace']}"
    for each in settings(serving):
        yield ""
        yield click.style(each.program, bold=True)
        yield from (f"  {line}" for line in each.lines)
