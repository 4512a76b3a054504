"""What can break: faults on a line, and in a server. A fault is an input of the world like any other, so it replays.

Each is a small frozen class that knows its name, how to strike, and (for those on a line) what becomes of octets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from sandbox.core.message import N_, Msg
from sandbox.wire.disturbance import Disturbance
from sandbox.wire.trace import Side
from sandbox.world.authority import Flaw
from sandbox.world.disturbances import Behind, CutAfter, CutAfterDot, CutAt, Late, Pieces, Replace, Without
from sandbox.world.errors import WorldError

if TYPE_CHECKING:
    from sandbox.world.post import Post
    from sandbox.world.world import World


class WorldFault:
    """A fault as an input. `strike` makes it happen, or puts it on the line for later."""

    name: ClassVar[str]
    about: ClassVar[str]

    def strike(self, world: World) -> None:
        """Do it. Raises `WorldError` where the world lacks what it needs."""
        raise NotImplementedError


@dataclass(frozen=True)
class Drop(WorldFault):
    """The line breaks: at once, after the reply to a verb has been delivered, or at an octet of one side's next writes.

    `at` counts the octets that still arrive. With `reply` False, the verb is carried out and its reply never arrives.
    """

    name: ClassVar[str] = "drop"
    about: ClassVar[str] = N_("the line breaks")
    actor: str
    after: str | None = None
    reply: bool = True
    at: int | None = None
    side: Side = "S"

    def strike(self, world: World) -> None:
        link = world.link(self.actor)
        if self.after is not None:
            link.disturbances.append(CutAfter(self.after.upper().encode(), self.reply))
        elif self.at is not None:
            link.disturbances.append(CutAt(self.side, self.at))
        else:
            link.cut()


@dataclass(frozen=True)
class Slow(WorldFault):
    """Everything that one side sends arrives late by so many nanoseconds of world time."""

    name: ClassVar[str] = "delay"
    about: ClassVar[str] = N_("the line is slow")
    actor: str
    by: int
    side: Side = "S"

    def strike(self, world: World) -> None:
        world.link(self.actor).disturbances.append(Late(self.side, self.by))


@dataclass(frozen=True)
class Split(WorldFault):
    """What one side writes arrives in pieces of so many octets. Nothing is lost, and nobody may notice."""

    name: ClassVar[str] = "split"
    about: ClassVar[str] = N_("writes arrive in small pieces")
    actor: str
    size: int
    side: Side = "S"

    def strike(self, world: World) -> None:
        world.link(self.actor).disturbances.append(Pieces(self.side, self.size))


@dataclass(frozen=True)
class Canned(WorldFault):
    """The next reply to a verb is replaced by words that the server never said."""

    name: ClassVar[str] = "canned"
    about: ClassVar[str] = N_("a reply is replaced on the way")
    actor: str
    verb: str
    reply: str

    def strike(self, world: World) -> None:
        world.link(self.actor).disturbances.append(Replace(self.verb.upper().encode(), self.reply.encode() + b"\r\n"))


@dataclass(frozen=True)
class Lock(WorldFault):
    """Somebody else has a user's maildrop open, until `free` gives it back."""

    name: ClassVar[str] = "lock"
    about: ClassVar[str] = N_("another session holds the maildrop")
    user: str
    free: bool = False

    def strike(self, world: World) -> None:
        maildrop = world.mailboxes(self.user).inbox
        if self.free:
            maildrop.unlock("fault")
        else:
            maildrop.lock("fault")


@dataclass(frozen=True)
class Down(WorldFault):
    """Nobody can connect to a host, until `up`. Connections that are open stay."""

    name: ClassVar[str] = "down"
    about: ClassVar[str] = N_("a host cannot be reached")
    host: str
    up: bool = False

    def strike(self, world: World) -> None:
        short = world.station(self.host).description.short
        if self.up:
            world.down.discard(short)
        else:
            world.down.add(short)


@dataclass(frozen=True)
class Busy(WorldFault):
    """An SMTP server answers a verb with 451, so many times."""

    name: ClassVar[str] = "busy"
    about: ClassVar[str] = N_("a server puts a command off")
    host: str
    verb: str
    times: int = 1

    def strike(self, world: World) -> None:
        settings = world.station(self.host).host("smtp").settings
        busy = settings.setdefault("busy", {})
        busy[self.verb.upper()] = self.times


