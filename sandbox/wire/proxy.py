"""Between a real client and a real server: octets pass as they are, and are written down without their secrets.

A `Crossing` is one client's connection and the one made to the server for it. It reads the dialogue with the protocol's
tracker, as any observer would, and so knows when TLS or compression begins. TLS ends here on both sides: what is inside
can be read and passed on unaltered, while the records differ.
"""

from __future__ import annotations

import asyncio
import os
import re
import ssl
from dataclasses import dataclass
from typing import Final, Literal

from sandbox.core.effects import Discarded
from sandbox.core.message import N_, Msg
from sandbox.core.protocol import Protocol
from sandbox.core.registry import Starts
from sandbox.core.replies import Outcome
from sandbox.core.tracker import Kind, Unit
from sandbox.wire.alarm import NEVER
from sandbox.wire.dial import HUNG_UP as DIALLED
from sandbox.wire.ends import End
from sandbox.wire.hub import Gathering
from sandbox.wire.masking import Stenographer
from sandbox.wire.tcp import TOO_MANY
from sandbox.wire.tls import HUNG_UP, TOO_SLOW, TlsEnd, TlsServer, note_discarded
from sandbox.wire.trace import Close, Note, Open, Side, Tls

UNREACHABLE: Final = N_("{server} cannot be reached: {reason}")
SILENT: Final = N_("{server} does not answer: no connection was made in {seconds} seconds")
READ_INSIDE: Final = N_("TLS ends at the proxy, which reads what is inside; it writes down no records and no keys")
UNTRUSTED: Final = N_(
    "The proxy was the client here: it passes nothing on to a server that it cannot check. "
    "--ca FILE names an authority to trust; --insecure checks nothing."
)
CLIENT_SIDE: Final = N_("between the client and the proxy: {version}, {cipher}")
UNFIT: Final = N_("the server agreed to begin {layer} here, where the proxy cannot follow")
STALLED: Final = N_("the other end did not finish the handshake in time")
ENDED: Final = N_("the proxy was ended")
UNREAD: Final = N_("too much waits for its end: from here on nothing is explained, and what the client sends is hidden")
BROKE: Final = N_("the proxy broke on this, which is a bug in it: {error}")

_ERRNO: Final = re.compile(r"\[Errno (\d+)\]")
_NOTHING: Final = Starts.NOTHING
_OTHER: Final[dict[Side, Side]] = {"C": "S", "S": "C"}


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """Whom clients are taken to. `trust` says whom TLS with that server believes; `shown` is what clients see of us.

    `tls` and `listen_tls` put TLS before the first octet: towards the server, towards the client.
    """

    protocol: Protocol
    host: str
    port: int
    trust: ssl.SSLContext
    shown: TlsServer
    tls: bool = False
    listen_tls: bool = False

    @property
    def server(self) -> str:
        """The server, as people write it."""
        return place(self.host, self.port)


