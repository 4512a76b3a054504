"""What a lesson can break, as its file writes it. Each entry stands for a fault of `sandbox.world.faults`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from sandbox.teach.fields import Actor, Duration, Line, Model, User, Word, keyed, nanoseconds
from sandbox.world import faults

__all__ = ["NETWORK", "Breakage", "Network"]

Side = Literal["C", "S"]
Octets = Annotated[int, Field(ge=0, le=1_000_000)]


class Network(Model):
    """Something that breaks. Subclasses name their field in `KEY`."""

    def fault(self) -> faults.WorldFault:
        """The world's fault."""
        raise NotImplementedError


class Where(Model):
    """Where a line breaks: at once; after a verb, with its reply delivered or lost; or after so many octets."""

    on: Actor
    after: Word | None = None
    reply: bool = True
    at: Octets | None = None
    side: Side = "S"


def _actor(value: Any) -> Any:
    return {"on": value} if isinstance(value, str) else value


class Drop(Network):
    """`{drop: laptop}`, or `{drop: {on: laptop, after: QUIT, reply: false}}`: the line is cut."""

    KEY: ClassVar[str] = "drop"
    drop: Annotated[Where, BeforeValidator(_actor, json_schema_input_type=str | Where)]

    def fault(self) -> faults.WorldFault:
        """See `Network`."""
        where = self.drop
        return faults.Drop(where.on, where.after, where.reply, where.at, where.side)


class Lateness(Model):
    """How late what one side sends arrives."""

    on: Actor
    by: Duration
    side: Side = "S"


class Delay(Network):
    """`{delay: {on: laptop, by: 500ms}}`: what the server sends arrives late."""

    KEY: ClassVar[str] = "delay"
    delay: Lateness

    def fault(self) -> faults.WorldFault:
        """See `Network`."""
        return faults.Slow(self.delay.on, nanoseconds(self.delay.by), self.delay.side)


class Pieces(Model):
    """How small the pieces are in which one side's octets arrive."""

    on: Actor
    size: int = Field(ge=1, le=65_536)
    side: Side = "S"


class Split(Network):
    """`{split: {on: laptop, size: 1}}`: what is written at once arrives in pieces."""

    KEY: ClassVar[str] = "split"
    split: Pieces

    def fault(self) -> faults.WorldFault:
        """See `Network`."""
        return faults.Split(self.split.on, self.split.size, self.split.side)


class Forgery(Model):
    """Which reply is replaced, and by what."""

    on: Actor
    verb: Word
    reply: Line


class Canned(Network):
    """`{canned: {on: laptop, verb: STAT, reply: "+OK 0 0"}}`: somebody on the way answers in the server's place."""

    KEY: ClassVar[str] = "canned"
    canned: Forgery

    def fault(self) -> faults.WorldFault:
        """See `Network`."""
        return faults.Canned(self.canned.on, self.canned.verb, self.canned.reply)


class Lock(Network):
    """`{lock: ana}`: another session holds the maildrop."""

    KEY: ClassVar[str] = "lock"
    lock: User

    def fault(self) -> faults.WorldFault:
        """See `Network`."""
        return faults.Lock(self.lock)


class Unlock(Network):
    """`{unlock: ana}`: the other session is gone."""

    KEY: ClassVar[str] = "unlock"
    unlock: User

    def fault(self) -> faults.WorldFault:
        """See `Network`."""
        return faults.Lock(self.unlock, free=True)


NETWORK: tuple[type[Network], ...] = (Drop, Delay, Split, Canned, Lock, Unlock)

if TYPE_CHECKING:
    Breakage: TypeAlias = Network
else:
    Breakage = keyed(NETWORK)
