"""The bar at the bottom: the keys that do something here and now."""

from __future__ import annotations

from collections.abc import Callable

from textual.content import Content

from sandbox.i18n import _
from sandbox.tui.actions import Action
from sandbox.tui.panes.base import Line
from sandbox.tui.words import button, plain


class KeyBar(Line):
    """Shows as many actions as there is room for, the most useful ones first."""

    def __init__(self, available: Callable[[], list[Action]], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._available = available
        self._shown: list[Action] = []

    def refresh_keys(self) -> None:
        """Look again at what can be done; nothing is painted when it is the same."""
        available = self._available()
        if available != self._shown:
            self._shown = available
            self.refresh()

    def left(self) -> Content:
        """Key and title of each, while there is room."""
        room = self.content_size.width
        chosen: list[Content] = []
        for action in sorted((action for action in self._shown if action.rank), key=lambda action: action.rank):
            key = button(action.shown, action.name, "bold $accent")
            content = Content.assemble(key, " ", button(_(action.title), action.name, "$muted"))
            if content.cell_length <= room:
                room -= content.cell_length + 2
                chosen.append(content)
        return plain("  ").join(chosen)