class Crossing:
    """A client's connection, the connection to the server that belongs to it, and everything that passes."""

    def __init__(self, hub: Gathering, way: Way) -> None:
        self._hub, self._journal, self._way = hub, hub.journal, way
        self.conn = ""
        self._stenographer: Stenographer
        self._ends: dict[Side, End] = {"C": End("C", self), "S": End("S", self)}
        self._unready: set[Side] = {"C", "S"}
        """Sides that are not connected yet, or shake hands."""
        self._greeted = False
        """The server has said something. Until then a client has nothing to answer: what it says waits."""
        self._begun: set[Starts] = {Starts.TLS} if way.tls or way.listen_tls else set()
        """The layers below the protocol."""
        self._waiting: dict[Side, bytes] = {"C": b"", "S": b""}
        """What came and cannot be passed on yet."""
        self._done: set[Side] = set()
        """Sides that have no more to say."""
        self._moved = False
        """Something came since somebody last looked."""
        self._closed_by: Side | Literal[""] | None = None
        self._calling: asyncio.Task[None] | None = None
        self._limit: asyncio.TimerHandle | None = None
        """Bounds the time until both sides are ready, then the farewell."""

    @property
    def client(self) -> End:
        """The end that the client connects to."""
        return self._ends["C"]

    # Getting ready

    def connected(self, end: End) -> None:
        """An end has its socket."""
        if end.side == "C":
            self._enter(end)
        elif self not in self._hub.connections:
            end.transport.abort()
        elif self._way.tls:
            end.secure(self._towards_server())
        else:
            self._ready("S")

    def secured(self, end: End, tls: TlsEnd) -> None:
        """A handshake succeeded."""
        cipher = tls.object.cipher()
        version = (tls.object.version() or "").replace("TLSv", "TLS ")
        name = cipher[0] if cipher else ""
        if end.side == "C":
            self._note(Msg(CLIENT_SIDE, version=version, cipher=name))
        else:
            shown = tls.object.getpeercert(binary_form=True)
            seq, at = self._journal.stamp()
            certificates = (shown,) if shown else ()
            self._journal.add(Tls(seq, at, self.conn, version, name, self._way.host, certificates=certificates))
            self._note(Msg(READ_INSIDE))
        self._ready(end.side)

    def unsecured(self, end: End, reason: str) -> None:
        """A handshake failed: nothing passes any more, in clear text least of all."""
        seq, at = self._journal.stamp()
        self._journal.add(Tls(seq, at, self.conn, server_name=self._way.host if end.side == "S" else "", reason=reason))
        if end.side == "S" and end.tls is not None and end.tls.unverified:
            self._note(Msg(UNTRUSTED))
        self._end("")

    def _enter(self, end: End) -> None:
        full = len(self._hub.connections) >= self._hub.limit
        protocol = self._way.protocol
        self.conn = self._hub.enter(self, protocol.name)
        self._stenographer = Stenographer(self._journal, self.conn, protocol.tracker())
        self._open(end.transport)
        if full:
            self._note(Msg(TOO_MANY, count=self._hub.limit))
            self._end("S")
            return
        loop = asyncio.get_running_loop()
        self._limit = loop.call_later(self._hub.handshake, self._too_slow)
        self._calling = loop.create_task(self._call())
        loop.call_soon(self.regulate)  # asyncio begins to read after this
        if self._way.listen_tls:
            end.secure(self._way.shown.begin())
        else:
            self._ready("C")

    async def _call(self) -> None:
        way = self._way
        try:
            await asyncio.get_running_loop().create_connection(lambda: self._ends["S"], way.host, way.port)
        except OSError as error:
            self.fail(Msg(UNREACHABLE, server=way.server, reason=_reason(error)))

    def _too_slow(self) -> None:
        server = self._ends["S"]
        if server.gone:
            self.fail(Msg(SILENT, server=self._way.server, seconds=round(self._hub.handshake)))
        elif "S" in self._unready:
            self.unsecured(server, STALLED)
        else:
            self.unsecured(self.client, TOO_SLOW)

    def _towards_server(self) -> TlsEnd:
        return TlsEnd(self._way.trust, server_name=self._way.host)

    def _ready(self, side: Side) -> None:
        self._unready.discard(side)
        if self._unready:
            return
        self._stop_limit()
        waiting, self._waiting = self._waiting, {"C": b"", "S": b""}
        self.arrived("S", waiting["S"])
        self.arrived("C", waiting["C"])
        self._pass_ends()
        self.regulate()

    # Passing on

    def regulate(self) -> None:
        """Read from each side as long as the other one takes it."""
        for side, end in self._ends.items():
            if end.gone:
                continue
            shaking = end.tls is not None and not end.tls.established
            free = not (self._unready or self._waiting[side] or self._ends[_OTHER[side]].crowded)
            if shaking or free:
                end.transport.resume_reading()
            else:
                end.transport.pause_reading()

    def arrived(self, side: Side, octets: bytes) -> None:
        """The protocol's octets came, or what they were packed in."""
        self._moved = True
        if self._closed_by == "" or not octets:
            return
        if self._unready or self._waiting[side] or (side == "C" and not self._greeted):
            self._waiting[side] += octets
        elif side == "C":
            self._hear("C", octets)
            self._to_server(octets)
        else:
            self._from_server(octets)
        self.regulate()

    def _to_server(self, octets: bytes) -> None:
        """Pass on what a client sent, up to a command that asks for a layer: what is behind it waits for the answer."""
        stop = max(len(octets) - self._stenographer.early, 0)
        self._ends["S"].send(octets[:stop])
        self._waiting["C"] = octets[stop:]

    def _from_server(self, octets: bytes) -> None:
        start, size = 0, len(octets)
        while start < size:
            stop = (octets.find(b"\n", start) + 1 if self._stenographer.cautious else 0) or size
            piece, start = octets[start:stop], stop
            units = self._hear("S", piece)
            self.client.send(piece)
            layer = _begins(units)
            if layer is not _NOTHING:
                dropped = b"".join(unit.raw for unit in units if unit.kind is Kind.DROPPED and unit.side == "C")
                self._begin(layer, dropped, octets[stop:])
                return
            if self._greeted:
                self._to_server(self._waiting["C"])
            elif units or self._stenographer.lost:
                self._greeted = True
                waiting, self._waiting["C"] = self._waiting["C"], b""
                self.arrived("C", waiting)
        self._pass_ends()

    def _begin(self, layer: Starts, early: bytes, behind: bytes) -> None:
        """A layer begins here. `early` is what the client sent too soon, `behind` what the server did."""
        waiting, self._waiting["C"] = self._waiting["C"], b""
        if layer in self._begun or Starts.DEFLATE in self._begun:
            self.fail(Msg(UNFIT, layer=layer.value.upper()))
            return
        self._begun.add(layer)
        if layer is Starts.TLS:
            if early or behind:
                note_discarded(self._journal, self.conn, Discarded(early + behind))
            self._unready = {"C", "S"}
            self._limit = asyncio.get_running_loop().call_later(self._hub.handshake, self._too_slow)
            self.client.secure(self._way.shown.begin())
            self._ends["S"].secure(self._towards_server())
        else:
            self._stenographer.unpack()
            self._hear("C", early)
            self._ends["S"].send(waiting)
            self._from_server(behind)

    def _hear(self, side: Side, octets: bytes) -> list[Unit]:
        """Have octets written down. Whatever they are, and whatever goes wrong, they are passed on."""
        before = self._stenographer.lost
        try:
            units = self._stenographer.take(side, octets)
        except Exception as error:
            self._stenographer.lost = True
            self._note(Msg(BROKE, error=type(error).__name__))  # its words may have octets of the client in them
            asyncio.get_running_loop().call_exception_handler({"message": "the proxy broke", "exception": error})
            return []
        if self._stenographer.lost and not before:
            self._note(Msg(UNREAD))
        return units

    # The end

    def ended(self, end: End) -> None:
        """An end will receive no more: the other side is told, and may go on by itself."""
        side = end.side
        if end.tls is not None and not end.tls.established:
            self.unsecured(end, HUNG_UP if side == "C" else DIALLED)
        elif side not in self._done:
            self._done.add(side)
            if self._closed_by is None:
                self._closed_by = side
            self._pass_ends()

    def lost(self, end: End, error: Exception | None) -> None:
        """An end has no socket any more."""
        if self not in self._hub.connections:
            return  # it was connected too late
        if self._closed_by is None and end.tls is not None and not end.tls.established:
            self.ended(end)
        if self._closed_by is None:
            self._closed_by = "" if error is not None else end.side
        if all(each.gone for each in self._ends.values()):
            self._over()
        else:
            self._let_go()

    def fail(self, said: Msg) -> None:
        """It cannot go on, for the reason given."""
        self._note(said)
        self._end("")

    def shut_down(self) -> None:
        """The proxy ends."""
        self.fail(Msg(ENDED))

    def abort(self, side: Side) -> None:
        """End at once, whatever was still to be passed on."""
        self._closed_by = self._closed_by or side
        self._abort()

    def _pass_ends(self) -> None:
        """Tell each side that the other has no more to say, once all of it has been passed on."""
        if self._unready:
            return
        for side in self._done:
            if not self._waiting[side] or len(self._done) == 2:
                self._ends[_OTHER[side]].finish()
        if len(self._done) == 2:
            self._let_go()
        elif "S" in self._done:
            self._linger(NEVER)

    def _end(self, side: Side | Literal[""]) -> None:
        """End both connections, once what was passed on has been sent."""
        if self._closed_by is None:
            self._closed_by = side
        self._let_go()

    def _let_go(self) -> None:
        if self._calling is not None:
            self._calling.cancel()
        for end in self._ends.values():
            end.finish()
            if not end.gone:
                end.transport.close()
        self._linger(NEVER)

    def _linger(self, before: int) -> None:
        """Wait for those who are there to take what they were sent, as long as anything moves."""
        self._stop_limit()
        left = sum(end.transport.get_write_buffer_size() for end in self._ends.values() if not end.gone)
        if left < before or self._moved:
            self._moved = False
            self._limit = asyncio.get_running_loop().call_later(self._hub.linger, self._linger, left)
        else:
            self._abort()

    def _abort(self) -> None:
        for end in self._ends.values():
            if not end.gone:
                end.transport.abort()

    def _over(self) -> None:
        if self._calling is not None:
            self._calling.cancel()
        self._stop_limit()
        self._stenographer.close()
        seq, at = self._journal.stamp()
        side = self._closed_by or ""
        self._journal.add(Close(seq, at, self.conn, side, cut=side == ""))
        self._hub.leave(self)

    def _stop_limit(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    # The journal

    def _open(self, transport: asyncio.Transport) -> None:
        way = self._way
        client = transport.get_extra_info("peername") or ("", 0)
        seq, at = self._journal.stamp()
        self._journal.add(
            Open(
                seq,
                at,
                self.conn,
                way.protocol.name,
                str(client[0]),
                way.host,
                way.port,
                client_port=int(client[1]),
                client_address=str(client[0]),
                tls=way.tls,
            )
        )

    def _note(self, said: Msg) -> None:
        seq, at = self._journal.stamp()
        self._journal.add(Note(seq, at, self.conn, said.text, dict(said.params)))


def place(host: str, port: int) -> str:
    """Host and port, as people write them."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _reason(error: OSError) -> str:
    """Why a connection could not be made: of several addresses, the first one's reason."""
    number = _ERRNO.search(str(error))
    return os.strerror(int(number[1])) if number is not None else error.strerror or str(error)


def _begins(units: list[Unit]) -> Starts:
    """The layer that a server has just agreed to."""
    for unit in units:
        row = unit.exchange.command
        if row is not None and unit.kind is Kind.REPLY and unit.outcome is Outcome.OK and row.starts is not _NOTHING:
            return row.starts
    return _NOTHING
