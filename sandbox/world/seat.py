"""A seat at the keyboard of a world: type lines, read what they meant, take the last one back."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.wire.observer import Explained, Observer, Watched
from sandbox.wire.trace import AnyEvent, live
from sandbox.world import dialect
from sandbox.world.errors import WorldError
from sandbox.world.protocols import PROTOCOLS
from sandbox.world.world import Checkpoint, World


class Seat:
    """Somebody who types for an actor of a world, and an observer who explains all connections meanwhile.

    `changed` is called with what each event completed; after an undo, with an empty list, and everything has to be
    looked at again.
    """

    def __init__(self, world: World, actor: str, changed: Callable[[list[Explained]], None] | None = None) -> None:
        self.world = world
        self.actor = actor
        self.observer = Observer(PROTOCOLS, history=lambda: live(world.journal.events))
        self.changed = changed
        self._undo: list[tuple[Checkpoint, str]] = []
        for event in world.journal.events:
            self.observer.feed(event)
        self._cancel = world.journal.subscribe(self._heard)

    def close(self) -> None:
        """Listen no more."""
        self._cancel()

    def type(self, line: str) -> dialect.Typed:
        """Do what was typed, and return what it was; `Next` is left to the caller. Raises `WorldError`; then nothing
        has changed."""
        typed = dialect.read(line)
        if isinstance(typed, dialect.Next):
            return typed
        before = self.world.checkpoint(), self.actor
        if isinstance(typed, dialect.Become):
            if typed.actor not in self.world.links:
                raise WorldError(dialect.unknown_actor(typed.actor, self.world.links))
            self.actor = typed.actor
        else:
            dialect.perform(self.world, self.actor, typed)
        self._undo.append(before)
        return typed

    def undo(self) -> bool:
        """Go back to before the last line that was typed; False where there is none."""
        if not self._undo:
            return False
        checkpoint, self.actor = self._undo.pop()
        self.world.restore(checkpoint)
        return True

    @property
    def watched(self) -> Watched | None:
        """The newest connection of the actor who types, under observation."""
        link = self.world.links.get(self.actor)
        return self.observer.watched.get(link.conn) if link is not None else None

    def _heard(self, event: AnyEvent) -> None:
        explained = self.observer.feed(event)
        if self.changed is not None:
            self.changed(explained)
