"""What can break: faults on a line, and in a server. A fault is an input of the world like any other, so it replays.

Each is a small frozen class that knows its name, how to strike, and (for those on a line) what becomes of octets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from sandbox.core.message import N_, Msg
from sandbox.wire.disturbance import Chunk, Cut, Delay, Lost, Part, Remark
from sandbox.wire.trace import Side

if TYPE_CHECKING:
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
            link.disturbances.append(_CutAfter(self.after.upper().encode(), self.reply))
        elif self.at is not None:
            link.disturbances.append(_CutAt(self.side, self.at))
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
        world.link(self.actor).disturbances.append(_Late(self.side, self.by))


@dataclass(frozen=True)
class Split(WorldFault):
    """What one side writes arrives in pieces of so many octets. Nothing is lost, and nobody may notice."""

    name: ClassVar[str] = "split"
    about: ClassVar[str] = N_("writes arrive in small pieces")
    actor: str
    size: int
    side: Side = "S"

    def strike(self, world: World) -> None:
        world.link(self.actor).disturbances.append(_Pieces(self.side, self.size))


@dataclass(frozen=True)
class Canned(WorldFault):
    """The next reply to a verb is replaced by words that the server never said."""

    name: ClassVar[str] = "canned"
    about: ClassVar[str] = N_("a reply is replaced on the way")
    actor: str
    verb: str
    reply: str

    def strike(self, world: World) -> None:
        world.link(self.actor).disturbances.append(_Replace(self.verb.upper().encode(), self.reply.encode() + b"\r\n"))


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


FAULTS: tuple[type[WorldFault], ...] = (Drop, Slow, Split, Canned, Lock)


class _OnLine:
    """A disturbance that may be over."""

    def __init__(self) -> None:
        self.spent = False

    def disturb(self, side: Side, data: bytes) -> Iterable[Part]:
        raise NotImplementedError


def _names(line: bytes, verb: bytes) -> bool:
    """Whether a client's line is that command, with or without a tag."""
    words = line.upper().split(None, 2)[:2]
    return verb in words


class _CutAfter(_OnLine):
    """Lets the command through and its reply, if that may arrive; then the line is gone."""

    def __init__(self, verb: bytes, reply: bool) -> None:
        super().__init__()
        self._verb, self._reply, self._armed = verb, reply, False

    def disturb(self, side: Side, data: bytes) -> Iterator[Part]:
        if side == "C":
            self._armed = self._armed or any(_names(line, self._verb) for line in data.splitlines())
            yield Chunk(data)
            return
        if not self._armed:
            yield Chunk(data)
            return
        self.spent = True
        yield Chunk(data) if self._reply else Lost(data)
        yield Remark(Msg(N_("the line broke after {verb}"), verb=self._verb.decode("ascii", "replace")))
        yield Cut()


class _CutAt(_OnLine):
    def __init__(self, side: Side, at: int) -> None:
        super().__init__()
        self._side, self._left = side, at

    def disturb(self, side: Side, data: bytes) -> Iterator[Part]:
        if side != self._side or len(data) < self._left:
            self._left -= len(data) if side == self._side else 0
            yield Chunk(data)
            return
        self.spent = True
        if self._left:
            yield Chunk(data[: self._left])
        if data[self._left :]:
            yield Lost(data[self._left :])
        yield Remark(Msg(N_("the line broke in mid-sentence")))
        yield Cut()


class _Late(_OnLine):
    def __init__(self, side: Side, by: int) -> None:
        super().__init__()
        self._side, self._by = side, by

    def disturb(self, side: Side, data: bytes) -> Iterator[Part]:
        if side == self._side:
            yield Delay(self._by)
        yield Chunk(data)


class _Pieces(_OnLine):
    def __init__(self, side: Side, size: int) -> None:
        super().__init__()
        self._side, self._size = side, size

    def disturb(self, side: Side, data: bytes) -> Iterator[Part]:
        size = self._size if side == self._side else len(data)
        for start in range(0, len(data), size):
            yield Chunk(data[start : start + size])


class _Replace(_OnLine):
    """Waits for the command, swallows the reply that follows, and says something else instead."""

    def __init__(self, verb: bytes, reply: bytes) -> None:
        super().__init__()
        self._verb, self._reply, self._armed = verb, reply, False

    def disturb(self, side: Side, data: bytes) -> Iterator[Part]:
        if side == "C":
            self._armed = self._armed or any(_names(line, self._verb) for line in data.splitlines())
        if side == "C" or not self._armed:
            yield Chunk(data)
            return
        self.spent = True
        yield Lost(data)
        yield Remark(Msg(N_("somebody on the way replaced the reply")))
        yield Chunk(self._reply, forged=True)
