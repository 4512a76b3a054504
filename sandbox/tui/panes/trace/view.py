"""The widget that shows a trace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from sandbox.i18n import _
from sandbox.i18n.safe import safe
from sandbox.tui.panes.trace.model import CLIENT, SERVER, TraceModel
from sandbox.tui.panes.trace.paint import STYLES, Painter, title
from sandbox.tui.panes.trace.search import Search
from sandbox.tui.panes.trace.sheet import EVERYTHING, Sheet

_FRAMES = 30
"""How many times a second new lines are shown, at most."""


class TraceView(ScrollView, can_focus=True):
    """Two columns, an exchange a row. Follows the end until somebody chooses a line or scrolls up."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"trace--{name}" for name in STYLES}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("left", "side(0)", show=False),
        Binding("right", "side(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(0)", show=False),
        Binding("end", "edge(-1)", show=False),
        Binding("enter", "inspect", show=False),
    ]

    @dataclass
    class Selected(Message):
        """A line was chosen (-1: none, the newest counts)."""

        view: TraceView
        line: int

    @dataclass
    class Inspect(Message):
        """Somebody wants to see what a line is made of."""

        view: TraceView
        line: int

    @dataclass
    class Laid(Message):
        """The columns have new widths."""

        view: TraceView

    def __init__(self, model: TraceModel, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.sheet = Sheet(model)
        self.follow = True
        self.selected = -1
        self._height = 0
        self.search: Search | None = None
        self.spacing = 0
        self.replayed = False
        """Left, right, Home and End belong to the replay."""
        self._painter: Painter | None = None
        self._strips: LRUCache[tuple[int, int, bool], Strip] = LRUCache(1024)

    def on_mount(self) -> None:
        """Look for new lines at a steady rate, instead of being told about each."""
        self.set_interval(1 / _FRAMES, self.flush)

    # New lines

    def flush(self) -> None:
        """Show what the model got since the last time."""
        if not self.is_attached or not self.size.width:
            return
        generation, columns = self.sheet.model.generation, self.sheet.columns
        if self.sheet.update():
            if self.sheet.columns != columns:
                self.post_message(self.Laid(self))
            if self.selected >= self.sheet.limit or generation != self.sheet.model.generation:
                self.selected = -1
            self._repaint()

    def show_model(self, model: TraceModel) -> None:
        """Show another trace."""
        unfolded = self.sheet.unfolded
        self.sheet = Sheet(model)
        self.selected, self.follow, self._painter = -1, True, None
        self.sheet.unfolded = unfolded
        self.sheet.fit(self.scrollable_content_region.width, self.spacing)
        self.sheet.update()
        self._repaint()
        self.post_message(self.Laid(self))

    def show_connection(self, conn: str | None) -> None:
        """Show one connection, or all of them."""
        self.sheet.show_connection(conn)
        self.choose(self.selected if self.sheet.shows(self.selected) else -1)
        self._repaint()

    def unfold(self) -> None:
        """Show the segments that began and ended connections, or fold them away again."""
        self.sheet.unfold(not self.sheet.unfolded)
        self._repaint()
        if self.selected >= 0:
            self._bring(self.selected)

    def show_until(self, limit: int = EVERYTHING) -> None:
        """Show the lines before `limit` as if the others had not come yet."""
        self.sheet.show_until(limit)
        self.sheet.update()
        self._repaint()

    def on_resize(self) -> None:
        """Lay out for the new size: what stood at the top stays there, what was selected and seen is still seen."""
        sheet, seen = self.sheet, self._sees_selected(self._height)
        self._height = self.scrollable_content_region.height
        top = sheet.find(self.scroll_offset.y)[0] if len(sheet) else 0
        laid = sheet.fit(self.scrollable_content_region.width, self.spacing)
        self._repaint()
        if laid:
            self.post_message(self.Laid(self))
            if not self.follow and len(sheet):
                self.scroll_to(y=sheet.heights.offset(sheet.position(top)), animate=False)
        if seen:
            self._bring(self.selected)

    def _sees_selected(self, height: int) -> bool:
        """Whether the selected line is in a view of that height."""
        if self.selected < 0:
            return False
        first, _count = self.sheet.region(self.selected)
        return self.scroll_offset.y <= first < self.scroll_offset.y + height

    def space_out(self, lines: int) -> None:
        """Leave so many empty lines after each exchange."""
        self.spacing = lines
        if self.sheet.fit(self.scrollable_content_region.width, lines):
            self._repaint()

    def relabel(self) -> None:
        """The language changed."""
        self._repaint()

    def _repaint(self) -> None:
        self._strips.clear()
        self.virtual_size = Size(self.scrollable_content_region.width, self.sheet.heights.total)
        if self.follow and not self.is_vertical_scrollbar_grabbed:
            self.scroll_to(y=self.max_scroll_y, animate=False)
        self.refresh()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that belong to the replay go on to the screen."""
        return not (self.replayed and action in ("side", "edge"))

    # Choosing a line

    def choose(self, line: int) -> None:
        """Select a line and bring it into view; -1 selects none."""
        if line == self.selected:
            return
        self.selected = line
        self._strips.clear()
        if line >= 0:
            self._bring(line)
            self.follow = False
        self.refresh()
        self.post_message(self.Selected(self, line))

    def _bring(self, line: int) -> None:
        first, count = self.sheet.region(line)
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        if first < top or count >= height:
            self.scroll_to(y=first, animate=False)
        elif first + count > top + height:
            self.scroll_to(y=first + count - height, animate=False)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Whoever scrolls up stops following; whoever comes back to the end follows again."""
        super().watch_scroll_y(old_value, new_value)
        self.follow = new_value >= self.max_scroll_y

    def action_move(self, step: int) -> None:
        """One line up or down; from no line, the last one."""
        if self.selected < 0:
            self.choose(self.sheet.edge(-1))
        else:
            self.choose(self.sheet.neighbour(self.selected, step))

    def action_side(self, side: int) -> None:
        """The other column of the same exchange."""
        if self.selected < 0:
            self.choose(self.sheet.edge(-1))
            return
        model = self.sheet.model
        lines = [line for line in model.lines(model.row[self.selected]) if model.side[line] == side]
        if model.side[self.selected] != side and lines and lines[0] < self.sheet.limit:
            self.choose(lines[0])

    def action_page(self, step: int) -> None:
        """A screenful up or down."""
        if not len(self.sheet):
            return
        page = max(self.scrollable_content_region.height - 1, 1)
        here = self.scroll_offset.y
        if self.selected >= 0:
            here = self.sheet.region(self.selected)[0]
        y = min(max(here + step * page, 0), self.sheet.heights.total - 1)
        self.choose(self.sheet.line_at(y, self._side()))

    def action_edge(self, end: int) -> None:
        """The first line, or the last (and follow the end again)."""
        self.choose(self.sheet.edge(end))
        if end:
            self.scroll_to(y=self.max_scroll_y, animate=False)
            self.follow = True

    def action_inspect(self) -> None:
        """Ask for the bytes of the selected line."""
        if self.selected < 0:
            self.choose(self.sheet.edge(-1))
        self.post_message(self.Inspect(self, self.selected))

    def _side(self) -> int:
        return self.sheet.model.side[self.selected] if self.selected >= 0 else SERVER

    def find(self, search: Search | None, step: int = 1) -> int:
        """Mark all lines that match; the next one (or the one before, step -1), -1 when there is none."""
        self.search = search
        self._strips.clear()
        self.refresh()
        return search.next(self.sheet, self.selected, step) if search is not None else -1

    def on_click(self, event: events.Click) -> None:
        """A click selects, a double click inspects."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        side = CLIENT if offset.x < self.sheet.columns.divide else SERVER
        line = self.sheet.line_at(self.scroll_offset.y + offset.y, side)
        if line >= 0:
            self.choose(line)
            if event.chain == 2:
                self.action_inspect()

    # Painting

    def notify_style_update(self) -> None:
        """Colours changed: forget all strips."""
        super().notify_style_update()
        self._painter = None
        self._strips.clear()

    @property
    def styles_by_name(self) -> dict[str, Style]:
        """The colours of the style sheet."""
        styles = {name: self.get_component_rich_style(f"trace--{name}", partial=True) for name in STYLES}
        return {"base": self.rich_style, **styles}

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        if self._painter is None:
            self._painter = Painter(self.sheet, self.styles_by_name)
        painter = self._painter
        painter.selected, painter.search = self.selected, self.search
        width = self.scrollable_content_region.width
        at = self.scroll_offset.y + y
        if not len(self.sheet) or at >= self.sheet.heights.total:
            return painter.blank().adjust_cell_length(width, painter.styles["base"])
        row, into = self.sheet.find(at)
        key = (row, into, y == 0)
        strip = self._strips.get(key)
        if strip is None:
            strip = painter.strip(*key).adjust_cell_length(width, painter.styles["base"])
            self._strips[key] = strip
        return strip


class TraceTitle(Widget):
    """The line above a trace that names its two columns."""

    ALLOW_SELECT = False

    def __init__(self, view: TraceView) -> None:
        super().__init__()
        self._view = view
        self.client = self.server = ""

    def relabel(self) -> None:
        """The language changed, or the columns did."""
        self.refresh()

    def name_ends(self, client: str, server: str) -> None:
        """Say who stands in the columns."""
        self.client, self.server = safe(client), safe(server)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The only line."""
        styles = {**self._view.styles_by_name, "base": self.rich_style}
        strip = title(self._view.sheet, (_("CLIENT"), self.client), (_("SERVER"), self.server), styles)
        return strip.adjust_cell_length(self.size.width, styles["base"])
