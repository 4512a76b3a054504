"""IMAP seen from outside: which response belongs to which command, and what every octet of both means."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from functools import partial
from typing import Any, Final

from sandbox.auth import explain_line
from sandbox.core.grammar import END, Seq, Token, label
from sandbox.core.message import N_, Msg
from sandbox.core.reader import NEED, Reader
from sandbox.core.refs import Ref
from sandbox.core.registry import Command, Owes
from sandbox.core.replies import Outcome, Reply
from sandbox.core.tracker import TURN, UNBOUNDED, Exchange, Following, Kind, Labels, Tracker, Unit
from sandbox.imap import replies, responses
from sandbox.imap.framing import announced, parse_request
from sandbox.imap.labels import cut, label_command, label_response
from sandbox.imap.responses.codes import code_of
from sandbox.imap.responses.status import CONTINUATION, TAGGED
from sandbox.imap.states import AUTHENTICATED, LOGOUT, NOT_AUTHENTICATED, REGISTRY

_OUTCOMES: Final = {b"OK": Outcome.OK, b"NO": Outcome.NO, b"BAD": Outcome.BAD, b"BYE": Outcome.BYE}
_STATUS: Final = re.compile(rb"\+|[^ ]+ (OK|NO|BAD|BYE|PREAUTH)\b", re.IGNORECASE)
_TAG: Final = re.compile(rb"[^ ]+ ESEARCH \(TAG \"?([^\" )]+)", re.IGNORECASE)

_DONE: Final = Token(b"DONE", about=N_("DONE: the client wants to go on; IDLE is over"), ref=Ref("2177#3"))
_PIECE: Final = N_("what was announced, and the rest of the command")
_MESSAGE: Final = N_("the message that was announced, and the rest of the command")
_PLAIN: Final = {
    Outcome.OK: N_("The command is done."),
    Outcome.NO: N_("The server refused, or could not do it."),
    Outcome.BAD: N_("The server did not understand the command, or does not take it now."),
}
_GO_ON: Final = N_("Go on: the server takes the octets that you announced.")
# One whose words can be anything is known by its response code only.
_GENERAL: Final = tuple(reply for reply in replies.ALL if reply.code or re.sub(r"\{\w+\}", "", reply.text))
_UNTAKEN: Final = N_("a response that answers no command")


class _Pieces:
    """A request that came in pieces, with a literal to be waited for between two of them."""

    def __init__(self) -> None:
        self.units: list[Unit] = []
        self._found: tuple[int, Labels] | None = None

    @property
    def whole(self) -> bytes:
        """All that came."""
        return b"".join(unit.raw for unit in self.units)

    def label(self, number: int, utf8: bool) -> Labels:
        """The labels of one piece, as far as is known by now."""
        count = len(self.units)
        if self._found is None or self._found[0] != count:
            self._found = count, label_command(self.whole, utf8)
        spans, fault = self._found[1]
        start = self.units[number].start - self.units[0].start
        stop = start + len(self.units[number].raw)
        return cut(spans, start, stop), fault if fault is not None and start <= fault.at <= stop else None


class ImapTracker(Tracker):
    """Follows one IMAP connection. `utf8` tells that mailbox names are in UTF-8 from here on."""

    registry = REGISTRY
    initial, closed = NOT_AUTHENTICATED, LOGOUT

    def __init__(self) -> None:
        self.utf8 = False
        self._asking: Exchange | None = None
        self._literal_due = False
        """The server has asked for a literal, and it is not here yet."""
        self._read: dict[str, list[bytes]] = {"C": [], "S": []}
        super().__init__()

    def inherit(self, past: Tracker) -> bool:
        assert isinstance(past, ImapTracker)
        self.utf8 = past.utf8
        return True

    def unfinished(self, side: str) -> bytes:
        return b"".join(self._read[side])

    def _whole(self, side: str, ends: Callable[[bytes], bool]) -> Generator[object, Any, bytes]:
        """A line, and for each literal at a line's end the octets and another line, up to a line that `ends` it."""
        reader, parts = self.readers[side], self._read[side]
        while True:
            line = yield from reader.line(UNBOUNDED)
            parts.append(line)
            literal = announced(line)
            if literal is None or ends(line):
                self._read[side] = []
                return b"".join(parts)
            parts.append((yield from reader.exactly(literal.size)))

    # The client's side

    @property
    def owed(self) -> Owes:
        return Owes.LINES if self._literal_due else super().owed

    def requests(self) -> Following:
        reader = self.readers["C"]
        while True:
            start = self._rests["C"] = reader.offset
            raw = yield from self._whole("C", _waits)
            exchange = self._open(parse_request(raw))
            pieces = _Pieces()
            row = exchange.command
            about = Msg(row.summary if row is not None else N_("not a command of this protocol"))
            self._piece(pieces, Kind.COMMAND, start, raw, exchange, about)
            self._asking = exchange
            yield TURN
            yield from self._literals(exchange, pieces, reader)
            yield from self._owed(exchange, reader)
            self._asking = None

    def _literals(self, exchange: Exchange, pieces: _Pieces, reader: Reader) -> Following:
        """Read the literals that the client waits with until the server lets it go on."""
        while (literal := announced(pieces.units[-1].raw)) is not None:
            while not exchange.continuations and not exchange.done:
                yield NEED
            if not exchange.continuations:
                return
            exchange.continuations = 0
            self._literal_due = True
            start = reader.offset
            self._read["C"] = [(yield from reader.exactly(literal.size))]
            raw = yield from self._whole("C", _waits)
            self._literal_due = False
            content = exchange.command is not None and exchange.command.message
            kind = Kind.CONTENT if content else Kind.RESPONSE
            self._piece(pieces, kind, start, raw, exchange, Msg(_MESSAGE if content else _PIECE))
            if announced(raw) is None:
                exchange.request = parse_request(pieces.whole)
            yield TURN

    def _piece(self, pieces: _Pieces, kind: Kind, start: int, raw: bytes, exchange: Exchange, about: Msg) -> None:
        ref = exchange.command.ref if exchange.command is not None else Ref("9051#2.2.1")
        unit = self._add("C", kind, start, raw, exchange, about, ref, self.state)
        for earlier in pieces.units:
            earlier.relabel()
        number, utf8 = len(pieces.units), self.utf8
        pieces.units.append(unit)
        unit.labeller = lambda _raw: pieces.label(number, utf8)

    def _answered(self, exchange: Exchange, number: int, kind: Kind, start: int, raw: bytes) -> Following:
        for turn in super()._answered(exchange, number, kind, start, raw):
            if _mechanism(exchange) is None:
                exchange.units[-1].about = Msg(_DONE.about)
            yield turn

    def label_response(self, exchange: Exchange, number: int, raw: bytes) -> Labels:
        mechanism = _mechanism(exchange)
        if mechanism is not None:
            return explain_line(mechanism, "C", raw, number + _initial(exchange)), None
        found = label(Seq(_DONE, END), raw)
        return found.spans, found.fault

    # The server's side

    def replies(self) -> Following:
        reader = self.readers["S"]
        greeted = self.exchanges[-1].number > 0 or self.exchanges[-1].done
        while True:
            start = reader.offset
            raw = yield from self._whole("S", _worded)
            word = raw.split(b" ", 1)[0].rstrip()
            if word == b"*":
                self._untagged(start, raw, greeted)
            elif word == b"+":
                self._continuation(start, raw)
            else:
                self._tagged(start, raw, word)
            greeted = True
            yield TURN

    def _continuation(self, start: int, raw: bytes) -> None:
        exchange = self._asking if self._asking is not None and not self._asking.done else self.current
        if exchange is None:
            self._unasked(start, raw)
            return
        unit = self.say(Kind.CONTINUATION, start, raw, exchange, Msg(_GO_ON), Ref("9051#7.6"), Outcome.CONTINUE)
        unit.labeller = partial(label_response, CONTINUATION)
        mechanism, number = _mechanism(exchange), exchange.continuations - 1
        if mechanism is not None:
            unit.labeller = lambda octets: (explain_line(mechanism, "S", octets, number), None)
            unit.reply = replies.PROMPT
        else:
            unit.reply = _named(exchange.command, raw, Outcome.CONTINUE)
        if unit.reply is not None:
            unit.about, unit.ref = Msg(unit.reply.about), unit.reply.ref

    def _tagged(self, start: int, raw: bytes, tag: bytes) -> None:
        status = _STATUS.match(raw)
        outcome = _OUTCOMES.get(status[1].upper()) if status is not None and status[1] else None
        exchange = self._of_tag(tag)
        if exchange is None or outcome is None or outcome is Outcome.BYE:
            self._unasked(start, raw)
            return
        self._final(exchange, outcome, start, raw).labeller = partial(label_response, TAGGED)

    def _final(self, exchange: Exchange, outcome: Outcome, start: int, raw: bytes) -> Unit:
        known, code = _named(exchange.command, raw, outcome), code_of(raw)
        about, ref = _PLAIN[outcome], Ref("9051#7.1")
        if known is not None:
            about, ref = known.about, known.ref
        elif code is not None:
            about, ref = code.about, code.ref
        unit = self.say(Kind.REPLY, start, raw, exchange, Msg(about), ref, outcome)
        unit.reply = known
        self.finish(exchange, outcome)
        return unit

    def _untagged(self, start: int, raw: bytes, greeted: bool) -> None:
        row, number = responses.find(raw)
        lost = self._of_tag(b"") if row.word == b"BAD" else None
        if not greeted and row.word in (b"OK", b"PREAUTH", b"BYE"):
            unit = self._greeting(row, start, raw)
        elif lost is not None:
            unit = self._final(lost, Outcome.BAD, start, raw)
        else:
            unit = self._data(row, number, start, raw)
        unit.labeller = partial(label_response, row.grammar, utf8=self.utf8)

    def _greeting(self, row: responses.Response, start: int, raw: bytes) -> Unit:
        exchange = self.exchanges[0]
        leads = {b"PREAUTH": AUTHENTICATED, b"BYE": LOGOUT}.get(row.word)
        about = replies.GREETING.about if row.word == b"OK" else row.about
        unit = self.say(Kind.GREETING, start, raw, exchange, Msg(about), row.ref, leads=leads)
        unit.outcome = exchange.outcome = _OUTCOMES.get(row.word, Outcome.OK)
        unit.reply = replies.GREETING if row.word == b"OK" else None
        return unit

    def _data(self, row: responses.Response, number: int | None, start: int, raw: bytes) -> Unit:
        exchange = self._asked(row, raw)
        outcome = _OUTCOMES.get(row.word)
        about, ref = row.about, row.ref
        code = code_of(raw) if outcome is not None else None
        if code is not None:
            about, ref = code.about, code.ref
        kind = Kind.DATA if exchange is not None else Kind.UNASKED
        message = Msg(about) if number is None else Msg(about, number=number)
        leads = LOGOUT if row.word == b"BYE" else None
        unit = self.say(kind, start, raw, exchange or self.exchanges[-1], message, ref, leads=leads)
        if outcome is not None:
            unit.reply = _named(exchange.command if exchange is not None else None, raw, outcome)
            # an untagged OK is no outcome of anything
            unit.outcome = None if outcome is Outcome.OK else outcome
        if row.word == b"ENABLED":
            words = {word.upper() for word in responses.read(raw)[1]}
            self.utf8 = self.utf8 or bool(words & {b"IMAP4REV2", b"UTF8=ACCEPT"})
        return unit

    def _unasked(self, start: int, raw: bytes) -> None:
        about = Msg(_UNTAKEN)
        unit = self.say(Kind.UNASKED, start, raw, self.current or self.exchanges[-1], about, Ref("9051#7"))
        unit.labeller = partial(label_response, CONTINUATION if raw.startswith(b"+") else TAGGED)

    def _of_tag(self, tag: bytes) -> Exchange | None:
        """The oldest command in flight that has this tag."""
        return next((one for one in self.pending if one.request is not None and one.request.tag == tag), None)

    def _asked(self, row: responses.Response, raw: bytes) -> Exchange | None:
        """Which of the commands in flight an untagged response belongs to: the one it names, else the first that asks
        for such data, else the one that is answered now."""
        found = _TAG.match(raw)
        named = self._of_tag(found[1]) if found is not None else None
        if named is not None:
            return named
        asking = (one for one in self.pending if one.request is not None and one.request.verb in row.answers)
        return next(asking, self.current)


