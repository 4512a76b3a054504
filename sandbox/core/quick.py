"""The values of a grammar by one regular expression, for the servers' hot path.

A rule that is made of tokens and patterns alone, without repetition, says the same as one regular expression, and
that is several times as fast as matching rule by rule. Every part is an atomic group, since rules never go back on a
choice that succeeded. Where it does not match, the rules themselves are asked: they know what was wanted, and where.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, Final, TypeAlias

from sandbox.core.rules import SILENT, Alt, Mapped, Opt, Pattern, Role, Rule, Seq, Token

Value: TypeAlias = Callable[[re.Match[bytes]], Any]
"""Takes a rule's value out of a match."""


class Missing:
    """What `Quick.values` gives where the rules have to be asked; no rule has this value."""


MISSING: Final = Missing()
_NEVER: Final = rb"(?!)"


class NotQuick(Exception):
    """No expression stands for the rule. Internal to this module."""


@cache
def quick(rule: Rule, strict: bool) -> Quick | None:
    """The expression for a rule, made once; None where there is none."""
    try:
        return Quick(rule, strict)
    except NotQuick:
        return None


class Quick:
    """A rule as an expression."""

    def __init__(self, rule: Rule, strict: bool) -> None:
        self._strict = strict
        self._groups = 0
        source, self._value = self._part(rule)
        self._match = re.compile(source, re.DOTALL).fullmatch

    def values(self, data: bytes, start: int) -> Any:
        """The rule's value over all of `data[start:]`, or `MISSING`."""
        found = self._match(data, start)
        if found is None:
            return MISSING
        try:
            return self._value(found)
        except ValueError:  # a conversion refused: the rules may know an alternative
            return MISSING

    def _group(self) -> str:
        """A new name: patterns may have groups of their own, so numbers would not do."""
        self._groups += 1
        return f"quick{self._groups}"

    def _part(self, rule: Rule) -> tuple[bytes, Value]:
        """The source for a rule, and how to get at its value. Raises `NotQuick`."""
        if isinstance(rule, Token):
            return self._token(rule)
        if isinstance(rule, Pattern):
            return self._pattern(rule)
        if isinstance(rule, Seq):
            return self._seq(rule)
        if isinstance(rule, Alt):
            return self._alt(rule)
        if isinstance(rule, Opt):
            return self._opt(rule)
        if isinstance(rule, Role):
            return self._part(rule.rule)
        if isinstance(rule, Mapped):
            source, inner = self._part(rule.rule)
            return source, lambda found: rule.convert(inner(found))
        if rule.common is not None:
            pattern, make = rule.common
            return b"(?>%s)" % pattern, lambda _found: make()
        raise NotQuick

    def _token(self, rule: Token) -> tuple[bytes, Value]:
        if rule.bent and self._strict:
            return _NEVER, _silent
        text = re.escape(rule.text)
        return (text if rule.exact else b"(?i:%s)" % text), lambda _found: rule.value

    def _pattern(self, rule: Pattern) -> tuple[bytes, Value]:
        if rule.bent and self._strict:
            return _NEVER, _silent
        if rule.silent:
            return b"(?>%s)" % rule.pattern, _silent
        name, convert = self._group(), rule.convert
        source = b"(?>(?P<%s>%s))" % (name.encode(), rule.pattern)
        return source, lambda found: convert(found[name])

    def _seq(self, rule: Seq) -> tuple[bytes, Value]:
        parts = [self._part(part) for part in rule.parts]
        source = b"".join(source for source, _value in parts)
        valued = [value for part, (_source, value) in zip(rule.parts, parts, strict=True) if not part.silent]
        if not valued:
            return source, _silent
        if len(valued) == 1:
            return source, valued[0]
        return source, lambda found: tuple([value(found) for value in valued])

    def _alt(self, rule: Alt) -> tuple[bytes, Value]:
        if not rule.silent and any(choice.silent for choice in rule.choices):
            raise NotQuick  # such a rule has a value or none, and sequences around it would have to know
        parts = [(self._group(), *self._part(choice)) for choice in rule.choices]
        source = b"|".join(b"(?P<%s>%s)" % (name.encode(), source) for name, source, _value in parts)
        if rule.silent:
            return b"(?>%s)" % source, _silent
        return b"(?>%s)" % source, lambda found: next(
            value(found) for name, _source, value in parts if found[name] is not None
        )

    def _opt(self, rule: Opt) -> tuple[bytes, Value]:
        name = self._group()
        source, value = self._part(rule.rule)
        source = b"(?>(?P<%s>%s)?)" % (name.encode(), source)
        if rule.silent:
            return source, _silent
        return source, lambda found: rule.default if found[name] is None else value(found)


def _silent(_found: re.Match[bytes]) -> Any:
    return SILENT
