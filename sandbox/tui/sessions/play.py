"""Free play: type to a server of a pretend world. Mistakes cost nothing; Ctrl+Z goes back in time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sandbox.core.message import N_, Msg
from sandbox.core.registry import Owes
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
from sandbox.tui.sessions.playground import PASSWORD, playground
from sandbox.tui.sessions.replay import replay_of
from sandbox.wire.trace import live
from sandbox.world.dialect import Become, Next, OpenConnection, perform, read
from sandbox.world.errors import WorldError
from sandbox.world.protocols import PROTOCOLS
from sandbox.world.world import Checkpoint, World

_TITLE = Msg(N_("Free play"))
_HOST = "norte"
_DEVICES = ("laptop", "phone")


class FreePlay:
    """A world, and a learner who types for one device at a time."""

    def __init__(self, protocol: str = "pop3", *, strict: bool = False) -> None:
        self._protocol = PROTOCOLS[protocol]
        self._strict = strict
        self.actor = _DEVICES[0]
        self._undo: list[tuple[Checkpoint, str]] = []

    def open(self, changed: Callable[[], None]) -> None:
        """Build the world and connect."""
        self.world = World(playground(strict=self._strict))
        self.dialogue = Dialogue(PROTOCOLS, lambda: live(self.world.journal.events))
        self.trace = self.dialogue.trace
        self._panes = Panes(self.dialogue)
        for event in self.world.journal.events:
            self.dialogue.feed(event)
        self.world.journal.subscribe(self.dialogue.feed)
        self._connect()

    def close(self) -> None:
        """A world in memory just ends."""

    def tick(self, elapsed: float) -> None:
        """World time passes by @wait only."""

    # Typing

    def prompt(self) -> Prompt | None:
        """The device that is typed for."""
        client = self.world.client(self.actor)
        return Prompt(self.actor, answering=client is not None and client.owes is not Owes.NOTHING)

    def submit(self, line: str) -> None:
        """Do what was typed; what the world cannot do becomes a note in the trace."""
        before = (self.world.checkpoint(), self.actor)
        try:
            typed = read(line)
            if isinstance(typed, Become):
                self._become(typed.actor)
            elif isinstance(typed, OpenConnection) and self.actor not in self.world.links:
                self._connect()
            elif not isinstance(typed, Next):
                perform(self.world, self.actor, typed)
        except WorldError as error:
            self.dialogue.note(self._panes.conn, self.world.clock.now(), error.about)
            return
        self._undo.append(before)
        self._panes.conn = self._newest(self.actor)

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
        return self._panes.heading(_TITLE, -1)

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
        """Only time travel, and only when something was typed."""
        return action == "undo" and bool(self._undo)

    def act(self, action: str, argument: str = "") -> None:
        """Go back to before the last line."""
        checkpoint, self.actor = self._undo.pop()
        self.world.restore(checkpoint)
        self._panes.conn = self._newest(self.actor)

    # Inside

    def _connect(self) -> None:
        self.world.connect(self.actor, self._protocol.name, _HOST, self._protocol.port)
        self._panes.conn = self._newest(self.actor)

    def _become(self, actor: str) -> None:
        if actor not in _DEVICES:
            devices = ", ".join(_DEVICES)
            raise WorldError(Msg(N_("there is no device {actor}: choose {devices}"), actor=actor, devices=devices))
        self.actor = actor

    def _newest(self, actor: str) -> str:
        """The connection of an actor; before it has any, the one that was shown."""
        link = self.world.links.get(actor)
        return link.conn if link is not None else self._panes.conn

    def _users(self) -> str:
        return ", ".join(user for domain in self.world.description.domains for user in domain.users)

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
