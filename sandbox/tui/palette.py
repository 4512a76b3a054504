"""The command palette: every action of the table, found by words in either language."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from sandbox.i18n import _
from sandbox.tui.actions import APP, Action
from sandbox.tui.words import plain

if TYPE_CHECKING:
    from textual.app import App


class Actions(Provider):
    """What the screen below can do, then what the app can do."""

    def _available(self) -> Iterable[Action]:
        available = getattr(self.screen, "available", None)
        return available() if available is not None else APP

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for action in self._available():
            yield DiscoveryHit(self._shown(action), partial(self._run, action), text=_(action.title), help=None)

    async def search(self, query: str) -> Hits:
        """What matches title, explanation or the English name."""
        matcher = self.matcher(query)
        for action in self._available():
            score = max(matcher.match(_(action.title)), matcher.match(_(action.about)), matcher.match(action.title))
            if score > 0:
                yield Hit(score, self._shown(action), partial(self._run, action), text=_(action.title))

    def _shown(self, action: Action) -> Content:
        return Content.assemble(
            plain(action.shown.ljust(6), "bold $accent"),
            plain(_(action.title), "bold"),
            "  ",
            plain(_(action.about), "$muted"),
        )

    async def _run(self, action: Action) -> None:
        await self.app.run_action(action.name, self.screen)


def open_palette(app: App[int]) -> None:
    """Open it, or leave it open."""
    if not isinstance(app.screen, CommandPalette):
        app.push_screen(CommandPalette([Actions], placeholder=_("What do you want to do?")))
