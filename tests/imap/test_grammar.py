"""What the server takes from a request by steps is what the rules say of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sandbox.imap.server  # the commands and extensions, which put their words into the tables
from sandbox.core.grammar import END, SP, Rule, label, many, opt, parse, parsed, seq
from sandbox.core.quick import MISSING, quick
from sandbox.core.terminals import SyntaxFault
from sandbox.imap.commands.fetch import FETCH_MODIFIERS
from sandbox.imap.grammar import MAILBOX, Literal
from sandbox.imap.items import FETCH_ITEMS
from sandbox.imap.states import REGISTRY

assert sandbox.imap.server

COMMANDS = list(REGISTRY)
WORDS = st.lists(
    st.sampled_from(
        [
            *(
                b" ",
                b" ",
                b" ",
                b"(",
                b")",
                b" (",
                b") ",
                b"[]",
                b"[1.2.HEADER.FIELDS (To Cc)]<0.9>",
                b"1:*",
                b"3",
                b"$",
            ),
            *(b"INBOX", b'"a b"', b"{3}\r\nabc", b"{2+}\r\n()", b"~{1}\r\n\0", b"{9}\r\n", b"{0}\r\n", b"NIL", b"NOT"),
            *(
                b"FLAGS",
                b"+FLAGS.SILENT",
                b"BODY",
                b"BODY.PEEK",
                b"binary",
                b"UNSEEN",
                b"UID",
                b"ALL",
                b"OR",
                b"RETURN",
            ),
            *(b"\\Seen", b"work", b"CHANGEDSINCE", b"QRESYNC", b"CATENATE", b"TEXT", b"RETURN (MIN)", b"utf-8", b"x"),
            *(b'" 1-Jan-2026 10:00:00 +0100"', b"(MESSAGES)", b"*", b"%", b'"', b"\xff", b"FLAGS", b"\r\n"),
        ]
    ),
    max_size=9,
).map(b"".join)


@given(st.sampled_from(COMMANDS), WORDS, st.booleans())
def test_every_command_has_the_values_of_its_rules(command: object, text: bytes, strict: bool) -> None:
    assert_equal(command, text, strict)


USUAL = (
    (b"FETCH", b" 1:* (FLAGS UID BODY.PEEK[HEADER.FIELDS (To Cc)]<0.99> BODY[1.2.TEXT] ENVELOPE)"),
    (b"UID FETCH", b" 7 FAST (CHANGEDSINCE 12)"),
    (b"STORE", b" 1,3:* (UNCHANGEDSINCE 7) +FLAGS.SILENT (\\Seen work)"),
    (b"UID STORE", b" $ -FLAGS \\Seen work"),
    (b"APPEND", b' "a box" (\\Seen) " 1-Jan-2026 10:00:00 +0100" {3}\r\nabc (work) {2+}\r\n{}'),
    (b"APPEND", b" {3}\r\nbox {3}\r\nabc"),
    (b"SEARCH", b' RETURN (MIN COUNT) CHARSET utf-8 OR (UNSEEN NOT TO {3}\r\nana) SUBJECT "x y"'),
    (b"SELECT", b" {5}\r\nINBOX (QRESYNC (1 2 3:4))"),
    (b"LOGIN", b' ana "se creto"'),
    (b"LIST", b' (SUBSCRIBED) "" ("*" %) RETURN (STATUS (MESSAGES))'),
)


def test_what_clients_send_takes_the_short_way() -> None:
    for verb, text in USUAL:
        command = REGISTRY.rows[verb]
        raw = verb + text + b"\r\n"
        assert quick(command.args, False).values(raw, len(verb)) is not MISSING, raw
        assert_equal(command, text, False)


def assert_equal(command: object, text: bytes, strict: bool) -> None:
    raw = command.verb + text + b"\r\n"  # type: ignore[attr-defined]
    start, args = len(command.verb), command.args  # type: ignore[attr-defined]
    found = command.parse(raw, start, strict=strict)  # type: ignore[attr-defined]
    asked = parse(args, raw, start, strict=strict)
    assert repr(found.values) == repr(asked.values) or has_functions(asked.values)
    assert (found.fault is None) == (asked.fault is None)
    if found.fault is not None:
        assert found.fault.at == asked.fault.at
    if not strict:
        assert (label(args, raw, start).fault is None) == (found.fault is None)


def has_functions(values: object) -> bool:
    """Whether values cannot be compared: what APPEND is to take is a function."""
    return "<function" in repr(values)


LITERAL = Literal("x", "a literal", "9051#4.3")
LITERAL8 = Literal("x", "a literal", "9051#4.3", binary=True)


def taken(rule: Rule, data: bytes) -> object:
    return rule.quickly(data, 1, False)


def test_a_literal_is_taken_whole_or_awaited() -> None:
    assert taken(LITERAL, b" {3}\r\nabcd") == (b"abc", 9)
    assert taken(LITERAL8, b" ~{1+}\n\0") == (b"\0", 8)
    assert taken(LITERAL, b" ~{1}\r\nx") is None
    assert taken(LITERAL8, b" {1}\r\nx") is None
    asked = parse(seq(SP, LITERAL), b" {3}\r\nab").fault
    with pytest.raises(SyntaxFault) as raised:
        taken(LITERAL, b" {3}\r\nab")
    assert raised.value.fault == asked


def test_words_of_a_table() -> None:
    assert taken(FETCH_ITEMS, b" flags)") == ((b"FLAGS", None), 6)
    assert taken(FETCH_ITEMS, b" FLAG)") is None
    assert taken(FETCH_ITEMS, b" )") is None
    assert taken(FETCH_ITEMS, b" BODY)") == ((b"BODY", None), 5)
    assert taken(FETCH_ITEMS, b" BODY.PEEK)") is None
    assert taken(FETCH_MODIFIERS, b" VANISHED)") == ((b"VANISHED", None), 9)


@given(st.lists(st.sampled_from([b" ", b"box", b"{3}\r\nbox", b'"b\\"x"', b"{1}\r\n", b"x"])).map(b"".join))
def test_mailboxes_in_lists(text: bytes) -> None:
    rule = seq(many(MAILBOX, SP, least=1), opt(SP), END)
    asked = parse(rule, text + b"\r\n")
    try:
        value = quick(rule, False).values(text + b"\r\n", 0)
    except SyntaxFault:  # it ends within a literal
        value = MISSING
    assert (value is MISSING) == (asked.fault is not None)
    if value is not MISSING:
        assert parsed(rule, value).values == asked.values
