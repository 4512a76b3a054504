"""Two transcripts, exchange by exchange. What is never the same twice is no difference: dates, ids, nonces, tags.

Connections are compared with their like: those of one protocol in order, where the same was said in both; between two
such the first with the first, and so on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Final, Literal, NamedTuple, TypeAlias, TypeVar

from sandbox.core.protocol import Protocol
from sandbox.core.tracker import Kind, Unit
from sandbox.record.reader import Transcript
from sandbox.record.replay import Replay
from sandbox.wire.trace import Open

MIDDLE: Final = 4000
"""Exchanges between the first and the last difference that are put side by side as well as can be; more of them are
compared in order."""
CONTEXT: Final = 2
"""Lines that are shown around a difference."""

_MONTH: Final = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_EXPECTED: Final = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        rb"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), +)?\d{1,2}[ -]" + _MONTH + rb"[ -]\d{4}(?: +\d\d:\d\d(?::\d\d)?)?"
        rb"(?: +(?:[+-]\d{4}|[A-Z]{2,4})\b)?(?: \([A-Z]+\))?",
        rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?",
        rb"<(?=(?:[^<>@\s\d]*\d){6})[^<>@\s]+@[^<>\s]*>",
        rb"(?<=UIDVALIDITY )\d+|(?<=HIGHESTMODSEQ )\d+|(?<=MODSEQ \()\d+|(?<=APPENDUID )\d+|(?<=COPYUID )\d+",
        rb"(?<=MAILBOXID \()[^)]+|(?<=EMAILID \()[^)]+|(?<=THREADID \()[^)]+",
        rb"(?<=boundary=)(?:\"[^\"]*\"|[^\s;]+)|^--[^\s-]\S*",
        rb"\b(?=[0-9A-F]*\d)[0-9A-F]{8,}\b",
    )
)
"""Dates, times, ids and other values that two sessions are not expected to share. Addresses are no ids.

