"""What to type into other programs. A click on a line copies it, where the terminal lets programs do that."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from sandbox.i18n import _
from sandbox.tui.panes.base import Page
from sandbox.tui.ports import Manual
from sandbox.tui.words import button, hanging, plain, words


class _Lines(Page):
    can_focus = True

    def __init__(self, manual: Manual) -> None:
        super().__init__()
        self._manual = manual

    def content(self, width: int) -> Content:
        """Program after program."""
        manual = self._manual
        blocks = [plain(manual.title, "bold underline"), plain(manual.about)]
        number = 0
        for program, lines in manual.programs:
            block = [plain(program, "bold $accent")]
            for line in lines:
                block.append(hanging(Content("  "), button(line, f"screen.copy({number})"), width))
                number += 1
            blocks.append(Content("\n").join(block))
        blocks.append(plain(_("Click a line to copy it. Esc: watch what happens. F2: back here."), "$muted"))
        return Content("\n\n").join(blocks)


class Instructions(ModalScreen[None]):
    """Over the main screen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f2,enter", "dismiss", show=False)]

    def __init__(self, manual: Manual) -> None:
        super().__init__()
        self._manual = manual

    def compose(self) -> ComposeResult:
        """One page that scrolls."""
        with Vertical(id="manual"):
            yield _Lines(self._manual)

    def action_copy(self, number: int) -> None:
        """Put a line into the clipboard."""
        lines = [line for _program, lines in self._manual.programs for line in lines]
        self.app.copy_to_clipboard(lines[number])
        self.notify(_("Copied: {line}").format(line=words(lines[number])), markup=False)
