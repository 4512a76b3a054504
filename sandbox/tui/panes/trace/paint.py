"""From laid out rows to strips of styled text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from sandbox.i18n import render
from sandbox.i18n.safe import safe
from sandbox.tui.panes.trace.layout import Cell, Placed
from sandbox.tui.panes.trace.model import CLIENT, CONTENT, FAULT, NEGATIVE, NOTE, SERVER, TLS
from sandbox.tui.panes.trace.search import Search
from sandbox.tui.panes.trace.sheet import Sheet

STYLES = ("time", "tls", "clear", "client", "server", "content", "negative", "fault", "note", "rule", "exchange",
          "selected", "match", "again")  # fmt: skip
"""What the style sheet colours: `trace--NAME`."""

_LANES = ("tls", "note", "client", "server", "negative")
_NANOSECONDS = 1_000_000_000


class Painter:
    """Paints the rows of a sheet. `styles` has all of `STYLES` and "base"."""

    def __init__(self, sheet: Sheet, styles: Mapping[str, Style]) -> None:
        self.sheet = sheet
        self.styles = styles
        self.selected = -1
        self.search: Search | None = None

    def strip(self, row: int, height: int, top: bool) -> Strip:
        """The row at one of its heights. At the top of the view the command is repeated when it has scrolled off."""
        sheet, model = self.sheet, self.sheet.model
        placed = sheet.placed(row)
        head = model.head[row]
        under = self._under(row)
        if height >= placed.height:
            return self._line(row, height, "", (), (), under)
        if model.side[head] == NOTE and height == 0:
            return self._note(head, under)
        client, server = placed.at(height, CLIENT), placed.at(height, SERVER)
        if top and client is None:
            left = self._again(row, height, placed)
        else:
            left = self._cell(client, sheet.columns.client, under)
        gap, mark = Segment(" ", under), self._arrow(client, "→ ", under)
        right = self._cell(server, sheet.columns.server, under)
        time = self._time(row, height, placed)
        return self._line(row, height, time, (*left, gap, mark), (self._back(server, under), *right), under)

    def blank(self) -> Strip:
        """Below the last row: the rule between the columns goes on."""
        columns, base = self.sheet.columns, self.styles["base"]
        return Strip([Segment(" " * columns.divide, base), Segment("│", base + self.styles["rule"])])

    # Parts

    def _line(
        self, row: int, height: int, time: str, left: Iterable[Segment], right: Iterable[Segment], under: Style
    ) -> Strip:
        columns, styles = self.sheet.columns, self.styles
        segments = []
        if columns.time:
            segments.append(Segment(time.rjust(columns.time - 1) + " ", under + styles["time"]))
        if columns.lane:
            name, style = self._lane(row, height)
            segments += _fit(name, columns.lane - 1, under + style, under)
            segments.append(Segment(" ", under))
        segments.append(self._margin(row, height, under))
        segments.extend(left or (Segment(" " * (columns.client + 3), under),))
        segments.append(Segment("│", under + styles["rule"]))
        segments.extend(right or (Segment(" " * (columns.server + 2), under),))
        return Strip(segments)

    def _lane(self, row: int, height: int) -> tuple[str, Style]:
        """The connection's name where a row begins, each in a colour of its own."""
        model = self.sheet.model
        number = model.conn[model.head[row]]
        style = self.styles[_LANES[number % len(_LANES)]]
        return (safe(model.name_of(model.head[row])), style) if height == 0 else ("", style)

    def _margin(self, row: int, height: int, under: Style) -> Segment:
        """The bar at the left: heavy under TLS; an arrow head where the selected line begins."""
        model = self.sheet.model
        here = self.selected >= 0 and model.row[self.selected] == row
        if here and self.sheet.placed(row).find(self.selected)[0] == height:
            return Segment("▶ ", under + self.styles["tls"])
        if model.flags[model.head[row]] & TLS:
            return Segment("┃ ", under + self.styles["tls"])
        return Segment("┆ ", under + self.styles["clear"])

    def _time(self, row: int, height: int, placed: Placed) -> str:
        """Seconds since the trace began, where the time is not that of the line above."""
        model = self.sheet.model
        cells = (placed.at(height, side) for side in (CLIENT, SERVER))
        line = next((cell.line for cell in cells if cell and not cell.start), -1)
        if line < 0 or (line != model.head[row] and model.at[line] - model.at[model.head[row]] < _NANOSECONDS):
            return ""
        return f"{model.since(model.at[line]) / _NANOSECONDS:.3f}"

    def _under(self, row: int) -> Style:
        """What lies under a row: the exchange of the selected line is set off from the others."""
        base = self.styles["base"]
        if self.selected >= 0 and self.sheet.model.row[self.selected] == row:
            return base + self.styles["exchange"]
        return base

    def _cell(self, cell: Cell | None, width: int, under: Style) -> list[Segment]:
        if cell is None:
            return [Segment(" " * width, under)]
        style = under + self._style(cell.line)
        if cell.line == self.selected:
            style += self.styles["selected"]
        text = cell.text
        cells = len(text) if text.isascii() else cell_len(text)
        segments = list(self._marked(cell, style)) if self.search else [Segment(text, style)]
        if cells < width:
            segments.append(Segment(" " * (width - cells), style if cell.line == self.selected else under))
        return segments

    def _marked(self, cell: Cell, style: Style) -> Iterable[Segment]:
        """The text of a cell with what the search found set off, also where it runs over into the next line."""
        at, end = cell.start, cell.start + len(cell.text)
        for start, stop in self.search.spans(self.sheet.model.text(cell.line)) if self.search else ():
            start, stop = max(start, at), min(stop, end)
            if start < stop:
                yield Segment(cell.text[at - cell.start : start - cell.start], style)
                yield Segment(cell.text[start - cell.start : stop - cell.start], style + self.styles["match"])
                at = stop
        yield Segment(cell.text[at - cell.start :], style)

    def _style(self, line: int) -> Style:
        model, styles = self.sheet.model, self.styles
        flags = model.flags[line]
        if model.side[line] == NOTE:
            return styles["note"]
        if flags & NEGATIVE:
            return styles["negative"]
        if flags & FAULT:
            return styles["fault"]
        if flags & CONTENT:
            return styles["content"]
        return styles["client"] if model.side[line] == CLIENT else styles["server"]

    def _arrow(self, cell: Cell | None, arrow: str, under: Style) -> Segment:
        if cell is None:
            return Segment("  ", under)
        if cell.start:
            arrow = "↪ "
        elif self.sheet.model.flags[cell.line] & FAULT:
            return Segment("✗ ", under + self.styles["negative"])
        return Segment(arrow, under + self._style(cell.line))

    def _back(self, cell: Cell | None, under: Style) -> Segment:
        """The arrow of a reply; a refusal and a broken reply have a cross instead."""
        if cell is not None and not cell.start and self.sheet.model.flags[cell.line] & NEGATIVE:
            return Segment("✗ ", under + self.styles["negative"])
        return self._arrow(cell, "← ", under)

    def _again(self, row: int, height: int, placed: Placed) -> list[Segment]:
        """The command that the reply at the top of the view belongs to, dimmed."""
        model, width = self.sheet.model, self.sheet.columns.client
        command = model.command_of(row)
        above = model.row[command] != row or placed.find(command)[0] < height
        if model.side[command] != CLIENT or not above or width < 4:
            return [Segment(" " * width, self._under(row))]
        text = f"⋮ {model.text(command)}"
        return list(_fit(text, width, self._under(row) + self.styles["again"], self._under(row)))

    def _note(self, line: int, under: Style) -> Strip:
        """A sentence of ours across both columns."""
        columns, style = self.sheet.columns, self.styles["note"]
        width = columns.total
        text = f"╌╌ {safe(render(self.sheet.model.notes[line]))} ╌╌"
        room = width - columns.time - columns.lane - 2
        before = max((room - cell_len(text)) // 2, 0)
        row = self.sheet.model.row[line]
        segments = [Segment(" " * columns.time, under)]
        if columns.lane:
            name, colour = self._lane(row, 0)
            segments += [*_fit(name, columns.lane - 1, under + colour, under), Segment(" ", under)]
        segments.append(self._margin(row, 0, under))
        segments += [Segment(" " * before, under), Segment(text, under + style)]
        return Strip(segments).adjust_cell_length(width, under)


def _fit(text: str, width: int, style: Style, fill: Style) -> Iterable[Segment]:
    """Text in exactly so many cells."""
    return Strip([Segment(text, style)]).adjust_cell_length(width, fill)


def title(sheet: Sheet, client: tuple[str, str], server: tuple[str, str], styles: Mapping[str, Style]) -> Strip:
    """The line above the trace: who stands in which column, as (word, name) each."""
    columns, base = sheet.columns, styles["base"]
    segments = [Segment("+ s".rjust(columns.time - 1) + " ", base + styles["time"])] if columns.time else []
    segments.append(Segment(" " * (columns.lane + 2), base))
    for (word, name), width, style in ((client, columns.client + 3, "client"), (server, columns.server, "server")):
        strip = Strip(
            [Segment(f"{word}  ", base + styles[style] + Style(bold=True)), Segment(name, base + styles["note"])]
        )
        segments.extend(strip.adjust_cell_length(width, base))
        if style == "client":
            segments += [Segment("│", base + styles["rule"]), Segment("  ", base)]
    return Strip(segments)