Each takes time in proportion to the octets, whatever they are: a transcript may hold anything."""
_HIDDEN: Final = b"*"
_NONCES: Final = re.compile(rb"^(?:\S+ )?AUTH(?:ENTICATE)? (?:SCRAM|CRAM|DIGEST)-", re.IGNORECASE)
"""Commands whose challenges and responses are new each time (RFC 5802, RFC 2195)."""


def expected(octets: bytes) -> bytes:
    """The octets with what may differ taken out."""
    for pattern in _EXPECTED:
        octets = pattern.sub(_HIDDEN, octets)
    return octets


class Row(NamedTuple):
    """A line of an exchange: who said it, and what; `key` is what is compared."""

    side: str
    octets: bytes
    key: bytes


@dataclass(slots=True)
class Told:
    """An exchange as it is compared: the rows of its command first."""

    number: int
    rows: list[Row] = field(default_factory=list)

    @property
    def asked(self) -> tuple[bytes, ...]:
        """What the client said."""
        return tuple(row.key for row in self.rows if row.side == "C")

    @property
    def key(self) -> tuple[tuple[str, bytes], ...]:
        """All that was said."""
        return tuple((row.side, row.key) for row in self.rows)


Pair: TypeAlias = tuple[Told | None, Told | None]
Item = TypeVar("Item")
Mark: TypeAlias = Literal[" ", "-", "+"]


@dataclass(slots=True)
class Line:
    """A connection: its name and its exchanges."""

    opened: Open
    exchanges: dict[int, Told] = field(default_factory=dict)

    def take(self, unit: Unit, protocol: Protocol) -> None:
        """One more unit."""
        told = self.exchanges.setdefault(unit.exchange.number, Told(unit.exchange.number))
        for octets in unit.raw.removesuffix(b"\r\n").split(b"\r\n"):
            told.rows.append(Row(unit.side, octets, _key(octets, unit, protocol)))


@dataclass(frozen=True, slots=True)
class Compared:
    """Two connections, or one that has no like. `pairs` are their exchanges, put side by side."""

    a: Open | None
    b: Open | None
    pairs: list[Pair]

    @property
    def different(self) -> list[Pair]:
        """The exchanges that are not the same."""
        return [(a, b) for a, b in self.pairs if a is None or b is None or a.key != b.key]


def compare(a: Transcript, b: Transcript, protocols: Mapping[str, Protocol]) -> list[Compared]:
    """Put two transcripts side by side."""
    return [
        Compared(
            left.opened if left is not None else None,
            right.opened if right is not None else None,
            _aligned(_listed(left), _listed(right)),
        )
        for left, right in _like(_lines(a, protocols), _lines(b, protocols))
    ]


def rows(pair: Pair) -> Iterator[list[tuple[Mark, Row]]]:
    """The differences of a pair, each with the lines around it."""
    a, b = ([] if told is None else told.rows for told in pair)
    matcher = SequenceMatcher(None, [row[::2] for row in a], [row[::2] for row in b], autojunk=len(a) > MIDDLE)
    for group in matcher.get_grouped_opcodes(CONTEXT):
        found: list[tuple[Mark, Row]] = []
        for kind, start, stop, first, last in group:
            if kind == "equal":
                found += [(" ", row) for row in a[start:stop]]
            else:
                found += [("-", row) for row in a[start:stop]]
                found += [("+", row) for row in b[first:last]]
        yield found


def _lines(transcript: Transcript, protocols: Mapping[str, Protocol]) -> list[Line]:
    lines: list[Line] = []
    known: dict[str, Line] = {}
    for event, explained in Replay(transcript, protocols).walk():
        if isinstance(event, Open) and event.proto in protocols:
            known[event.conn] = Line(event)
            lines.append(known[event.conn])
        for item in explained:
            line = known[item.conn]
            line.take(item.unit, protocols[line.opened.proto])
    return lines


def _key(octets: bytes, unit: Unit, protocol: Protocol) -> bytes:
    request = unit.exchange.request
    if request is not None:
        if unit.kind in (Kind.CONTINUATION, Kind.RESPONSE) and _NONCES.match(request.raw):
            return _HIDDEN
        tag = request.raw.partition(b" ")[0] + b" "
        if protocol.name == "imap" and octets.startswith(tag):
            octets = _HIDDEN + octets[len(tag) - 1 :]
    return expected(octets)


def _like(a: list[Line], b: list[Line]) -> list[tuple[Line | None, Line | None]]:
    """Connections with their like, in the order of the first transcript."""
    pairs: list[tuple[Line | None, Line | None]] = []
    for proto in dict.fromkeys(line.opened.proto for line in (*a, *b)):
        left, right = ([line for line in lines if line.opened.proto == proto] for lines in (a, b))
        if max(len(left), len(right)) > MIDDLE:
            pairs += zip_longest(left, right)
            continue
        for _same, both in _blocks(left, right, [_said(line) for line in left], [_said(line) for line in right]):
            pairs += zip_longest(*both)
    places = {id(line): at for at, line in enumerate(a)}
    return sorted(pairs, key=lambda pair: places.get(id(pair[0]), len(a)))


def _said(line: Line) -> int:
    """All that was said on a connection, as a number."""
    return hash(tuple(told.key for told in _listed(line)))


def _listed(line: Line | None) -> list[Told]:
    return [] if line is None else [line.exchanges[number] for number in sorted(line.exchanges)]


def _aligned(a: list[Told], b: list[Told]) -> list[Pair]:
    """Exchanges that are the same side by side, and those between them by what was asked."""
    keys = [told.key for told in a], [told.key for told in b]
    start = _common(*keys)
    stop = _common(keys[0][start:][::-1], keys[1][start:][::-1])
    middle = a[start : len(a) - stop], b[start : len(b) - stop]
    pairs: list[Pair] = list(zip(a[:start], b[:start], strict=True))
    if max(map(len, middle)) > MIDDLE:
        pairs += zip_longest(*middle)
    else:
        for kind, (left, right) in _blocks(*middle, [told.key for told in middle[0]], [told.key for told in middle[1]]):
            pairs += zip(left, right, strict=True) if kind else _by_command(left, right)
    return pairs + list(zip(a[len(a) - stop :], b[len(b) - stop :], strict=True))


def _by_command(a: list[Told], b: list[Told]) -> Iterator[Pair]:
    for _same, (left, right) in _blocks(a, b, [told.asked for told in a], [told.asked for told in b]):
        yield from zip_longest(left, right)


def _blocks(
    a: list[Item], b: list[Item], keys: Sequence[object], others: Sequence[object]
) -> Iterator[tuple[bool, tuple[list[Item], list[Item]]]]:
    """Stretches of both, and whether their keys are the same."""
    for kind, start, stop, first, last in SequenceMatcher(None, keys, others, autojunk=False).get_opcodes():
        yield kind == "equal", (a[start:stop], b[first:last])


def _common(a: Sequence[object], b: Sequence[object]) -> int:
    """How many the beginnings have in common."""
    return next((at for at, (one, other) in enumerate(zip(a, b, strict=False)) if one != other), min(len(a), len(b)))
