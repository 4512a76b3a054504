from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.grammar import (
    CRLF,
    END,
    MAX_DEPTH,
    NOTHING,
    SILENT,
    SP,
    Lazy,
    Mapped,
    Rule,
    Switch,
    alt,
    choices,
    label,
    many,
    opt,
    parse,
    role,
    seq,
    term,
    token,
)
from sandbox.core.message import N_, Msg
from sandbox.core.refs import Ref

REF = "5321#3"
NUMBER = term("number", rb"\d+", REF, "a number", convert=int)
WORD = term("word", rb"[A-Za-z]+", REF, "a word", convert=bytes.lower)
YES = token(b"yes", about="agreement", value=True)
COMMA = token(b",", about="a comma")
LIST = Lazy(lambda: NESTED, Ref(REF), "<list>")
NESTED: Rule = alt(NUMBER, seq(token(b"(", about="open"), many(LIST, COMMA), token(b")", about="close")))
SIZED = Switch(WORD, {b"SIZE": seq(token(b"=", about="is"), NUMBER), b"QUIET": NOTHING})
LIMITED = Mapped(NUMBER, lambda value: value if value < 10 else int("x"), "a number below 10", Ref(REF))
LOOSE = term("spaces", b" +", REF, "spaces", silent=True, bent=True)
EVERYTHING = {
    "seq": seq(WORD, SP, NUMBER, CRLF),
    "one": seq(WORD, SP, CRLF),
    "alt": seq(alt(NUMBER, YES, WORD), END),
    "opt": seq(WORD, opt(seq(SP, NUMBER), 7), opt(COMMA), END),
    "many": seq(many(NUMBER, COMMA), CRLF),
    "least": many(NUMBER, COMMA, least=2),
    "nested": NESTED,
    "switch": many(SIZED, SP),
    "mapped": LIMITED,
    "role": role(seq(WORD, COMMA, NUMBER), "in this role", REF),
    "bent": seq(WORD, alt(LOOSE, SP), NUMBER),
}


@pytest.mark.parametrize(
    ("rule", "data", "values"),
    [
        ("seq", b"Ab 12\r\n", (b"ab", 12)),
        ("one", b"Ab \r\n", (b"ab",)),
        ("alt", b"12\r\n", (12,)),
        ("alt", b"YES\r\n", (True,)),
        ("alt", b"no\r\n", (b"no",)),
        ("alt", b"no\n", (b"no",)),
        ("opt", b"a\r\n", (b"a", 7)),
        ("opt", b"a 5,\r\n", (b"a", 5)),
        ("many", b"1,2,3\r\n", ([1, 2, 3],)),
        ("many", b"\r\n", ([],)),
        ("least", b"1,2", ([1, 2],)),
        ("nested", b"(1,(2,3),())", ([1, [2, 3], []],)),
        ("switch", b"size=4 quiet", ([(b"SIZE", 4), b"QUIET"],)),
        ("mapped", b"9", (9,)),
        ("role", b"a,1", ((b"a", 1),)),
        ("bent", b"a   1", (b"a", 1)),
    ],
)
def test_values(rule: str, data: bytes, values: Any) -> None:
    assert parse(EVERYTHING[rule], data).values == values
    assert label(EVERYTHING[rule], data).values == values


@pytest.mark.parametrize(
    ("rule", "data", "at", "want"),
    [
        ("seq", b"12", 0, "expected a word"),
        ("seq", b"ab x", 3, "expected a number"),
        ("opt", b"a x\r\n", 2, "expected a number"),
        ("alt", b"!", 0, "expected a word"),
        ("many", b"1,x\r\n", 2, "expected a number"),
        ("least", b"1", 1, "expected a comma"),
        ("mapped", b"10", 0, "expected a number below 10"),
        ("switch", b"frob", 0, "expected a word"),
        ("nested", b"(1", 2, "expected close"),
        ("nested", b"1x", 1, "expected nothing more here"),
    ],
)
def test_faults_say_where_and_what(rule: str, data: bytes, at: int, want: str) -> None:
    for found in (parse(EVERYTHING[rule], data), label(EVERYTHING[rule], data)):
        assert found.values == ()
        assert found.fault is not None
        assert (found.fault.at, str(found.fault.want)) == (at, want)


@given(st.sampled_from(sorted(EVERYTHING)), st.text("aY yes12,()=\r\n", max_size=12).map(str.encode), st.booleans())
def test_values_and_spans_are_of_one_mind_and_cover_everything(rule: str, data: bytes, strict: bool) -> None:
    parsed = parse(EVERYTHING[rule], data, strict=strict)
    labelled = label(EVERYTHING[rule], data, strict=strict)
    assert (parsed.values, parsed.fault) == (labelled.values, labelled.fault)
    at = 0
    for span in labelled.spans:
        assert span.start == at
        assert span.stop > at
        at = span.stop
    assert at == len(data)
    assert any(span.free for span in labelled.spans) <= (labelled.fault is not None)


