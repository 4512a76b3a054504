"""A recorded conversation played against somebody real: as the client to a server, or as the server to a client.

Our side is said as it was recorded. What the other side says is compared with the recording as `sandbox.record.diff`
compares, and a server may word its replies as it likes. Where it differs, whoever watches is told, and decides whether
to go on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final, Literal, NamedTuple, TypeAlias
from typing import Protocol as Interface

from sandbox.core.message import N_
from sandbox.core.protocol import Protocol
from sandbox.core.tracker import Kind, Tracker, Unit
from sandbox.record.diff import Mark, Row, Told, expected, rows
from sandbox.record.errors import RecordError
from sandbox.record.reader import Transcript
from sandbox.wire.trace import Data, Open, Side

_ASKED: Final = (Kind.COMMAND, Kind.CONTENT, Kind.RESPONSE)
_WORDED: Final = (Kind.GREETING, Kind.REPLY, Kind.CONTINUATION, Kind.DATA, Kind.UNASKED)
"""Units whose text is for people only."""
_WORDS: Final = re.compile(rb"(?<![ *])[ *]+(?=\r?\n|\Z)")


class Turn(NamedTuple):
    """What one side said until the other did. `reached` tells how far the dialogue was then; `secure`: TLS follows."""

    side: Side
    octets: bytes
    rows: list[Row]
    reached: int
    secure: bool


@dataclass(frozen=True, slots=True)
class Score:
    """A conversation to be played."""

    opened: Open
    protocol: Protocol
    turns: list[Turn]


class Follower:
    """Follows a dialogue: how far each side has got, in units that the other waits for."""

    def __init__(self, protocol: Protocol) -> None:
        self._tracker: Tracker = protocol.tracker()
        self._asked = 0
        self._first = 0
        """The first exchange that may still be answered; those before it are counted in `_answered`."""
        self._answered = 0

    @property
    def secure(self) -> bool:
        """Whether the server has agreed to TLS."""
        return self._tracker.secure

    def take(self, side: Side, octets: bytes) -> list[Unit]:
        """Octets were said; returns the units of that side that they complete."""
        units = self._tracker.receive(side, octets)
        self._asked += sum(unit.kind in _ASKED for unit in units)
        return [unit for unit in units if unit.side == side]

    def reached(self, side: Side) -> int:
        """How many commands and answers the client has completed, or how many replies and go-aheads the server."""
        if side == "C":
            return self._asked
        exchanges = self._tracker.exchanges
        while self._first < len(exchanges) and exchanges[self._first].done:
            self._answered += 1 + exchanges[self._first].continuations
            self._first += 1
        return self._answered + sum(each.done + each.continuations for each in exchanges[self._first :])


def score(transcript: Transcript, protocols: Mapping[str, Protocol], conn: str = "") -> Score:
    """The conversation `conn`, or the first that has one. Raises `RecordError`."""
    events = list(transcript.live.numbered())
    opened = next(
        (
            event
            for _number, event in events
            if isinstance(event, Open) and event.proto in protocols and conn in ("", event.conn)
        ),
        None,
    )
    if opened is None:
        raise RecordError(N_("{path} has no such conversation: {conn}."), path=transcript.name, conn=conn or "-")
    said = [
        event
        for _number, event in events
        if isinstance(event, Data) and event.conn == opened.conn and event.layer == "app" and not event.lost
    ]
    return Score(opened, protocols[opened.proto], list(_turns(said, protocols[opened.proto])))


def _turns(said: list[Data], protocol: Protocol) -> Iterator[Turn]:
    follower = Follower(protocol)
    octets, units = b"", list[Unit]()
    for event, following in zip(said, [*said[1:], None], strict=True):
        secure = follower.secure
        units += follower.take(event.side, event.raw)
        octets += event.raw
        begins = follower.secure and not secure
        if following is None or following.side != event.side or begins:
            yield Turn(event.side, octets, list(_rows(event.side, units)), follower.reached(event.side), begins)
            octets, units = b"", []


Verdict: TypeAlias = Literal["same", "different", "silent", "gone"]


class Wire(Interface):
    """The connection to the other end."""

    def send(self, octets: bytes) -> None:
        """Send octets."""

    def receive(self) -> bytes:
        """Wait for octets; empty at the end. Raises TimeoutError where none come."""


@dataclass(frozen=True, slots=True)
class Played:
    """A turn that was played. `heard` is what was said; `verdict` compares it with what was recorded."""

    turn: Turn
    own: bool
    heard: list[Row]
    verdict: Verdict = "same"

    def rows(self) -> Iterator[list[tuple[Mark, Row]]]:
        """The differences, with the lines around them: - was recorded, + was said."""
        return rows((Told(0, self.turn.rows), Told(0, self.heard)))


@dataclass(slots=True)
class Player:
    """Plays `side` of a score over a wire, a turn each time it is asked."""

    score: Score
    side: Side
    wire: Wire
    _follower: Follower = field(init=False)
    _stream: bytearray = field(default_factory=bytearray)
    """All that the other end said; `_told` octets of it belong to turns that were played."""
    _told: int = 0
    _units: list[Unit] = field(default_factory=list)
    _asked: int = 0

    def __post_init__(self) -> None:
        self._follower = Follower(self.score.protocol)

    @property
    def secure(self) -> bool:
        """Whether both ends have agreed to TLS."""
        return self._follower.secure

    def play(self) -> Iterator[Played]:
        """Play turn after turn. Raises OSError where the network fails."""
        for turn in self.score.turns:
            if turn.side == self.side:
                self._follower.take(turn.side, turn.octets)
                self.wire.send(turn.octets)
                yield Played(turn, True, turn.rows)
            else:
                played = self._listen(turn)
                yield played
                if played.verdict == "gone":
                    return

    def _listen(self, turn: Turn) -> Played:
        """Hear the other end out, as far as it got in the recording."""
        verdict: Verdict = "same"
        while verdict == "same" and self._follower.reached(turn.side) < turn.reached:
            try:
                octets = self.wire.receive()
            except TimeoutError:
                verdict = "silent"
            else:
                self._units += self._follower.take(turn.side, octets)
                self._stream += octets
                verdict = verdict if octets else "gone"
        units = self._due(turn)
        said = list(_rows(turn.side, units))
        if verdict != "same":
            said += [Row(turn.side, line, expected(line)) for line in _lines(bytes(self._stream[self._told :]))]
            self._told = len(self._stream)
        elif [row.key for row in said] != [row.key for row in turn.rows]:
            verdict = "different"
        return Played(turn, False, said, verdict)

    def _due(self, turn: Turn) -> list[Unit]:
        """The units that belong to the turn: a client may have sent the next ones already."""
        units = self._units
        if turn.side == "C":
            asked = accumulate(unit.kind in _ASKED for unit in units)
            due = sum(count <= turn.reached - self._asked for count in asked)
            self._asked += sum(unit.kind in _ASKED for unit in units[:due])
        else:
            due = len(units)
        self._units = units[due:]
        self._told = units[due - 1].stop if due else self._told
        return units[:due]


def _rows(side: Side, units: list[Unit]) -> Iterator[Row]:
    """What was said, line by line, with what is compared of each."""
    for unit in units:
        shown = unit.raw
        if unit.kind in _WORDED:
            parts = (b"*" if span.free else unit.raw[span.start : span.stop] for span in unit.spans)
            shown = _WORDS.sub(b"", b"".join(parts))
        lines, keys = _lines(unit.raw), _lines(shown)
        for line, key in zip(lines, keys if len(keys) == len(lines) else lines, strict=True):
            yield Row(side, line, expected(key))


def _lines(octets: bytes) -> list[bytes]:
    return octets.removesuffix(b"\r\n").split(b"\r\n") if octets else []
