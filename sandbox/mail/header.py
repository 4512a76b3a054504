"""Header fields (RFC 5322 section 2.2), taken from octets that may be anything."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from sandbox.mail.words import decode_words

__all__ = ["Field", "Header", "unfold"]

# A field: name, colon, and the rest of its line with all lines after it that begin with white space. `.` takes in CR
# but not LF.
_FIELD = re.compile(rb"^([!-9;-~]+)[ \t]*:(.*(?:\n[ \t].*)*)\n?", re.MULTILINE)

_FOLD = re.compile(rb"\r?\n(?=[ \t])")


def unfold(value: bytes) -> bytes:
    """Return a value on one line (RFC 5322 section 2.2.3), without white space around it."""
    return (_FOLD.sub(b"", value) if b"\n" in value else value).strip(b" \t\r\n")


class Field(msgspec.Struct, frozen=True, gc=False):
    """One field: its name as written, and offsets: content[start:stop] is the field with its line end, [value:stop] its
    value.
    """

    name: bytes
    start: int
    value: int
    stop: int


class Header:
    """The fields of `content[start:stop]`. Names are compared without regard to case; lines that are no field are
    passed over.
    """

    __slots__ = ("_by_name", "_content", "fields")

    def __init__(self, content: bytes, start: int, stop: int) -> None:
        self._content = content
        self.fields: tuple[Field, ...] = tuple(
            [Field(m[1], m.start(), m.start(2), m.end()) for m in _FIELD.finditer(content, start, stop)]
        )
        self._by_name: dict[bytes, list[Field]] = {}
        for field in self.fields:
            self._by_name.setdefault(field.name.lower(), []).append(field)

    def __contains__(self, name: bytes) -> bool:
        return name.lower() in self._by_name

    def raw(self, name: bytes) -> bytes | None:
        """Return the value of the first such field as it stands behind the colon, folds included, without its last line
        end.
        """
        named = self._by_name.get(name.lower())
        return self._value(named[0]) if named else None

    def get(self, name: bytes) -> bytes | None:
        """Return the value of the first such field on one line."""
        value = self.raw(name)
        return None if value is None else unfold(value)

    def get_all(self, name: bytes) -> list[bytes]:
        """Return the values of all such fields, each on one line."""
        return [unfold(self._value(field)) for field in self._by_name.get(name.lower(), ())]

    def text(self, name: bytes) -> str | None:
        """Return the value of the first such field for people: on one line, encoded words decoded (RFC 2047)."""
        value = self.get(name)
        return None if value is None else decode_words(value)

    def select(self, names: Iterable[bytes], *, others: bool = False) -> bytes:
        """Return the octets of the fields of these names (or of all other names), and an empty line.

        HEADER.FIELDS and HEADER.FIELDS.NOT of RFC 9051 section 6.4.5.
        """
        wanted = {name.lower() for name in names}
        chosen = [
            self._content[field.start : field.stop]
            for field in self.fields
            if (field.name.lower() in wanted) is not others
        ]
        if chosen and not chosen[-1].endswith(b"\n"):  # the content ended within this field
            chosen.append(b"\r\n")
        chosen.append(b"\r\n")
        return b"".join(chosen)

    def _value(self, field: Field) -> bytes:
        value = self._content[field.value : field.stop]
        return value.removesuffix(b"\n").removesuffix(b"\r")
