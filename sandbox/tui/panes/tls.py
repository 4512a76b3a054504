"""The TLS pane: the records at the left; at the right the chosen one, as an eavesdropper and as the ends see it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Click
from textual.message import Message

from sandbox.core.refs import Ref
from sandbox.i18n import _
from sandbox.tui.panes.base import Line, Page
from sandbox.tui.tlsview import ClearLine, Text, TlsField, TlsPart, TlsRecord, TlsView
from sandbox.tui.words import hanging, plain, words

_NANOSECONDS = 1_000_000_000
_WIDE_LIST, _BESIDE = 56, 44
"""Cells from which on the list has all its columns, and both views stand beside each other."""
_ROWS = 4
"""Lines of octets in hexadecimal."""
_ARROWS = {"C": ("→", "$primary"), "S": ("←", "$success")}
_SHORT = {"handshake": "handshake", "change_cipher_spec": "cipher", "alert": "alert", "application_data": "data"}


class _Summary(Line):
    """Version, cipher, key exchange, name, certificates."""

    view: TlsView | None = None

    def left(self) -> Content:
        """What was agreed on; without TLS, a warning."""
        view = self.view
        if view is None:
            return plain(_("No connection is open."), "$muted")
        if not view.summary:
            return plain(_("No TLS: everybody on the way reads everything."), "bold $error")
        parts = [plain(part, "bold $warning" if at == 0 else "") for at, part in enumerate(view.summary)]
        return Content.styled(" · ", "$muted").join(parts)

    def right(self) -> Content:
        """Which record."""
        view = self.view
        return plain(f"{view.chosen + 1}/{view.total}", "$muted") if view is not None and view.total else Content("")


class TlsRecords(Page):
    """The list of records."""

    view: TlsView | None = None

    def content(self, width: int) -> Content:
        """A line for each."""
        view = self.view
        if view is None or not view.records:
            return Content("")
        return Content("\n").join(
            [_listed(record, width, view.first + at == view.chosen) for at, record in enumerate(view.records)]
        )

    def reveal(self) -> None:
        """Bring the chosen record into sight."""
        if self.view is None or not self.size.height:
            return
        at, top, height = self.view.chosen - self.view.first, self.scroll_offset.y, self.size.height
        if not top <= at < top + height:
            self.scroll_to(y=max(at - height // 2, 0), animate=False, immediate=True)

    def on_resize(self) -> None:
        """There is another height to see it in."""
        super().on_resize()
        self.call_after_refresh(self.reveal)


class TlsDetails(Page):
    """The chosen record, or what can be read in clear text."""

    view: TlsView | None = None

    def content(self, width: int) -> Content:
        """Both views, then the fields."""
        view = self.view
        if view is None:
            return Content("")
        lines = [plain(view.notice, "$warning")] if view.notice else []
        if not view.records and not view.notice:
            lines += _clear(view.clear, width)
        if view.records:
            lines += [*_both(view, width), *(line for part in view.parts for line in _part(part, width))]
        return Content("\n").join(lines)


class TlsPane(Vertical):
    """Shows a `TlsView`. `record` is the number of the record that somebody chose here, -1: none."""

    class Chosen(Message):
        """A record was clicked."""

    def __init__(self) -> None:
        super().__init__()
        self.record = -1
        self.view: TlsView | None = None
        self.summary, self.records, self.details = _Summary(), TlsRecords(), TlsDetails()

    def compose(self) -> ComposeResult:
        """What was agreed on; below it the list, and the chosen record."""
        yield self.summary
        with Horizontal():
            yield self.records
            yield self.details

    def show(self, view: TlsView | None) -> None:
        """Show another moment, or another record."""
        if view == self.view:
            return
        moved = view is None or self.view is None or view.chosen != self.view.chosen
        self.view = self.summary.view = self.records.view = self.details.view = view
        self.records.display = view is not None and bool(view.records)
        if moved:
            self.details.scroll_home(animate=False)
        self.relabel()
        self.records.reveal()

    def relabel(self) -> None:
        """Say everything again."""
        for part in (self.summary, self.records, self.details):
            part.relabel()

    def step(self, step: int) -> None:
        """Choose the record before (-1) or after (1)."""
        view = self.view
        if view is not None and view.total:
            self.record = min(max(view.chosen + step, 0), view.total - 1)

    def on_click(self, event: Click) -> None:
        """Choose the record that was clicked."""
        view = self.view
        if view is None or event.widget is not self.records:
            return
        number = view.first + self.records.scroll_offset.y + event.y
        if number < view.first + len(view.records):
            self.record = number
            self.post_message(self.Chosen())


def _listed(record: TlsRecord, width: int, chosen: bool) -> Content:
    """Time, direction, type, version, length; what it is has the rest."""
    arrow, colour = _ARROWS[record.side]
    lead = [(f"{arrow} ", colour)]
    if width >= _WIDE_LIST:
        lead.insert(0, (f"{record.at / _NANOSECONDS:>7.3f} ", "$faint"))
    lead.append((f"{_SHORT.get(record.kind, ''):<9} ", ""))
    if width >= _WIDE_LIST:
        lead.append((f"{record.version:<7} ", "$muted"))
    lead += [
        (f"{record.octets:>5} ", "$muted"),
        ("┃ " if record.sealed else "┆ ", "$warning" if record.sealed else "$muted"),
    ]
    row = Content.assemble(*lead)
    what = plain(_first(record.what), colour).truncate(max(width - row.cell_length, 1), ellipsis=True)
    row = (row + what).extend_right(max(width - row.cell_length - what.cell_length, 0))
    return row.stylize("on $chosen") if chosen else row


def _first(text: Text) -> Text:
    """The first line of octets of the protocol inside; a message as it is."""
    if not isinstance(text, str):
        return text
    first, _end, rest = text.partition("\r\n")
    return f"{first} …" if rest else first


def _both(view: TlsView, width: int) -> list[Content]:
    """What an eavesdropper sees beside what the ends see; below it, where there is little room."""
    beside = width >= _BESIDE
    half = (width - 3) // 2 if beside else width
    left = [plain(_("An eavesdropper sees"), "bold $error"), *_octets(view.wire, half)]
    left += [line for text in view.outside for line in _wrapped(plain(text, "$muted"), half)]
    right = [plain(_("The ends see"), "bold $success")]
    right += [line for text in view.inside for line in _lines(text, half)]
    if not beside:
        return [*left, *right, Content("")]
    blank = Content("")
    rows = zip_longest(left, right, fillvalue=blank)
    return [
        *(Content.assemble(one.extend_right(half - one.cell_length), (" │ ", "$rule"), other) for one, other in rows),
        blank,
    ]


def _octets(octets: bytes, width: int) -> list[Content]:
    across = max((width - 1) // 3, 4)
    rows = [octets[at : at + across] for at in range(0, len(octets), across)][:_ROWS]
    shown = sum(map(len, rows))
    return [plain(row.hex(" ") + (" …" if row is rows[-1] and shown < len(octets) else "")) for row in rows]


def _lines(text: Text, width: int) -> list[Content]:
    """A message, wrapped; octets of the protocol line by line."""
    if not isinstance(text, str):
        return _wrapped(plain(text, "$muted"), width)
    lines = text.removesuffix("\r\n").split("\r\n")[: _ROWS * 2]
    return [row for line in lines for row in _wrapped(plain(line, "bold"), width)]


def _wrapped(content: Content, width: int) -> list[Content]:
    return content.wrap(max(width, 4)) or [Content("")]


def _part(part: TlsPart, width: int) -> Iterable[Content]:
    """A header or a message: its name, what it is for, its fields."""
    yield hanging(plain(part.name, "bold $accent") + Content("  "), _meaning(part.about, part.ref), width)
    room = min(max((len(field.name) + 2 * field.depth for field in part.fields), default=0), width // 3)
    for field in part.fields:
        yield _field(field, room, width)


def _field(field: TlsField, room: int, width: int) -> Content:
    name = plain("  " * field.depth + field.name, "bold")
    lead = Content(" ") + name.truncate(room, ellipsis=True)
    lead = lead.extend_right(max(room + 3 - lead.cell_length, 0))
    value = plain(field.value)
    meaning = _meaning(field.about, field.ref)
    return hanging(lead, Content.assemble(value, "  " if value else "", meaning), width)


def _meaning(about: Text, ref: Ref) -> Content:
    cited = f"{ref.document} §{ref.section}" if ref.section else ref.document if ref else ""
    return Content.assemble(plain(about, "$muted"), "  " if words(about) else "", (cited, "$faint"))


def _clear(lines: tuple[ClearLine, ...], width: int) -> list[Content]:
    """Lines in clear text, with their secrets set off."""
    if not lines:
        return [plain(_("Nothing has been said yet."), "$muted")]
    rows = [plain(_("An eavesdropper sees what the ends see:"), "bold $error")]
    for line in lines:
        arrow, colour = _ARROWS[line.side]
        rows.append(hanging(plain(f" {arrow} ", colour), _marked(line), width))
    if any(line.secrets for line in lines):
        rows.append(plain(_("What is marked should be secret, and everybody on the way has read it."), "$error"))
    return rows


def _marked(line: ClearLine) -> Content:
    pieces: list[Content] = []
    at = 0
    octets = line.octets.rstrip(b"\r\n")
    for start, stop in line.secrets:
        pieces += [plain(_text(octets[at:start])), plain(_text(octets[start:stop]), "bold reverse $error")]
        at = stop
    return Content("").join([*pieces, plain(_text(octets[at:]))])


def _text(octets: bytes) -> str:
    return octets.decode("utf-8", "backslashreplace")
