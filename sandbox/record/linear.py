"""A transcript as plain lines, for screen readers and pipes: what was sent, then what each part of it means.

    0.004 laptop C: DELE 1
        Mark a message as deleted. Nothing is removed before QUIT. (RFC 1939 section 5 The TRANSACTION State)
        1  msg: a message-number: the position in the maildrop, from 1 (RFC 1939 section 5 The TRANSACTION State)

All that came from outside is made safe to be shown. What has been explained within a unit is not explained again there,
so a listing of a thousand lines stays readable.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from sandbox.core.grammar import Span
from sandbox.core.message import Msg
from sandbox.core.protocol import Protocol
from sandbox.core.refs import Ref
from sandbox.core.tracker import Unit
from sandbox.i18n import _, render
from sandbox.i18n.safe import safe
from sandbox.record.decoded import decoded
from sandbox.record.format import readable
from sandbox.record.reader import Transcript
from sandbox.record.replay import Replay
from sandbox.record.words import sentence
from sandbox.wire.observer import Explained
from sandbox.wire.trace import AnyEvent, Data, Open, StoreChange

_SECOND: Final = 1_000_000_000
_INDENT: Final = "    "
_LONGEST: Final = 60
"""Characters of a token that are shown beside its meaning; the whole of it stands in the line above."""


class _Moment(NamedTuple):
    """An event and what there is to say of it: units that it completes, octets nobody can explain, or a sentence."""

    event: AnyEvent
    explained: list[Explained]
    octets: bytes
    said: Msg | None


def lines(transcript: Transcript, protocols: Mapping[str, Protocol]) -> Iterator[list[str]]:
    """The whole transcript: its title, then the lines of one event after the other."""
    title = safe(transcript.header.title or transcript.header.lesson)
    if title:
        yield [title]
    began: int | None = None
    for event, explained, octets, said in _moments(transcript, protocols):
        began = event.at if began is None else began
        head = f"{(event.at - began) / _SECOND:.3f} {safe(event.conn)}".rstrip()
        found = [] if said is None else [f"{head} -- {render(said)}"]
        if isinstance(event, Data) and octets:
            found += _said(head, event.side, octets)
        for item in explained:
            found += _explained(head, item.unit)
        yield found


def records(transcript: Transcript, protocols: Mapping[str, Protocol]) -> Iterator[dict[str, Any]]:
    """The same for programs: a unit or an event each, with its words in the language in use."""
    for event, explained, octets, said in _moments(transcript, protocols):
        head = {"seq": event.seq, "at": event.at, "conn": event.conn}
        if said is not None:
            yield {**head, "event": event.__struct_config__.tag, "about": render(said)}
        if isinstance(event, Data) and octets:
            yield {**head, "side": event.side, **_octets(octets)}
        for item in explained:
            yield {**head, **_unit(item.unit)}


def _moments(transcript: Transcript, protocols: Mapping[str, Protocol]) -> Iterator[_Moment]:
    """What is worth telling. The mail that lay there before anybody connected is not."""
    known: set[str] = set()
    begun = False
    for event, explained in Replay(transcript, protocols).walk():
        if isinstance(event, Open):
            begun = True
            (known.add if event.proto in protocols else known.discard)(event.conn)
        arrived = isinstance(event, Data) and event.layer == "app" and not event.lost
        octets = event.raw if isinstance(event, Data) and arrived and event.conn not in known else b""
        said = None if isinstance(event, StoreChange) and not begun else sentence(event, protocols)
        if explained or octets or said is not None:
            yield _Moment(event, explained, octets, said)


# Text


def _explained(head: str, unit: Unit) -> Iterator[str]:
    """A unit line by line: what was sent, what it is, what its tokens are, and where it is wrong."""
    spans, texts = iter(unit.spans), decoded(unit)
    span = next(spans, None)
    told: set[tuple[str, str]] = set()
    stop = 0
    for number, (line, text) in enumerate(zip(_lines(unit.raw), _said(head, unit.side, unit.raw), strict=True)):
        yield text
        if number == 0:
            yield f"{_INDENT}{render(unit.about)} ({cited(unit.ref)})"
        stop += len(line)
        while span is not None and span.start < stop:
            if (span.name, span.about) not in told and span.about != unit.about.text:
                told.add((span.name, span.about))
                octets = unit.raw[span.start : span.stop]
                yield f"{_INDENT}{_shown(octets)}  {span.name}: {_(span.about)} ({cited(span.ref)})"
            if span.start in texts:
                yield f"{_INDENT}  = {_shown(texts[span.start].encode())}"
            span = next(spans, None)
    fault = unit.fault
    if fault is not None:
        wrong = _("At octet {at}: {want}.").format(at=fault.at + 1, want=render(fault.want))
        yield f"{_INDENT}{safe(wrong)} ({cited(fault.ref)})"
    if unit.state_after != unit.state_before:
        yield _INDENT + _("The state is {state} now.").format(state=unit.state_after.name)


def _said(head: str, side: str, raw: bytes) -> Iterator[str]:
    """The lines of octets; only the first has the time and the connection."""
    for number, line in enumerate(_lines(raw)):
        shown = safe(line.removesuffix(b"\r\n"))
        yield (f"{head} {side}: {shown}" if number == 0 else f"{side}: {shown}").rstrip(" ")


def _lines(raw: bytes) -> list[bytes]:
    """Octets in lines that keep their CRLF; a bare CR or LF ends none."""
    pieces = raw.split(b"\r\n")
    found = [piece + b"\r\n" for piece in pieces[:-1]]
    return [*found, pieces[-1]] if pieces[-1] else found


def _shown(octets: bytes) -> str:
    """A token beside its meaning: in quotes if it would not be seen, and not longer than can be taken in."""
    text = safe(octets[: _LONGEST * 4])
    if not text.strip(" "):
        return f"“{text}”"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def cited(ref: Ref) -> str:
    """A reference in words: the document, the section or appendix, and its title as it stands there."""
    if not ref.section:
        return f"{ref.document} {ref.title}".rstrip()
    where = _("section") if ref.section[0].isdigit() else _("appendix")
    return f"{ref.document} {where} {ref.section} {ref.title}".rstrip()


# JSON


def _unit(unit: Unit) -> dict[str, Any]:
    fault, texts = unit.fault, decoded(unit)
    return {
        "side": unit.side,
        "kind": unit.kind.value,
        "exchange": unit.exchange.number,
        **_octets(unit.raw),
        "about": render(unit.about),
        **_reference(unit.ref),
        "outcome": None if unit.outcome is None else unit.outcome.value,
        "state_before": unit.state_before.name,
        "state_after": unit.state_after.name,
        "fault": None if fault is None else {"at": fault.at, "about": render(fault.want), **_reference(fault.ref)},
        "tokens": [_token(span, texts.get(span.start, "")) for span in unit.spans],
    }


def _token(span: Span, text: str) -> dict[str, Any]:
    token = {
        "start": span.start,
        "stop": span.stop,
        "name": span.name,
        "about": _(span.about),
        **_reference(span.ref),
    }
    return {**token, "decoded": text} if text else token


def _octets(raw: bytes) -> dict[str, str]:
    text = readable(raw)
    return {"b64": base64.b64encode(raw).decode()} if text is None else {"text": text}


def _reference(ref: Ref) -> dict[str, str]:
    return {"document": ref.document, "section": ref.section, "title": ref.title}
