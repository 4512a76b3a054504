"""Breaking a shown line into pieces that fit a column.

Pieces end at a space where that does not waste more than half a column; nothing is lost or moved: what stands on the
screen, read in order, is what went over the wire.
"""

from __future__ import annotations

from rich.cells import cell_len, get_character_cell_size


def breaks(text: str, width: int) -> list[int]:
    """Where the pieces of `text` end (the last is its length). A space that is broken at may hang over by one cell."""
    if text.isascii():
        return _ascii_breaks(text, width)
    return _cell_breaks(text, width)


def pieces(text: str, width: int) -> list[tuple[int, str]]:
    """The pieces, each with where it begins; the space a piece was broken at is left out."""
    if len(text) <= width and (text.isascii() or cell_len(text) <= width):
        return [(0, text)]
    start, found = 0, []
    for stop in breaks(text, width):
        found.append((start, text[start:stop].rstrip(" ") if stop < len(text) else text[start:stop]))
        start = stop
    return found


def _ascii_breaks(text: str, width: int) -> list[int]:
    start, length, found = 0, len(text), []
    while length - start > width:
        space = text.rfind(" ", start + (width >> 1), start + width + 1)
        start = space + 1 if space >= 0 else start + width
        found.append(start)
    if start < length or not found:
        found.append(length)
    return found


def _cell_breaks(text: str, width: int) -> list[int]:
    """The same for text with characters that take no or two cells."""
    found: list[int] = []
    cells = start = 0
    space = -1
    at = 0
    while at < len(text):
        size = get_character_cell_size(text[at])
        hangs = text[at] == " " and cells == width
        if cells + size > width and at > start and not hangs:
            start = at = space if space > start and cell_len(text[start:space]) > width >> 1 else at
            found.append(start)
            cells = 0
            space = -1
            continue
        cells += size
        at += 1
        if text[at - 1] == " ":
            space = at
    if start < len(text) or not found:
        found.append(len(text))
    return found
