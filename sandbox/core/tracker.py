"""The passive half of every protocol: follow both directions of a dialogue and say what each octet was.

A tracker sees what was delivered, in order, and derives from the registry row of the command in flight and the
replies what the next octets are. It has no back door into the endpoints. The observer wraps it, and a client is a
tracker that sends.

Where the meaning of the client's octets hangs on the server's answer (is it the message, or the next command?), the
client's side waits, exactly as the server's own reader does.
"""

from __future__ import annotations

import enum
import sys
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sandbox.core.grammar import Fault, Span
from sandbox.core.message import N_, Msg
from sandbox.core.reader import NEED, Reader
from sandbox.core.refs import Ref
from sandbox.core.registry import Command, Owes, Registry, Starts, State
from sandbox.core.replies import Outcome, Reply
from sandbox.core.request import Request

UNBOUNDED: Final = sys.maxsize
"""The trace is in memory already: the tracker sets no limits of its own."""


class Turn:
    """Yielded by a direction's reader when it has got on: let the other side look."""


TURN: Final = Turn()
Following = Generator[object, None, Any]
Labels = tuple[list[Span], Fault | None]
Labeller = Callable[[bytes], Labels]


class Kind(enum.Enum):
    """What a unit is."""

    GREETING = "greeting"
    COMMAND = "command"
    REPLY = "reply"
    LINES = "lines"
    """The lines of a multi-line reply behind its first line, with the final dot."""
    CONTINUATION = "continuation"
    RESPONSE = "response"
    """The client's answer to a continuation."""
    CONTENT = "content"
    """A message on its way to the server."""
    DATA = "data"
    """What the server tells before the final reply of a command, and news that comes with it (IMAP untagged data)."""
    UNASKED = "unasked"
    """A server's line that answers no command."""
    DROPPED = "dropped"
    """Octets that came before the layer that they belong behind: clear text where TLS was due, which nobody may read,
    or what is compressed already."""
    LOST = "lost"
    """Octets that were never completed before the connection ended."""


@dataclass(slots=True, eq=False)
class Exchange:
    """A command and all that answers it. Number 0 is the greeting's."""

    number: int
    request: Request | None
    state: State
    """The state in which the command was sent."""
    units: list[Unit] = field(default_factory=list)
    outcome: Outcome | None = None
    """Of the final reply; None while none came."""
    continuations: int = 0
    """How many go-aheads came."""

    @property
    def command(self) -> Command | None:
        """The registry row, if the verb is known."""
        return self.request.command if self.request is not None else None

    @property
    def done(self) -> bool:
        """Whether the final reply came, whole."""
        return self.outcome is not None

    @property
    def replies(self) -> list[Unit]:
        """The server's units."""
        return [unit for unit in self.units if unit.side == "S"]


@dataclass(slots=True, eq=False)
class Unit:
    """A piece of the dialogue that means one thing: a command, a reply line, a message.

    `start` and `stop` are offsets in the octets of `side` ("C" or "S"). `raw` is what they hold. `spans` label every
    octet of it.
    """

    side: str
    kind: Kind
    start: int
    stop: int
    raw: bytes
    exchange: Exchange
    state_before: State
    state_after: State
    about: Msg
    ref: Ref
    outcome: Outcome | None = None
    reply: Reply | None = None
    """The named reply, where its words are known."""
    labeller: Labeller | None = None
    _labels: Labels | None = None

    @property
    def spans(self) -> list[Span]:
        """Leaf spans over `raw`, in order, without gaps. Worked out when first asked for."""
        return self._label()[0]

    @property
    def fault(self) -> Fault | None:
        """Where `raw` leaves the grammar, if it does."""
        return self._label()[1]

    def relabel(self) -> None:
        """More of the request came, so the labels may be better now: work them out again when they are asked for."""
        self._labels = None

    def _label(self) -> Labels:
        if self._labels is None:
            self._labels = (self.labeller or _unread)(self.raw)
        return self._labels


_UNREAD: Final = N_("octets that were never completed or never read")


def _unread(raw: bytes) -> Labels:
    return [Span(0, len(raw), "octets", Ref("5234"), _UNREAD, free=True)], None


