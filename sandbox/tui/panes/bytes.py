"""The bytes pane: every octet of the selected line in hexadecimal and as text, with what it is and who says so."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from textual.content import Content

from sandbox.i18n import _, ngettext
from sandbox.i18n.safe import safe
from sandbox.tui.panes.base import Page
from sandbox.tui.ports import Anatomy, Text, Token
from sandbox.tui.words import hanging, plain, words

_MOST = 4096
"""Octets of a line that are taken apart on the screen."""

_NARROW, _WIDE_FROM, _NAME = 8, 72, 16
_COLOURS = ("$primary", "$success")


class BytesPane(Page):
    """Shows an `Anatomy`."""

    anatomy: Anatomy | None = None

    def show(self, anatomy: Anatomy | None) -> None:
        """Take another line apart."""
        if anatomy != self.anatomy:
            self.anatomy = anatomy
            self.scroll_home(animate=False)
            self.relabel()

    def content(self, width: int) -> Content:
        """What the whole is, then each token."""
        anatomy = self.anatomy
        if anatomy is None:
            return plain(_("Select a line of the trace to see what it is made of."), "$muted")
        lines = [Content.assemble(" ", plain(anatomy.about, "bold"), "  ", _cite(anatomy, width))]
        if anatomy.fault:
            lines.append(Content.assemble(" ", plain("✗ ", "$error"), plain(self._fault(anatomy), "$error")))
        stop = min(anatomy.last, anatomy.first + _MOST)
        shown = [token for token in anatomy.tokens if token.stop > anatomy.first and token.start < stop]
        across = _NARROW if width < _WIDE_FROM * 2 else _NARROW * 2
        widest = max((min(token.stop, stop) - token.start for token in shown), default=1)
        named = min(max((len(token.name) for token in shown), default=0), _NAME)
        columns = min(across, max(widest, 4)), named, width
        for number, token in enumerate(shown):
            lines += _rows(anatomy, token, stop, columns, _COLOURS[number % len(_COLOURS)])
        if stop < anatomy.last:
            more = anatomy.last - stop
            lines.append(
                plain(ngettext("… {count} more octet", "… {count} more octets", more).format(count=more), "$muted")
            )
        if anatomy.follows:
            lines.append(Content.assemble((" " + _("May follow") + "  ", "$muted"), _listed(anatomy.follows)))
        return Content("\n").join(lines)

    def _fault(self, anatomy: Anatomy) -> str:
        return _("at octet {number}: {what}").format(number=anatomy.fault_at, what=words(anatomy.fault))


def _rows(anatomy: Anatomy, token: Token, stop: int, columns: tuple[int, int, int], colour: str) -> Iterator[Content]:
    """The lines of a token: octets and text in columns; name, meaning and section beside them.

    `columns` are how many octets stand on a line, the room for names, and the width of the pane.
    """
    across, room, width = columns
    start, end = max(token.start, anatomy.first), min(token.stop, stop)
    left = [
        _octets(anatomy.raw[at : min(at + across, end)], at - anatomy.first, across, colour)
        for at in range(start, end, across)
    ]
    blank = Content(" " * left[0].cell_length)
    right = hanging(plain(token.name.ljust(room) + "  ", "bold"), _meaning(token), width - blank.cell_length).split(
        "\n"
    )
    for octets, meaning in zip_longest(left, right, fillvalue=None):
        yield (octets or blank) + (meaning or Content(""))


def _octets(octets: bytes, at: int, across: int, colour: str) -> Content:
    return Content.assemble(
        (f" {at:>5x}  ", "$muted"),
        (octets.hex(" ").ljust(across * 3), colour),
        plain(_text(octets).ljust(across), f"bold {colour}"),
        "  ",
    )


def _text(octets: bytes) -> str:
    """Octets one by one: a cell each, with a dot for what has no picture."""
    return "".join(chr(octet) if 0x20 <= octet < 0x7F else "·" for octet in octets)


def _meaning(token: Token) -> Content:
    ref = f"{token.ref.document} §{token.ref.section}" if token.ref.section else token.ref.document
    said = plain(f" = {token.decoded}", "bold $success") if token.decoded else Content("")
    return Content.assemble(plain(token.about), said, "  ", (safe(ref), "$muted"))


def _cite(anatomy: Anatomy, width: int) -> Content:
    ref = anatomy.ref
    section = f" §{ref.section}" if ref.section else ""
    title = f" {ref.title}" if ref.title and width >= _WIDE_FROM else ""
    return plain(f"{ref.document}{section}{title}", "$muted")


def _listed(follows: tuple[tuple[bool, Text], ...]) -> Content:
    marks = {True: ("✓ ", "$success"), False: ("✗ ", "$error")}
    return Content("   ").join([Content.assemble(marks[good], plain(text)) for good, text in follows])
