"""Export: which form, which file, with or without secrets. The work is done behind the screen and can be stopped."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Checkbox, Input, OptionList
from textual.widgets.option_list import Option

from sandbox.i18n import _, render
from sandbox.record.errors import RecordError, reason
from sandbox.record.export import FORMATS, Format
from sandbox.record.export.save import save
from sandbox.record.whole import replacing
from sandbox.tui.ports import Exportable
from sandbox.tui.screens.question import Said
from sandbox.tui.words import plain
from sandbox.world.protocols import PROTOCOLS

_RAIL = 30
"""Cells of the bar."""


class _Stopped(Exception):
    """The user does not want it any more."""


class Export(ModalScreen[None]):
    """A list of forms, a line for the path, a box to tick. Enter writes, Esc stops what is being written, or leaves."""

    AUTO_FOCUS = "OptionList"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]

    def __init__(self, exportable: Exportable) -> None:
        super().__init__()
        self._exportable = exportable
        self._stop = Event()
        self._writing = False
        self._asked: Path | None = None
        self.told = Said("", "$error")

    def compose(self) -> ComposeResult:
        """The box."""
        with Vertical(id="export"):
            yield Said(_("Export"), "bold")
            yield OptionList(*(Option(_row(each)) for each in FORMATS), markup=False)
            yield Said(_("to the file"), "$muted")
            yield Input(str(Path.cwd() / f"{self._exportable.name}{FORMATS[0].suffix}"), compact=True)
            yield Checkbox(Content(_("write x for every octet of a password")), compact=True)
            yield self.told
            yield Said(_("Enter writes, Tab to the next field, Esc stops or leaves"), "$muted")

    def on_unmount(self) -> None:
        """Whatever is being written stops when the screen goes."""
        self._stop.set()

    @on(OptionList.OptionHighlighted)
    def highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Another form: the file is called after it."""
        line = self.query_one(Input)
        path = Path(line.value)
        if path.suffix in {each.suffix for each in FORMATS}:
            line.value = str(path.with_suffix(FORMATS[event.option_index].suffix))

    @on(OptionList.OptionSelected)
    @on(Input.Submitted)
    def begin(self) -> None:
        """Write, if nothing is in the way; a file that is there needs a second Enter."""
        if self._writing:
            return
        path = Path(self.query_one(Input).value).expanduser()
        chosen = FORMATS[self.query_one(OptionList).highlighted or 0]
        if path.is_file() and path != self._asked:
            self._asked = path
            self._say(_("This file exists. Enter once more writes over it."), "$warning")
            return
        self._writing = True
        self._stop.clear()
        redact = self.query_one(Checkbox).value
        self.run_worker(partial(self._write, path, chosen, redact), thread=True, exit_on_error=False)

    def action_leave(self) -> None:
        """Stop, or leave where nothing is being written."""
        if self._writing:
            self._stop.set()
        else:
            self.dismiss()

    # In another thread

    def _write(self, path: Path, chosen: Format, redact: bool) -> None:
        """Write the file, and tell how far it is. The screen may be gone meanwhile: then nothing is said any more."""
        try:
            with self._exportable.read() as transcript, replacing(path) as file:
                save(transcript, PROTOCOLS, chosen, file, redact=redact, told=self._progress)
        except _Stopped:
            self._from_thread(self._failed, _("Stopped. Nothing was written."))
        except RecordError as error:
            self._from_thread(self._failed, render(error.said))
        except OSError as error:
            self._from_thread(self._failed, _("This cannot be written: {reason}").format(reason=reason(error)))
        else:
            self._from_thread(self._done, path)

    def _progress(self, done: int, of: int) -> None:
        if self._stop.is_set():
            raise _Stopped
        full = done * _RAIL // max(of, 1)
        bar = f"{'━' * full}{'─' * (_RAIL - full)} {done * 100 // max(of, 1)} %"
        self._from_thread(self._say, bar, "$accent")

    def _from_thread(self, call: Callable[..., None], *values: object) -> None:
        if self.is_attached:
            self.app.call_from_thread(call, *values)

    # In the loop of the interface

    def _say(self, text: str, style: str = "$error") -> None:
        self.told.restyle(style)
        self.told.say(text)

    def _failed(self, text: str) -> None:
        self._writing = False
        self._say(text)

    def _done(self, path: Path) -> None:
        self.notify(_("Written: {path}").format(path=path), markup=False)
        self.dismiss()


def _row(chosen: Format) -> Content:
    return Content.assemble(" ", plain(chosen.suffix.ljust(9), "bold $accent"), plain(_(chosen.about)))
