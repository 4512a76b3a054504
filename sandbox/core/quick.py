"""The values of a grammar without its spans and its faults, for the servers' hot path.

A rule that is made of tokens and patterns alone, without repetition, says the same as one regular expression, and
that is several times as fast as matching rule by rule. Every part is an atomic group, since rules never go back on a
choice that succeeded. Around what no expression can say, a literal with its octets or a list, expressions stand for as
much as they can: a rule becomes steps, each of which takes its octets or finds that they are not there. Where the
steps do not get through, the rules themselves are asked: they know what was wanted, and where.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import Any, Final, TypeAlias

from sandbox.core.rules import Alt, Many, Mapped, Opt, Role, Seq
from sandbox.core.terminals import SILENT, Found, Pattern, Rule, Token

Value: TypeAlias = Callable[[re.Match[bytes]], Any]
"""Takes a rule's value out of a match."""
Step: TypeAlias = Callable[[bytes, int], Found]
"""Takes a rule's octets from a place on."""


class Missing:
    """What `Quick.values` gives where the rules have to be asked; no rule has this value."""


MISSING: Final = Missing()
_NEVER: Final = rb"(?!)"


class NotQuick(Exception):
    """No expression stands for the rule. Internal to this module."""


@cache
def quick(rule: Rule, strict: bool) -> Quick:
    """The steps for a rule, made once: a grammar does not change any more when it is first used."""
    return Quick(rule, strict)


class Quick:
    """A rule as steps. `take` raises ValueError where a conversion refuses: the rules may know an alternative."""

    def __init__(self, rule: Rule, strict: bool) -> None:
        self._strict = strict
        self._groups = 0
        self.take: Step = self._step(rule)

    def values(self, data: bytes, start: int) -> Any:
        """The rule's value over all of `data[start:]`, or `MISSING`."""
        try:
            found = self.take(data, start)
        except ValueError:
            return MISSING
        return found[0] if found is not None and found[1] == len(data) else MISSING

    # Steps

    def _step(self, rule: Rule) -> Step:
        try:
            source, value = self._part(rule)
        except NotQuick:
            return self._mixed(rule)
        match = re.compile(source, re.DOTALL).match

        def take(data: bytes, at: int) -> Found:
            found = match(data, at)
            return None if found is None else (value(found), found.end())

        return take

    def _mixed(self, rule: Rule) -> Step:
        """The step for a rule that no expression stands for as a whole."""
        if isinstance(rule, Seq):
            return self._mixed_seq(rule)
        if isinstance(rule, Alt):
            return self._mixed_alt(rule)
        if isinstance(rule, Opt):
            return self._mixed_opt(rule)
        if isinstance(rule, Many):
            return self._mixed_many(rule)
        if isinstance(rule, Role):
            return self._step(rule.rule)
        if isinstance(rule, Mapped):
            return self._mixed_mapped(rule)
        quickly, strict = rule.quickly, self._strict
        return lambda data, at: quickly(data, at, strict)

    def _mixed_seq(self, rule: Seq) -> Step:
        steps = [(self._step(part), several) for part, several in self._runs(rule.parts)]
        silent, single = rule.silent, rule.single

        def take(data: bytes, at: int) -> Found:
            values: list[Any] = []
            for step, several in steps:
                found = step(data, at)
                if found is None:
                    return None
                value, at = found
                if several:
                    values += value
                elif value is not SILENT:
                    values.append(value)
            return SILENT if silent else values[0] if single else tuple(values), at

        return take

    def _runs(self, parts: Sequence[Rule]) -> Iterator[tuple[Rule, bool]]:
        """The parts of a sequence, neighbours put together where one expression can stand for them. True with those
        that have the values of several parts."""
        for plain, group in groupby(parts, self._is_plain):
            if plain:
                run = Seq(*group)
                yield run, not (run.silent or run.single)
            else:
                yield from ((part, False) for part in group)

    def _is_plain(self, rule: Rule) -> bool:
        """Whether one expression stands for the rule."""
        try:
            self._part(rule)
        except NotQuick:
            return False
        return True

    def _mixed_alt(self, rule: Alt) -> Step:
        steps = [self._step(choice) for choice in rule.choices]

        def take(data: bytes, at: int) -> Found:
            for step in steps:
                found = step(data, at)
                if found is not None:
                    return found
            return None

        return take

    def _mixed_opt(self, rule: Opt) -> Step:
        step, nothing = self._step(rule.rule), SILENT if rule.silent else rule.default
        return lambda data, at: step(data, at) or (nothing, at)

    def _mixed_many(self, rule: Many) -> Step:
        first = self._step(rule.rule)
        further = first if rule.separator is None else self._behind(rule.separator, rule.rule)
        least, silent = rule.least, rule.silent

        def take(data: bytes, at: int) -> Found:
            values: list[Any] = []
            found = first(data, at)
            while found is not None and found[1] != at:
                value, at = found
                values.append(value)
                found = further(data, at)
            if found is None and len(values) < least:
                return None
            return SILENT if silent else values, at

        return take

    def _behind(self, separator: Rule, rule: Rule) -> Step:
        """The step for a rule behind a separator."""
        both = Seq(separator, rule)
        if separator.silent and self._is_plain(both):
            return self._step(both)
        between, step = self._step(separator), self._step(rule)

        def take(data: bytes, at: int) -> Found:
            found = between(data, at)
            return None if found is None else step(data, found[1])

        return take

    def _mixed_mapped(self, rule: Mapped) -> Step:
        step, convert = self._step(rule.rule), rule.convert

        def take(data: bytes, at: int) -> Found:
            found = step(data, at)
            return None if found is None else (convert(found[0]), found[1])

        return take

    # Expressions

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
