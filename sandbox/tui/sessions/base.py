"""What sessions that run in a world have in common: their panes, recording, replay of themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sandbox import __version__
from sandbox.core.client import Client
from sandbox.core.message import Msg
from sandbox.core.registry import Owes
from sandbox.core.tracker import Kind
from sandbox.tui.ports import (
    Anatomy,
    Exportable,
    LessonView,
    MailboxView,
    Manual,
    PacketView,
    Playback,
    Prompt,
    Session,
    StateView,
    Text,
)
from sandbox.tui.sessions.dialogue import Dialogue
from sandbox.tui.sessions.export import reading
from sandbox.tui.sessions.hints import Typing
from sandbox.tui.sessions.packet import NO_NETWORK, Segments, between
from sandbox.tui.sessions.panes import Panes
from sandbox.tui.sessions.queue import queued
from sandbox.tui.sessions.recording import Recording
from sandbox.tui.tlsview import TlsView
from sandbox.wire.observer import Observer
from sandbox.wire.trace import AnyEvent, live
from sandbox.world.world import World

if TYPE_CHECKING:
    from sandbox.record.format import Header


class Worldly:
    """The part of a session that only looks. A subclass calls `watch` when its world stands."""

    title: Text = ""

    def watch(self, world: World, observer: Observer, name: str, lesson: str = "") -> None:
        """Follow a world's journal, which the observer follows already."""
        self.world = world
        self.dialogue = Dialogue(observer)
        self.dialogue.follow(world.journal)
        self.trace = self.dialogue.trace
        self.panes = Panes(self.dialogue, Segments(self.dialogue, self._between, NO_NETWORK))
        self._name, self._lesson = name, lesson
        self.recording = Recording(name, lambda: header(world, str(self.title), lesson))

    async def close(self) -> None:
        """A world in memory just ends; a transcript is completed."""
        self.recording.stop()

    def tick(self, elapsed: float) -> None:
        """World time passes by @wait only."""

    def prompt_of(self, actor: str, typing: Typing, placeholder: Text = "") -> Prompt:
        """The command line of an actor: what comes next is content, where the server waits for it, else a command."""
        client = self.world.client(actor)
        owes = client is not None and _owes(client)
        number = len(client.tracker.exchanges) if client is not None else 1
        return Prompt(actor, placeholder, owes, "" if owes else typing.prefill(number))

    def state(self, line: int) -> StateView | None:
        """At a line."""
        return self.panes.state(self._moment(line))

    def mailbox(self, line: int) -> MailboxView | None:
        """At a line; with the mail under way, if that is now."""
        view = self.panes.mailbox(self._moment(line))
        return view._replace(queue=queued(self.world)) if view is not None and line < 0 else view

    def anatomy(self, line: int) -> Anatomy | None:
        """Of a line."""
        return self.panes.anatomy(self._moment(line))

    def tls(self, line: int, record: int) -> TlsView | None:
        """At a line."""
        return self.panes.tls(self._moment(line), record)

    def packets(self, line: int) -> PacketView | None:
        """Of a line."""
        return self.panes.packets(self._moment(line))

    def exportable(self) -> Exportable | None:
        """All of the journal."""
        events = list(self.world.journal.events)
        return Exportable(self._name, reading(header(self.world, str(self.title), self._lesson), events))

    def _between(self, after: int, last: int) -> Iterable[AnyEvent]:
        """What happened, by the journal's numbers."""
        return between(live(self.world.journal.events))(after, last)

    def visible(self) -> int | None:
        """Everything, as it happens."""
        return None

    def lesson(self) -> LessonView | None:
        """There is none."""
        return None

    def manual(self) -> Manual | None:
        """Nothing but the command line is needed."""
        return None

    def playback(self) -> Playback | None:
        """This is no replay."""
        return None

    def again(self) -> Session | None:
        """What happened so far, from the beginning."""
        from sandbox.tui.sessions.replay import replay_of  # start-up: most sessions are never watched again

        return replay_of(self.title, live(self.world.journal.events))

    def _moment(self, line: int) -> int:
        """A selected line, else the newest that may be seen."""
        visible = self.visible()
        return line if line >= 0 or visible is None else visible - 1

    def say(self, text: Msg | None) -> None:
        """A note in the trace, where there is something to say."""
        if text is not None:
            self.dialogue.note(self.panes.conn, self.world.clock.now(), text)

    def look(self, conn: str) -> None:
        """The panes show this connection from now on, and what was recorded is on its way to the disk."""
        self.panes.conn = conn
        self.say(self.recording.flush())


def _owes(client: Client) -> bool:
    """Whether the server waits for more of a command that it has: it said so, and nothing was said since."""
    asked = client.waiting
    said = asked is not None and bool(asked.units) and asked.units[-1].kind is Kind.CONTINUATION
    return said or client.owes is not Owes.NOTHING


def header(world: World, title: str, lesson: str) -> Header:
    """The first line of a transcript of a world."""
    from sandbox.record.format import Header  # start-up: most sessions are never recorded

    about = world.description
    return Header(
        title=title,
        lesson=lesson,
        hosts=tuple(host.name for host in about.hosts),
        users=tuple(user for domain in about.domains for user in domain.users),
        seed=about.seed,
        created=about.start,
        program=f"mail-sandbox {__version__}",
    )
