"""What texts have in common: lines that somebody said, one after the other, without times or packets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import repeat
from typing import BinaryIO, Final, NamedTuple, TypeAlias

from sandbox.core.message import N_, Msg
from sandbox.record.import_.base import Intake
from sandbox.record.import_.identify import by_words
from sandbox.wire.trace import Side, Tls

MAX_TEXT: Final = 1 << 26
"""Octets of a text that are read."""
LONGER: Final = N_("The text is longer than {limit} octets. The rest was not read.")
UNKNOWN: Final = N_("{count} conversations were left out: nobody can tell which protocol they are.")
_STEP: Final = 1_000_000
"""Nanoseconds between two lines: a text has no times."""
_STATUS: Final = (
    ("pop3", re.compile(rb"\+OK\b|-ERR\b")),
    ("imap", re.compile(rb"\* |\S+ (?:OK|NO|BAD)\b", re.IGNORECASE)),
    ("smtp", re.compile(rb"[2-5]\d\d[ -]|[2-5]\d\d\r")),
)
"""How lines of servers look, wherever in a conversation."""


class Line(NamedTuple):
    """A line of the dialogue, with its end."""

    side: Side
    octets: bytes


class Remark(NamedTuple):
    """Something that was no line."""

    text: str


class Secured(NamedTuple):
    """TLS began."""

    version: str
    cipher: str
    certificate: bytes = b""


class Ended(NamedTuple):
    """`side` closed the connection; None: it broke."""

    side: Side | None


Part: TypeAlias = Line | Remark | Secured | Ended


@dataclass(slots=True)
class Script:
    """One conversation of a text."""

    client: str = ""
    server: str = ""
    port: int = 0
    proto: str = ""
    tls: bool = False
    parts: list[Part] = field(default_factory=list)

    @property
    def lines(self) -> list[Line]:
        """What was said."""
        return [part for part in self.parts if isinstance(part, Line)]


def lines_of(file: BinaryIO, intake: Intake) -> list[bytes]:
    """The lines of a text, without their ends."""
    octets = file.read(MAX_TEXT)
    if file.read(1):
        intake.remarks.append(Msg(LONGER, limit=MAX_TEXT))
    return octets.replace(b"\r\n", b"\n").replace(b"\f", b"\n").removesuffix(b"\n").split(b"\n")


def protocol_of(lines: Iterable[Line]) -> str:
    """Which protocol the lines are; empty if nobody can tell."""
    said = [(0 if line.side == "C" else 1, line.octets) for line in lines]
    for at in range(min(len(said), 20)):
        spoken = by_words(said[at : at + 1])
        if spoken is not None and spoken.client == 0:
            return spoken.proto
    for half, octets in said:
        for proto, status in _STATUS if half else ():
            if status.match(octets):
                return proto
    return ""


def in_turn(scripts: Iterable[Script]) -> Iterator[Script]:
    """The order of conversations that follow one another."""
    for script in scripts:
        yield from repeat(script, 1 + len(script.parts))


def perform(order: Iterable[Script], intake: Intake) -> None:
    """Hand conversations on. The first time that one comes in the order it is opened, then its next part is due.

    Parts are a millisecond apart.
    """
    time = 0
    playing: dict[int, tuple[str, Iterator[Part]]] = {}
    unknown: set[int] = set()
    for script in order:
        if id(script) in playing:
            conn, parts = playing[id(script)]
            time += _STEP
            intake.at(time)
            _act(next(parts), conn, intake)
        elif id(script) not in unknown:
            proto = script.proto or protocol_of(script.lines)
            if proto in intake.protocols:
                playing[id(script)] = _open(script, proto, intake), iter(script.parts)
            elif script.lines:
                unknown.add(id(script))
    if unknown:
        intake.remarks.append(Msg(UNKNOWN, count=len(unknown)))


def _open(script: Script, proto: str, intake: Intake) -> str:
    services = [service for service in intake.protocols[proto].services if service.tls == script.tls]
    ends = script.client or "client", script.server or "server"
    return intake.open(proto, *ends, script.port or services[0].port, conn=script.client, tls=script.tls)


def _act(part: Part, conn: str, intake: Intake) -> None:
    if isinstance(part, Line):
        intake.say(conn, part.side, part.octets)
    elif isinstance(part, Remark):
        intake.note(conn, part.text)
    elif isinstance(part, Ended):
        intake.close(conn, part.side)
    else:
        certificates = (part.certificate,) if part.certificate else ()
        stamp = intake.journal.stamp()
        intake.journal.add(Tls(*stamp, conn, part.version, part.cipher, certificates=certificates))
        intake.found[conn].tls = "opened"


def matches(pattern: re.Pattern[bytes], head: bytes) -> Iterator[re.Match[bytes]]:
    """Where lines of the beginning of a file look like `pattern`."""
    for line in head.split(b"\n")[:2000]:
        found = pattern.match(line)
        if found is not None:
            yield found
