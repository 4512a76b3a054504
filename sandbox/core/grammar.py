"""Grammar as data: one definition parses values (servers, hot) and labels every byte (the observer).

A rule mirrors a production of an RFC's ABNF and carries its name and section. `parse` gives values, `label` gives the
same values and the leaf spans; both run the same `match`, so they cannot disagree about the language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.core.message import N_, Msg
from sandbox.core.refs import Ref
from sandbox.core.rules import MAX_DEPTH, Alt, Lazy, Many, Mapped, Opt, Role, Seq, Switch
from sandbox.core.terminals import (
    SILENT,
    UNNAMED,
    Cursor,
    Fault,
    Found,
    Pattern,
    Rule,
    Span,
    SyntaxFault,
    Terminal,
    Token,
)

__all__ = [
    "BARE_LF",
    "CRLF",
    "END",
    "MAX_DEPTH",
    "NOTHING",
    "SILENT",
    "SP",
    "UNNAMED",
    "Alt",
    "Cursor",
    "Fault",
    "Found",
    "Lazy",
    "Many",
    "Mapped",
    "Opt",
    "Parsed",
    "Pattern",
    "Role",
    "Rule",
    "Seq",
    "Span",
    "Switch",
    "SyntaxFault",
    "Terminal",
    "Token",
    "alt",
    "choices",
    "label",
    "many",
    "opt",
    "parse",
    "parsed",
    "role",
    "seq",
    "term",
    "token",
]


@dataclass(slots=True)
class Parsed:
    """What `parse` and `label` found: the values (a tuple, empty on a fault), the fault if any, and the leaf spans."""

    values: tuple[Any, ...] = ()
    fault: Fault | None = None
    spans: list[Span] = field(default_factory=list)


NOTHING: Final = Seq()
"""The grammar of an empty argument."""

_LEFTOVER = Terminal("octets", UNNAMED, N_("octets that the grammar has no place for"), free=True)


def parse(rule: Rule, data: bytes, start: int = 0, *, strict: bool = False) -> Parsed:
    """Values of `rule` over all of `data[start:]`. Never raises on what `data` holds."""
    return _run(rule, Cursor(data, start, None, strict))


def label(rule: Rule, data: bytes, start: int = 0, *, strict: bool = False) -> Parsed:
    """Like `parse`, and the spans too. They cover `data[start:]` whole: what follows a fault is one `free` span."""
    cur = Cursor(data, start, [], strict)
    done = _run(rule, cur)
    assert cur.spans is not None
    done.spans = cur.spans
    if cur.pos < len(data):
        cur.role = None
        cur.take(len(data), _LEFTOVER)
    return done


def _run(rule: Rule, cur: Cursor) -> Parsed:
    try:
        value = rule.match(cur)
        if cur.pos != len(cur.data):
            raise SyntaxFault(cur.pos, Msg(N_("expected nothing more here")), UNNAMED)
    except SyntaxFault as error:
        deeper = cur.furthest
        further = deeper is not None and (deeper.at, deeper.weight) >= (error.at, error.weight)
        return Parsed((), deeper.fault if deeper is not None and further else error.fault)
    return parsed(rule, value)


def parsed(rule: Rule, value: Any) -> Parsed:
    """What a rule's value makes of a successful parse: always a tuple."""
    if value is SILENT:
        return Parsed()
    if isinstance(rule, Seq) and not rule.single:
        return Parsed(value)
    return Parsed((value,))


def seq(*parts: Rule) -> Seq:
    """Parts one after another."""
    return Seq(*parts)


def alt(*choices: Rule, usage: str | None = None) -> Alt:
    """The first choice that fits."""
    return Alt(*choices, usage=usage)


def opt(rule: Rule, default: Any = None) -> Opt:
    """The rule, or nothing."""
    return Opt(rule, default)


def many(rule: Rule, separator: Rule | None = None, least: int = 0) -> Many:
    """The rule again and again."""
    return Many(rule, separator, least)


def role(rule: Rule, about: str, ref: str, usage: str | None = None) -> Role:
    """The rule, meaning `about` here."""
    return Role(rule, about, Ref(ref), usage)


def token(text: bytes, *, about: str, ref: str = UNNAMED, **marks: Any) -> Token:
    """A literal."""
    return Token(text, about=about, ref=Ref(ref), **marks)


def term(name: str, pattern: bytes, ref: str, about: str, **marks: Any) -> Pattern:
    """A terminal by regular expression."""
    return Pattern(name, pattern, Ref(ref), about, **marks)


def choices(rules: Sequence[Rule]) -> Alt:
    """An `alt` of many rules, kept out of the usage text."""
    return Alt(*rules, usage="")


SP: Final = Token(b" ", name="SP", ref=Ref("5234#B.1"), about=N_("one space between the words"), exact=True, usage=" ")
CRLF: Final = Token(
    b"\r\n",
    name="CRLF",
    ref=Ref("5234#B.1"),
    about=N_("carriage return and line feed: the end of the line"),
    exact=True,
    usage="",
)
BARE_LF: Final = Token(
    b"\n",
    name="LF",
    ref=Ref("5321#2.3.8"),
    about=N_("a line feed without its carriage return: no valid end of a line"),
    exact=True,
    bent=True,
    usage="",
)
END: Final = Alt(CRLF, BARE_LF, usage="")
"""The end of a line: CRLF, or what lenient servers take for it."""
