"""The rules that responses need beside those of `core`: they decide by the next octet, so that a list costs no failed
tries, a fault stands where it is, and nesting needs no recursion."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sandbox.core.grammar import NOTHING, SILENT, SP, Cursor, Rule, Seq, Terminal
from sandbox.core.refs import Ref
from sandbox.imap import grammar as g


class Case(NamedTuple):
    """A word of a fixed set: what it means, and the rule of what stands behind it."""

    word: bytes
    about: str
    ref: Ref
    rest: Rule


def case(word: bytes, about: str, ref: str, *rest: Rule) -> Case:
    """A word, its meaning, and what follows it."""
    return Case(word, about, Ref(ref), Seq(*rest) if rest else NOTHING)


class Cases(Rule):
    """One of several words, in any case of letters; each leaf has the word's own meaning.

    Value: `(WORD, value)`, value None where nothing stands behind the word. A word that is not among the cases is
    left to `other`: `(WORD, value of other)`; `other` matches the word too.
    """

    def __init__(self, pattern: bytes, cases: Iterable[Case], other: Rule) -> None:
        self._word = re.compile(pattern)
        self._cases: dict[bytes, tuple[Terminal, Rule]] = {
            each.word.upper(): (Terminal(each.word.decode(), each.ref, each.about, keeps_meaning=True), each.rest)
            for each in cases
        }
        self.other = other

    def match(self, cur: Cursor) -> tuple[bytes, Any]:
        found = self._word.match(cur.data, cur.pos)
        word = found[0].upper() if found is not None else b""
        known = self._cases.get(word)
        if known is None or found is None:
            return word, self.other.match(cur)
        cur.take(found.end(), known[0])
        value = known[1].match(cur)
        return word, None if value is SILENT else value


class Leading(Rule):
    """The rule that the next octet calls for, else `other`; without `other`, nothing, whose value is None."""

    def __init__(self, choices: Mapping[bytes, Rule], other: Rule | None = None) -> None:
        self._choices = {octets[0]: rule for octets, rule in choices.items()}
        self._other = other

    def match(self, cur: Cursor) -> Any:
        rule = self._other
        if cur.pos < len(cur.data):
            rule = self._choices.get(cur.data[cur.pos], rule)
        return None if rule is None else rule.match(cur)


class Spaced(Rule):
    """`*(SP rule)`. Value: the list of the rule's values."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    def match(self, cur: Cursor) -> list[Any]:
        values = []
        while cur.data[cur.pos : cur.pos + 1] == b" ":
            cur.take(cur.pos + 1, SP)
            values.append(self._rule.match(cur))
        return values


class Listed(Rule):
    """A list in parentheses, `( [rule *(SP rule)] )`; without the spaces where it is not `spaced`.

    Value: the list of the rule's values.
    """

    def __init__(self, rule: Rule, *, spaced: bool = True) -> None:
        self._rule, self._spaced = rule, spaced

    def match(self, cur: Cursor) -> list[Any]:
        g.OPEN.match(cur)
        values: list[Any] = []
        while cur.data[cur.pos : cur.pos + 1] != b")":
            if values and self._spaced:
                SP.match(cur)
            values.append(self._rule.match(cur))
        g.CLOSE.match(cur)
        return values


class Tail(Rule):
    """`[SP a [SP b [SP c *(SP rest)]]]`: fields that may be left away from the end. Value: those that are there."""

    def __init__(self, *fields: Rule, rest: Rule) -> None:
        self._fields, self._rest = fields, Spaced(rest)

    def match(self, cur: Cursor) -> list[Any]:
        values: list[Any] = []
        for field in self._fields:
            if cur.data[cur.pos : cur.pos + 1] != b" ":
                return values
            SP.match(cur)
            values.append(field.match(cur))
        return values + self._rest.match(cur)


class Nested(Rule):
    """One leaf, or a list of leaves and lists in parentheses, however deep. Value: its octets."""

    def __init__(self, leaf: Rule) -> None:
        self._leaf = leaf

    def match(self, cur: Cursor) -> bytes:
        start, depth = cur.pos, 0
        while True:
            octet = cur.data[cur.pos : cur.pos + 1]
            if octet == b"(":
                g.OPEN.match(cur)
                depth += 1
            elif octet == b")" and depth:
                g.CLOSE.match(cur)
                depth -= 1
            elif octet == b" " and depth:
                SP.match(cur)
            else:
                self._leaf.match(cur)
            if not depth:
                return cur.data[start : cur.pos]
