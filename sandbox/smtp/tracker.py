"""SMTP seen from outside: which reply answers which command, and what every octet of both means."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Generator
from dataclasses import replace
from functools import partial
from itertools import takewhile
from typing import Any, Final

from sandbox.auth import explain_initial, explain_line
from sandbox.core.grammar import Rule, Span, label
from sandbox.core.message import N_, Msg
from sandbox.core.refs import Ref
from sandbox.core.registry import Command, Owes
from sandbox.core.replies import Outcome, Reply
from sandbox.core.request import Request, label_request, read_request
from sandbox.core.tracker import TURN, UNBOUNDED, Exchange, Following, Kind, Labels, Tracker
from sandbox.mail.labels import label_message
from sandbox.smtp import answers as a
from sandbox.smtp import grammar as g
from sandbox.smtp import replies
from sandbox.smtp.commands import REGISTRY
from sandbox.smtp.states import BDAT, CLOSED, CONNECTED

_LINE: Final = Ref("5321#4.2")
_REPLY: Final = re.compile(rb"([2-5][0-9][0-9])([- ]|(?=\r?\n))")


class SmtpTracker(Tracker):
    """Follows one SMTP connection."""

    registry = REGISTRY
    initial, closed = CONNECTED, CLOSED

    def __init__(self) -> None:
        super().__init__()
        self._headers: dict[int, bytes] = {}
        """By the number of a chunk's exchange: what `_header_before` the next one is."""

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
        row, request = exchange.command, exchange.request
        assert row is not None
        assert request is not None
        if row.owes is Owes.BLOCK:
            end = len(raw) - 3
            dot = [span.moved(end) for span in label(a.FINAL_DOT, raw[end:]).spans]
            return _with_bare_ends(raw[:end], label_message(raw, 0, end, stuffed=True)) + dot, None
        if row.owes is Owes.OCTETS:
            return self._label_chunk(exchange, raw), None
        mechanism, initial = request.values or (b"", None)
        return explain_line(mechanism, "C", raw, number + (initial is not None)), None

    def _label_chunk(self, exchange: Exchange, raw: bytes) -> list[Span]:
        """A chunk's spans: it goes on with the header or the body, as the chunks before left off."""
        before = self._header_before(exchange)
        whole = label_message(before + raw, 0, len(before) + len(raw), stuffed=False)
        moved = [span.moved(-len(before)) for span in whole if span.stop > len(before)]
        return [replace(span, start=max(0, span.start)) for span in moved]

    def _header_before(self, exchange: Exchange) -> bytes:
        """What of the message's header came in chunks before this one; an empty line alone once it has ended."""
        before = (each for each in reversed(self.exchanges) if each.number < exchange.number)
        chain = list(takewhile(lambda each: each.number not in self._headers and _is_chunk(each, exchange), before))
        header = self._headers.get(chain[-1].number - 1 if chain else exchange.number - 1, b"")
        for each in reversed(chain):
            header += b"".join(unit.raw for unit in each.units if unit.kind is Kind.CONTENT)
            if b"\r\n\r\n" in header or header.startswith(b"\r\n") or len(header) > _LONG_HEADER:
                header = b"\r\n"
            self._headers[each.number] = header
        return header

    def inherit(self, past: Tracker) -> bool:
        # between chunks it matters where the header ends, and amid the greeting that it has begun
        return past.state != BDAT and past.state != CONNECTED

    def replies(self) -> Following:
        reader = self.readers["S"]
        greeted = self.exchanges[0].number > 0 or self.exchanges[0].done
        first = True
        while True:
            start = reader.offset
            raw = yield from reader.line(UNBOUNDED)
            found = _REPLY.match(raw)
            exchange = self.current
            greeting = not greeted and (exchange is None or raw.startswith(b"220"))
            if found is None or (exchange is None and not greeting):
                self._unasked(start, raw, exchange)
            elif found[2] == b"-":
                self._line(self.exchanges[0] if greeting else exchange, start, raw, first)
                first = False
            elif greeting:
                greeted = first = True
                self._greeting(start, raw)
            else:
                assert exchange is not None
                self._reply(exchange, found[1], start, raw, first)
                greeted = first = True
            yield TURN

    def _unasked(self, start: int, raw: bytes, exchange: Exchange | None) -> None:
        about = Msg(N_("a line that answers no command"))
        unit = self.say(Kind.UNASKED, start, raw, exchange or self.exchanges[-1], about, _LINE)
        unit.labeller = partial(_label, a.LINE)

    def _greeting(self, start: int, raw: bytes) -> None:
        about = Msg(replies.GREETING.about)
        unit = self.say(Kind.GREETING, start, raw, self.exchanges[0], about, replies.GREETING.ref)
        unit.outcome, unit.reply = replies.outcome_of(raw[:3]), replies.GREETING
        unit.labeller = partial(_label, a.GREETING)
        self.exchanges[0].outcome = unit.outcome

    def _line(self, exchange: Exchange | None, start: int, raw: bytes, first: bool) -> None:
        """A line of a reply that goes on."""
        assert exchange is not None
        about, ref = (_GOES_ON, _LINE)
        if not first and _offers(exchange):
            keyword = raw[4:].split(None, 1)[:1]
            known = a.KEYWORDS.get(keyword[0].upper()) if keyword else None
            about, ref = (known[1], Ref(known[0])) if known else (_EXTENSION, Ref("5321#4.1.1.1"))
        unit = self.say(Kind.LINES, start, raw, exchange, Msg(about), ref)
        unit.labeller = partial(_label, _grammar(exchange, first))

    def _reply(self, exchange: Exchange, code: bytes, start: int, raw: bytes, first: bool) -> None:
        """A reply's last line, and mostly its only one."""
        outcome = replies.outcome_of(code)
        known = _named(exchange, raw, first)
        about, ref = (known.about, known.ref) if known is not None else (_PLAIN[outcome], _LINE)
        kind = Kind.CONTINUATION if outcome is Outcome.CONTINUE else Kind.REPLY
        unit = self.say(kind, start, raw, exchange, Msg(about), ref, outcome)
        unit.reply, unit.labeller = known, partial(_label, _grammar(exchange, first))
        if outcome is not Outcome.CONTINUE:
            self.finish(exchange, outcome)
        elif exchange.command is not None and exchange.command.owes is Owes.LINES and exchange.request is not None:
            mechanism, number = exchange.request.values[:1], exchange.continuations - 1
            unit.labeller = lambda octets: (explain_line(b"".join(mechanism), "S", octets, number), None)


