"""A recorded conversation played against somebody real: as the client to a server, or as the server to a client.

Our side is said as it was recorded. What the other side says is compared with the recording, as `sandbox.record.diff`
compares: where it differs, whoever watches is told, and decides whether to go on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, TypeAlias
from typing import Protocol as Interface

from sandbox.core.message import N_
from sandbox.core.protocol import Protocol
from sandbox.core.tracker import Kind, Tracker
from sandbox.record.diff import Mark, Row, Told, expected, rows
from sandbox.record.errors import RecordError
from sandbox.record.reader import Transcript
from sandbox.wire.trace import Data, Open, Side

_ASKED: Final = (Kind.COMMAND, Kind.CONTENT, Kind.RESPONSE)


class Turn(NamedTuple):
    """What one side said until the other did. `reached` tells how far the dialogue was then; `secure`: TLS follows."""

    side: Side
    octets: bytes
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
        self._reached: dict[Side, int] = {"C": 0, "S": 0}
        self._asked = 0

    @property
    def secure(self) -> bool:
        """Whether the server has agreed to TLS."""
        return self._tracker.secure

    def take(self, side: Side, octets: bytes) -> None:
        """Octets were said."""
        for unit in self._tracker.receive(side, octets):
            self._asked += unit.kind in _ASKED

    def reached(self, side: Side) -> int:
        """How many commands and answers the client has completed, or how many replies and go-aheads the server."""
        if side == "C":
            return self._asked
        return sum(each.done + each.continuations for each in self._tracker.exchanges)


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
    octets = b""
    for event, following in zip(said, [*said[1:], None], strict=True):
        secure = follower.secure
        follower.take(event.side, event.raw)
        octets += event.raw
        begins = follower.secure and not secure
        if following is None or following.side != event.side or begins:
            yield Turn(event.side, octets, follower.reached(event.side), begins)
            octets = b""


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
    heard: bytes
    verdict: Verdict = "same"

    def rows(self) -> Iterator[list[tuple[Mark, Row]]]:
        """The differences, with the lines around them: - was recorded, + was said."""
        return rows((_told(self.turn.side, self.turn.octets), _told(self.turn.side, self.heard)))


@dataclass(slots=True)
class Player:
    """Plays `side` of a score over a wire, a turn each time it is asked."""

    score: Score
    side: Side
    wire: Wire
    _follower: Follower = field(init=False)

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
                yield Played(turn, True, turn.octets)
            else:
                played = self._listen(turn)
                yield played
                if played.verdict == "gone":
                    return

    def _listen(self, turn: Turn) -> Played:
        """Hear the other end out, as far as it got in the recording."""
        heard = b""
        while self._follower.reached(turn.side) < turn.reached:
            try:
                octets = self.wire.receive()
            except TimeoutError:
                return Played(turn, False, heard, "silent")
            if not octets:
                return Played(turn, False, heard, "gone")
            self._follower.take(turn.side, octets)
            heard += octets
        same = _keys(heard) == _keys(turn.octets)
        return Played(turn, False, heard, "same" if same else "different")


def _lines(octets: bytes) -> list[bytes]:
    return octets.removesuffix(b"\r\n").split(b"\r\n") if octets else []


def _keys(octets: bytes) -> list[bytes]:
    return [expected(line) for line in _lines(octets)]


def _told(side: Side, octets: bytes) -> Told:
    return Told(0, [Row(side, line, expected(line)) for line in _lines(octets)])
