"""A grammar rule that grows: keywords, each with its meaning, its arguments and what belongs to it.

Data items of FETCH, keys of SEARCH, options of LIST and the like are tables; an extension adds its rows to them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from sandbox.core.grammar import SILENT, Cursor, Found, Rule, SyntaxFault, Terminal
from sandbox.core.message import N_, Msg
from sandbox.core.quick import quick
from sandbox.core.refs import Ref

Does = TypeVar("Does")

_WORD: Final = re.compile(rb"[A-Za-z0-9][A-Za-z0-9.-]*")


@dataclass(frozen=True, slots=True)
class Row(Generic[Does]):
    """A keyword: how it is labelled, the grammar behind it, the capability it belongs to, and what does its work."""

    word: Terminal
    args: Rule | None
    capability: bytes | None
    does: Does


class Table(Rule, Generic[Does]):
    """Value: `(keyword in capitals, value of its arguments)`; the value is None where there are none."""

    def __init__(self, name: str, about: str, ref: str) -> None:
        self.name, self.about, self.ref = name, about, Ref(ref)
        self.rows: dict[bytes, Row[Does]] = {}
        self.usage = f"<{name}>"

    def add(
        self,
        word: bytes,
        does: Does,
        *,
        about: str,
        ref: str,
        args: Rule | None = None,
        capability: bytes | None = None,
    ) -> None:
        """Add a keyword."""
        self.rows[word] = Row(
            Terminal(word.decode("ascii"), Ref(ref), about, keeps_meaning=True), args, capability, does
        )

    def match(self, cur: Cursor) -> tuple[bytes, Any]:
        found = _WORD.match(cur.data, cur.pos)
        word = found[0].upper() if found is not None else b""
        row = self.rows.get(word)
        if found is None or row is None:
            raise SyntaxFault(cur.pos, Msg(N_("expected {what}"), what=Msg(self.about)), self.ref)
        cur.take(found.end(), row.word)
        value = row.args.match(cur) if row.args is not None else None
        return word, None if value is SILENT else value

    def quickly(self, data: bytes, at: int, strict: bool) -> Found:
        found = _WORD.match(data, at)
        word = found[0].upper() if found is not None else b""
        row = self.rows.get(word)
        if found is None or row is None:
            return None
        if row.args is None:
            return (word, None), found.end()
        behind = quick(row.args, strict).take(data, found.end())
        if behind is None:
            return None
        value, stop = behind
        return (word, None if value is SILENT else value), stop
