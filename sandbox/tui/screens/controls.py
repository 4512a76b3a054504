"""What the main screen does on request: look around in the trace, search, go to other screens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox.i18n import _
from sandbox.tui.panes.connections import Tab
from sandbox.tui.panes.tls import TlsPane
from sandbox.tui.panes.trace.search import ELSEWHERE, NOWHERE, Search

if TYPE_CHECKING:
    from sandbox.tui.screens.main import Main


class Controls:
    """The second half of `Main`."""

    def __init__(self, screen: Main) -> None:
        self.screen = screen
        self._named: tuple[str, str] | None = None
        self._instructed = False

    def possible(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Whether an action means something now."""
        session, trace = self.screen.session, self.screen.trace
        if action == "session":
            return session is not None and session.can(str(parameters[0]))
        if action == "pane" and parameters == ("lesson",):
            return self.screen.has_class("-lesson")
        if action == "connection":
            return len(trace.sheet.model.connections) > 1
        if action == "record":
            return self.screen.inspecting == "tls"
        if action == "turn":
            return bool(self.screen.inspecting)
        if action == "manual":
            return session is not None and session.manual() is not None
        if action == "export":
            return session is not None and session.exportable() is not None
        if action == "goto":
            return self.screen.has_class("-replay")
        if action == "find":
            return self.screen.has_class("-replay") and trace.search is not None
        if action == "replay":
            return session is not None and session.playback() is None
        return True

    # The trace

    def trace(self) -> None:
        """Focus goes from the command line to the trace, and back. What a replay is busy with ends first."""
        screen = self.screen
        if screen.session is not None and screen.session.can("stop"):
            screen.session.act("stop")
        elif screen.focused is screen.trace:
            screen.trace.choose(-1)
            screen.trace.follow = True
            if not screen.has_class("-watch"):
                screen.line.focus()
        else:
            screen.trace.focus()
            if screen.trace.selected < 0:
                screen.trace.choose(screen.trace.sheet.edge(-1))

    def next_connection(self) -> None:
        """One connection after the other, then all again."""
        names: list[str | None] = [*self.screen.trace.sheet.model.connections, None]
        at = names.index(self.screen.trace.sheet.conn)
        self._show_connection(names[(at + 1) % len(names)])

    def connection_at(self, number: int) -> None:
        """The connection of a tab; -1 for all of them."""
        names = self.screen.trace.sheet.model.connections
        self._show_connection(names[number] if 0 <= number < len(names) else None)

    def _show_connection(self, name: str | None) -> None:
        self.screen.trace.show_connection(name)
        self.name_ends()

    def name_ends(self) -> None:
        """Say above the columns who stands there; with several connections, all of them, and a tab for each."""
        sheet = self.screen.trace.sheet
        tabs = [Tab(name, sheet.model.ends(name)[1]) for name in sheet.model.connections]
        current = sheet.model.connections.index(sheet.conn) if sheet.conn is not None else -1
        self.screen.connections.show(tabs, current)
        names = [sheet.conn] if sheet.conn is not None else sheet.model.connections
        ends = [sheet.model.ends(name) for name in names]
        named = tuple(", ".join(dict.fromkeys(end[side] for end in ends)) for side in (0, 1))
        if named != self._named:
            self._named = (named[0], named[1])
            self.screen.title_line.name_ends(*self._named)

    def instruct(self) -> None:
        """Once there is something to type elsewhere, say so, unasked, the first time."""
        session = self.screen.session
        if not self._instructed and session is not None and session.manual() is not None:
            self._instructed = True
            self.screen.action_manual()

    # Questions

    def search(self) -> None:
        """Ask for a pattern; each Enter goes to the next match."""
        from sandbox.tui.screens.question import Question

        def ask(pattern: str, step: int) -> str:
            if not pattern:
                self.screen.trace.find(None)
                return ""
            try:
                search = Search(pattern)
            except re.error as error:
                return _("This is no regular expression: {what}").format(what=error)
            return "" if self._go_to(self.screen.trace.find(search, step)) else _("Nothing in the trace matches.")

        before = self.screen.trace.search
        self.screen.app.push_screen(
            Question(
                _("Search the trace"), _("Enter or ↓ next, ↑ before, Esc done"), ask, before.pattern if before else ""
            )
        )

    def find(self, step: int) -> None:
        """Go on with the last search."""
        self._go_to(self.screen.trace.find(self.screen.trace.search, step))

    def _go_to(self, line: int) -> bool:
        """Select a line; a replay moves there first when it has not come to it yet. False for `NOWHERE`.

        A replay that has to look elsewhere for it shows it by itself, as its newest line.
        """
        screen = self.screen
        if line == ELSEWHERE:
            screen.trace.choose(-1)
            screen.trace.follow = True
        elif line >= screen.trace.sheet.limit:
            screen.action_session("reach", str(line + 1))
        if line >= 0:
            screen.trace.choose(line)
        return line != NOWHERE

    def goto(self) -> None:
        """Ask for a line."""
        from sandbox.tui.screens.question import Question

        def ask(number: str, step: int) -> str:
            if not number.isdigit():
                return _("A line's number, please.")
            self.screen.action_session("goto", number)
            return ""

        self.screen.app.push_screen(Question(_("Go to line"), _("Enter to go, Esc done"), ask, ""))

    def export(self) -> None:
        """Ask where and how to write what happened."""
        from sandbox.tui.screens.export import Export  # start-up: formats are needed by nobody before

        exportable = self.screen.session.exportable() if self.screen.session is not None else None
        if exportable is not None:
            self.screen.app.push_screen(Export(exportable))

    def turn(self, step: int) -> None:
        """Scroll what is shown below the trace, a page up (-1) or down (1)."""
        pane = self.screen.inspectors[self.screen.inspecting]
        shown = pane.details if isinstance(pane, TlsPane) else pane
        if step > 0:
            shown.scroll_page_down(animate=False)
        else:
            shown.scroll_page_up(animate=False)

    # Elsewhere

    async def home(self) -> None:
        """To the home screen, which may be below. The first screen of an app stays, with nothing running in it."""
        from sandbox.tui.screens.home import Home

        app = self.screen.app
        if len(app.screen_stack) > 1:
            app.pop_screen()
        else:
            await self.screen.end()
            app.push_screen(Home())
