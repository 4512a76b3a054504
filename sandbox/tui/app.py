"""The app: themes, language, keys that work everywhere. What is on the screen is said in `screens/`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen

from sandbox.i18n import language, set_language
from sandbox.tui.actions import APP, bindings
from sandbox.tui.theme import DESK, PROJECTOR

OpenScreen = Callable[[], Screen[None]]


class SandboxApp(App[int]):
    """Shows one screen first; `return_value` is the exit status."""

    CSS_PATH = Path(__file__).with_name("sandbox.tcss")
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(APP),
        Binding("ctrl+c", "copy_or_leave", show=False, priority=True),
    ]

    def __init__(self, first: OpenScreen) -> None:
        super().__init__()
        self._first = first
        self.projecting = False
        self.register_theme(DESK)
        self.register_theme(PROJECTOR)
        self.theme = DESK.name
        self.title = "mail-sandbox"

    def get_default_screen(self) -> Screen[None]:
        """The first screen is the one that was asked for, so that nothing else is laid out before it."""
        return self._first()

    # Everywhere

    def on_key(self, event: events.Key) -> None:
        """A printable key that nobody wanted belongs to the command line, if the screen has one."""
        redirect = getattr(self.screen, "type_character", None)
        if redirect is not None and event.is_printable and event.character and redirect(event.character):
            event.stop().prevent_default()

    def on_app_focus(self) -> None:
        """A browser may say late that it looks here: whoever should have had the focus by then has it now."""
        screen = self.screen
        if screen.focused is None and screen.AUTO_FOCUS:
            screen.set_focus(next((widget for widget in screen.query(screen.AUTO_FOCUS) if widget.focusable), None))

    def action_help(self) -> None:
        """Open or close the help screen."""
        from sandbox.tui.screens.help import Help

        if isinstance(self.screen, Help):
            self.pop_screen()
        else:
            self.push_screen(Help(self.screen))

    def action_command_palette(self) -> None:
        """Search in all actions."""
        from sandbox.tui.palette import open_palette

        open_palette(self)

    def action_switch_language(self) -> None:
        """The other language, at once, everywhere."""
        set_language("es" if language() == "en" else "en")
        for screen in self.screen_stack:
            self._relabel(screen)

    def action_projector(self) -> None:
        """High contrast and more air, or back."""
        self.projecting = not self.projecting
        self.theme = PROJECTOR.name if self.projecting else DESK.name
        for screen in self.screen_stack:
            project = getattr(screen, "project", None)
            if project is not None:
                project(self.projecting)

    async def action_copy_or_leave(self) -> None:
        """Ctrl+C copies what is selected, as in every terminal; else it leaves, and loses nothing: progress is kept."""
        selected = self.screen.get_selected_text()
        if selected:
            self.copy_to_clipboard(selected)
            self.screen.clear_selection()
        else:
            await self.action_quit()

    def _relabel(self, screen: Screen[object]) -> None:
        for widget in [screen, *screen.walk_children()]:
            relabel = getattr(widget, "relabel", None)
            if relabel is not None:
                relabel()


def run(first: OpenScreen) -> int:
    """Show the interface until the user leaves; the exit status."""
    return SandboxApp(first).run() or 0


def home() -> int:
    """Begin with the home screen."""
    from sandbox.tui.screens.home import Home

    return run(Home)