def _waits(line: bytes) -> bool:
    """Whether the client waits behind this line before it sends the literal."""
    literal = announced(line)
    return literal is not None and literal.synchronizing


def _worded(line: bytes) -> bool:
    """Whether a line is a status response: what looks like a literal at the end of its words is none."""
    return _STATUS.match(line) is not None


def _mechanism(exchange: Exchange) -> bytes | None:
    request = exchange.request
    if request is None or request.verb != b"AUTHENTICATE" or not request.values:
        return None
    mechanism: bytes = request.values[0]
    return mechanism


def _initial(exchange: Exchange) -> int:
    """1 where the command brought an initial response, which counts as the client's first message, else 0."""
    request = exchange.request
    return int(request is not None and len(request.values) > 1 and request.values[1] is not None)


def _named(row: Command | None, raw: bytes, outcome: Outcome) -> Reply | None:
    """The reply of ours that has these words and this response code: one of the command's own, or any other."""
    text = raw.rstrip(b"\r\n").decode("utf-8", "replace").split(" ", 1 if outcome is Outcome.CONTINUE else 2)[-1]
    code = ""
    if text.startswith("["):
        code, _, text = text[1:].partition("] ")
    word = code.split(" ")[0].encode()
    own = row.answers if row is not None else ()
    return next(
        (
            reply
            for reply in (*own, *_GENERAL)
            if reply.outcome is outcome and reply.code.split(b" ")[0] == word and reply.recognises(text)
        ),
        None,
    )
