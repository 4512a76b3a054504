"""The endpoint driver: octets in, octets and effects out, no I/O. All servers share `Server`; clients are in
`core.client`.

A protocol subclasses `Server` and says how its requests are read and its answers written. Everything that happens
between the two, and the protocol state, is here and in the registry.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Final

from sandbox.core.effects import (
    Ask,
    Block,
    Close,
    Compress,
    Data,
    Discarded,
    Effect,
    Idle,
    Octets,
    Outside,
    Say,
    StartTls,
)
from sandbox.core.host import Host
from sandbox.core.reader import NEED, Reader, TooLong
from sandbox.core.registry import Command, Owes, State
from sandbox.core.replies import Answer, Outcome
from sandbox.core.request import Request

OUTPUT_LIMIT: Final = 131_072
"""Octets of answers that may wait before a server looks at the next request: few octets can ask for very many."""

Running = Generator[object, Any, Any]
"""A coroutine of the endpoint: yields `NEED` for octets or an `Outside` effect, is sent the effect's result."""


def _asleep() -> None:
    """The `wake` of an endpoint that nobody listens to."""


class Endpoint:
    """One end of a connection, without the connection.

    `receive_data` takes what arrived and never raises on what a peer sends; `data_to_send` gives what is due;
    `events_received` gives effects that the transport must perform and answer with `resume`, and reports.
    `wake` is called when output became due without any input (news of a mailbox); it must only mark the endpoint.
    While `held`, requests that arrived wait until `data_to_send` has been called until it gave nothing.
    """

    def __init__(self) -> None:
        self.reader = Reader()
        self.wake: Callable[[], None] = _asleep
        self.closing = False
        self.held = False
        self._out: list[bytes] = []
        self._queued = 0
        self._events: list[object] = []
        self._waiting: Effect | None = None
        self._result: Any = None
        self._eof = False
        self._ended = False
        self._running: Running = self.run()

    def run(self) -> Running:
        """The life of this endpoint."""
        raise NotImplementedError

    def start(self) -> None:
        """The connection is up: say what is to be said first."""
        self._advance()

    def receive_data(self, data: bytes) -> None:
        """Octets from the peer, in chunks of any size."""
        if not self.closing:
            self.reader.feed(data)
            self._advance()

    def receive_eof(self) -> None:
        """The peer will send no more, or the line was cut."""
        self._eof = True
        if self._waiting is None:
            self._end()

    def data_to_send(self) -> bytes:
        """What is due to the peer; empty when nothing is. More may be due after it: ask until nothing is."""
        if self.held and not self._out:
            self._advance()
        if not self._out:
            return b""
        data = self._out[0] if len(self._out) == 1 else b"".join(self._out)
        self._out.clear()
        self._queued = 0
        return data

    def events_received(self) -> list[object]:
        """Effects to perform and reports, oldest first, each given once."""
        events, self._events = self._events, []
        return events

    def resume(self, effect: Effect, result: Any = None) -> None:
        """The outside has performed `effect`. An effect that nobody waits for any more is ignored."""
        if self._waiting is effect:
            self._waiting, self._result = None, result
            self._advance()
            if self._eof and self._waiting is None:
                self._end()

    def next_deadline(self) -> int | None:
        """When `time_passed` wants to be called (nanoseconds since 1970), if ever."""
        return None

    def time_passed(self, now: int) -> None:
        """The clock says `now`."""

    def lost(self) -> None:
        """The connection is over, however it ended. Called once; release what the session holds."""

    def _advance(self) -> None:
        while self._waiting is None and not self.closing:
            result, self._result = self._result, None
            wish = self._running.send(result)
            if wish is NEED:
                return
            assert isinstance(wish, Outside)
            self._events.append(wish)
            if isinstance(wish, Close):
                self.closing = True
                self.reader.drop()
                self._end()
            else:
                self._waiting = wish

    def _end(self) -> None:
        self.closing = True
        self._waiting = None
        if not self._ended:
            self._ended = True
            self._running.close()
            self.lost()


