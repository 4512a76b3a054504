"""What listens for real mail programs behind the screen: whatever they say is shown as it happens.

Their connections come first: events are only put aside when they come, and explained a little in each frame. When more
come than can be shown, the screen forgets what it had and begins again with the next connections.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

from sandbox.core.message import N_, Msg
from sandbox.record.format import Header
from sandbox.tui.ports import (
    Anatomy,
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
from sandbox.wire.trace import AnyEvent, Journal, Open
from sandbox.world.errors import WorldError
from sandbox.world.protocols import PROTOCOLS

if TYPE_CHECKING:
    from sandbox.tui.panes.trace.model import TraceModel

_FRAME = 0.008
"""Seconds of each frame that may go into explaining: a quarter of the time."""

_WAITING = 20_000
"""Events that may wait to be explained."""

_LINES = 50_000
"""Lines of the trace; when there are more, the older half goes."""


class Running(Protocol):
    """What listens, and says in a journal what happens."""

    journal: Journal

    async def start(self) -> None:
        """Begin to listen. Raises `WorldError`."""

    async def stop(self) -> None:
        """End everything."""


class Listener:
    """The trace of all connections of what listens. A subclass tells what that is.

    `name` is what its transcripts are called by.
    """

    def __init__(self, running: Running, title: Msg, name: str) -> None:
        self._running, self._title, self._name = running, title, name
        self.dialogue = Dialogue(Observer(PROTOCOLS))
        self.trace: TraceModel = self.dialogue.trace
        self._panes = Panes(self.dialogue, Segments(self.dialogue, self._between, RECONSTRUCTED))
        self._recording = Recording(name, self.header)
        self._waiting: deque[AnyEvent] = deque()
        self._missed = 0
        self._failed: Msg | None = None
        self._listening = False
        self._starting: asyncio.Task[None] | None = None

    # What a subclass tells

    def ports(self) -> str:
        """Where mail programs connect, in short."""
        raise NotImplementedError

    def place(self) -> Msg:
        """The same in a sentence."""
        raise NotImplementedError

    def manual(self) -> Manual | None:
        """What to type into mail programs."""
        raise NotImplementedError

    def header(self) -> Header:
        """The first line of a transcript."""
        raise NotImplementedError

    # What is the same for all

    def open(self, changed: Callable[[], None]) -> None:
        """Begin to listen, in the loop of the interface."""
        self._changed = changed
        self._running.journal.subscribe(self._put_aside)
        self._starting = asyncio.get_running_loop().create_task(self._start())

    async def _start(self) -> None:
        try:
            await self._running.start()
            self._listening = True
        except WorldError as error:
            self._failed = error.about
        self._changed()

    async def close(self) -> None:
        """End all connections; a transcript is complete afterwards."""
        if self._starting is not None:
            await self._starting
        await self._running.stop()
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
        return self._panes.heading(self._title, -1, self._recording.seconds)

    def hint(self, typed: str) -> Hint:
        """Where it listens, or why it does not."""
        if self._failed is not None:
            return Hint("", self._failed)
        if self._missed:
            return Hint(self.ports(), Msg(N_("{count} events came too fast to be shown"), count=self._missed))
        return Hint(self.ports(), self.place())

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
        events = list(self._running.journal.events)
        return Exportable(self._name, reading(self.header(), events)) if events else None

    def _between(self, after: int, last: int) -> Iterable[AnyEvent]:
        """What happened and is still in memory, by the journal's numbers."""
        return between(self._running.journal.events)(after, last)

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
        return replay_of(self._title, list(self._running.journal.events))

    def can(self, action: str) -> bool:
        """Only recording."""
        return action == "record"

    def act(self, action: str, argument: str = "") -> None:
        """Record, or stop."""
        said = self._recording.toggle(self._running.journal)
        if said is not None:
            self.dialogue.note(self._panes.conn, self._running.journal.now(), said)
