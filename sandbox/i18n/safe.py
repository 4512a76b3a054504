"""The one table between untrusted bytes and the terminal.

Mail, transcripts and lessons may hold anything: escape sequences that repaint the screen, characters that turn the
reading direction round, letters that take no room. Whatever is shown passes through `safe`, which writes such
characters out (`\\x1b`, `\\u202e`), so that they are seen instead of obeyed. Printable text, in any script, is kept.

Combining marks are written out as well: a tower of them leaves its line. Text that people wrote for people (a subject,
a name) is composed first by `readable`, so that an `n` followed by a combining tilde still reads `ñ`.
"""

from __future__ import annotations

import unicodedata

_SHORT = {0x09: "\\t", 0x0A: "\\n", 0x0D: "\\r"}
_BLANK = frozenset((0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0))
"""Characters that Unicode calls letters or symbols, and that no font draws."""

_ROOM = 4096
"""Entries the table may remember; a hostile text could otherwise fill it with all of Unicode."""


class _Table(dict[int, str]):
    """Translation of one code point, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        shown = char if _harmless(code, char) else _written_out(code)
        if len(self) < _ROOM:
            self[code] = shown
        return shown


def _harmless(code: int, char: str) -> bool:
    """Whether a character takes the room it seems to take and does nothing else to the terminal."""
    return char.isprintable() and code not in _BLANK and unicodedata.category(char) not in ("Mn", "Me")


def _written_out(code: int) -> str:
    if code in _SHORT:
        return _SHORT[code]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_TABLE = _Table()


def safe(text: bytes | str) -> str:
    """Text that can be shown: bytes are read as UTF-8, and octets that are not UTF-8 are written out as `\\xNN`."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "backslashreplace")
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_TABLE)


def readable(text: bytes | str) -> str:
    """`safe` for what people wrote (subjects, names): composed characters where Unicode has them."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "backslashreplace")
    return safe(unicodedata.normalize("NFC", text))
