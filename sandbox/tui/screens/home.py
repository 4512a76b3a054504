"""The home screen: continue, lessons, free play, replay, a real mail program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from sandbox.core.message import N_
from sandbox.i18n import LANGUAGES, _, language
from sandbox.tui.actions import APP, Action
from sandbox.tui.panes.base import Page
from sandbox.tui.panes.heading import HeadingBar
from sandbox.tui.panes.keys import KeyBar
from sandbox.tui.ports import Heading
from sandbox.tui.words import plain

if TYPE_CHECKING:
    from sandbox.tui.lessons import Card, Shelf

_MARGIN = 3
_MINUTES, _PROGRESS = 9, 8
_IDLE = 0.5
"""Seconds until the rest of the program is loaded behind the menu."""

_ABOUT_FROM = 84
"""Columns from which on there is room to say what the entries do."""

_PROTOCOLS = ("pop3", "smtp", "imap")
_TRACKS = {"ORIENTATION": N_("Orientation"), "COMPARE": N_("Compare"), "CAPSTONE": N_("Capstone")}
"""The tracks that are called by a word; the others bear the name of their protocol."""

_ENTRIES = (
    ("replay", N_("Replay a transcript"), N_("recordings, packet captures, logs")),
    ("serve", N_("Connect a real mail program"), N_("real ports, every octet shown")),
)


class _Brand(Page):
    """Name and what it is for."""

    def content(self, width: int) -> Content:
        """Two lines."""
        about = plain(_("SMTP, POP3 and IMAP: type the real bytes, watch the real answers."), "$muted")
        return Content("\n").join([plain("✉  mail-sandbox", "bold $accent"), about.pad_left(_MARGIN)])


class Home(Screen[None]):
    """A menu. Lessons appear when they have been read from disk, behind the first paint."""

    AUTO_FOCUS = "#menu"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "app.quit", show=False)]

    def __init__(self) -> None:
        super().__init__()
        self.shelf: Shelf | None = None
        self.menu = OptionList(id="menu", markup=False)
        self.keys = KeyBar(self.available)
        self._moved = False

    def compose(self) -> ComposeResult:
        """Brand, menu, keys."""
        heading = HeadingBar()
        heading.heading = Heading("", "")
        yield heading
        with Vertical(id="center"), Vertical(id="home"):
            yield _Brand(id="brand")
            yield self.menu
        yield self.keys

    def on_mount(self) -> None:
        """What is known already; the rest behind the first paint."""
        self._fill()
        self.keys.refresh_keys()
        self.call_after_refresh(self.reload)
        self.set_timer(_IDLE, _warm_up)

    def on_screen_resume(self) -> None:
        """Back from a session: there may be progress."""
        if self.shelf is not None:
            self.reload()

    def reload(self) -> None:
        """Read lessons and progress."""
        from sandbox.tui.lessons import Shelf

        self.shelf = Shelf.read()
        self._fill()

    def relabel(self) -> None:
        """The language changed."""
        self._fill()

    def available(self) -> list[Action]:
        """Only what works everywhere."""
        return list(APP)

    def on_resize(self) -> None:
        """Entries have columns."""
        self._fill()

    # The menu

    @property
    def _width(self) -> int:
        """Cells of an entry."""
        return max(min(self.size.width, 92) - 5, 20)

    def _fill(self) -> None:
        before = self.menu.highlighted_option if self._moved else None
        self.menu.clear_options()
        options = list(self._options())
        self.menu.add_options(options)
        places = {option.id: at for at, option in enumerate(options) if not option.disabled}
        first = next(iter(places.values()), None)
        self.menu.highlighted = places.get(before.id, first) if before is not None else first

    def on_key(self) -> None:
        """From now on the highlight is somebody's choice, and stays when the menu is written anew."""
        self._moved = True

    def _options(self) -> Iterator[Option]:
        following = self.shelf.following if self.shelf is not None else None
        if following is not None:
            how = _("Continue") if following.started else _("Begin")
            yield self._entry(f"following:{following.path}", f"{how}: {following.title()}", self._place(following))
        yield _heading(_("Without a lesson"))
        for name in _PROTOCOLS:
            title = _("Free play: {protocol}").format(protocol=name.upper())
            yield self._entry(f"play:{name}", title, _("type to a server, watch it answer"))
        for name, title, about in _ENTRIES:
            yield self._entry(name, _(title), _(about))
        if self.shelf is not None:
            for track, cards in self.shelf.tracks():
                yield _heading(_(_TRACKS[track]) if track in _TRACKS else track)
                for card in cards:
                    yield self._card(card)
        yield _heading(_("Settings"))
        other = next(code for code in LANGUAGES if code != language())
        yield self._entry("language", _("Language: {name}").format(name=LANGUAGES[language()]), f"→ {LANGUAGES[other]}")
        yield self._entry("quit", _("Quit"), "")

    def _place(self, card: Card) -> str:
        if not card.started:
            return _("{minutes} minutes").format(minutes=card.minutes)
        return _("step {number} of {total}").format(number=min(card.done + 1, card.steps), total=card.steps)

    def _card(self, card: Card) -> Option:
        mark, style = ("✓", "$success") if card.passed else ("▸", "$warning") if card.started else ("·", "$muted")
        minutes = plain(_("{minutes} min").format(minutes=card.minutes), "$muted").right(_MINUTES)
        progress = plain(f"{card.done}/{card.steps}" if card.started or card.passed else "", style).right(_PROGRESS)
        room = self._width - _MARGIN - 2 - _MINUTES - _PROGRESS
        title = plain(card.title()).truncate(room, ellipsis=True)
        title = title.extend_right(room - title.cell_length)
        return Option(
            Content.assemble(" " * _MARGIN, (f"{mark} ", style), title, minutes, progress), id=f"lesson:{card.path}"
        )

    def _entry(self, name: str, title: str, about: str) -> Option:
        left = plain(title)
        says = plain(about, "$muted") if self._width >= _ABOUT_FROM - 5 or len(about) < 20 else Content("")
        room = max(self._width - _MARGIN - left.cell_length - says.cell_length, 1)
        return Option(Content.assemble(" " * _MARGIN, left, " " * room, says), id=name)

    @on(OptionList.OptionSelected)
    def chosen(self, event: OptionList.OptionSelected) -> None:
        """Do what the entry says."""
        from sandbox.tui.doors import enter  # start-up: the menu itself needs none of this

        enter(self.app, event.option_id or "")


def _heading(text: str) -> Option:
    return Option(Content.assemble("\n ", plain(text, "bold")), disabled=True)


def _warm_up() -> None:
    from sandbox.tui.doors import warm_up  # start-up: see above

    warm_up()
