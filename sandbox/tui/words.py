"""From messages and foreign words to content for widgets, which read strings as markup and therefore get none."""

from __future__ import annotations

from textual.content import Content
from textual.style import Style

from sandbox.core.message import Msg
from sandbox.i18n import render
from sandbox.i18n.safe import safe


def words(text: Msg | str) -> str:
    """A message in the language in use, or foreign words; harmless either way."""
    return safe(render(text) if isinstance(text, Msg) else text)


def plain(text: Msg | str, style: str = "") -> Content:
    """Content with one style."""
    return Content.styled(words(text), style)


def prose(text: Msg | str, style: str = "") -> Content:
    """Content of several lines; all else that is not printable is written out."""
    lines = (render(text) if isinstance(text, Msg) else text).split("\n")
    return Content.styled("\n".join(safe(line) for line in lines), style)


def button(text: Msg | str, action: str, style: str = "") -> Content:
    """Content that does something when it is clicked."""
    content = plain(text, style)
    return content.stylize(Style.from_meta({"@click": action}))


def hanging(lead: Content, text: Content, width: int) -> Content:
    """`text` behind `lead`, wrapped so that its other lines stand below its first."""
    indent = lead.cell_length
    first, *others = text.wrap(max(width - indent, 8)) or [Content("")]
    return Content("\n").join([lead + first, *(line.pad_left(indent) for line in others)])
