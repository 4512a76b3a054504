"""What grammars stand on: terminals that consume octets and label them, the cursor they move, and what a fault is.

Only terminals consume octets, so the spans of a successful match cover every octet exactly once. Rules that are made
of rules are in `sandbox.core.rules`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sandbox.core.message import N_, Msg
from sandbox.core.refs import Ref

Found: TypeAlias = tuple[Any, int] | None
"""A value and where its octets end; None where the rule does not match."""


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

    def quickly(self, data: bytes, at: int, strict: bool) -> Found:
        found = self._match(data, at)
        if found is None or (self.bent and strict):
            return None
        try:
            return SILENT if self.silent else self.convert(found[0]), found.end()
        except ValueError:
            return None
