"""A lesson on the projector: the main screen with one key to go on, and number keys to count hands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from textual.actions import parse
from textual.binding import Binding, BindingType

from sandbox.tui.actions import APP, DEMO, MAIN, Action, bindings
from sandbox.tui.screens.main import Main

_DIGITS = "0123456789"


def _counting() -> Iterator[Binding]:
    """Digits count hands; the arrows go to another option. They are the command line's as soon as it has something."""
    for digit in _DIGITS:
        yield Binding(digit, f"screen.session('count', '{digit}')", show=False, priority=True)
    yield Binding("backspace", "screen.session('count', '')", show=False, priority=True)
    yield Binding("up", "screen.session('option', '-1')", show=False, priority=True)
    yield Binding("down", "screen.session('option', '1')", show=False, priority=True)


class DemoScreen(Main):
    """The main screen, for who stands in front of a class."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(replace(binding, priority=True) for binding in bindings(DEMO)),
        *_counting(),
    ]
    _TYPED: ClassVar = ("advance", "count", "option")
    """What is done by keys that belong to the command line when something stands there."""

    def on_mount(self) -> None:
        """Big and bright, unless it is so already."""
        self.line.hotkeys = frozenset({"space", *_DIGITS})
        self.add_class("-demo")
        if not getattr(self.app, "projecting", True):
            self.call_later(self.app.run_action, "app.projector")

    def available(self) -> list[Action]:
        """What can be done here and now."""
        return [action for action in (*DEMO, *MAIN, *APP) if self._means_something(action)]

    def _means_something(self, action: Action) -> bool:
        namespace, name, parameters = parse(action.name)
        return namespace == "app" or self.controls.possible(name, parameters)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While something stands in the command line, or the trace has the arrows, keys are theirs."""
        if action == "session" and parameters[0] in self._TYPED:
            typing = bool(self.line.value)
            elsewhere = self.focused is self.trace and parameters[0] == "option"
            if typing or elsewhere:
                return False
        return super().check_action(action, parameters)

    def action_session(self, action: str, argument: str = "") -> None:
        """Something that the session does; masks are in the trace, too."""
        super().action_session(action, argument)
        if action == "secrets":
            self.trace.relabel()
