"""The packet pane: the segments that carried the selected line, field by field, from Ethernet to the data."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, zip_longest

from textual.content import Content

from sandbox.i18n import _, ngettext
from sandbox.i18n.safe import safe
from sandbox.tui.panes.base import Page
from sandbox.tui.ports import Field, PacketView, Segment
from sandbox.tui.words import hanging, plain

_NANOSECONDS = 1_000_000_000
_NARROW, _WIDE, _WIDE_FROM = 4, 8, 100
"""Octets on a line, and the width of the pane from which on there is room for more of them."""

_MOST = 64
"""Octets of a field that are written out; the bytes pane has all of the data."""

_NAME = 21
_COLOURS = {"Ethernet": "$muted", "IPv4": "$warning", "IPv6": "$warning", "TCP": "$primary"}


class PacketPane(Page):
    """Shows a `PacketView`."""

    view: PacketView | None = None

    def show(self, view: PacketView | None) -> None:
        """Show other packets."""
        if view != self.view:
            self.view = view
            self.scroll_home(animate=False)
            self.relabel()

    def content(self, width: int) -> Content:
        """What each packet says in short, then its fields, header by header."""
        view = self.view
        if view is None:
            return plain(_("Select a line of the trace to see the segments that carried it."), "$muted")
        lines = []
        for segment in view.segments:
            lines += [_title(segment), *_fields(segment, width)]
        if view.more:
            text = ngettext("… {count} more segment", "… {count} more segments", view.more)
            lines.append(plain(" " + text.format(count=view.more), "$muted"))
        lines.append(hanging(Content(" "), plain(view.notice, "$muted"), width))
        return Content("\n").join(lines)


def _title(segment: Segment) -> Content:
    return Content.assemble(
        plain(f" {segment.number}  {segment.at / _NANOSECONDS:.3f} s  ", "$muted"),
        plain(segment.source, "bold"),
        (" → ", "$muted"),
        plain(segment.target, "bold"),
        plain(f"  {segment.summary}", "bold $accent"),
    )


def _fields(segment: Segment, width: int) -> Iterator[Content]:
    across = _WIDE if width >= _WIDE_FROM else _NARROW
    for layer, found in groupby(segment.fields, key=lambda field: field.layer):
        yield plain(f" {layer}", f"bold {_COLOURS[layer]}")
        for field in found:
            yield from _rows(segment.frame, field, across, width)


def _rows(frame: bytes, field: Field, across: int, width: int) -> Iterator[Content]:
    """The lines of a field: its octets beside its name, its value, and what that means."""
    stop = min(field.stop, field.start + _MOST)
    colour = _COLOURS[field.layer]
    left = [_octets(frame[at : min(at + across, stop)], at, across, colour) for at in range(field.start, stop, across)]
    blank = Content(" " * left[0].cell_length)
    name = plain(field.name.ljust(_NAME) + "  ", "bold")
    right = hanging(name, _meaning(field), width - blank.cell_length).split("\n")
    for octets, meaning in zip_longest(left, right, fillvalue=None):
        yield (octets or blank) + (meaning or Content(""))


def _octets(octets: bytes, at: int, across: int, colour: str) -> Content:
    return Content.assemble((f" {at:>5x}  ", "$muted"), (octets.hex(" ").ljust(across * 3), colour))


def _meaning(field: Field) -> Content:
    ref = f"{field.ref.document} §{field.ref.section}" if field.ref.section else field.ref.document
    value = f"{field.value}  " if field.value else ""
    return Content.assemble(plain(value, "bold"), plain(field.about), "  ", (safe(ref), "$muted"))