_GOES_ON: Final = N_("a line of a reply; more lines follow")
_EXTENSION: Final = N_("an extension that this server offers")
_PLAIN: Final = {
    Outcome.OK: N_("The server did it."),
    Outcome.NO: N_("The server refused, and says why in words of its own."),
    Outcome.BAD: N_("The server did not understand the command, or does not take it now."),
    Outcome.CONTINUE: N_("The server waits for more."),
}


_LONG_HEADER: Final = 65_536
"""Octets of chunks that are looked through for the end of a header."""


def _is_chunk(earlier: Exchange, exchange: Exchange) -> bool:
    """Whether an earlier exchange brought a chunk of the same message, and not the last of another."""
    return earlier.command is exchange.command and earlier.outcome is Outcome.OK


def _offers(exchange: Exchange) -> bool:
    """Whether the lines of this reply name extensions."""
    return exchange.request is not None and exchange.request.verb == b"EHLO"


def _grammar(exchange: Exchange, first: bool) -> Rule:
    row = exchange.command
    if exchange.number == 0:
        return a.GREETING if first else a.LINE
    if _offers(exchange):
        return a.GREETING if first else a.EXTENSION
    return a.CHALLENGE if row is not None and row.owes is Owes.LINES else a.LINE


def _label(rule: Rule, raw: bytes) -> Labels:
    found = label(rule, raw)
    return found.spans, found.fault


def _named(exchange: Exchange, raw: bytes, first: bool) -> Reply | None:
    """The reply of ours that has this code and these words: one of the command's own, or one any command may get.

    The last line of a reply with several is not the one whose words tell it.
    """
    row: Command | None = exchange.command
    line = raw.rstrip(b"\r\n")
    if not first:
        opening = next((unit.raw for unit in exchange.units if unit.kind is Kind.LINES), line)
        line = opening.rstrip(b"\r\n").replace(b"-", b" ", 1)
    text = line.decode("utf-8", "replace")
    for reply in (*(row.answers if row is not None else ()), *replies.GENERAL):
        prefix = reply.code.decode("ascii") + " "
        if text.startswith(prefix) and reply.recognises(text[len(prefix) :]):
            return reply
    return None


_BARE: Final = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_NO_END: Final = N_("CR or LF alone: it ends no line, and no message, whatever stands around it")


def _with_bare_ends(raw: bytes, spans: list[Span]) -> list[Span]:
    """The spans of a message with those of CR and LF that stand alone cut out: a reader who takes them for ends of
    lines sees another message (RFC 5321 section 2.3.8).
    """
    stray = deque(found.start() for found in _BARE.finditer(raw))
    if not stray:
        return spans
    parts: list[Span] = []
    for span in spans:
        at = span.start
        while stray and stray[0] < span.stop:
            here = stray.popleft()
            if at < here:
                parts.append(replace(span, start=at, stop=here))
            name = "LF" if raw[here] == 10 else "CR"
            parts.append(Span(here, here + 1, name, Ref("5321#2.3.8"), _NO_END, bent=True))
            at = here + 1
        if at < span.stop:
            parts.append(replace(span, start=at))
    return parts
