"""The rules that grammars are made of: terminals that consume and label octets, and combinators of rules.

Only terminals consume octets, so the spans of a successful match cover every octet exactly once.
`sandbox.core.grammar` has
the short names for writing grammars, and the functions that run them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sandbox.core.message import N_, Msg
from sandbox.core.refs import Ref

Found: TypeAlias = tuple[Any, int] | None
"""A value and where its octets end; None where the rule does not match."""

MAX_DEPTH: Final = 100
"""How deep rules may nest through `Lazy`; deeper input is a fault, never a stack overflow."""


@dataclass(slots=True, unsafe_hash=True)  # frozen, it would take three times as long to make, for every word explained
class Span:
    """A labelled stretch of octets: `data[start:stop]` is a `name`, and means `about`. Nobody changes one.

    `secret` marks octets that redaction replaces, `free` the catch-all labels (human text, body octets, what follows a
    fault), `bent` names the rule that a lenient server lets pass.
    """

    start: int
    stop: int
    name: str
    ref: Ref
    about: str
    secret: bool = False
    free: bool = False
    bent: bool = False

    def moved(self, by: int) -> Span:
        """The same label `by` octets further on."""
        return Span(self.start + by, self.stop + by, self.name, self.ref, self.about, self.secret, self.free, self.bent)


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a text leaves the grammar (octet offset), what was wanted there, and the section that says so."""

    at: int
    want: Msg
    ref: Ref


class SyntaxFault(Exception):
    """Raised inside `match` only; `parse` and `label` turn it into a `Fault` value.

    It is cheap to raise, since alternatives recover from most: the words for people are put together when asked for.
    Of several faults at one place the weightiest is told: a rule that was bent (2), what was wanted (1), and last (0)
    what only a lenient reader would have taken.
    """

    def __init__(self, at: int, wanted: Msg | str, ref: Ref, weight: int = 1) -> None:
        self.at, self.weight = at, weight
        self._wanted, self._ref = wanted, ref

    @property
    def fault(self) -> Fault:
        """The fault as a value. `wanted` names the thing expected, or is a sentence already."""
        wanted = self._wanted
        want = wanted if isinstance(wanted, Msg) else Msg(N_("expected {what}"), what=Msg(wanted))
        return Fault(self.at, want, self._ref)


class TooDeep(SyntaxFault):
    """Nesting over the limit. No alternative can help, and trying them all would take for ever."""


class Silent:
    """The value of a rule that only punctuates."""

    def __repr__(self) -> str:
        return "SILENT"


SILENT: Final = Silent()
UNNAMED: Final = Ref("5234")
"""The reference of what no specification names: ABNF itself."""


@dataclass(slots=True)
class Cursor:
    """A position in `data` while rules match. `spans` is None where only values are wanted."""

    data: bytes
    pos: int = 0
    spans: list[Span] | None = None
    strict: bool = False
    depth: int = 0
    role: tuple[str, Ref] | None = None
    furthest: SyntaxFault | None = None
    """The fault that came furthest among those that an alternative or an option recovered from."""

    def take(self, stop: int, rule: Terminal) -> None:
        """Consume up to `stop` as `rule`, and label it."""
        if self.spans is not None and stop > self.pos:
            about, ref = (rule.about, rule.ref) if self.role is None or rule.keeps_meaning else self.role
            self.spans.append(Span(self.pos, stop, rule.name, ref, about, rule.secret, rule.free, rule.bent))
        self.pos = stop