class Server(Endpoint):
    """A server's side, driven by the registry. `state` is set here and nowhere else."""

    initial: State
    closed: State

    def __init__(self, host: Host) -> None:
        self.host = host
        self.state = self.initial
        self.secure = False
        self.peer = ""
        """The client's address, once the transport has told it."""
        self.session: Any = None
        self._idling = False
        self._news_due = False
        self._heard = host.now()
        super().__init__()

    # What a protocol says

    def greeting(self) -> Answer:
        """The first words."""
        raise NotImplementedError

    def read(self) -> Generator[object, Any, Request]:
        """Read one request, whole. May raise `TooLong`."""
        raise NotImplementedError

    def encode(self, answer: Answer, request: Request | None) -> bytes:
        """An answer's octets; `request` is None for the greeting."""
        raise NotImplementedError

    def refuse(self, request: Request) -> Answer:
        """The answer to a request that is unknown, malformed or out of place."""
        raise NotImplementedError

    def too_long(self) -> Answer:
        """The answer to a line over the limit."""
        raise NotImplementedError

    def offers(self, command: Command) -> bool:
        """Whether this server has the command at this moment (its capability is switched on)."""
        return True

    def secured(self) -> None:
        """TLS protects the line from here on: forget what was learnt in clear text."""

    def idle_limit(self) -> int | None:
        """Nanoseconds of silence before the server gives up, by state."""
        return None

    def timed_out(self) -> Answer | None:
        """The last words to a silent client, if the protocol has any."""
        return None

    def going_down(self) -> Answer | None:
        """The last words when the server itself ends, if the protocol has any."""
        return None

    def news(self) -> bytes:
        """What happened in the mailbox and may be told at this moment."""
        return b""

    # What is the same for all

    def receive_data(self, data: bytes) -> None:
        self._heard = self.host.now()
        super().receive_data(data)

    def changed(self) -> None:
        """The session has news; they go out when the protocol allows."""
        self._news_due = True
        self.wake()

    def data_to_send(self) -> bytes:
        if self._news_due and self._idling:
            self._tell_news()
        return super().data_to_send()

    def next_deadline(self) -> int | None:
        limit = None if self.closing else self.idle_limit()
        return None if limit is None else self._heard + limit

    def time_passed(self, now: int) -> None:
        deadline = self.next_deadline()
        if deadline is None or now < deadline or self._waiting is not None:
            return
        self._part(self.timed_out())

    def shut_down(self) -> None:
        """The server ends: say the last words and close. What is under way is given up."""
        if not self.closing:
            self._part(self.going_down())

    def _part(self, farewell: Answer | None) -> None:
        if farewell is not None:
            self._out.append(self.encode(farewell, None))
        self._events.append(Close())
        self._end()

    def run(self) -> Running:
        answer, request = self.greeting(), None
        while True:
            self._say(answer, request)
            if answer.after is not None or self.state is self.closed:
                yield from self._conclude(answer)
            if self._queued > OUTPUT_LIMIT:
                yield from self._drained()
            try:
                request = yield from self.read()
            except TooLong:
                answer, request = self.too_long(), None
                continue
            row = request.command
            if row is None or request.fault is not None or self.state not in row.states or not self.offers(row):
                if row is not None and row.owes is Owes.OCTETS and request.values:
                    yield from self.reader.skip(request.values[0])
                answer = self.refuse(request)
                continue
            answer = row.handler(self.session, *request.values)
            if row.generator:
                answer = yield from self._perform(answer, request)

    def _drained(self) -> Running:
        """Wait while too much is to be sent."""
        while self._queued > OUTPUT_LIMIT:
            self.held = True
            yield NEED
        self.held = False

    def _perform(self, handler: Generator[Effect, Any, Answer], request: Request) -> Generator[object, Any, Answer]:
        """Run a generator handler: resolve what it asks of the peer, pass on what it asks of the outside."""
        result: Any = None
        try:
            while True:
                try:
                    effect = handler.send(result)
                except StopIteration as stop:
                    final: Answer = stop.value
                    return final
                if isinstance(effect, Outside):
                    result = yield effect
                else:
                    result = yield from self._resolve(effect, request)
        finally:
            handler.close()

    def _resolve(self, effect: Effect, request: Request) -> Running:
        if isinstance(effect, Say):
            self._say(effect.answer, request)
            return None
        if isinstance(effect, Data):
            self._out.append(effect.octets)
            self._queued += len(effect.octets)
            if self._queued > OUTPUT_LIMIT:
                yield from self._drained()
            return None
        if isinstance(effect, Octets):
            if effect.keep:
                return (yield from self.reader.exactly(effect.count))
            yield from self.reader.skip(effect.count)
            return b""
        assert isinstance(effect, Ask | Block | Idle)
        self._say(effect.prompt, request)
        self._idling = isinstance(effect, Idle)
        try:
            if isinstance(effect, Block):
                return (yield from self.reader.block(effect.limit))
            return (yield from self.reader.line(self.line_limit)).rstrip(b"\r\n")
        except TooLong:
            return None
        finally:
            self._idling = False

    line_limit = 8192
    """Octets of a line that answers a continuation."""

    def _say(self, answer: Answer, request: Request | None) -> None:
        """Send an answer, and let the registry say which state follows."""
        octets = self.encode(answer, request)
        self._out.append(octets)
        self._queued += len(octets)
        if request is not None and request.command is not None and request.fault is None:
            self.state = request.command.after(self.state, answer.reply.outcome, request.values)

    def _conclude(self, answer: Answer) -> Running:
        """Do what comes after an answer."""
        if isinstance(answer.after, StartTls):
            dropped = self.reader.drop()
            if dropped:
                self._events.append(Discarded(dropped))
            self.secure = yield answer.after
            if self.secure:
                self.secured()
                return
        elif isinstance(answer.after, Outside):
            if isinstance(answer.after, Compress):
                answer.after.early = self.reader.drop()
            yield answer.after
        if self.state is self.closed or (isinstance(answer.after, StartTls) and answer.reply.outcome is Outcome.OK):
            yield Close()

    def lost(self) -> None:
        self.state = self.closed

    def _tell_news(self) -> None:
        self._news_due = False
        news = self.news()
        if news:
            self._out.append(news)
