"""Real servers behind the screen: whatever a mail program says to them is shown as it happens.

Serving comes first: events are only put aside when they come, and explained a little in each frame. When more come than
can be shown, the screen forgets what it had and begins again with the next connections.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import TYPE_CHECKING

from sandbox import __version__
from sandbox.core.message import N_, Msg
from sandbox.record.format import Header
from sandbox.resources import data_folder
from sandbox.tui.ports import (
    Anatomy,
    CannotOpen,
    Exportable,
    Heading,
    Hint,
    LessonView,
    MailboxView,
    Manual,
    PacketView,
    Playback,
    Prompt,
    Session,
    StateView,
)
from sandbox.tui.sessions.dialogue import Dialogue
from sandbox.tui.sessions.export import reading
from sandbox.tui.sessions.packet import RECONSTRUCTED, Segments, between
from sandbox.tui.sessions.panes import Panes
from sandbox.tui.sessions.recording import Recording
from sandbox.tui.sessions.replay import replay_of
from sandbox.tui.tlsview import TlsView
from sandbox.wire.observer import Observer
from sandbox.wire.trace import AnyEvent, Open
from sandbox.world.errors import WorldError
from sandbox.world.protocols import PROTOCOLS
from sandbox.world.serve import Options, Serving
from sandbox.world.settings import settings

if TYPE_CHECKING:
    from sandbox.tui.panes.trace.model import TraceModel

_TITLE = Msg(N_("Real mail programs"))
_FILE_TITLE = "mail-sandbox serve"
_FRAME = 0.008
"""Seconds of each frame that may go into explaining: a quarter of the time."""

_WAITING = 20_000
"""Events that may wait to be explained."""

_LINES = 50_000
"""Lines of the trace; when there are more, the older half goes."""


class Serve:
    """Servers on real ports, and a trace of all their connections."""

    def __init__(self, options: Options | None = None) -> None:
        try:
            self._serving = Serving(options or Options(), data_folder() / "authority")
        except WorldError as error:
            raise CannotOpen(error.about) from error
        self.dialogue = Dialogue(Observer(PROTOCOLS))
        self.trace: TraceModel = self.dialogue.trace
        self._panes = Panes(self.dialogue, Segments(self.dialogue, self._between, RECONSTRUCTED))
        self._recording = Recording("serve", self._header)
        self._waiting: deque[AnyEvent] = deque()
        self._missed = 0
        self._failed: Msg | None = None
        self._listening = False
        self._starting: asyncio.Task[None] | None = None

    def open(self, changed: Callable[[], None]) -> None:
        """Begin to listen, in the loop of the interface."""
        self._changed = changed
        self._serving.journal.subscribe(self._put_aside)
        self._starting = asyncio.get_running_loop().create_task(self._start())

    async def _start(self) -> None:
        try:
            await self._serving.start()
            self._listening = True
        except WorldError as error:
            self._failed = error.about
        self._changed()

    async def close(self) -> None:
        """End all connections; a transcript is complete afterwards."""
        if self._starting is not None:
            await self._starting
        await self._serving.stop()
        self._recording.stop()

    def tick(self, elapsed: float) -> None:
        """Explain what came, as far as there is time."""
        if not self._waiting:
            return
        until = perf_counter() + _FRAME
        while self._waiting and perf_counter() < until:
            event = self._waiting.popleft()
            self.dialogue.feed(event)
            if isinstance(event, Open):
                self._panes.conn = event.conn
        self.dialogue.keep(_LINES)
        self._recording.flush()
        self._changed()

    def _put_aside(self, event: AnyEvent) -> None:
        self._waiting.append(event)
        if len(self._waiting) > _WAITING:
            self._missed += len(self._waiting)
            self._waiting.clear()
            self.dialogue.observer.watched.clear()

    # Showing

    def heading(self) -> Heading:
        """The newest connection."""
        return self._panes.heading(_TITLE, -1, self._recording.seconds)

    def hint(self, typed: str) -> Hint:
        """Where it listens, or why it does not."""
        if self._failed is not None:
            return Hint("", self._failed)
        ports = "  ".join(f"{name} {port}" for name, port in self._serving.ports.items())
        if self._missed:
            return Hint(ports, Msg(N_("{count} events came too fast to be shown"), count=self._missed))
        return Hint(ports, Msg(N_("listening on {host}"), host=self._serving.options.host))

    def manual(self) -> Manual | None:
        """What to type into mail programs."""
        if not self._listening:
            return None
        users = ", ".join(f"{name} ({password})" for name, password in self._serving.options.users.items())
        programs = tuple((each.program, each.lines) for each in settings(self._serving))
        return Manual(_TITLE, Msg(N_("Users and their passwords: {users}"), users=users), programs)

    def state(self, line: int) -> StateView | None:
        """At a line."""
        return self._panes.state(line)

    def mailbox(self, line: int) -> MailboxView | None:
        """At a line."""
        return self._panes.mailbox(line)

    def anatomy(self, line: int) -> Anatomy | None:
        """Of a line."""
        return self._panes.anatomy(line)

    def tls(self, line: int, record: int) -> TlsView | None:
        """At a line."""
        return self._panes.tls(line, record)

    def packets(self, line: int) -> PacketView | None:
        """Of a line."""
        return self._panes.packets(line)

    def exportable(self) -> Exportable | None:
        """What is still in memory."""
        events = list(self._serving.journal.events)
        return Exportable("serve", reading(self._header(), events)) if events else None

    def _between(self, after: int, last: int) -> Iterable[AnyEvent]:
        """What happened and is still in memory, by the journal's numbers."""
        return between(self._serving.journal.events)(after, last)

    def prompt(self) -> Prompt | None:
        """The mail programs do the typing."""
        return None

    def submit(self, line: str) -> None:
        """Never called: there is no command line."""

    def suggest(self, typed: str) -> str | None:
        """Never called."""
        return None

    def lesson(self) -> LessonView | None:
        """There is none."""
        return None

    def visible(self) -> int | None:
        """Everything, as it happens."""
        return None

    def playback(self) -> Playback | None:
        """This is no replay."""
        return None

    def again(self) -> Session | None:
        """What is still in memory of the past."""
        return replay_of(_TITLE, list(self._serving.journal.events))

    def can(self, action: str) -> bool:
        """Only recording."""
        return action == "record"

    def act(self, action: str, argument: str = "") -> None:
        """Record, or stop."""
        said = self._recording.toggle(self._serving.journal)
        if said is not None:
            self.dialogue.note(self._panes.conn, self._serving.journal.now(), said)

    def _header(self) -> Header:
        options = self._serving.options
        return Header(
            title=_FILE_TITLE,
            hosts=(options.server_name,),
            users=tuple(options.users),
            created=self._serving.journal.now(),
            program=f"mail-sandbox {__version__}",
        )
