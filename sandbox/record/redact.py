"""A copy of a transcript without its secrets, from which every format can be written.

What is secret, and what becomes of it, is told in `wire.masking`, which does the same while octets pass. TLS records
and their keys would give away what was inside, as would compressed octets, so the copy has the protocol's own octets
only, and says so.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import Final

from msgspec.structs import replace

from sandbox.core.message import N_
from sandbox.core.protocol import Protocol
from sandbox.core.tracker import Unit
from sandbox.record.format import append_event, append_header
from sandbox.record.reader import Transcript
from sandbox.record.replay import Replay
from sandbox.wire.masking import hidden, secrets
from sandbox.wire.trace import AnyEvent, Close, Data, Note, Open, Tls

HELD: Final = 4096
"""Events that wait for what comes after them, at most."""
_SAID: Final = N_("The records of TLS and their keys were left out, because secrets are redacted here.")
_UNPACKED: Final = N_("The compressed octets were left out, because secrets are redacted here.")


@contextmanager
def redacted(transcript: Transcript, protocols: Mapping[str, Protocol]) -> Iterator[Transcript]:
    """The final branch without its secrets, as a transcript that is gone afterwards. Raises `RecordError`."""
    with TemporaryFile() as file:
        buffer = bytearray()
        append_header(buffer, transcript.header)
        for event in _renumbered(_Redaction(protocols).events(Replay(transcript, protocols))):
            append_event(buffer, event)
            file.write(buffer)
            buffer.clear()
        file.write(buffer)
        file.seek(0)
        yield Transcript.read(file, transcript.name)


def _renumbered(events: Iterator[AnyEvent]) -> Iterator[AnyEvent]:
    for seq, event in enumerate(events, 1):
        yield replace(event, seq=seq)


@dataclass(slots=True, eq=False)
class _Held:
    """An event that waits; `octets` are those of a data event, `start` is where they begin in their side's stream."""

    event: AnyEvent
    line: _Line | None = None
    start: int = 0
    octets: bytearray = field(default_factory=bytearray)

    @property
    def settled(self) -> bool:
        """Whether all is known of its octets."""
        line, event = self.line, self.event
        if line is None or not isinstance(event, Data):
            return True
        return line.ended or line.understood[event.side] >= self.start + len(self.octets)

    def hide(self, start: int, stop: int) -> None:
        """Hide what it has of a stretch of the stream."""
        low, high = max(start - self.start, 0), min(stop - self.start, len(self.octets))
        if low < high:
            self.octets[low:high] = hidden(bytes(self.octets[low:high]))

    def finished(self) -> AnyEvent:
        """The event as it goes into the copy. What a client sent and nobody has understood is hidden."""
        line, event = self.line, self.event
        if line is None or not isinstance(event, Data):
            return event
        if event.side == "C":
            self.hide(line.understood["C"], self.start + len(self.octets))
        return replace(event, raw=bytes(self.octets))


@dataclass(slots=True, eq=False)
class _Line:
    """A connection: how far its sides have been read and understood, and the events that wait."""

    ended: bool = False
    sent: dict[str, int] = field(default_factory=lambda: {"C": 0, "S": 0})
    understood: dict[str, int] = field(default_factory=lambda: {"C": 0, "S": 0})
    waiting: dict[str, deque[_Held]] = field(default_factory=lambda: {"C": deque(), "S": deque()})

    def take(self, event: Data) -> _Held:
        """Hold octets that arrived."""
        held = _Held(event, self, self.sent[event.side], bytearray(event.raw))
        self.sent[event.side] += len(event.raw)
        self.waiting[event.side].append(held)
        return held

    def explain(self, unit: Unit) -> None:
        """Hide the secrets of a unit."""
        waiting = self.waiting[unit.side]
        while waiting and waiting[0].start + len(waiting[0].octets) <= unit.start:
            waiting.popleft()
        for start, stop in secrets(unit):
            for held in waiting:
                held.hide(unit.start + start, unit.start + stop)
        self.understood[unit.side] = max(self.understood[unit.side], unit.stop)


class _Redaction:
    """Goes through a transcript once."""

    def __init__(self, protocols: Mapping[str, Protocol]) -> None:
        self._protocols = protocols
        self._lines: dict[str, _Line] = {}
        self._compressed: set[str] = set()
        self._held: deque[_Held] = deque()

    def events(self, replay: Replay) -> Iterator[AnyEvent]:
        """The events of the copy. Their numbers are still the old ones."""
        for event, explained in replay.walk():
            self._held.extend(self._taken(event))
            for item in explained:
                if item.conn in self._lines:
                    self._lines[item.conn].explain(item.unit)
            if isinstance(event, Close) and event.conn in self._lines:
                self._lines.pop(event.conn).ended = True
            while self._held and (self._held[0].settled or len(self._held) > HELD):
                yield self._held.popleft().finished()
        while self._held:
            yield self._held.popleft().finished()

    def _taken(self, event: AnyEvent) -> Iterator[_Held]:
        if isinstance(event, Data):
            if event.layer == "deflate" and event.conn not in self._compressed:
                self._compressed.add(event.conn)
                yield _Held(Note(event.seq, event.at, event.conn, _UNPACKED))
            held = self._data(event)
            if held is not None:
                yield held
        elif isinstance(event, Tls):
            yield _Held(replace(event, secrets=()))
            yield _Held(Note(event.seq, event.at, event.conn, _SAID))
        else:
            if isinstance(event, Open):
                self._open(event)
            yield _Held(event)

    def _open(self, event: Open) -> None:
        self._compressed.discard(event.conn)
        before = self._lines.pop(event.conn, None)
        if before is not None:
            before.ended = True
        if event.proto in self._protocols:
            self._lines[event.conn] = _Line()

    def _data(self, event: Data) -> _Held | None:
        if event.layer != "app":
            return None
        line = self._lines.get(event.conn)
        if line is not None and not event.lost:
            return line.take(event)
        if event.side == "C":  # lost on the way, or of a protocol that nobody can read
            event = replace(event, raw=hidden(event.raw))
        return _Held(event)
