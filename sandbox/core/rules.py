"""The rules that grammars are made of: combinators of rules, on top of the terminals of `sandbox.core.terminals`.

`sandbox.core.grammar` has the short names for writing grammars, and the functions that run them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from sandbox.core.message import N_, Msg
from sandbox.core.refs import Ref
from sandbox.core.terminals import SILENT, Cursor, Pattern, Rule, SyntaxFault, TooDeep

MAX_DEPTH: Final = 100
"""How deep rules may nest through `Lazy`; deeper input is a fault, never a stack overflow."""


class Seq(Rule):
    """Rules one after another. Value: a tuple; the value itself where just one part has one; SILENT where none has."""

    __slots__ = ("parts", "silent", "single", "usage")

    def __init__(self, *parts: Rule) -> None:
        self.parts = parts
        valued = sum(not part.silent for part in parts)
        self.silent, self.single = valued == 0, valued == 1
        self.usage = "".join(part.usage for part in parts)

    def match(self, cur: Cursor) -> Any:
        values = [value for part in self.parts if (value := part.match(cur)) is not SILENT]
        if self.silent:
            return SILENT
        return values[0] if self.single else tuple(values)


class Alt(Rule):
    """The first alternative that matches. If none does, the fault that came furthest is reported."""

    __slots__ = ("choices", "silent", "usage")

    def __init__(self, *choices: Rule, usage: str | None = None) -> None:
        self.choices = choices
        self.silent = all(choice.silent for choice in choices)
        self.usage = "|".join(choice.usage for choice in choices) if usage is None else usage

    def match(self, cur: Cursor) -> Any:
        start, mark = cur.pos, len(cur.spans or ())
        furthest: SyntaxFault | None = None
        for choice in self.choices:
            try:
                return choice.match(cur)
            except SyntaxFault as error:
                if furthest is None or error.at > furthest.at:
                    furthest = error
                _recover(cur, start, mark, error)
        assert furthest is not None
        raise furthest


class Opt(Rule):
    """A rule or nothing; `default` is the value of nothing."""

    __slots__ = ("default", "rule", "silent", "usage")

    def __init__(self, rule: Rule, default: Any = None) -> None:
        self.rule, self.default = rule, default
        self.silent = rule.silent
        shown = rule.usage.strip()
        self.usage = (" " if rule.usage.startswith(" ") else "") + f"[{shown}]" if shown else ""

    def match(self, cur: Cursor) -> Any:
        start, mark = cur.pos, len(cur.spans or ())
        try:
            return self.rule.match(cur)
        except SyntaxFault as error:
            _recover(cur, start, mark, error)
            return SILENT if self.silent else self.default


class Many(Rule):
    """A rule repeated, with an optional separator. Value: the list of the rule's values."""

    __slots__ = ("least", "rule", "separator", "silent", "usage")

    def __init__(self, rule: Rule, separator: Rule | None = None, least: int = 0) -> None:
        self.rule, self.separator, self.least = rule, separator, least
        self.silent = rule.silent
        self.usage = f"{rule.usage}..."

    def match(self, cur: Cursor) -> Any:
        values: list[Any] = []
        while True:
            start, mark = cur.pos, len(cur.spans or ())
            try:
                if values and self.separator is not None:
                    self.separator.match(cur)
                value = self.rule.match(cur)
            except SyntaxFault as error:
                if len(values) < self.least:
                    raise
                _recover(cur, start, mark, error)
                return SILENT if self.silent else values
            if cur.pos == start:
                return SILENT if self.silent else values
            values.append(value)


class Role(Rule):
    """A rule in a part it plays here: its leaves get the meaning `about` instead of their general one."""

    __slots__ = ("about", "ref", "rule", "silent", "usage")

    def __init__(self, rule: Rule, about: str, ref: Ref, usage: str | None = None) -> None:
        self.rule, self.about, self.ref = rule, about, ref
        self.silent = rule.silent
        self.usage = rule.usage if usage is None else usage

    def match(self, cur: Cursor) -> Any:
        if cur.spans is None:
            return self.rule.match(cur)
        before, cur.role = cur.role, (self.about, self.ref)
        try:
            return self.rule.match(cur)
        finally:
            cur.role = before


class Mapped(Rule):
    """A rule whose value is converted. A `ValueError` of `convert` is a fault at the start of the rule."""

    __slots__ = ("about", "convert", "ref", "rule", "usage")

    def __init__(self, rule: Rule, convert: Callable[[Any], Any], about: str, ref: Ref) -> None:
        self.rule, self.convert, self.about, self.ref = rule, convert, about, ref
        self.usage = rule.usage

    def match(self, cur: Cursor) -> Any:
        start = cur.pos
        value = self.rule.match(cur)
        try:
            return self.convert(value)
        except ValueError:
            raise SyntaxFault(start, self.about, self.ref) from None


class Lazy(Rule):
    """A rule named before it is defined, for grammars that nest; nesting deeper than `MAX_DEPTH` is a fault."""

    __slots__ = ("_get", "_rule", "ref", "silent", "usage")

    def __init__(self, get: Callable[[], Rule], ref: Ref, usage: str, *, silent: bool = False) -> None:
        self._get, self._rule, self.ref = get, None, ref
        self.silent, self.usage = silent, usage

    _rule: Rule | None

    def match(self, cur: Cursor) -> Any:
        if self._rule is None:
            self._rule = self._get()
        if cur.depth >= MAX_DEPTH:
            raise TooDeep(cur.pos, Msg(N_("nested too deep")), self.ref)
        cur.depth += 1
        try:
            return self._rule.match(cur)
        finally:
            cur.depth -= 1


class Switch(Rule):
    """A keyword, then the rule that belongs to it. Value: `(keyword upper-cased, value)`, or the keyword alone where
    its rule is silent."""

    __slots__ = ("cases", "keyword", "other", "usage")

    def __init__(
        self, keyword: Pattern, cases: Mapping[bytes, Rule], other: Rule | None = None, usage: str | None = None
    ) -> None:
        self.keyword, self.cases, self.other = keyword, cases, other
        self.usage = keyword.usage if usage is None else usage

    def match(self, cur: Cursor) -> Any:
        start = cur.pos
        word = self.keyword.match(cur).upper()
        rule = self.cases.get(word, self.other)
        if rule is None:
            raise SyntaxFault(start, self.keyword.about, self.keyword.ref)
        value = rule.match(cur)
        return word if value is SILENT else (word, value)


def _recover(cur: Cursor, start: int, mark: int, error: SyntaxFault) -> None:
    """Go back to `start` after a failed try, and keep what failed there if nothing came further."""
    if isinstance(error, TooDeep):
        raise error
    other = cur.furthest
    if other is None or error.at > other.at or (error.at == other.at and error.weight >= other.weight):
        cur.furthest = error
    cur.pos = start
    if cur.spans is not None:
        del cur.spans[mark:]