class Tracker:
    """Follows one connection. A protocol subclasses it: how requests are read, how replies are.

    `state` is the protocol state that the wire justifies; `secure` tells that TLS began.
    """

    registry: Registry
    initial: State
    closed: State

    def __init__(self) -> None:
        self.state = self.initial
        self.secure = False
        self.readers = {"C": Reader(), "S": Reader()}
        self.exchanges = [Exchange(0, None, self.state)]
        self.pending: deque[Exchange] = deque()
        self.ended = False
        self._units: list[Unit] = []
        # Where each side last stood between two units: while it stands there, nothing of the next unit is read.
        self._rests = {"C": 0, "S": 0}
        self._client, self._server = self.requests(), self.replies()

    # What a protocol says

    def read(self) -> Generator[object, Any, Request]:
        """Read one request from the client's side."""
        raise NotImplementedError

    def label_request(self, raw: bytes) -> Labels:
        """The spans of a request."""
        raise NotImplementedError

    def label_response(self, exchange: Exchange, number: int, raw: bytes) -> Labels:
        """The spans of a line or block that answers a continuation, the `number`th from 0 of its exchange."""
        raise NotImplementedError

    def replies(self) -> Following:
        """Read the server's side for ever: call `say` for each unit and `finish` for each final reply, yield `TURN`
        after each."""
        raise NotImplementedError

    def secured(self) -> None:
        """TLS began: what was learnt in clear text is forgotten."""

    def unfinished(self, side: str) -> bytes:
        """What a subclass has read of `side` already, of a unit that is not complete yet."""
        return b""

    def inherit(self, past: Tracker) -> bool:
        """Take over what a subclass knows of `past` beside the state; False, as here, where it is not able to."""
        return False

    # What is the same for all

    def receive(self, side: str, data: bytes) -> list[Unit]:
        """Octets of `side` were delivered. Returns the units that they complete, in order."""
        if not self.ended:
            self.readers[side].feed(data)
            self._pump()
        return self._collect()

    def close(self) -> list[Unit]:
        """The connection is over. What was left incomplete becomes `LOST` units."""
        if not self.ended:
            self.ended = True
            self._client.close()
            self._server.close()
            before, self.state = self.state, self.closed
            for side, reader in self.readers.items():
                raw = self.unfinished(side) + reader.drop()
                if raw:
                    about = Msg(N_("the connection ended before this was complete"))
                    self._add(
                        side, Kind.LOST, reader.offset - len(raw), raw, self.exchanges[-1], about, Ref("5234"), before
                    )
        return self._collect()

    def fork(self) -> Tracker | None:
        """A tracker that goes on from here by itself, and knows no exchange but the last one, empty of its units.

        None while something is under way. With forks kept here and there, one can return to a moment of a long dialogue
        without following it again from its beginning.
        """
        resting = all(self._rests[side] == reader.offset and not len(reader) for side, reader in self.readers.items())
        if self.ended or self.pending or not resting:
            return None
        other = type(self)()
        other.state, other.secure = self.state, self.secure
        other.exchanges = [replace(self.exchanges[-1], units=[])]
        for side, reader in self.readers.items():
            other.readers[side].offset = reader.offset
        other._rests = dict(self._rests)
        return other if other.inherit(self) else None

    @property
    def current(self) -> Exchange | None:
        """The exchange that the server answers now: the oldest without a final reply."""
        return self.pending[0] if self.pending else None

    @property
    def owed(self) -> Owes:
        """What the server has asked the client for, beyond a command."""
        exchange = self.current
        row = exchange.command if exchange is not None else None
        if row is None or exchange is None or exchange.continuations == 0:
            return Owes.NOTHING
        return row.owes

    def requests(self) -> Following:
        """Follow the client's side."""
        reader = self.readers["C"]
        while True:
            start = self._rests["C"] = reader.offset
            request: Request = yield from self.read()
            exchange = self._open(request)
            about, ref = _introduce(request)
            unit = self._add("C", Kind.COMMAND, start, request.raw, exchange, about, ref, self.state)
            unit.labeller = self.label_request
            yield TURN
            yield from self._owed(exchange, reader)

    def _open(self, request: Request) -> Exchange:
        exchange = Exchange(self.exchanges[-1].number + 1, request, self.state)
        self.exchanges.append(exchange)
        self.pending.append(exchange)
        return exchange

    def _owed(self, exchange: Exchange, reader: Reader) -> Following:
        """Read what the client sends behind the command line, as far as the server asks for it."""
        row = exchange.command
        if row is None or exchange.request is None or (row.owes is Owes.NOTHING and row.starts is Starts.NOTHING):
            return
        if row.owes is Owes.OCTETS:
            if exchange.request.values:
                start = reader.offset
                content = yield from reader.exactly(exchange.request.values[0])
                yield from self._answered(exchange, 0, Kind.CONTENT, start, content)
            return
        answered = 0
        while True:
            while exchange.continuations == answered and not exchange.done:
                yield NEED
            if exchange.continuations == answered:
                return
            answered += 1
            start = reader.offset
            if row.owes is Owes.BLOCK:
                raw = yield from reader.block(UNBOUNDED)
                yield from self._answered(exchange, answered - 1, Kind.CONTENT, start, raw)
            else:
                raw = yield from reader.line(UNBOUNDED)
                yield from self._answered(exchange, answered - 1, Kind.RESPONSE, start, raw)

    def _answered(self, exchange: Exchange, number: int, kind: Kind, start: int, raw: bytes) -> Following:
        row = exchange.command
        assert row is not None
        unit = self._add("C", kind, start, raw, exchange, Msg(_SENT[kind]), row.ref, self.state)
        unit.labeller = lambda octets: self.label_response(exchange, number, octets)
        yield TURN

    def say(
        self,
        kind: Kind,
        start: int,
        raw: bytes,
        exchange: Exchange,
        about: Msg,
        ref: Ref,
        outcome: Outcome | None = None,
        leads: State | None = None,
    ) -> Unit:
        """A unit of the server. An outcome moves the state as the registry says; a final one does not yet finish the
        exchange. `leads` is the state that follows where the server decides that by itself (a greeting that knows the
        client, a farewell)."""
        before = self.state
        request = exchange.request
        if outcome is not None and request is not None and request.command is not None and request.fault is None:
            self.state = request.command.after(before, outcome, request.values)
        if leads is not None:
            self.state = leads
        unit = self._add("S", kind, start, raw, exchange, about, ref, before)
        unit.outcome = outcome
        if outcome is Outcome.CONTINUE:
            exchange.continuations += 1
        return unit

    def finish(self, exchange: Exchange, outcome: Outcome) -> None:
        """The final reply of `exchange` is complete."""
        exchange.outcome = outcome
        if exchange in self.pending:
            self.pending.remove(exchange)
        row = exchange.command
        if row is None or outcome is not Outcome.OK:
            return
        if row.starts is Starts.TLS:
            for side in self.readers:
                about = Msg(N_("clear text behind the go-ahead for TLS: it must be thrown away unread"))
                self._set_aside(side, exchange, about, Ref("3207#5"))
            self.secure = True
            self.secured()
        elif row.starts is Starts.DEFLATE:
            # what they carry comes again, as the protocol's octets
            about = Msg(N_("octets that did not wait for the go-ahead: they are read as compressed"))
            self._set_aside("C", exchange, about, row.ref)

    def _set_aside(self, side: str, exchange: Exchange, about: Msg, ref: Ref) -> None:
        """Take the octets that are not read yet out of the dialogue: a layer begins before them."""
        reader = self.readers[side]
        raw = reader.drop()
        if raw:
            self._add(side, Kind.DROPPED, reader.offset - len(raw), raw, exchange, about, ref, self.state)

    def _add(
        self, side: str, kind: Kind, start: int, raw: bytes, exchange: Exchange, about: Msg, ref: Ref, before: State
    ) -> Unit:
        unit = Unit(side, kind, start, start + len(raw), raw, exchange, before, self.state, about, ref)
        exchange.units.append(unit)
        self._units.append(unit)
        return unit

    def _pump(self) -> None:
        while True:
            while next(self._client) is TURN:
                pass
            if next(self._server) is not TURN:
                return
            self._rests["S"] = self.readers["S"].offset

    def _collect(self) -> list[Unit]:
        units, self._units = self._units, []
        return units


_SENT: Final = {
    Kind.CONTENT: N_("the message, ended by a line with only a dot"),
    Kind.RESPONSE: N_("the answer to the server's challenge"),
}


def _introduce(request: Request) -> tuple[Msg, Ref]:
    """What a command is, in one line."""
    if request.command is None:
        return Msg(N_("not a command of this protocol")), Ref("5234")
    return Msg(request.command.summary), request.command.ref
