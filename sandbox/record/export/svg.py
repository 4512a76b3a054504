"""A ladder: who said what to whom, an arrow each, from top to bottom. A figure for handouts and slides."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from typing import BinaryIO, Final

from sandbox.core.message import N_
from sandbox.i18n import _, render
from sandbox.i18n.safe import safe
from sandbox.record.export import said
from sandbox.record.export.base import Format, Protocols
from sandbox.record.linear import cited
from sandbox.record.reader import Transcript
from sandbox.record.replay import Replay
from sandbox.record.words import sentence
from sandbox.wire.observer import Explained
from sandbox.wire.trace import AnyEvent, Close, Data, Note, Open, Tls

MOST: Final = 500
"""Rungs of a ladder that anybody would look at."""
COLUMN: Final = 460
"""Units between two parties."""
MARGIN: Final = 120
TOP: Final = 100
STEP: Final = 34
_WIDEST: Final = 56
"""Characters over an arrow."""


@dataclass(frozen=True, slots=True)
class Rung:
    """An arrow from one party to another with its words, or a sentence where both are the same."""

    start: int
    stop: int
    y: int
    side: str
    text: str
    about: str = ""

    @property
    def middle(self) -> int:
        """Where the words stand."""
        return (self.start + self.stop) // 2


@dataclass(slots=True)
class Ladder:
    """The parties by name, with where they stand, and the rungs."""

    parties: dict[str, int] = field(default_factory=dict)
    rungs: list[Rung] = field(default_factory=list)
    full: bool = False
    """Whether something found no room."""
    _ends: dict[str, tuple[int, int]] = field(default_factory=dict)
    _unknown: set[str] = field(default_factory=set)

    def take(self, event: AnyEvent, explained: list[Explained], protocols: Protocols) -> None:
        """Add what an event has to say."""
        if len(self.rungs) >= MOST:
            self.full = True
            return
        if isinstance(event, Open):
            self._ends[event.conn] = self._opened(event)
            (self._unknown.discard if event.proto in protocols else self._unknown.add)(event.conn)
        if event.conn not in self._ends:
            return
        client, server = self._ends[event.conn]
        ways = {"C": (client, server), "S": (server, client)}
        for item in explained:
            about = f"{render(item.unit.about)} ({cited(item.unit.ref)})"
            self._add(*ways[item.unit.side], item.unit.side, _label(item.unit.raw), safe(about))
        if isinstance(event, Data) and not event.lost and event.layer == "app" and event.conn in self._unknown:
            self._add(*ways[event.side], event.side, _label(event.raw))
        words = sentence(event, protocols) if isinstance(event, Open | Tls | Close | Note | Data) else None
        if words is not None:
            middle = (client + server) // 2
            self._add(middle, middle, "", safe(render(words)))

    @property
    def bottom(self) -> int:
        """Where the lines of the parties end."""
        return TOP + STEP * len(self.rungs) + STEP // 2

    @property
    def width(self) -> int:
        """Of the whole figure."""
        return 2 * MARGIN + COLUMN * max(len(self.parties) - 1, 1)

    def _opened(self, event: Open) -> tuple[int, int]:
        """Where the client and the server stand. A host that talks to itself stands there twice."""
        client = event.client if event.client != event.server else f"{event.client}:{event.client_port}"
        return self._place(client), self._place(event.server)

    def _place(self, name: str) -> int:
        return self.parties.setdefault(safe(name), MARGIN + COLUMN * len(self.parties))

    def _add(self, start: int, stop: int, side: str, text: str, about: str = "") -> None:
        short = text if len(text) <= _WIDEST or not side else f"{text[:_WIDEST]}…"
        self.rungs.append(Rung(start, stop, TOP + STEP * (len(self.rungs) + 1), side, short, about))


def write(transcript: Transcript, protocols: Protocols, file: BinaryIO) -> None:
    """Write the figure."""
    from jinja2 import Environment, StrictUndefined  # start-up: only who draws needs it

    ladder = Ladder()
    for event, explained in Replay(transcript, protocols).walk():
        ladder.take(event, explained, protocols)
    left_out = _("The rest is left out.") if ladder.full else ""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    source = files("sandbox.record.export").joinpath("ladder.svg.jinja").read_text("utf-8")
    stream = environment.from_string(source).stream(
        ladder=ladder, title=said.heading(transcript), left_out=left_out, top=TOP
    )
    stream.dump(file, encoding="utf-8", errors="replace")


def _label(raw: bytes) -> str:
    """The first line of what was sent, and how many follow."""
    first, *more = said.lines(raw) or [""]
    first = first.replace("\t", " ")
    return f"{first} {_('… {count} more lines').format(count=len(more))}" if more else first


FORMAT: Final = Format("svg", N_("a ladder of arrows, a figure for handouts"), write)
