"""The command line: history, completion in ghost letters, and one line of help above it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

from sandbox.i18n import _
from sandbox.tui.panes.base import Line
from sandbox.tui.ports import Hint, Prompt
from sandbox.tui.words import plain, words

_LONGEST = 8192


class _Completion(Suggester):
    """Asks the session; what fits changes with every reply, so nothing is remembered."""

    def __init__(self, suggest: Callable[[str], str | None]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._suggest = suggest

    async def get_suggestion(self, value: str) -> str | None:
        """The whole line, completed."""
        return self._suggest(value)


class CommandLine(Input):
    """What is typed goes out as it is. `up` and `down` bring back lines that begin like what was typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "history(-1)", show=False),
        Binding("down", "history(1)", show=False),
        Binding("tab", "complete", show=False),
        Binding("pageup", "trace_page(-1)", show=False),
        Binding("pagedown", "trace_page(1)", show=False),
        Binding("ctrl+e", "screen.export", show=False),  # to the end of the line goes End, too
        Binding("ctrl+f", "screen.search", show=False),
    ]

    @dataclass
    class Entered(Message):
        """A line was finished with Enter."""

        line: str

    @dataclass
    class Paging(Message):
        """PageUp or PageDown while typing: they belong to the trace."""

        step: int

    def __init__(self, suggest: Callable[[str], str | None], *, id: str | None = None) -> None:
        super().__init__(
            suggester=_Completion(suggest), select_on_focus=False, compact=True, max_length=_LONGEST, id=id
        )
        self.history: list[str] = []
        self.prefill = ""
        """What a new line begins with. Lines are remembered without it, since it changes from line to line."""
        self.hotkeys: frozenset[str] = frozenset()
        """Printable keys that do something else while the line is empty."""
        self._past = 0
        self._typed = ""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether a key is a letter here, and no binding of the screen's."""
        return (bool(self.value) or key not in self.hotkeys) and super().check_consume_key(key, character)

    def type_character(self, character: str) -> None:
        """A printable key that was pressed somewhere else."""
        self.insert_text_at_cursor(character)

    async def on_key(self, event: events.Key) -> None:
        """A key that does something to the line does it at once.

        By way of the bindings it would first go up to the app and back, and letters that were typed behind Enter would
        be in the line by then: whoever types fast, or pastes, would send two lines as one.
        """
        for binding in self._bindings.key_to_bindings.get(event.key, []):
            event.stop()
            event.prevent_default()
            await self.run_action(binding.action)

    async def action_submit(self) -> None:
        """Hand the line over and begin a new one."""
        line = self.value
        kept = line.removeprefix(self.prefill)
        if kept and (not self.history or self.history[-1] != kept):
            self.history.append(kept)
        self._past = len(self.history)
        self._typed = ""
        self.value = ""
        self.post_message(self.Entered(line))

    def action_history(self, step: int) -> None:
        """An older or newer line that begins with what was typed."""
        past = min(self._past, len(self.history))
        if past == len(self.history):
            self._typed = self.value.removeprefix(self.prefill)
        while 0 <= past + step <= len(self.history):
            past += step
            line = self.history[past] if past < len(self.history) else self._typed
            if past == len(self.history) or line.startswith(self._typed):
                self._past = past
                self.value = self.prefill + line
                self.cursor_position = len(self.value)
                return

    def begin(self, prefill: str) -> None:
        """A new line, if nothing was typed meanwhile."""
        self.prefill = prefill
        if not self.value:
            self.value = prefill
            self.cursor_position = len(prefill)

    def action_complete(self) -> None:
        """Take the ghost letters."""
        self.action_end()
        self.action_cursor_right()

    def action_trace_page(self, step: int) -> None:
        """Page the trace without leaving the command line."""
        self.post_message(self.Paging(step))


class PromptLabel(Line):
    """What stands before the command line."""

    prompt = Prompt("")

    def show(self, prompt: Prompt) -> None:
        """Show another label and take the room it needs."""
        self.prompt = prompt
        self.styles.width = self.left().cell_length
        self.refresh()

    def left(self) -> Content:
        """The label and the edge of the line."""
        style = "$warning" if self.prompt.answering else "$accent"
        return Content.assemble(" ", plain(self.prompt.label, f"bold {style}"), (" ▏", style))


class HintBar(Line):
    """A syntax, what it does, and words that fit."""

    hint = Hint()

    def show(self, hint: Hint) -> None:
        """Show another hint; nothing is painted when it is the same."""
        if hint != self.hint:
            self.hint = hint
            self.refresh()

    def left(self) -> Content:
        """Syntax, meaning, choices."""
        hint = self.hint
        parts = [plain(hint.usage, "bold"), plain(hint.about, "$muted")]
        if hint.choices:
            lead = plain(_("fits here: ") if hint.usage else "", "$muted")
            parts.append(Content.assemble(lead, plain("  ".join(map(words, hint.choices)))))
        return Content.assemble(" ", Content("   ").join([part for part in parts if part]))
