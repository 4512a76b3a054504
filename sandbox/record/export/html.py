"""A page for the browser: one file, no network, no script. Every line opens its explanation.

The trace stands side by side, the client's words on the left. What was sent by anybody is text here, never markup.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, BinaryIO, Final

from sandbox.core.message import N_
from sandbox.i18n import _, language
from sandbox.i18n.safe import readable, safe
from sandbox.record.export import said
from sandbox.record.export.base import Format, Protocols
from sandbox.record.export.mail import Mailbox, stored
from sandbox.record.linear import records
from sandbox.record.reader import Transcript
from sandbox.record.replay import Replay

MEANWHILE: Final = 100
"""Sentences that wait for the end of an exchange."""
_PIECES: Final = 64
"""Pieces of the page that are written at a time."""


@dataclass(slots=True)
class Card:
    """A unit as it stands on the page, or octets that nobody could explain."""

    side: str
    time: str
    first: str
    rest: str
    about: str = ""
    cited: str = ""
    fault: str = ""
    state: str = ""
    tokens: list[said.Token] = field(default_factory=list)


@dataclass(slots=True)
class Row:
    """A row of the page: an exchange with its cards, or a sentence."""

    conn: str = ""
    time: str = ""
    sentence: str = ""
    cards: list[Card] = field(default_factory=list)

    @property
    def sides(self) -> list[tuple[str, list[Card]]]:
        """What the client said, and what the server said."""
        return [(side, [card for card in self.cards if card.side == side]) for side in ("C", "S")]


def write(transcript: Transcript, protocols: Protocols, file: BinaryIO) -> None:
    """Write the page."""
    from jinja2 import Environment, StrictUndefined  # start-up: only who writes a page needs it

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    source = files("sandbox.record.export").joinpath("page.html.jinja").read_text("utf-8")
    stream = environment.from_string(source).stream(
        language=language(),
        title=said.heading(transcript),
        facts=[(label, value) for label, value in said.facts(transcript.header) if value],
        rows=_rows(transcript, protocols),
        mailboxes=_mailboxes(transcript, protocols),
        words=_words(),
    )
    stream.enable_buffering(_PIECES)
    stream.dump(file, encoding="utf-8", errors="replace")


def _mailboxes(transcript: Transcript, protocols: Protocols) -> Iterator[Mailbox]:
    """Read only when the page gets there, after the trace."""
    replay = Replay(transcript, protocols)
    replay.go(len(replay))
    yield from stored(replay)


def _words() -> dict[str, str]:
    return {
        "hint": _("Open a line to see what it means."),
        "client": _("Client"),
        "server": _("Server"),
        "octets": _("Octets"),
        "name": _("Name"),
        "meaning": _("Meaning"),
        "source": _("Source"),
        "mail": _("Stored mail at the end"),
        "empty": _("no messages"),
        "made": _("Written by mail-sandbox."),
    }


def _rows(transcript: Transcript, protocols: Protocols) -> Iterator[Row]:
    """Rows in order. What happens in the middle of an exchange comes behind it, so that it stays in one piece."""
    began: int | None = None
    row, key = Row(), None
    meanwhile: list[Row] = []
    for record in records(transcript, protocols):
        began = record["at"] if began is None else began
        time = f"{(record['at'] - began) / 1e9:.3f}"
        conn = safe(record["conn"])
        if "event" in record and len(meanwhile) < MEANWHILE:
            meanwhile.append(Row(conn, time, readable(record["about"])))
            continue
        same = (record["conn"], record["exchange"]) if "exchange" in record else None
        if same is None or same != key:
            yield from ([row] if row.cards else [])
            yield from meanwhile
            meanwhile.clear()
            row, key = Row(conn, time), same
        if "event" in record:
            meanwhile.append(Row(conn, time, readable(record["about"])))
        else:
            row.cards.append(_card(record, time))
    yield from ([row] if row.cards else [])
    yield from meanwhile


def _card(record: dict[str, Any], time: str) -> Card:
    lines = said.lines(said.octets(record))
    card = Card(record["side"], time, "\n".join(said.opening(lines)), "\n".join(lines[said.FIRST :]))
    if "about" in record:
        card.about, card.cited, card.fault = safe(record["about"]), said.cited(record), said.fault(record)
        card.tokens = list(said.tokens(record))
        if record["state_after"] != record["state_before"]:
            card.state = _("The state is {state} now.").format(state=record["state_after"])
    return card


FORMAT: Final = Format("html", N_("a page for the browser in which every line opens its explanation"), write)
