"""A question with one line for the answer. It stays open, so that a search can go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from sandbox.tui.panes.base import Line
from sandbox.tui.words import plain

Ask = Callable[[str, int], str]
"""Called with the answer and a direction (1, or -1 for upwards); returns what is wrong with it, or ""."""


class Said(Line):
    """A line of the box."""

    def __init__(self, text: str, style: str) -> None:
        super().__init__()
        self._text, self._style = text, style

    def say(self, text: str) -> None:
        """Say something else."""
        self._text = text
        self.refresh()

    def restyle(self, style: str) -> None:
        """Say it in another colour."""
        self._style = style

    def left(self) -> Content:
        """The text."""
        return plain(self._text, self._style)


class Question(ModalScreen[None]):
    """Title, an input, and a line that says how to answer or what was wrong."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", show=False),
        Binding("down", "ask(1)", show=False),
        Binding("up", "ask(-1)", show=False),
    ]

    def __init__(self, title: str, how: str, ask: Ask, value: str, *, once: bool = False) -> None:
        super().__init__()
        self._title, self._how = title, how
        self._ask, self._value, self._once = ask, value, once
        self.wrong = Said("", "$error")

    def compose(self) -> ComposeResult:
        """The box."""
        with Vertical(id="question"):
            yield Said(self._title, "bold")
            yield Input(self._value, compact=True)
            yield self.wrong
            yield Said(self._how, "$muted")

    @on(Input.Submitted)
    def submitted(self) -> None:
        """Enter: ask."""
        self.action_ask(1)

    def action_ask(self, step: int) -> None:
        """Hand over the answer."""
        wrong = self._ask(self.query_one(Input).value, step)
        self.wrong.say(wrong)
        if self._once and not wrong:
            self.dismiss()
