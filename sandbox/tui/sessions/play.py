"""Free play: type to a server of a pretend world. Mistakes cost nothing; Ctrl+Z goes back in time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sandbox import __version__
from sandbox.core.message import N_, Msg
from sandbox.core.registry import Owes
from sandbox.record.format import Header
from sandbox.tui.ports import (
    Anatomy,
    Heading,
    Hint,
    LessonView,
    MailboxView,
    Playback,
    Prompt,
    Session,
    StateView,
)
from sandbox.tui.sessions.dialogue import Dialogue
from sandbox.tui.sessions.explain import hint, suggestion
from sandbox.tui.sessions.panes import Panes
from sandbox.tui.sessions.recording import Recording
from sandbox.tui.sessions.replay import replay_of
from sandbox.wire.observer import Explained
from sandbox.wire.trace import live
from sandbox.world.dialect import Become, Next, read
from sandbox.world.errors import WorldError
from sandbox.world.protocols import PROTOCOLS
from sandbox.world.seat import Seat
from sandbox.world.standard import PASSWORD, standard
from sandbox.world.world import World

_TITLE = Msg(N_("Free play"))
_HOST = "norte"
_DEVICES = ("laptop", "phone")


class FreePlay:
    """A seat at a world, and what the panes show of it. A device connects when it is first typed for."""

    def __init__(self, protocol: str = "pop3", *, strict: bool = False) -> None:
        self._protocol = PROTOCOLS[protocol]
        self._strict = strict
        self._typed = 0

    def open(self, changed: Callable[[], None]) -> None:
        """Build the world and connect."""
        self.world = World(standard(strict=self._strict))
        self._seat = Seat(self.world, _DEVICES[0], self._heard)
        self.dialogue = Dialogue(self._seat.observer)
        self.trace = self.dialogue.trace
        for event in self.world.journal.events:
            self.dialogue.take(event, ())
        self._panes = Panes(self.dialogue)
        self._recording = Recording(self._protocol.name, self._header())
        self._connect(_DEVICES[0])
        self._panes.conn = _DEVICES[0]

    def close(self) -> None:
        """A world in memory just ends; a transcript is completed."""
        self._seat.close()
        self._recording.stop()

    def tick(self, elapsed: float) -> None:
        """World time passes by @wait only."""

    # Typing

    def prompt(self) -> Prompt | None:
        """The device that is typed for."""
        client = self.world.client(self._seat.actor)
        return Prompt(self._seat.actor, answering=client is not None and client.owes is not Owes.NOTHING)

    def submit(self, line: str) -> None:
        """Do what was typed; what the world cannot do becomes a note in the trace."""
        try:
            typed = read(line)
            if isinstance(typed, Become) and typed.actor in _DEVICES and typed.actor not in self.world.links:
                self._connect(typed.actor)
            self._typed += not isinstance(self._seat.type(line), Next)
        except WorldError as error:
            self._say(error.about)
        self._look()
        self._say(self._recording.flush())

    def suggest(self, typed: str) -> str | None:
        """By the registry."""
        watched = self.dialogue.watched(self._panes.conn)
        return suggestion(self._protocol, watched.state, typed, self._values) if watched is not None else None

    def hint(self, typed: str) -> Hint:
        """By the registry; on an empty line, how to begin."""
        watched = self.dialogue.watched(self._panes.conn)
        if watched is None:
            return Hint()
        if not typed and watched.state is self._protocol.states[0]:
            how = Msg(N_("{users}: everybody's password is {password}"), users=self._users(), password=PASSWORD)
            return Hint("", how)
        return hint(self._protocol, watched.state, typed, self._values)

    # Showing

    def heading(self) -> Heading:
        """The connection that is typed to."""
        return self._panes.heading(_TITLE, -1, self._recording.seconds)

    def state(self, line: int) -> StateView | None:
        """At a line."""
        return self._panes.state(line)

    def mailbox(self, line: int) -> MailboxView | None:
        """At a line."""
        return self._panes.mailbox(line)

    def anatomy(self, line: int) -> Anatomy | None:
        """Of a line."""
        return self._panes.anatomy(line)

    def lesson(self) -> LessonView | None:
        """There is none."""
        return None

    def playback(self) -> Playback | None:
        """This is no replay."""
        return None

    def again(self) -> Session | None:
        """What happened so far, from the beginning."""
        return replay_of(_TITLE, live(self.world.journal.events))

    def can(self, action: str) -> bool:
        """Recording; and time travel, when something was typed."""
        return action == "record" or (action == "undo" and self._typed > 0)

    def act(self, action: str, argument: str = "") -> None:
        """Record, or go back to before the last line."""
        if action == "record":
            self._say(self._recording.toggle(self.world.journal))
            return
        self._seat.undo()
        self._typed -= 1
        self._look()

    # Inside

    def _say(self, text: Msg | None) -> None:
        """A note in the trace."""
        if text is not None:
            self.dialogue.note(self._panes.conn, self.world.clock.now(), text)

    def _header(self) -> Header:
        """The first line of a transcript of this."""
        world = self.world.description
        return Header(
            title="Free play",
            hosts=tuple(host.name for host in world.hosts),
            users=tuple(self._users().split(", ")),
            seed=world.seed,
            created=world.start,
            program=f"mail-sandbox {__version__}",
        )

    def _heard(self, explained: list[Explained]) -> None:
        self.dialogue.take(self.world.journal.events[-1], explained)

    def _connect(self, actor: str) -> None:
        self.world.connect(actor, self._protocol.name, _HOST, self._protocol.port)

    def _look(self) -> None:
        """The panes show the connection that is typed to."""
        watched = self._seat.watched
        if watched is not None:
            self._panes.conn = watched.open.conn

    def _users(self) -> str:
        return ", ".join(self.world.station(_HOST).site.domain.users)

    def _values(self, rule: str) -> Sequence[str]:
        """Words for an argument."""
        if rule == "name":
            return self._users().split(", ")
        if rule == "string":
            return (PASSWORD,)
        if rule == "msg":
            visit = self._panes.maildrops.visit(self._panes.conn, -1)
            if visit is not None:
                return [str(number) for number in range(1, len(visit.items) + 1) if number not in visit.marks]
        return ()