@dataclass(frozen=True)
class Greylist(WorldFault):
    """A host takes mail from a sender for a recipient only once some minutes have passed, until `off`."""

    name: ClassVar[str] = "greylist"
    about: ClassVar[str] = N_("a server lets strangers wait")
    host: str
    off: bool = False

    def strike(self, world: World) -> None:
        grey, short = _post(world).grey, world.station(self.host).description.short
        if self.off:
            grey.pop(short, None)
        else:
            grey.setdefault(short, {})


@dataclass(frozen=True)
class Dns(WorldFault):
    """The name server of a domain takes so many nanoseconds to answer; with None it is silent, with 0 well again."""

    name: ClassVar[str] = "dns"
    about: ClassVar[str] = N_("a name server is slow or silent")
    domain: str
    by: int | None = None

    def strike(self, world: World) -> None:
        _post(world).routes.late[self.domain] = self.by


@dataclass(frozen=True)
class Full(WorldFault):
    """A user's mailbox takes no more mail, until `free`."""

    name: ClassVar[str] = "full"
    about: ClassVar[str] = N_("a mailbox is over its quota")
    user: str
    free: bool = False

    def strike(self, world: World) -> None:
        site, user = world.find_user(self.user)
        full = _post(world).full
        if self.free:
            full.discard((site.domain.name, user))
        else:
            full.add((site.domain.name, user))


@dataclass(frozen=True)
class DropAfterDot(WorldFault):
    """The line breaks when a message is complete, before the client hears that it arrived: on an actor's connection, or
    on the next one to a host.
    """

    name: ClassVar[str] = "drop-after-dot"
    about: ClassVar[str] = N_("the line breaks after the final dot")
    actor: str = ""
    host: str = ""

    def strike(self, world: World) -> None:
        _put(world, CutAfterDot(), self.actor, self.host)


@dataclass(frozen=True)
class Strip(WorldFault):
    """Somebody on the way takes a line out of the reply to EHLO or CAPA, such as STARTTLS."""

    name: ClassVar[str] = "strip"
    about: ClassVar[str] = N_("a capability is taken out of the reply on the way")
    capability: str
    actor: str = ""
    host: str = ""

    def strike(self, world: World) -> None:
        _put(world, Without(self.capability.upper().encode()), self.actor, self.host)


@dataclass(frozen=True)
class Inject(WorldFault):
    """Somebody on the way puts words of the server behind its reply to a verb, such as STARTTLS."""

    name: ClassVar[str] = "inject"
    about: ClassVar[str] = N_("words are put behind a reply on the way")
    verb: str
    words: str
    actor: str = ""
    host: str = ""

    def strike(self, world: World) -> None:
        _put(world, Behind(self.verb.upper().encode(), self.words.encode() + b"\r\n"), self.actor, self.host)


@dataclass(frozen=True)
class Certificate(WorldFault):
    """A host shows a certificate with this flaw in all handshakes to come; `Flaw.NONE` gives it a good one again."""

    name: ClassVar[str] = "certificate"
    about: ClassVar[str] = N_("a certificate is not what it should be")
    host: str
    flaw: Flaw

    def strike(self, world: World) -> None:
        world.flaws[world.station(self.host).description.short] = self.flaw


FAULTS: tuple[type[WorldFault], ...] = (
    Drop,
    Slow,
    Split,
    Canned,
    Lock,
    Down,
    Busy,
    Greylist,
    Dns,
    Full,
    DropAfterDot,
    Strip,
    Inject,
    Certificate,
)


def _post(world: World) -> Post:
    if world.post is None:
        raise WorldError(Msg(N_("no host of this world takes mail")))
    return world.post


def _put(world: World, disturbance: Disturbance, actor: str, host: str) -> None:
    """Put a disturbance on an actor's line, or on the next one to a host."""
    if host:
        world.armed.setdefault(world.station(host).description.short, []).append(disturbance)
    else:
        world.link(actor).disturbances.append(disturbance)
