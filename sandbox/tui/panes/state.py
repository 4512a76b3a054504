"""The state pane: the protocol's diagram with the present state, and what is allowed in it. The registry draws it."""

from __future__ import annotations

from textual.content import Content

from sandbox.i18n import _
from sandbox.tui.panes.base import Page
from sandbox.tui.ports import Position, StateView
from sandbox.tui.words import hanging, plain, words

_LABELS = 14


class StatePane(Page):
    """Shows a `StateView`."""

    state: StateView | None = None

    def show(self, state: StateView | None) -> None:
        """Show the state of another moment."""
        if state != self.state:
            self.state = state
            self.relabel()

    def content(self, width: int) -> Content:
        """Diagram, meaning, allowed commands, facts."""
        state = self.state
        if state is None:
            return plain(_("No connection is open."), "$muted")
        diagram = Content.styled(" ─▶ ", "$muted").join([_box(position, state) for position in state.positions])
        lines = [Content.assemble(" ", diagram)]
        for position in state.positions:
            if position.name == state.current:
                about = Content.assemble(
                    " ", plain(position.about), "  ", _cite(position.ref.document, position.ref.section)
                )
                lines += [about, Content("")]
        if state.allowed:
            verbs = Content("  ").join([plain(row.verb, "bold") for row in state.allowed])
            lines.append(_fact(width, _("Allowed now"), verbs))
        lines += [_fact(width, words(name), plain(value)) for name, value in state.facts]
        return Content("\n").join(lines)


def _box(position: Position, state: StateView) -> Content:
    if position.name == state.current:
        return plain(f"▐ {position.name} ▌", "bold $accent")
    return plain(position.name, "$muted")


def _fact(width: int, name: str, value: Content) -> Content:
    return hanging(Content.assemble(" ", plain(name.ljust(_LABELS), "$muted"), " "), value, width)


def _cite(document: str, section: str) -> Content:
    return plain(f"{document} §{section}" if section else document, "$muted")
