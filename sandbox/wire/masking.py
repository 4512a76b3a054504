"""A dialogue without its secrets: where they are, and how to write it down as it passes without ever writing them.

What the grammar labels secret becomes `x`, octet by octet, so that lengths stay. So does what a client sent that nobody
understood: a mistyped PASS has a password in it too.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import Final

from sandbox.core.registry import Owes, Starts
from sandbox.core.replies import Outcome
from sandbox.core.tracker import Kind, Tracker, Unit
from sandbox.wire.deflate import DeflateEnd
from sandbox.wire.trace import Journal, Note, Side

HELD: Final = 64 << 20
"""Octets of a connection that may wait until it is known what they are: more than a big message has."""
_HIDDEN: Final = bytes(octet if octet in b"\r\n" else ord("x") for octet in range(256))
"""What each octet becomes. Ends of lines stay: they are the shape of the dialogue."""
_UNITS: Final = 8
"""Units of an exchange, and exchanges that are done, that a tracker is left with: it looks back no further."""
_ECHOES: Final = 32
"""Hidden words of a connection that are looked for in what the server complains about."""
_SHORTEST: Final = 4
"""Octets that a hidden word must have to be looked for: a shorter one is in too many others."""
_WORD: Final = re.compile(rb"\S{4,512}")


def hidden(octets: bytes) -> bytes:
    """Octets that nobody may read, in their length."""
    return octets.translate(_HIDDEN)


def secrets(unit: Unit) -> Iterator[tuple[int, int]]:
    """Where in a unit's octets its secrets are.

    Messages and what a server tells have none, apart from challenges, and are not even read: they can be very long.
    """
    return _of_client(unit) if unit.side == "C" else _of_server(unit)


def _of_client(unit: Unit) -> Iterator[tuple[int, int]]:
    stop = len(unit.raw)
    asked, request = unit.exchange.command, unit.exchange.request
    message = unit.kind is Kind.CONTENT or (asked is not None and asked.message)
    plain = request is not None and request.fault is None
    if unit.kind in (Kind.LOST, Kind.DROPPED):
        yield 0, stop
    elif unit.kind is Kind.COMMAND and asked is None:
        # it may be half of an authentication, and its tag a password; the space behind that is where the answer's is
        tag = _tag(unit)
        yield 0, tag
        yield (tag + 1 if tag else 0), stop
    elif not (message and plain):
        if unit.fault is not None:
            yield (unit.fault.at if unit.kind is Kind.COMMAND else 0), stop
        yield from _labelled(unit)


def _of_server(unit: Unit) -> Iterator[tuple[int, int]]:
    asked = unit.exchange.command
    if asked is None:
        yield 0, _tag(unit)  # hidden in the command, and the two shall still match
    elif unit.kind is Kind.LOST and asked.owes is Owes.LINES:
        yield 0, len(unit.raw)  # perhaps half of a challenge
    elif unit.kind is Kind.CONTINUATION:
        yield from _labelled(unit)


def _tag(unit: Unit) -> int:
    """The length of the tag that a unit begins with; 0 without one."""
    request = unit.exchange.request
    return len(request.tag) if request is not None and unit.raw.startswith(request.tag) else 0


def _labelled(unit: Unit) -> Iterator[tuple[int, int]]:
    return ((span.start, span.stop) for span in unit.spans if span.secret)


class Stenographer:
    """Writes a connection's dialogue into the journal without its secrets, a unit at a time.

    Octets wait until the tracker knows what they are, so no secret is written however it was cut. What the client sends
    is hidden whole from where the tracker could not follow any more.
    """

    def __init__(self, journal: Journal, conn: str, tracker: Tracker, held: int = HELD) -> None:
        self.conn = conn
        self.lost = False
        """Whether the dialogue could not be followed to its end."""
        self._journal, self._most = journal, held
        self._tracker = tracker
        self._packed: dict[Side, DeflateEnd] = {}
        self._waiting = 0
        self._echoes: deque[bytes] = deque(maxlen=_ECHOES)

    @property
    def switching(self) -> bool:
        """Whether the client asked for a layer below the protocol, and the server has not answered yet."""
        pending = self._tracker.pending
        return any(each.command is not None and each.command.starts is not Starts.NOTHING for each in pending)

    @property
    def early(self) -> int:
        """How many octets the client sent behind a command that asks for a layer, while nobody has answered it."""
        return len(self._tracker.readers["C"]) if self.switching and not (self.lost or self._packed) else 0

    @property
    def cautious(self) -> bool:
        """Whether a layer may begin amid what the server says next: then it is to be taken line by line."""
        legible = not (self.lost or self._packed)
        return legible and (self.switching or b"\n" in self._tracker.readers["C"].peek())

    def unpack(self) -> None:
        """What comes from here on is compressed, on both sides."""
        self._packed = {"C": DeflateEnd(), "S": DeflateEnd()}

    def take(self, side: Side, octets: bytes) -> list[Unit]:
        """Octets were passed on. Returns what they completed, for reading at once."""
        return [unit for plain in self._unpacked(side, octets) for unit in self._take(side, plain)]

    def close(self) -> None:
        """Write what was never completed: there will be no more, or it has become too much."""
        if not self.lost:
            self.lost = True
            self._write(self._tracker.close())

    def _unpacked(self, side: Side, octets: bytes) -> Iterator[bytes]:
        """The protocol's octets in what came, a bounded piece at a time. Few can stand for very many: where nobody
        follows them, they stay packed, and are not written."""
        packed = self._packed.get(side)
        if packed is None:
            yield octets
        elif not (packed.failure or self.lost):
            yield packed.unpack(octets)
            while packed.behind and not self.lost:
                yield packed.unpack()
            if packed.failure:
                seq, at = self._journal.stamp()
                self._journal.add(Note(seq, at, self.conn, packed.failure))

    def _take(self, side: Side, octets: bytes) -> list[Unit]:
        if self.lost:
            self._journal.data(self.conn, side, hidden(octets) if side == "C" else octets)
            return []
        self._waiting += len(octets)
        units = self._tracker.receive(side, octets)
        self._write(units)
        self._forget()
        if self._waiting > self._most:
            self.close()
        return units

    def _write(self, units: list[Unit]) -> None:
        for unit in units:
            self._waiting -= len(unit.raw)
            if unit.kind is not Kind.DROPPED:  # it is no part of the dialogue
                side: Side = "C" if unit.side == "C" else "S"
                self._journal.data(self.conn, side, self._masked(unit))

    def _masked(self, unit: Unit) -> bytes:
        octets = bytearray(unit.raw)
        for start, stop in secrets(unit):
            for word in _WORD.findall(unit.raw, start, stop):
                self._echoes += (each for each in (word, word.strip(b'"')) if len(each) >= _SHORTEST)
            octets[start:stop] = hidden(unit.raw[start:stop])
        if unit.side == "S" and _complains(unit):
            for word in sorted(self._echoes, key=len, reverse=True):  # servers repeat what they do not understand
                octets = octets.replace(word, hidden(word))
        return bytes(octets)

    def _forget(self) -> None:
        """Keep the tracker small, however long a connection lasts."""
        exchanges = self._tracker.exchanges
        if len(exchanges) > len(self._tracker.pending) + _UNITS:
            exchanges[:-1] = [each for each in exchanges[:-1] if not each.done]
        for each in exchanges[-_UNITS:]:
            del each.units[:-_UNITS]


def _complains(unit: Unit) -> bool:
    """Whether a server's words may be about what it was sent."""
    asked = unit.exchange.command
    refuses = unit.kind is Kind.UNASKED or unit.outcome in (Outcome.NO, Outcome.BAD)
    return refuses or asked is None or asked.owes is Owes.LINES
