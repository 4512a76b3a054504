"""Faults at work on a line: what becomes of octets on their way. `world.faults` puts them there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sandbox.core.message import N_, Msg
from sandbox.wire.disturbance import Chunk, Cut, Delay, Lost, Part, Remark
from sandbox.wire.trace import Side

__all__ = ["Behind", "CutAfter", "CutAfterDot", "CutAt", "Late", "Pieces", "Replace", "Without"]


class OnLine:
    """A disturbance that may be over."""

    def __init__(self) -> None:
        self.spent = False

    def disturb(self, side: Side, data: bytes) -> Iterable[Part]:
        """See `Disturbance`."""
        raise NotImplementedError


def _names(line: bytes, verb: bytes) -> bool:
    """Whether a client's line is that command, with or without a tag."""
    words = line.upper().split(None, 2)[:2]
    return verb in words


class OnReply(OnLine):
    """Lets everything through until the client has said something, then strikes the reply to that, once."""

    def __init__(self) -> None:
        super().__init__()
        self._armed = False

    def disturb(self, side: Side, data: bytes) -> Iterable[Part]:
        if side == "C":
            self._armed = self.awaits(data) or self._armed
        if side == "C" or not self._armed:
            return [Chunk(data)]
        self.spent = True
        return self.strike(data)

    def awaits(self, data: bytes) -> bool:
        """Whether these octets of the client are, or complete, what is waited for."""
        raise NotImplementedError

    def strike(self, data: bytes) -> Iterable[Part]:
        """What becomes of the reply."""
        raise NotImplementedError


class OnReplyTo(OnReply):
    """Strikes the reply to a command."""

    def __init__(self, verb: bytes) -> None:
        super().__init__()
        self._verb = verb

    def awaits(self, data: bytes) -> bool:
        return any(_names(line, self._verb) for line in data.splitlines())


class CutAfter(OnReplyTo):
    """Lets the command through and its reply, if that may arrive; then the line is gone."""

    def __init__(self, verb: bytes, reply: bool) -> None:
        super().__init__(verb)
        self._reply = reply

    def strike(self, data: bytes) -> Iterator[Part]:
        yield Chunk(data) if self._reply else Lost(data)
        yield Remark(Msg(N_("the line broke after {verb}"), verb=self._verb.decode("ascii", "replace")))
        yield Cut()


class CutAt(OnLine):
    """Lets so many octets of one side through; in the middle of what follows, the line is gone."""

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


class Late(OnLine):
    """Lets time pass before each write of one side arrives."""

    def __init__(self, side: Side, by: int) -> None:
        super().__init__()
        self._side, self._by = side, by

    def disturb(self, side: Side, data: bytes) -> Iterator[Part]:
        if side == self._side:
            yield Delay(self._by)
        yield Chunk(data)


class Pieces(OnLine):
    """Cuts the writes of one side into pieces of so many octets."""

    def __init__(self, side: Side, size: int) -> None:
        super().__init__()
        self._side, self._size = side, size

    def disturb(self, side: Side, data: bytes) -> Iterator[Part]:
        size = self._size if side == self._side else len(data)
        for start in range(0, len(data), size):
            yield Chunk(data[start : start + size])


class Replace(OnReplyTo):
    """Swallows the reply to a command, and says something else instead."""

    def __init__(self, verb: bytes, reply: bytes) -> None:
        super().__init__(verb)
        self._reply = reply

    def strike(self, data: bytes) -> Iterator[Part]:
        yield Lost(data)
        yield Remark(Msg(N_("somebody on the way replaced the reply")))
        yield Chunk(self._reply, forged=True)


class CutAfterDot(OnReply):
    """Lets a message through up to its final dot; the reply to that is lost, and the line with it."""

    def __init__(self) -> None:
        super().__init__()
        self._seen = b""

    def awaits(self, data: bytes) -> bool:
        self._seen = (self._seen + data)[-(len(data) + 4) :]
        return b"\r\n.\r\n" in self._seen

    def strike(self, data: bytes) -> Iterator[Part]:
        yield Lost(data)
        yield Remark(Msg(N_("the line broke after the final dot")))
        yield Cut()


class Without(OnLine):
    """Takes lines with a capability out, as long as the line lasts."""

    def __init__(self, capability: bytes) -> None:
        super().__init__()
        self._capability = capability

    def disturb(self, side: Side, data: bytes) -> Iterator[Part]:
        lines = data.splitlines(keepends=True)
        left = [line for line in lines if self._capability not in line.upper().replace(b"-", b" ").split()[:2]]
        if side == "C" or len(left) == len(lines) or len(lines) == 1:
            yield Chunk(data)
            return
        if lines[-1] is not left[-1] and left[-1][3:4] == b"-":  # a reply of SMTP says in each line whether more follow
            left[-1] = left[-1][:3] + b" " + left[-1][4:]
        yield Lost(data)
        yield Remark(Msg(N_("somebody on the way took out {what}"), what=self._capability.decode("ascii", "replace")))
        yield Chunk(b"".join(left), forged=True)


class Behind(OnReplyTo):
    """Lets the reply to a command through, and puts words of its own behind it."""

    def __init__(self, verb: bytes, words: bytes) -> None:
        super().__init__(verb)
        self._words = words

    def strike(self, data: bytes) -> Iterator[Part]:
        yield Remark(Msg(N_("somebody on the way put words behind the reply")))
        # in one piece: that is what makes them look like the server's
        yield Chunk(data + self._words, forged=True)
