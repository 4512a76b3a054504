"""The tabs above the trace when there is more than one connection: all of them together, or one alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content

from sandbox.i18n import _
from sandbox.tui.panes.base import Line
from sandbox.tui.words import button, words


class Tab(NamedTuple):
    """A connection: its name, and whom it leads to."""

    name: str
    server: str


class ConnectionTabs(Line):
    """`━ All ━━ laptop → mail.norte ━━ phone → mail.norte ━━━`: the newest stay where there is no room for all."""

    connections: Sequence[Tab] = ()
    current = -1
    """The number of the one that is shown alone; -1 for all."""

    def show(self, connections: Sequence[Tab], current: int) -> None:
        """Show the connections of another moment."""
        if (connections, current) != (self.connections, self.current):
            self.connections, self.current = connections, current
            self.set_class(len(connections) > 1, "-several")
            self.refresh()

    def left(self) -> Content:
        """The tabs that fit: the one that is shown, and the newest."""
        width = self.content_size.width
        everything = self._tab(_("All"), -1)
        room = width - everything.cell_length - _END - 1
        tabs = [self._tab(f"{tab.name} → {_short(tab.server)}", at) for at, tab in enumerate(self.connections)]
        fitting = _fitting([tab.cell_length for tab in tabs], self.current, room - _MORE)
        hidden = len(tabs) - len(fitting)
        parts = [Content.styled("━", "$rule"), everything]
        if hidden:
            parts.append(Content.styled(f" +{hidden} ━", "$muted"))
        line = Content("").join([*parts, *[tabs[at] for at in fitting]])
        return Content.assemble(line, ("━" * max(width - line.cell_length, 0), "$rule"))

    def _tab(self, title: str, at: int) -> Content:
        style = "bold $accent" if at == self.current else "$muted"
        tab = button(words(title), f"screen.connection_at({at})", style)
        return Content.assemble(" ", tab, " ", ("━━", "$rule"))


_END = 1
_MORE = 8
"""Cells for how many are not shown."""


def _short(host: str) -> str:
    """The first two labels of a host's name."""
    return ".".join(host.split(".")[:2])


def _fitting(widths: list[int], current: int, room: int) -> list[int]:
    """Which tabs to show, in order: the current one, then from the newest back, while there is room."""
    chosen = {current} if current >= 0 else set()
    left = room - sum(widths[at] for at in chosen)
    for at in range(len(widths) - 1, -1, -1):
        if at in chosen:
            continue
        if widths[at] > left:
            break
        chosen.add(at)
        left -= widths[at]
    return sorted(chosen)
