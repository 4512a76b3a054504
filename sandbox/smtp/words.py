"""Terminals whose meaning hangs on what is written: keywords and codes that a table explains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.core.grammar import Cursor, Pattern
from sandbox.core.refs import Ref


class Known(Pattern):
    """A pattern whose octets, in upper case, have a section and a meaning of their own where `known` has them."""

    __slots__ = ("_known",)

    def __init__(
        self, name: str, pattern: bytes, ref: Ref, about: str, *, known: Mapping[bytes, tuple[str, str]], **marks: Any
    ) -> None:
        super().__init__(name, pattern, ref, about, **marks)
        self._known = known

    def match(self, cur: Cursor) -> Any:
        start = cur.pos
        value = super().match(cur)
        if cur.spans is not None:
            meaning = self._known.get(cur.data[start : cur.pos].upper())
            if meaning is not None:
                cur.spans[-1] = replace(cur.spans[-1], ref=Ref(meaning[0]), about=meaning[1])
        return value
