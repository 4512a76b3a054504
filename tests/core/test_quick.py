"""Expressions and steps say the same as the rules they were made from: values, and where they do not apply."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.grammar import END, SILENT, SP, Mapped, alt, label, many, opt, parse, parsed, role, seq, term, token
from sandbox.core.quick import MISSING, quick
from sandbox.core.refs import Ref
from sandbox.core.registry import Registry, State
from sandbox.core.rules import Seq
from sandbox.core.terminals import Cursor, Found, Pattern, Rule, SyntaxFault
from sandbox.pop3.commands import REGISTRY

REF = Ref("5234#4")
COMMANDS = list(REGISTRY)


def exactly_two(raw: bytes) -> int:
    if len(raw) != 2:
        raise ValueError
    return int(raw)


DIGITS = Pattern("digits", rb"[0-9]+", REF, "digits", convert=int)
WORD = Pattern("word", rb"(a|b)(?:c|d)*|longer", REF, "a word")
TWO = Pattern("two", rb"[0-9]+", REF, "two digits", convert=exactly_two)
GAP = term("gap", rb" {2,}", "5234#4", "too many spaces", silent=True, bent=True)
YES = token(b"Yes", about="yes", value=True)
SIR = token(b"SIR", about="sir", exact=True)
TYPO = token(b"yess", about="bent yes", value=True, bent=True)

RULES: dict[str, Rule] = {
    "nothing": seq(END),
    "one": seq(SP, DIGITS, END),
    "two": seq(SP, DIGITS, SP, WORD, END),
    "tokens": seq(alt(TYPO, YES), opt(seq(SP, SIR)), END),
    "optional": seq(opt(seq(SP, DIGITS)), opt(seq(SP, WORD), default=b"none"), END),
    "either": seq(SP, alt(DIGITS, WORD), END),
    "greedy": seq(opt(alt(GAP, SP)), opt(WORD), opt(DIGITS), END),
    "role": seq(SP, role(DIGITS, "a role", REF), END),
    "mapped": seq(SP, Mapped(seq(DIGITS, SP, WORD), lambda pair: pair[0] * len(pair[1]), "mapped", REF), END),
    "refusing": seq(SP, alt(seq(TWO), WORD, DIGITS), END),
    "nested": seq(opt(seq(SP, WORD, opt(seq(SP, DIGITS)))), opt(GAP), END),
    "some": seq(many(DIGITS), opt(SP), END),
    "list": seq(SP, many(WORD, SP, least=2), END),
    "blanks": seq(many(SP, least=1), many(SIR), END),
    "nothing again and again": seq(many(opt(YES)), many(opt(SIR), least=1), END),
    "list of lists": seq(many(seq(many(SP, least=1), many(DIGITS, YES)), least=1), END),
    "mixed list": seq(SP, DIGITS, SP, WORD, many(alt(many(SIR, least=1), YES), least=1), opt(many(SP, least=1)), END),
    "either list": seq(alt(many(DIGITS, YES, least=2), many(WORD, least=2)), END),
    "silent or not": seq(SP, alt(SIR, DIGITS), opt(alt(SP, WORD)), END),
    "list of what is silent or not": seq(many(alt(SIR, DIGITS), SP), END),
    "behind a list": seq(many(YES, many(SP, least=1)), END),
    "list with a role": seq(SP, role(many(WORD, SP), "a role", REF), END),
    "list mapped": seq(SP, Mapped(many(DIGITS, SP, least=1), len, "mapped", REF), opt(many(YES), default=0), END),
    "plain list": many(DIGITS),
}

TEXTS = st.lists(
    st.sampled_from([b" ", b"  ", b"1", b"12", b"123", b"ac", b"b", b"longer", b"yes", b"yess", b"SIR", b"sir", b"x"]),
    max_size=5,
).map(b"".join)


@pytest.mark.parametrize("name", RULES)
@given(text=TEXTS, strict=st.booleans(), end=st.sampled_from([b"\r\n", b"\n", b""]))
def test_it_gives_the_value_of_the_rules_or_leaves_it_to_them(name: str, text: bytes, strict: bool, end: bytes) -> None:
    rule = RULES[name]
    short = quick(rule, strict)
    value = short.values(b"VERB" + text + end, 4)
    asked = parse(rule, b"VERB" + text + end, 4, strict=strict)
    if value is MISSING:
        # never where the rules succeed, but for a conversion that refused on the way
        assert asked.fault is not None or name == "refusing"
    else:
        assert asked.fault is None
        assert parsed(rule, value).values == asked.values


def test_a_conversion_that_refuses_leaves_it_to_the_rules() -> None:
    short = quick(RULES["refusing"], False)
    assert short.values(b" 12\r\n", 0) == 12
    assert short.values(b" 123\r\n", 0) is MISSING
    assert parse(RULES["refusing"], b" 123\r\n").values == (123,)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
@given(
    text=st.lists(
        st.sampled_from([b" ", b"1", b"ana", b"=", b"*", b"PLAIN", b"0" * 32, b"\xff", b"en", b"\t"]), max_size=6
    ).map(b"".join),
    strict=st.booleans(),
)
def test_commands_have_the_values_that_the_observer_sees(command: Any, text: bytes, strict: bool) -> None:
    raw = command.verb + text + b"\r\n"
    quickly = command.parse(raw, len(command.verb), strict=strict)
    assert quickly == parse(command.args, raw, len(command.verb), strict=strict)
    if not strict:
        assert quickly.values == label(command.args, raw, len(command.verb)).values


def test_it_is_made_once() -> None:
    assert quick(RULES["one"], True) is quick(RULES["one"], True)
    assert quick(RULES["one"], True) is not quick(RULES["one"], False)


def test_punctuation_alone_has_no_value() -> None:
    short = quick(alt(SIR, token(b"MADAM", about="madam")), False)
    assert short.values(b"madam", 0) is SILENT


class Words(Rule):
    """Words that mostly are not there."""

    common = (rb"(?! )", list)

    def match(self, cur: Cursor) -> list[bytes]:
        return many(seq(SP, WORD)).match(cur)


def test_a_rule_may_name_what_it_mostly_matches() -> None:
    rule = seq(DIGITS, Words(), END)
    short = quick(rule, True)
    assert short.values(b"12\r\n", 0) == (12, [])
    assert short.values(b"12 a\r\n", 0) is MISSING
    assert parse(rule, b"12 a\r\n").values == (12, [b"a"])


class Double(Rule):
    """A word and the same word again: more than an expression is asked to say."""

    def match(self, cur: Cursor) -> bytes:
        word = bytes(WORD.match(cur))
        if not cur.data.startswith(word, cur.pos):
            raise SyntaxFault(cur.pos, "the same again", REF)
        cur.pos += len(word)
        return word


@given(text=TEXTS, many_of_them=st.booleans())
def test_a_rule_of_its_own_kind_is_a_step(text: bytes, many_of_them: bool) -> None:
    double = Double()
    rule = seq(SP, many(double, SP, least=1) if many_of_them else alt(seq(double, SP), double), END)
    asked = parse(rule, text + b"\r\n")
    value = quick(rule, False).values(text + b"\r\n", 0)
    assert (value is MISSING) == (asked.fault is not None)
    if value is not MISSING:
        assert parsed(rule, value).values == asked.values


class Awaited(Rule):
    """Something that has yet to come: nothing else could be meant."""

    def quickly(self, data: bytes, at: int, strict: bool) -> Found:
        raise SyntaxFault(at, "more", REF)


def test_a_rule_may_end_the_search() -> None:
    rule = Seq(SP, opt(many(alt(Awaited(), DIGITS))), END)
    registry = Registry()

    @registry.command(b"ASK", states={State("ALL", "", REF)}, ref="5234#4", args=rule)
    def ask() -> None:
        """Ask."""

    [command] = registry
    found = command.parse(b"ASK 1\r\n", 3, strict=False)
    assert found.values == ()
    assert found.fault is not None
    assert (found.fault.at, found.fault.ref) == (4, REF)


def test_a_run_of_plain_parts_is_one_step_with_several_values() -> None:
    rule = seq(SP, DIGITS, SP, WORD, many(YES, SP), END)
    assert quick(rule, True).values(b" 12 acyes yes\r\n", 0) == (12, b"ac", [True, True])


@given(text=TEXTS, rule=st.sampled_from([DIGITS, WORD, TWO, GAP]), strict=st.booleans())
def test_a_pattern_alone_is_taken_as_its_rule_says(text: bytes, rule: Pattern, strict: bool) -> None:
    cursor = Cursor(text, 0, None, strict)
    try:
        wanted = rule.match(cursor), cursor.pos
    except SyntaxFault:
        assert rule.quickly(text, 0, strict) is None
    else:
        assert rule.quickly(text, 0, strict) == wanted


def test_a_pattern_alone_whose_conversion_refuses_does_not_match() -> None:
    assert TWO.quickly(b"12", 0, False) == (12, 2)
    assert TWO.quickly(b"123", 0, False) is None
