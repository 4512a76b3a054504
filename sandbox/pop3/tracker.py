"""POP3 seen from outside: which reply answers which command, and what every octet of both means."""

from __future__ import annotations

from collections.abc import Generator
from functools import cache, partial
from typing import Any, Final

from sandbox.auth import explain_initial, explain_line
from sandbox.core.grammar import END, Rule, Seq, Span, label
from sandbox.core.message import N_, Msg
from sandbox.core.refs import Ref
from sandbox.core.registry import Command
from sandbox.core.replies import Outcome, Reply
from sandbox.core.request import Request, label_request, read_request
from sandbox.core.tracker import TURN, UNBOUNDED, Exchange, Following, Kind, Labels, Tracker
from sandbox.mail.labels import label_message
from sandbox.pop3 import grammar as g
from sandbox.pop3 import replies
from sandbox.pop3.commands import REGISTRY
from sandbox.pop3.states import AUTHORIZATION, CLOSED

_LINE: Final = Ref("1939#3")


class Pop3Tracker(Tracker):
    """Follows one POP3 connection."""

    registry = REGISTRY
    initial, closed = AUTHORIZATION, CLOSED

    def read(self) -> Generator[object, Any, Request]:
        raw = yield from self.readers["C"].line(UNBOUNDED)
        return read_request(REGISTRY, g.VERB, raw)

    def label_request(self, raw: bytes) -> Labels:
        spans, fault = label_request(REGISTRY, g.VERB, raw)
        words = raw.split()
        if fault is None and len(words) == 3 and words[0].upper() == b"AUTH":
            at = next(span.start for span in spans if span.name == g.INITIAL.name)
            inside = [span.moved(at) for span in explain_initial(words[1], words[2])]
            spans = [part for span in spans for part in (inside if span.start == at else [span])]
        return spans, fault

    def label_response(self, exchange: Exchange, number: int, raw: bytes) -> Labels:
        return explain_line(_mechanism(exchange) or b"", "C", raw, number + _initial(exchange)), None

    def inherit(self, past: Tracker) -> bool:
        return True

    def replies(self) -> Following:
        reader = self.readers["S"]
        greeted = self.exchanges[-1].number > 0 or self.exchanges[-1].done
        while True:
            start = reader.offset
            raw = yield from reader.line(UNBOUNDED)
            outcome = _outcome(raw)
            exchange = self.current
            if not greeted and exchange is None:
                greeted = True
                unit = self.say(
                    Kind.GREETING, start, raw, self.exchanges[0], Msg(replies.GREETING.about), Ref("1939#4")
                )
                unit.outcome, unit.reply, unit.labeller = outcome, replies.GREETING, partial(_label, g.GREETING)
                self.exchanges[0].outcome = outcome
            elif exchange is None or outcome is None:
                self._unasked(start, raw, exchange)
            else:
                greeted = True
                yield from self._reply(exchange, outcome, start, raw)
            yield TURN

    def _unasked(self, start: int, raw: bytes, exchange: Exchange | None) -> None:
        about = Msg(N_("a line that answers no command"))
        unit = self.say(Kind.UNASKED, start, raw, exchange or self.exchanges[-1], about, _LINE)
        unit.labeller = partial(_label, g.NEGATIVE)

    def _reply(self, exchange: Exchange, outcome: Outcome, start: int, raw: bytes) -> Following:
        row = exchange.command
        kind = Kind.CONTINUATION if outcome is Outcome.CONTINUE else Kind.REPLY
        known = _named(row, raw, outcome)
        about, ref = (known.about, known.ref) if known else (_PLAIN[outcome], _LINE)
        unit = self.say(kind, start, raw, exchange, Msg(about), ref, outcome)
        unit.reply, unit.labeller = known, partial(_label, _grammar(row, outcome))
        if outcome is Outcome.CONTINUE:
            mechanism = _mechanism(exchange)
            if mechanism:
                number = exchange.continuations - 1
                unit.labeller = lambda octets: (explain_line(mechanism, "S", octets, number), None)
            return
        if outcome is Outcome.OK and row is not None and _many_lines(exchange):
            reader = self.readers["S"]
            start = reader.offset
            block = yield from reader.block(UNBOUNDED)
            lines = self.say(Kind.LINES, start, block, exchange, Msg(_lines_about(row)), row.ref)
            lines.labeller = partial(_label_lines, row)
        self.finish(exchange, outcome)


_PLAIN: Final = {
    Outcome.OK: N_("The server did it."),
    Outcome.NO: N_("The server refused, and says why in words of its own."),
    Outcome.CONTINUE: N_("The server waits for your answer."),
}
_CONTENT: Final = N_("the message, line by line, up to the final dot")
_LISTING: Final = N_("the lines of the reply, up to the final dot")


def _many_lines(exchange: Exchange) -> bool:
    """Whether a positive reply to this command has more than one line."""
    request = exchange.request
    if request is None or request.command is None or request.fault is not None:
        return False
    return request.command.multiline(request.values)


def _lines_about(row: Command) -> str:
    return _CONTENT if row.content else _LISTING


def _outcome(raw: bytes) -> Outcome | None:
    """The status of a reply line; None where it has none."""
    word = raw.split(b" ", 1)[0].rstrip(b"\r\n")
    return {b"+OK": Outcome.OK, b"-ERR": Outcome.NO, b"+": Outcome.CONTINUE}.get(word)


def _mechanism(exchange: Exchange) -> bytes | None:
    request = exchange.request
    if request is None or request.verb != b"AUTH" or not request.values or request.values[0] is None:
        return None
    mechanism: bytes = request.values[0][0]
    return mechanism


def _initial(exchange: Exchange) -> int:
    """1 where the command brought an initial response, which counts as the client's first message, else 0."""
    request = exchange.request
    return int(request is not None and bool(request.values) and request.values[0][1] is not None)


@cache
def _grammar(row: Command | None, outcome: Outcome) -> Rule:
    if outcome is Outcome.CONTINUE:
        return g.CONTINUATION
    if outcome is Outcome.NO:
        return g.NEGATIVE
    tail = row.reply if row is not None else None
    return g.positive(tail) if isinstance(tail, Seq) else g.POSITIVE


def _label(rule: Rule, raw: bytes) -> Labels:
    found = label(rule, raw)
    return found.spans, found.fault


def _named(row: Command | None, raw: bytes, outcome: Outcome) -> Reply | None:
    """The reply of ours that has these words: one of the command's own, or one that any command may get."""
    text = raw.rstrip(b"\r\n").decode("utf-8", "replace").partition(" ")[2]
    if text.startswith("["):
        text = text.partition("] ")[2]
    own = row.answers if row is not None else ()
    known = (*own, *replies.GENERAL)
    return next((reply for reply in known if reply.outcome is outcome and reply.recognises(text)), None)


def _label_lines(row: Command, raw: bytes) -> Labels:
    """The spans of a multi-line reply's block: a message, or one listing a line, then the final dot."""
    end = len(raw) - 3
    spans: list[Span] = []
    fault = None
    if row.content or row.lines is None:
        spans += label_message(raw, 0, end, stuffed=True)
    else:
        rule = Seq(row.lines, END)
        start = 0
        while start < end:
            stop = raw.index(b"\n", start) + 1
            found = label(rule, raw[start:stop])
            spans += [span.moved(start) for span in found.spans]
            fault = fault or found.fault
            start = stop
    spans += [span.moved(end) for span in label(Seq(g.FINAL_DOT, END), raw[end:]).spans]
    return spans, fault
