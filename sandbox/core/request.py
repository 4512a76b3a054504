"""A command line taken apart: which row of the registry it is, its values, or where it leaves the grammar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.core.grammar import Cursor, Fault, Parsed, Pattern, Span, SyntaxFault, label, seq
from sandbox.core.message import N_, Msg
from sandbox.core.registry import Command, Registry


@dataclass(slots=True)
class Request:
    """A request as both the server and the observer see it. `raw` is the whole of it, line end and literals
    included."""

    raw: bytes
    verb: bytes
    command: Command | None
    values: tuple[Any, ...] = ()
    fault: Fault | None = None
    tag: bytes = b""


def read_request(registry: Registry, verb: Pattern, raw: bytes, start: int = 0, *, strict: bool = False) -> Request:
    """The request in `raw` from `start` on (behind a tag, where there is one). Never raises on what `raw` holds."""
    word, stop = verb.quickly(raw, start, False) or (b"", start)
    row = registry.get(word)
    if row is None:
        return Request(raw, word, None, fault=Fault(start, Msg(N_("expected {what}"), what=Msg(verb.about)), verb.ref))
    found = row.parse(raw, stop, strict=strict)
    return Request(raw, row.verb, row, found.values, found.fault)


def label_request(registry: Registry, verb: Pattern, raw: bytes, start: int = 0) -> tuple[list[Span], Fault | None]:
    """The leaf spans of a request from `start` on; they cover it whole."""
    cur = Cursor(raw, start, [])
    row = registry.get(_verb(verb, cur))
    if row is None:
        found = label(verb, raw, start)
        return found.spans, Fault(start, Msg(N_("expected {what}"), what=Msg(verb.about)), verb.ref)
    rest: Parsed = row.label(raw, cur.pos)
    head = label(seq(verb), raw[: cur.pos], start)
    spans = [Span(s.start, s.stop, row.name, row.ref, row.summary) for s in head.spans] + rest.spans
    return spans, rest.fault


def _verb(verb: Pattern, cur: Cursor) -> bytes:
    try:
        return bytes(verb.match(cur))
    except SyntaxFault:
        return b""
