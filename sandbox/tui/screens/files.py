"""Which transcript: those that ship, those that were recorded here, or any path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from sandbox.i18n import _, render
from sandbox.record.errors import RecordError
from sandbox.resources import data_folder, transcripts
from sandbox.tui.screens.question import Said
from sandbox.tui.words import plain

_MOST = 200


class Files(ModalScreen[Screen[None]]):
    """A list, and a line for a path. Its result is the screen that `enter` made of the file that was chosen.

    `enter` raises `RecordError` where that is not possible.
    """

    AUTO_FOCUS = "OptionList"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", show=False)]

    def __init__(self, enter: Callable[[Path], Screen[None]]) -> None:
        super().__init__()
        self._enter = enter
        self._paths = list(_known())[:_MOST]
        self.wrong = Said("", "$error")

    def compose(self) -> ComposeResult:
        """The box."""
        with Vertical(id="files"):
            yield Said(_("Replay a transcript"), "bold")
            yield OptionList(*(Option(_row(path)) for path in self._paths), markup=False)
            yield Said(_("or the path of a file; packet captures and logs are welcome, too:"), "$muted")
            yield Input(compact=True)
            yield self.wrong
            yield Said(_("Enter opens, Tab to the path, Esc back"), "$muted")

    @on(OptionList.OptionSelected)
    def chosen(self, event: OptionList.OptionSelected) -> None:
        """One of the list."""
        self._open(self._paths[event.option_index])

    @on(Input.Submitted)
    def typed(self, event: Input.Submitted) -> None:
        """Any other."""
        self._open(Path(event.value).expanduser())

    def _open(self, path: Path) -> None:
        try:
            screen = self._enter(path)
        except RecordError as error:
            self.wrong.say(render(error.said))
            return
        self.dismiss(screen)


def _known() -> Iterator[Path]:
    """What was recorded here, the newest first; then what ships."""
    yield from sorted((data_folder() / "transcripts").glob("*.jsonl"), reverse=True)
    yield from sorted(transcripts().glob("*.jsonl"))


def _row(path: Path) -> Content:
    return Content.assemble(" ", plain(path.stem), "  ", plain(str(path.parent), "$muted"))
