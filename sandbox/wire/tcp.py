"""A server's endpoint on a real socket, everything that passes written down.

This is `wire.link` with the network in place of one end: octets go to the journal and to the endpoint, what the
endpoint wants done is done, what it says goes to the journal and to the socket.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, Final, Literal, cast

from sandbox.core.effects import Close as CloseEffect
from sandbox.core.effects import Compress, Discarded, Outside, StartTls
from sandbox.core.message import N_, Msg
from sandbox.wire.alarm import NEVER, Alarm
from sandbox.wire.deflate import DeflateEnd
from sandbox.wire.filters import Filter
from sandbox.wire.hub import Hub, Port
from sandbox.wire.tls import HUNG_UP, TOO_SLOW, TlsEnd, note_discarded
from sandbox.wire.trace import Close, Note, Side

TOO_MANY: Final = N_("refused: {count} connections are open already")
BROKE: Final = N_("the server broke on this, which is a bug in it: {error}")


class Connection(asyncio.BufferedProtocol):
    """One client on a socket."""

    _transport: asyncio.Transport
    _loop: asyncio.AbstractEventLoop

    def __init__(self, hub: Hub, port: Port) -> None:
        self.port = port
        self.conn = ""
        self.server = port.make()
        self._hub, self._journal = hub, hub.journal
        self._filters: list[Filter] = []
        """What lies below the protocol's octets, the highest first."""
        self._tls: TlsEnd | None = None
        self._deflate: DeflateEnd | None = None
        self._unpacking = False
        """What is compressed is to be unpacked soon."""
        self._wish: StartTls | None = None
        self._awaiting = False
        """The server waits for something that takes its time."""
        self._crowded = False
        """The client does not read as fast as we write."""
        self._no_more_input = False
        """The client has said all it had to say."""
        self._closed_by: Literal["C", "S", ""] | None = None
        self._waking = False
        self._alarm = Alarm(self._due)
        self._limit: asyncio.TimerHandle | None = None
        """Bounds the handshake, then the farewell."""

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._loop = asyncio.get_running_loop()
        full = len(self._hub.connections) >= self._hub.limit
        self.conn = self._hub.enter(self, self.port.name)
        self._open()
        if full:
            self._note(Msg(TOO_MANY, count=self._hub.limit))
            self.abort("S")
            return
        self.server.wake = self._wake
        if self.port.tls_first:
            self._begin_tls()
        else:
            self._try(self.server.start)
            self._try(self._settle)

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._hub.buffer

    def buffer_updated(self, nbytes: int) -> None:
        data = bytes(self._hub.buffer[:nbytes])
        try:
            if self._closed_by is not None:
                self._receive_late(data)
            elif self._filters:
                self._receive_filtered(data)
            elif self._tls is not None:
                self._shake_hands(data)
            else:
                self._receive(data)
        except Exception as error:
            self._break(error)

    def eof_received(self) -> bool:
        if self._closed_by is not None:
            return False
        if self._tls is not None and not self._tls.established:
            self._fail_tls(HUNG_UP)
            return False
        self._no_more_input = True
        self._try(self._settle)
        return True

    def pause_writing(self) -> None:
        self._crowded = True
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._crowded = False
        self._try(self._settle)
        if not self._crowded and not self._transport.is_closing():
            self._try(self._read_on)

    def connection_lost(self, exc: Exception | None) -> None:
        self._alarm.cancel()
        self._stop_limit()
        if self._tls is not None and not self._tls.established and self._closed_by is None:
            self._report_tls(HUNG_UP)
        if self._wish is not None:
            self.server.resume(self._wish, False)
        if self._awaiting:
            self._awaiting = False
            self.server.shut_down()  # nobody is there any more to hear how it went
        self.server.receive_eof()
        side = self._closed_by if self._closed_by is not None else ""
        seq, at = self._journal.stamp()
        self._journal.add(Close(seq, at, self.conn, side, cut=side == ""))
        self._hub.leave(self)

    # Octets and effects

    def _receive(self, data: bytes) -> None:
        self._journal.data(self.conn, "C", data)
        self.server.receive_data(data)
        self._settle()

    def _settle(self) -> None:
        """Send what is due and do what is wanted, until nothing is or the client has to read first."""
        server = self.server
        while not self._crowded:
            data = server.data_to_send()
            events = server.events_received()
            if data:
                self._send(data)
            for event in events:
                self._handle(event)
            if not (events or server.held):
                break
        if self._no_more_input and not (self._crowded or self._behind or self._awaiting):
            self.close("C")
        elif self._closed_by is None:
            self._alarm.set(server.next_deadline(), self._journal.now)

    def _send(self, data: bytes) -> None:
        octets = data
        for filter_ in self._filters:
            octets = filter_.send(octets)
            self._journal.data(self.conn, "S", octets, filter_.layer)
        self._journal.data(self.conn, "S", data)
        self._transport.write(octets)

    def _handle(self, event: object) -> None:
        if isinstance(event, Discarded):
            note_discarded(self._journal, self.conn, event)
        elif isinstance(event, CloseEffect):
            self.close("S")
        elif isinstance(event, StartTls):
            self._wish = event
            self._begin_tls()
        elif isinstance(event, Compress):
            self._compress(event)
        else:
            assert isinstance(event, Outside)
            outcome = self._hub.perform(event)
            if isinstance(outcome, asyncio.Future):
                self._awaiting = True
                outcome.add_done_callback(partial(self._performed, event))
            else:
                self.server.resume(event, outcome)

    def _performed(self, effect: Outside, outcome: asyncio.Future[Any]) -> None:
        """What took its time is done."""

        def go_on() -> None:
            self.server.resume(effect, outcome.result())
            self._settle()

        if self._closed_by is None and not self._transport.is_closing():
            self._awaiting = False
            self._try(go_on)

    def _receive_late(self, data: bytes) -> None:
        """Octets that came after we closed: they were sent, and nobody reads them."""
        if self._filters:
            self._journal.data(self.conn, "C", data, self._filters[-1].layer)
        else:
            self._journal.data(self.conn, "C", data, lost=True)

    def _wake(self) -> None:
        if not self._waking:
            self._waking = True
            self._loop.call_soon(self._woken)

    def _woken(self) -> None:
        self._waking = False
        if self._closed_by is None and not self._transport.is_closing():
            self._try(self._settle)

    # TLS

    def _begin_tls(self) -> None:
        """The octets that follow belong to a handshake."""
        assert self.port.tls is not None
        self._tls = self.port.tls.begin()
        self._limit = self._loop.call_later(self._hub.handshake, self._fail_tls, TOO_SLOW)

    def _shake_hands(self, octets: bytes) -> None:
        end = self._tls
        assert end is not None
        self._journal.data(self.conn, "C", octets, "tls")
        self._write_record(end.handshake(octets))
        if end.failure:
            self._fail_tls()
        elif end.established:
            self._secure(end)

    def _secure(self, end: TlsEnd) -> None:
        """The handshake is done: let the server go on under its protection."""
        self._stop_limit()
        self._report_tls()
        self._filters.append(end)
        wish, self._wish = self._wish, None
        if wish is None:
            self.server.secure = True
            self.server.secured()
            self.server.start()
        else:
            self.server.resume(wish, True)
        self._settle()
        if self._closed_by is None:
            self._receive_records(end, b"")

    def _fail_tls(self, reason: str = "") -> None:
        """The handshake failed: nothing can be said any more, in clear text least of all."""
        self._report_tls(reason)
        wish, self._wish = self._wish, None
        if wish is not None:
            self.server.resume(wish, False)
            self.server.events_received()
        self._tls = None
        self.close("C" if reason == HUNG_UP else "S")

    def _receive_filtered(self, octets: bytes) -> None:
        if self._tls is None:
            self._receive_packed(octets)
        else:
            self._journal.data(self.conn, "C", octets, "tls")
            self._receive_records(self._tls, octets)

    def _receive_records(self, end: TlsEnd, octets: bytes) -> None:
        data = end.receive(octets)
        self._write_record(end.due())
        if data and self._deflate is not None:
            self._receive_packed(data)
        elif data:
            self._receive(data)
        if self._closed_by is None and end.failure:
            self._note(Msg(end.failure))
            self.close("S")
        elif self._closed_by is None and end.ended:
            self._no_more_input = True
            self._settle()

    def _write_record(self, octets: bytes) -> None:
        """Send octets that belong to TLS alone."""
        if octets:
            self._journal.data(self.conn, "S", octets, "tls")
            self._transport.write(octets)

    def _report_tls(self, reason: str = "") -> None:
        assert self.port.tls is not None
        assert self._tls is not None
        self.port.tls.report(self._journal, self.conn, self._tls, reason)

    # Compression

    @property
    def _behind(self) -> bool:
        """Whether octets of the client wait to be unpacked."""
        return self._deflate is not None and self._deflate.behind

    def _compress(self, wish: Compress) -> None:
        """From here on the protocol's octets are compressed, above TLS (RFC 4978 section 3)."""
        self._deflate = DeflateEnd()
        self._filters.insert(0, self._deflate)
        self.server.resume(wish, True)
        if wish.early:
            self._receive_packed(wish.early)

    def _receive_packed(self, octets: bytes) -> None:
        self._journal.data(self.conn, "C", octets, "deflate")
        self._unpack(octets)

    def _unpack(self, octets: bytes = b"") -> None:
        """Few octets can stand for very many: take a piece of them, and read no more before all are taken."""
        end = self._deflate
        assert end is not None
        data = end.unpack(octets)
        if data:
            self._receive(data)
        if self._closed_by is not None:
            return
        if end.failure:
            self._note(Msg(end.failure))
            self.close("S")
        elif not self._crowded:
            self._read_on()

    def _read_on(self) -> None:
        """Take what the client sent: first what is here, and waits to be unpacked."""
        if not self._behind:
            self._transport.resume_reading()
            if self._no_more_input:
                self._settle()
        elif not self._unpacking:
            self._unpacking = True
            self._transport.pause_reading()
            self._loop.call_soon(self._unpack_on)

    def _unpack_on(self) -> None:
        self._unpacking = False
        if self._closed_by is None and not self._crowded and not self._transport.is_closing():
            self._try(self._unpack)

    # Time

    def _due(self) -> None:
        """The server wants to notice the time."""
        if self._closed_by is not None:
            return
        self.server.time_passed(self._journal.now())
        if self.server.closing and self._crowded:
            self.abort("S")  # it does not read: it would not read the last words either
        else:
            self._try(self._settle)

    def _stop_limit(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    # The end

    def shut_down(self) -> None:
        """The server ends: let it say its last words, where the line can carry them."""
        if self._closed_by is None and (self._tls is None or self._tls.established):
            self._try(self.server.shut_down)
            self._try(self._settle)
        self.close("S")

    def close(self, side: Side) -> None:
        """End the connection once everything is sent; `side` is who wanted it.

        Only our direction is closed at first: to close both while octets of the client are unread would destroy what is
        on its way to it (RFC 2525 section 2.17).
        """
        if self._closed_by is not None:
            return
        self._closed_by = side
        self.server.receive_eof()
        if self._tls is not None and self._tls.established:
            self._write_record(self._tls.close())
        self._stop_limit()
        self._linger(NEVER)
        if side == "C":
            self._transport.close()
            return
        try:
            self._transport.write_eof()
        except OSError:  # the client is gone already
            self._transport.abort()
        self._transport.resume_reading()

    def _linger(self, before: int) -> None:
        """Wait for the client to take what it was sent and to close its end, as long as it takes something."""
        left = self._transport.get_write_buffer_size()
        if left < before:
            self._limit = self._loop.call_later(self._hub.linger, self._linger, left)
        else:
            self._transport.abort()

    def abort(self, side: Side) -> None:
        """End the connection at once, whatever was still to be sent."""
        self._closed_by = side
        self._transport.abort()

    def _try(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Exception as error:
            self._break(error)

    def _break(self, error: Exception) -> None:
        """A bug of ours: this connection is lost, the others are not, and the journal and the loop's log say so."""
        self._note(Msg(BROKE, error=repr(error)))
        self.abort("S")
        self._loop.call_exception_handler({"message": "a server broke", "exception": error, "protocol": self})

    # The journal

    def _open(self) -> None:
        opened = self.port.opened(*self._journal.stamp(), self.conn, self._transport)
        self.server.peer = opened.client_address
        self._journal.add(opened)

    def _note(self, said: Msg) -> None:
        seq, at = self._journal.stamp()
        self._journal.add(Note(seq, at, self.conn, said.text, dict(said.params)))
