"""What a lesson can break, as its file writes it. Each entry stands for a fault of `sandbox.world.faults`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from sandbox.teach.fields import Actor, Duration, Host, KnownDomain, Line, Model, User, Word, keyed, nanoseconds
from sandbox.world import faults
from sandbox.world.authority import Flaw

__all__ = ["NETWORK", "Breakage", "FlawName", "Network"]

Side = Literal["C", "S"]
FlawName = Literal["none", "expired", "wrong name", "self-signed"]
"""What may be wrong with a certificate, as `sandbox.world.authority.Flaw` has it."""
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


class Down(Network):
    """`{down: mx1}`: nobody can connect to the host."""

    KEY: ClassVar[str] = "down"
    down: Host

    def fault(self) -> faults.WorldFault:
        """See `Network`."""
        return faults.Down(self.down)


class Up(Network):
    """`{up: mx1}`: the host can be reached again."""

    KEY: ClassVar[str] = "up"
    up: Host

    def fault(self) -> faults.WorldFault:
        """See `Network`."""
        return faults.Down(self.up, up=True)


class Load(Model):
    """Which command a host puts off, and how often."""

    host: Host
    verb: Word
    times: int = Field(1, ge=0, le=1000)


class Busy(Network):
    """`{busy: {host: sur, verb: RCPT, times: 2}}`: the SMTP server answers a command with 451."""

    KEY: ClassVar[str] = "busy"
    busy: Load

    def fault(self) -> faults.WorldFault:
        """See `Network`."""
        return faults.Busy(self.busy.host, self.busy.verb, self.busy.times)


class Greylist(Network):
    """`{greylist: sur}`: the host lets every sender it does not know wait for some minutes."""

    KEY: ClassVar[str] = "greylist"
    greylist: Host

    def fault(self) -> faults.WorldFault:
        """See `Network`."""
        return faults.Greylist(self.greylist)


class NameServer(Model):
    """How late the answers about a domain are; without a time, none come."""

    domain: KnownDomain
    by: Duration | None = None


class Dns(Network):
    """`{dns: {domain: sur.example, by: 5s}}`: the name server is slow, or silent."""

    KEY: ClassVar[str] = "dns"
    dns: NameServer

    def fault(self) -> faults.WorldFault:
        """See `Network`."""
        by = self.dns.by
        return faults.Dns(self.dns.domain, None if by is None else nanoseconds(by))


class Full(Network):
    """`{full: ana}`: the mailbox takes no more mail."""

    KEY: ClassVar[str] = "full"
    full: User

    def fault(self) -> faults.WorldFault:
        """See `Network`."""
        return faults.Full(self.full)


class Room(Network):
    """`{room: ana}`: the mailbox has room again."""

    KEY: ClassVar[str] = "room"
    room: User

    def fault(self) -> faults.WorldFault:
        """See `Network`."""
        return faults.Full(self.room, free=True)


class Way(Model):
    """A line: an actor's, or the next one to a host."""

    on: Actor = ""
    host: Host | None = None


class CutAfterDot(Network):
    """`{cut_after_dot: {host: sur}}`: a message arrives, and its sender never hears of it."""

    KEY: ClassVar[str] = "cut_after_dot"
    cut_after_dot: Way

    def fault(self) -> faults.WorldFault:
        """See `Network`."""
        return faults.DropAfterDot(self.cut_after_dot.on, self.cut_after_dot.host or "")


class Theft(Way):
    """Which capability is taken out of a reply."""

    capability: Word


class Strip(Network):
    """`{strip: {on: laptop, capability: STARTTLS}}`: somebody on the way takes a capability out."""

    KEY: ClassVar[str] = "strip"
    strip: Theft

    def fault(self) -> faults.WorldFault:
        """See `Network`."""
        return faults.Strip(self.strip.capability, self.strip.on, self.strip.host or "")


class Addition(Way):
    """What is put behind the reply to which verb."""

    verb: Word
    words: Line


class Inject(Network):
    """`{inject: {on: laptop, verb: STARTTLS, words: 250 hola}}`: somebody on the way adds words of the server's."""

    KEY: ClassVar[str] = "inject"
    inject: Addition

    def fault(self) -> faults.WorldFault:
        """See `Network`."""
        return faults.Inject(self.inject.verb, self.inject.words, self.inject.on, self.inject.host or "")


class Flawed(Model):
    """Which host's certificate it is, and what is wrong with it."""

    host: Host
    flaw: FlawName


class Certificate(Network):
    """`{certificate: {host: norte, flaw: expired}}`: what the host shows in a handshake from now on."""

    KEY: ClassVar[str] = "certificate"
    certificate: Flawed

    def fault(self) -> faults.WorldFault:
        """See `Network`."""
        return faults.Certificate(self.certificate.host, Flaw(self.certificate.flaw))


NETWORK: tuple[type[Network], ...] = (
    Drop,
    Delay,
    Split,
    Canned,
    Lock,
    Unlock,
    Down,
    Up,
    Busy,
    Greylist,
    Dns,
    Full,
    Room,
    CutAfterDot,
    Strip,
    Inject,
    Certificate,
)

if TYPE_CHECKING:
    Breakage: TypeAlias = Network
else:
    Breakage = keyed(NETWORK)
