"""Everything that can be done to a world from outside. The log of these, from the beginning, is the world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.world.faults import WorldFault

if TYPE_CHECKING:
    from sandbox.world.world import World


class Input:
    """One input. `apply` does it to a world, now or when the world is rebuilt."""

    def apply(self, world: World) -> None:
        """Do it. Raises `WorldError` where that is not possible; then nothing has changed."""
        raise NotImplementedError


@dataclass(frozen=True)
class Connect(Input):
    """An actor opens a connection to a port of a host. One it had open before is hung up first."""

    actor: str
    protocol: str
    host: str
    port: int

    def apply(self, world: World) -> None:
        world.open_link(self.actor, self.protocol, self.host, self.port)


@dataclass(frozen=True)
class Send(Input):
    """An actor's client sends octets."""

    actor: str
    octets: bytes

    def apply(self, world: World) -> None:
        link = world.link(self.actor)
        link.client.send(self.octets)
        link.settle()


@dataclass(frozen=True)
class HangUp(Input):
    """An actor's client closes the connection, without a word."""

    actor: str

    def apply(self, world: World) -> None:
        world.link(self.actor).hang_up()


@dataclass(frozen=True)
class Wait(Input):
    """Time passes, in nanoseconds; what falls due on the way happens at its time."""

    by: int

    def apply(self, world: World) -> None:
        world.let_pass(self.by)


@dataclass(frozen=True)
class Deliver(Input):
    """Mail arrives in a user's INBOX, from nowhere in particular. `content` has CRLF line ends."""

    user: str
    content: bytes

    def apply(self, world: World) -> None:
        world.mailboxes(self.user).inbox.append(self.content)


@dataclass(frozen=True)
class Strike(Input):
    """A fault strikes."""

    fault: WorldFault

    def apply(self, world: World) -> None:
        self.fault.strike(world)