def test_labels() -> None:
    spans = label(EVERYTHING["role"], b"ab,1").spans
    assert [(span.start, span.stop, span.name, span.about) for span in spans] == [
        (0, 2, "word", "in this role"),
        (2, 3, ",", "a comma"),
        (3, 4, "number", "in this role"),
    ]
    assert spans[0].moved(5).start == 5
    assert spans[0].moved(5).about == "in this role"


def test_what_follows_a_fault_is_free() -> None:
    found = label(EVERYTHING["seq"], b"ab ?? !")
    assert [(span.start, span.stop, span.free) for span in found.spans] == [(0, 2, False), (2, 3, False), (3, 7, True)]


def test_strict_readers_refuse_what_lenient_ones_bend() -> None:
    assert parse(EVERYTHING["bent"], b"a  1").values == (b"a", 1)
    assert [span.bent for span in label(EVERYTHING["bent"], b"a  1").spans] == [False, True, False]
    assert parse(EVERYTHING["bent"], b"a  1", strict=True).fault is not None
    assert parse(EVERYTHING["bent"], b"a 1", strict=True).values == (b"a", 1)
    assert parse(seq(WORD, END), b"a\n", strict=True).fault is not None


def test_reading_can_begin_anywhere() -> None:
    found = label(seq(NUMBER, CRLF), b"xx7\r\n", 2)
    assert found.values == (7,)
    assert found.spans[0].start == 2


def test_nesting_has_a_limit() -> None:
    deep = b"(" * 100_000
    found = parse(NESTED, deep)
    assert found.fault is not None
    assert str(found.fault.want) == "nested too deep"
    assert found.fault.at <= MAX_DEPTH + 1
    assert parse(NESTED, b"(" * 50 + b")" * 50).fault is None


def test_a_repetition_of_nothing_ends() -> None:
    empty = term("empty", b"x*", REF, "maybe x")
    assert parse(seq(many(empty), CRLF), b"\r\n").values == ([],)
    assert parse(seq(many(COMMA), NUMBER), b",,1").values == (1,)
    assert parse(many(term("gap", b" *", REF, "gap", silent=True)), b"").values == ()


def test_silence() -> None:
    assert parse(NOTHING, b"").values == ()
    assert repr(SILENT) == "SILENT"
    assert parse(alt(COMMA, SP), b",").values == ()
    assert parse(seq(opt(COMMA), SP), b" ").values == ()


def test_usage_is_what_the_hint_bar_shows() -> None:
    assert seq(SP, WORD, opt(seq(SP, NUMBER)), opt(COMMA), END).usage == " <word> [<number>][,]"
    assert alt(NUMBER, WORD).usage == "<number>|<word>"
    assert alt(NUMBER, WORD, usage="<it>").usage == "<it>"
    assert choices([NUMBER, WORD]).usage == ""
    assert opt(END).usage == ""
    assert role(WORD, "x", REF, "<name>").usage == "<name>"
    assert LIST.usage == "<list>"
    assert SIZED.usage == "<word>"
    assert Switch(WORD, {}, usage="<item>").usage == "<item>"
    assert many(WORD).usage == "<word>..."
    assert LIMITED.usage == "<number>"


def test_a_switch_can_have_another_way() -> None:
    either = Switch(WORD, {}, other=seq(COMMA, NUMBER))
    assert parse(either, b"x,1").values == ((b"X", 1),)


def test_a_rule_has_to_match_something() -> None:
    with pytest.raises(NotImplementedError):
        Rule().match(None)  # type: ignore[arg-type]


def test_messages_are_compared_and_worded() -> None:
    message = Msg(N_("{what} at {at}"), what=Msg("word"), at=3)
    assert str(message) == "word at 3"
    assert str(Msg("100 % {sure}")) == "100 % {sure}"
    assert message == Msg("{what} at {at}", what=Msg("word"), at=3)
    assert message != Msg("{what} at {at}", what=Msg("word"), at=4)
    assert message != "word at 3"
    assert len({message, Msg("{what} at {at}", what=Msg("word"), at=3)}) == 1
    assert re.match(r"Msg\('\{what\}", repr(message))
    assert repr(Msg("x")) == "Msg('x')"


def test_a_terminal_may_refuse_what_its_pattern_takes() -> None:
    month = term("month", rb"\d\d", REF, "a month", convert=lambda digits: [None, 1, 2][int(digits) % 3] or int("x"))
    assert parse(month, b"01").values == (1,)
    assert parse(month, b"03").fault is not None
