"""What stands on a projector in place of passwords: asterisks, as many as there are octets.

Masked is what the grammar calls secret, wherever it stands in what a session shows: lines, decoded words, packets, the
lesson's own text. A very short secret is masked only in the command that has it, or half of the screen would be
asterisks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from msgspec.structs import replace

from sandbox.core.message import Msg
from sandbox.core.refs import Ref
from sandbox.core.tracker import Unit
from sandbox.tui.ports import Anatomy, Field, PacketView, Segment, Text
from sandbox.tui.sessions.dialogue import Dialogue
from sandbox.tui.tlsview import ClearLine, TlsPart, TlsView
from sandbox.wire.trace import AnyEvent, Data, Restore, Tls

_LONG_ENOUGH: Final = 4
"""Octets of a secret that is looked for everywhere."""


class _Masked(NamedTuple):
    """A field of a packet with another value."""

    layer: str
    start: int
    stop: int
    name: str
    value: str
    about: Msg
    ref: Ref


class Mask:
    """Hides the passwords of a world and the secrets of its dialogue, while `on`."""

    def __init__(self, passwords: Iterable[str], dialogue: Dialogue) -> None:
        self.on = True
        self._known: dict[bytes, int] = {}
        self._units = 0
        self._dialogue = dialogue
        dialogue.trace.masked = lambda _line, raw: self.octets(raw)
        dialogue.followers.append(self._follow)
        for password in passwords:
            self._learn(password.encode())

    # What is shown

    def octets(self, raw: bytes, mark: bytes = b"*") -> bytes:
        """Octets, as many as there were."""
        if self.on:
            self._look()
            for secret, start in self._known.items():
                raw = raw.replace(secret, secret[:start] + mark * (len(secret) - start))
        return raw

    def event(self, event: AnyEvent) -> AnyEvent:
        """What happened, to be watched again. Marks are letters, which every grammar reads; TLS keeps its keys."""
        if isinstance(event, Data) and event.layer == "app":
            return replace(event, raw=self.octets(event.raw, b"x"))
        return replace(event, secrets=()) if isinstance(event, Tls) and self.on else event

    def text(self, text: str) -> str:
        """Words."""
        return self.octets(text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")

    def said(self, text: Text) -> Text:
        """Words from outside, also those within a message."""
        if isinstance(text, str):
            return self.text(text)
        values = {name: self.said(value) if isinstance(value, Msg | str) else value
                  for name, value in text.params.items()}  # fmt: skip
        return Msg(text.text, **values)

    def anatomy(self, view: Anatomy) -> Anatomy:
        """A unit taken apart."""
        tokens = [token._replace(decoded=self.text(token.decoded)) for token in view.tokens]
        return view._replace(raw=self.octets(view.raw), tokens=tokens)

    def packets(self, view: PacketView) -> PacketView:
        """Packets with a line."""
        return view._replace(segments=tuple(map(self._segment, view.segments)))

    def tls(self, view: TlsView) -> TlsView:
        """TLS: what everybody reads before it, and what the ends see inside."""
        return view._replace(
            records=tuple(record._replace(what=self.said(record.what)) for record in view.records),
            inside=tuple(map(self.said, view.inside)),
            parts=tuple(map(self._part, view.parts)),
            clear=tuple(ClearLine(line.side, self.octets(line.octets), line.secrets) for line in view.clear),
        )

    def _segment(self, segment: Segment) -> Segment:
        fields = tuple(map(self._field, segment.fields))
        return segment._replace(frame=self.octets(segment.frame), fields=fields)

    def _field(self, field: Field) -> Field:
        value = self.text(field.value)
        return _Masked(field.layer, field.start, field.stop, field.name, value, field.about, field.ref)

    def _part(self, part: TlsPart) -> TlsPart:
        return part._replace(fields=tuple(field._replace(value=self.said(field.value)) for field in part.fields))

    # What is secret

    def _follow(self, event: AnyEvent) -> None:
        if isinstance(event, Restore):  # units went away, others may stand in their place
            self._units = 0

    def _look(self) -> None:
        """Learn the secrets of the units that came since the last time."""
        explained = self._dialogue.explained
        for item in explained[self._units :]:
            unit = item.unit
            for span in unit.spans:
                if span.secret:
                    self._learn(unit.raw[span.start : span.stop], unit, span.start)
        self._units = len(explained)

    def _learn(self, secret: bytes, unit: Unit | None = None, at: int = 0) -> None:
        """Remember a secret with where it starts: a short one together with what stands before it."""
        if len(secret) >= _LONG_ENOUGH:
            self._known[secret] = 0
        elif secret and unit is not None:
            self._known[unit.raw[:at] + secret] = at