class Rule:
    """A production. `silent` rules have no value; `usage` is how the hint bar writes the rule.

    `common` is for rules that no regular expression can stand for, such as the parameters of SMTP's MAIL: one for what
    they mostly match, and the value of that. It must match nothing in a place where the rule would match something
    else.
    """

    silent: bool = False
    usage: str = ""
    common: tuple[bytes, Callable[[], Any]] | None = None

    def match(self, cur: Cursor) -> Any:
        """Consume octets at `cur` and return the value, or raise `SyntaxFault`."""
        raise NotImplementedError

    def quickly(self, data: bytes, at: int, strict: bool) -> Found:
        """The value of the rule from `at` on and where it ends, or None if it does not match, for `sandbox.core.quick`.

        Raises `SyntaxFault` where no other rule could help, and what the fault is need not be looked for.
        """
        cur = Cursor(data, at, None, strict)
        try:
            return self.match(cur), cur.pos
        except SyntaxFault:
            return None


class Terminal(Rule):
    """A rule that consumes octets itself, and so labels them."""

    __slots__ = ("about", "bent", "free", "keeps_meaning", "name", "ref", "secret", "silent", "usage")

    def __init__(
        self,
        name: str,
        ref: Ref,
        about: str,
        *,
        silent: bool = False,
        secret: bool = False,
        free: bool = False,
        bent: bool = False,
        keeps_meaning: bool = False,
        usage: str | None = None,
    ) -> None:
        self.name, self.ref, self.about = name, ref, about
        self.silent, self.secret, self.free, self.bent = silent, secret, free, bent
        self.keeps_meaning = keeps_meaning
        self.usage = f"<{name}>" if usage is None else usage

    def fault(self, cur: Cursor) -> SyntaxFault:
        """The fault of not finding this rule at the cursor."""
        return SyntaxFault(cur.pos, self.about, self.ref, int(not self.bent))

    def refusal(self, cur: Cursor) -> SyntaxFault:
        """The fault of finding this rule, which bends another, where nothing may be bent."""
        return SyntaxFault(cur.pos, Msg(N_("not allowed: {what}"), what=Msg(self.about)), self.ref, 2)


class Token(Terminal):
    """A literal, compared without regard to case unless `exact`; it has no value unless `value` is given."""

    __slots__ = ("_folded", "exact", "text", "value")

    def __init__(
        self,
        text: bytes,
        *,
        name: str | None = None,
        ref: Ref = UNNAMED,
        about: str,
        exact: bool = False,
        value: Any = SILENT,
        bent: bool = False,
        keeps_meaning: bool = True,
        usage: str | None = None,
    ) -> None:
        shown = text.decode("ascii")
        super().__init__(
            name or shown,
            ref,
            about,
            silent=value is SILENT,
            bent=bent,
            keeps_meaning=keeps_meaning,
            usage=shown if usage is None else usage,
        )
        self.text, self.exact, self.value = text, exact, value
        self._folded = text if exact else text.upper()

    def match(self, cur: Cursor) -> Any:
        stop = cur.pos + len(self.text)
        found = cur.data[cur.pos : stop]
        if (found if self.exact else found.upper()) != self._folded:
            raise self.fault(cur)
        if self.bent and cur.strict:
            raise self.refusal(cur)
        cur.take(stop, self)
        return self.value


class Pattern(Terminal):
    """A terminal given by a regular expression over bytes; `convert` turns the octets into the value.

    A `ValueError` of `convert` is a fault at the start of the match, its text the thing wanted.
    """

    __slots__ = ("_match", "convert", "pattern")

    def __init__(
        self, name: str, pattern: bytes, ref: Ref, about: str, *, convert: Callable[[bytes], Any] = bytes, **marks: Any
    ) -> None:
        super().__init__(name, ref, about, **marks)
        self.pattern, self.convert = pattern, convert
        self._match = re.compile(pattern, re.DOTALL).match

    def match(self, cur: Cursor) -> Any:
        found = self._match(cur.data, cur.pos)
        if found is None:
            raise self.fault(cur)
        if self.bent and cur.strict:
            raise self.refusal(cur)
        try:
            value = SILENT if self.silent else self.convert(found[0])
        except ValueError:
            raise self.fault(cur) from None
        cur.take(found.end(), self)
        return value


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
