"""A connection in memory: two endpoints, and everything that passes between them written down.

`settle` carries octets back and forth until both ends are quiet. There is no concurrency: the same inputs leave the
same journal, event for event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, Literal

from sandbox.core.client import Client
from sandbox.core.effects import Close as CloseEffect
from sandbox.core.effects import Compress, Discarded, Effect, Outside, StartTls
from sandbox.core.endpoint import Endpoint, Server
from sandbox.core.protocol import Protocol
from sandbox.core.tracker import Unit
from sandbox.wire.deflate import DeflateEnd
from sandbox.wire.disturbance import Chunk, Cut, Delay, Disturbance, Lost, Part, Remark
from sandbox.wire.filters import Filter
from sandbox.wire.tls import TlsEnd, note_discarded
from sandbox.wire.trace import Close, Journal, Note, Open, Side

MILLISECOND: Final = 1_000_000

Perform = Callable[[Effect], Any]
"""Does what an endpoint asks of the outside (commit, deliver) and returns the result."""

Securing = Callable[["Link"], tuple[TlsEnd, TlsEnd] | None]
"""Makes the client's and the server's end of TLS and runs the handshake; None where it failed."""


class Link:
    """A connection between a client and a server of one world."""

    def __init__(
        self,
        opened: Open,
        protocol: Protocol,
        client: Client,
        server: Server,
        journal: Journal,
        *,
        advance: Callable[[int], None],
        perform: Perform,
        securing: Securing,
    ) -> None:
        self.conn = opened.conn
        self.opened = opened
        self.protocol = protocol
        self.client, self.server = client, server
        self.journal = journal
        self.disturbances: list[Disturbance] = []
        self.closed = False
        self._advance, self._perform, self._securing = advance, perform, securing
        self._ends: dict[Side, Endpoint] = {"C": client, "S": server}
        self._filters: dict[Side, list[Filter]] = {"C": [], "S": []}
        self._tls: dict[Side, TlsEnd] = {}
        self._wishes: dict[Side, Outside] = {}

    def open(self) -> None:
        """Connect, and let the server say its first words."""
        self.journal.add(self.opened)
        self.server.peer = self.opened.client_address
        if self.opened.tls:
            if not self._secure():
                self._end("S")
                return
            self.server.secure = True
            self.server.secured()
        self.server.start()
        self.settle()

    def settle(self) -> bool:
        """Carry octets and perform effects until nothing is due. Returns whether there was anything."""
        moved = False
        busy = True
        while busy and not self.closed:
            busy = self._serve("C")
            busy = (not self.closed and self._serve("S")) or busy
            moved = moved or busy
        return moved

    def hang_up(self) -> None:
        """The client closes its end, without a word of the protocol."""
        self.settle()
        self._end("C")

    def cut(self) -> None:
        """The line breaks, and neither end closed it."""
        if not self.closed:
            self._end("")

    def time_passed(self, now: int) -> None:
        """Let the server notice the time (autologout)."""
        if not self.closed:
            self.server.time_passed(now)
            self.settle()

    def _serve(self, side: Side) -> bool:
        """Send what `side` has, perform what it wants; True if there was anything."""
        endpoint = self._ends[side]
        data = endpoint.data_to_send()
        if data:
            self._carry(side, self._disturbed(side, data))
        events = [] if self.closed else endpoint.events_received()
        for event in events:
            self._handle(side, endpoint, event)
        return bool(data or events)

    def _disturbed(self, side: Side, data: bytes) -> list[Part]:
        parts: list[Part] = [Chunk(data)]
        for disturbance in list(self.disturbances):
            parts = [
                piece
                for part in parts
                for piece in (
                    disturbance.disturb(side, part.raw) if isinstance(part, Chunk) and not part.forged else (part,)
                )
            ]
            if disturbance.spent:
                self.disturbances.remove(disturbance)
        return parts

    def _carry(self, side: Side, parts: Iterable[Part]) -> None:
        cut = False
        for part in parts:
            if isinstance(part, Chunk) and not cut:
                self._deliver(side, part)
            elif isinstance(part, Chunk | Lost):
                self.journal.data(self.conn, side, part.raw, lost=True)
            elif isinstance(part, Delay):
                self._advance(part.by)
            elif isinstance(part, Remark):
                seq, at = self.journal.stamp()
                self.journal.add(Note(seq, at, self.conn, part.text.text, dict(part.text.params)))
            else:
                assert isinstance(part, Cut)
                cut = True
        if cut:
            self._end("")

    def _deliver(self, side: Side, chunk: Chunk) -> None:
        other: Side = "S" if side == "C" else "C"
        octets = chunk.raw
        self._advance(MILLISECOND)
        for filter_ in self._filters[side]:
            octets = filter_.send(octets)
            self.journal.data(self.conn, side, octets, filter_.layer)
        for filter_ in reversed(self._filters[other]):
            octets = filter_.receive(octets)
        self.journal.data(self.conn, side, octets, forged=chunk.forged)
        self._ends[other].receive_data(octets)

    def carry_record(self, side: Side, octets: bytes) -> None:
        """A flight of a TLS handshake travels."""
        self._advance(MILLISECOND)
        self.journal.data(self.conn, side, octets, "tls")

    def _handle(self, side: Side, endpoint: Endpoint, event: object) -> None:
        if isinstance(event, Unit):
            return
        if isinstance(event, Discarded):
            note_discarded(self.journal, self.conn, event)
        elif isinstance(event, CloseEffect):
            self._end(side)
        elif isinstance(event, StartTls | Compress):
            self._wishes[side] = event
            if len(self._wishes) == 2:
                self._switch()
        else:
            assert isinstance(event, Outside)
            endpoint.resume(event, self._perform(event))

    def _switch(self) -> None:
        """Both ends agreed on a layer below: put it there, then tell the server, which waits."""
        wish = self._wishes.pop("S")
        self._wishes.clear()
        if isinstance(wish, Compress):
            self._compress(wish)
        else:
            self.server.resume(wish, self._secure())

    def _compress(self, wish: Compress) -> None:
        """What is sent is compressed before it is encrypted (RFC 4978 section 3)."""
        end = DeflateEnd()
        self._filters["C"].insert(0, DeflateEnd())
        self._filters["S"].insert(0, end)
        self.server.resume(wish, True)
        if wish.early:
            self.journal.data(self.conn, "C", wish.early, "deflate")
            octets = end.receive(wish.early)
            self.journal.data(self.conn, "C", octets)
            self.server.receive_data(octets)
        if end.failure:
            seq, at = self.journal.stamp()
            self.journal.add(Note(seq, at, self.conn, end.failure))
            self._end("S")

    def _secure(self) -> bool:
        ends = self._securing(self)
        if ends is None:
            return False
        self._tls = {"C": ends[0], "S": ends[1]}
        for side, end in self._tls.items():
            self._filters[side].append(end)
        self.client.secured()
        return True

    def _say_goodbye(self, side: Side) -> None:
        """close_notify of the side that closes, then of the other (RFC 8446 section 6.1)."""
        other: Side = "S" if side == "C" else "C"
        for sender, receiver in ((side, other), (other, side)):
            record = self._tls[sender].close()
            self.carry_record(sender, record)
            self._tls[receiver].receive(record)

    def _end(self, side: Side | Literal[""]) -> None:
        if self.closed:
            return
        self.closed = True
        if side and self._tls:
            self._say_goodbye(side)
        seq, at = self.journal.stamp()
        self.journal.add(Close(seq, at, self.conn, side, cut=side == ""))
        self.client.receive_eof()
        self.server.receive_eof()
        self.client.events_received()
