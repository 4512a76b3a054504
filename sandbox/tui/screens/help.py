"""Help: what the marks mean, and every key. The keys come from the table of actions."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen, Screen

from sandbox.core.message import N_
from sandbox.i18n import _
from sandbox.tui.actions import APP, Action
from sandbox.tui.panes.base import Page
from sandbox.tui.words import hanging, plain

_KEY, _TITLE = 11, 14

_MARKS = (
    ("→", "$primary", N_("a line from the client")),
    ("←", "$success", N_("a line from the server")),
    ("✗", "$error", N_("a refusal, or a line that breaks the grammar")),
    ("↪", "$muted", N_("the line above, continued: it was too long")),
    ("⋮", "$muted", N_("the command that these replies answer; it has scrolled off")),
    ("┃", "$warning", N_("under TLS: an eavesdropper cannot read it")),
    ("┆", "$muted", N_("in clear text: everybody on the way can read it")),
    ("\\x1b", "$muted", N_("an octet that could harm your terminal, written out")),
)

_TYPING = (
    ("Enter", N_("send the line, exactly as typed, with CRLF")),
    ("Tab", N_("take the ghost letters")),
    ("↑ ↓", N_("lines typed before; type some letters first to choose among them")),
    ("PgUp PgDn", N_("page the trace without leaving the command line")),
    ("@connect", N_("directives begin with @: @connect @close @wait 10m @raw 'a\\n' @next; @@ sends an @")),
)


class _Keys(Page):
    can_focus = True

    def __init__(self, actions: list[Action]) -> None:
        super().__init__()
        self._actions = actions

    def content(self, width: int) -> Content:
        """Keys, typing, marks."""
        lines = [_title(N_("Keys"))]
        for action in self._actions:
            key = plain(action.shown.ljust(_KEY), "bold $accent")
            lead = Content.assemble(key, plain(_(action.title).ljust(_TITLE), "bold"), " ")
            lines.append(hanging(lead, plain(_(action.about)), width))
        lines += [Content(""), _title(N_("Typing"))]
        lines += [_row(key, _(about), "bold $accent", width) for key, about in _TYPING]
        lines += [Content(""), _title(N_("Marks in the trace"))]
        lines += [_row(mark, _(about), style, width) for mark, style, about in _MARKS]
        return Content("\n").join(lines)


class Help(ModalScreen[None]):
    """About the screen below."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,enter", "dismiss", show=False)]

    def __init__(self, below: Screen[object]) -> None:
        super().__init__()
        available = getattr(below, "available", None)
        self._actions = list(available() if available is not None else APP)

    def compose(self) -> ComposeResult:
        """One page that scrolls."""
        with Vertical(id="help"):
            yield _Keys(self._actions)


def _title(text: str) -> Content:
    return plain(_(text), "bold underline")


def _row(sign: str, about: str, style: str, width: int) -> Content:
    return hanging(plain(sign.ljust(_KEY), style), plain(about), width)
