"""The client's driver: sends whatever it is told to, mistakes included, and understands the replies by tracking
itself."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from sandbox.core.effects import Compress, StartTls
from sandbox.core.endpoint import Endpoint, Running
from sandbox.core.reader import NEED
from sandbox.core.registry import Owes, Starts, State
from sandbox.core.replies import Outcome
from sandbox.core.tracker import Exchange, Tracker, Unit


@dataclass(frozen=True, slots=True)
class Send:
    """What a behaviour yields: send a line, and be resumed with the finished exchange (or the one that asks for
    more)."""

    line: bytes


Behaviour = Generator[Send, Exchange, Any]
"""What a mail program does, as a script: yields lines, receives their exchanges, returns a result."""


class Client(Endpoint):
    """A client's side. It has no opinion on what is sent: a learner's malformed line goes out as typed."""

    def __init__(self, tracker: Tracker) -> None:
        self.tracker = tracker
        self.units: list[Unit] = []
        super().__init__()

    @property
    def state(self) -> State:
        """The protocol state, as far as the client can know it."""
        return self.tracker.state

    @property
    def owes(self) -> Owes:
        """What the next line typed will be: part of an answer to the server (LINES, BLOCK), or NOTHING: a command."""
        return self.tracker.owed

    @property
    def waiting(self) -> Exchange | None:
        """The exchange that the server has not finished yet."""
        return self.tracker.current

    def send_line(self, line: bytes) -> None:
        """Send `line` and CRLF."""
        self.send(line + b"\r\n")

    def send(self, data: bytes) -> None:
        """Send octets exactly as they are."""
        if not self.closing:
            self._out.append(data)
            self._take(self.tracker.receive("C", data))

    def receive_eof(self) -> None:
        super().receive_eof()
        self._take(self.tracker.close())

    def run(self) -> Running:
        while True:
            data = self.reader.drop()
            if data:
                self._take(self.tracker.receive("S", data))
            yield NEED

    def events_received(self) -> list[object]:
        """Units as they complete, and `StartTls` or `Compress` where the server agreed to it."""
        return super().events_received()

    def secured(self) -> None:
        """The handshake that `StartTls` asked for is done."""

    def _take(self, units: list[Unit]) -> None:
        for unit in units:
            self.units.append(unit)
            self._events.append(unit)
            row = unit.exchange.command
            if unit.side == "S" and unit.outcome is Outcome.OK and row is not None:
                if row.starts is Starts.TLS:
                    self._events.append(StartTls())
                elif row.starts is Starts.DEFLATE:
                    self._events.append(Compress())
