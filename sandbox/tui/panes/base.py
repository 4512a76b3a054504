"""What the panes share: a line of content, and a page of content that scrolls."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget


class Line(Widget):
    """One line, left and right. Subclasses say what stands there, each time anew, in the language of the moment."""

    ALLOW_SELECT = False
    auto_links = False

    def left(self) -> Content:
        """What stands at the left; it is shortened when there is no room."""
        return Content("")

    def right(self) -> Content:
        """What stands at the right, and keeps its room."""
        return Content("")

    def relabel(self) -> None:
        """Say everything again."""
        self.refresh()

    def render(self) -> Content:
        """Both ends."""
        width = self.content_size.width
        right = self.right()
        left = self.left().truncate(max(width - right.cell_length - (1 if right else 0), 0), ellipsis=True)
        return Content.assemble(left, " " * max(width - left.cell_length - right.cell_length, 0), right)


class Page(ScrollView):
    """Content that is wrapped to the width and scrolls. Subclasses build it in `content`."""

    ALLOW_SELECT = False
    auto_links = False
    can_focus = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._laid: list[Strip] | None = None

    def content(self, width: int) -> Content:
        """What the page says, for a width in cells."""
        raise NotImplementedError

    def relabel(self) -> None:
        """Say everything again."""
        self._laid = None
        if self.is_attached and self.display:
            self._lay()
            self.refresh()

    def on_resize(self) -> None:
        """Wrap for the new width."""
        self.relabel()

    def notify_style_update(self) -> None:
        """Colours changed."""
        super().notify_style_update()
        self._laid = None

    def _lay(self) -> list[Strip]:
        width = self.scrollable_content_region.width
        if self._laid is None:
            strips = Visual.to_strips(self, self.content(width), width, None, self.visual_style) if width else []
            self._laid = strips
            self.virtual_size = Size(width, len(strips))
        return self._laid

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width = self.scrollable_content_region.width
        strips, at = self._lay(), self.scroll_offset.y + y
        if at >= len(strips):
            return Strip.blank(width, self.rich_style)
        return strips[at].adjust_cell_length(width, self.rich_style)
