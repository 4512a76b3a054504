"""Messages: where the body begins, header fields, envelope."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.mail.addresses import Address
from sandbox.mail.header import Header, unfold
from sandbox.mail.message import Message, body_offset

CRUMBS = st.sampled_from(
    [
        b"\r\n",
        b"\n",
        b"\r",
        b":",
        b" ",
        b"\t",
        b"Subject",
        b"From",
        b"Content-Type",
        b"\xff",
        b"\x00",
        b"--b",
        b"a",
        b'"',
        b"(",
        b"<",
        b"@",
    ]
)
GARBAGE = st.binary(max_size=60) | st.lists(CRUMBS, max_size=40).map(b"".join)

MAIL = (
    b"From: Ana <ana@norte.example>\r\n"
    b"to: luis@norte.example\r\n"
    b"Subject: =?utf-8?q?Ma=C3=B1ana?=\r\n"
    b" a las nueve\r\n"
    b"no field\r\n"
    b"To: eva@sur.example\r\n"
    b"\r\n"
    b"Hola\r\n"
)


@pytest.mark.parametrize(
    ("content", "body"),
    [
        (b"", b""),
        (b"A: b", b""),
        (b"A: b\r\n", b""),
        (b"A: b\r\n\r\n", b""),
        (b"A: b\r\n\r\nx", b"x"),
        (b"A: b\n\nx\n\ny", b"x\n\ny"),
        (b"A: b\n\r\nx", b"x"),
        (b"\r\nx", b"x"),
        (b"\nx", b"x"),
        (b"A: b\r\n \r\nC: d\r\n\r\nx", b"x"),
    ],
)
def test_header_and_body(content: bytes, body: bytes) -> None:
    message = Message(content)
    assert message.body == body
    assert message.header + message.body == message.content == content
    assert message.size == len(content)


def test_the_body_of_a_part() -> None:
    content = b"xx\r\n\r\nA: b\r\n\r\nc\r\n\r\n"
    assert body_offset(content, 6, 15) == 14
    assert body_offset(content, 6, 12) == 12


def test_fields_by_name() -> None:
    header = Message(MAIL).fields()
    assert header.raw(b"SUBJECT") == b" =?utf-8?q?Ma=C3=B1ana?=\r\n a las nueve"
    assert header.get(b"subject") == b"=?utf-8?q?Ma=C3=B1ana?= a las nueve"
    assert header.text(b"subject") == "Mañana a las nueve"
    assert header.get_all(b"To") == [b"luis@norte.example", b"eva@sur.example"]
    assert header.get(b"To") == b"luis@norte.example"
    assert b"FROM" in header
    assert b"Cc" not in header
    assert header.raw(b"Cc") is header.get(b"Cc") is header.text(b"Cc") is None
    assert header.get_all(b"Cc") == []
    assert [field.name for field in header.fields] == [b"From", b"to", b"Subject", b"To"]


def test_choosing_fields_keeps_their_octets_and_ends_in_an_empty_line() -> None:
    header = Message(MAIL).fields()
    assert header.select([b"TO"]) == b"to: luis@norte.example\r\nTo: eva@sur.example\r\n\r\n"
    assert header.select([b"to", b"from"], others=True) == (b"Subject: =?utf-8?q?Ma=C3=B1ana?=\r\n a las nueve\r\n\r\n")
    assert header.select([b"Cc"]) == b"\r\n"
    assert Message(b"A: b").fields().select([b"a"]) == b"A: b\r\n\r\n"


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        (b"A:b\r\n", [(b"A", b"b")]),
        (b"A :  b \r\n", [(b"A", b"b")]),
        (b"A:\r\n", [(b"A", b"")]),
        (b"A:\r\n b\r\n\tc\r\n", [(b"A", b"b\tc")]),
        (b"A: b\n c\nD: e", [(b"A", b"b c"), (b"D", b"e")]),
        (b" folded: at first\r\nA: b\r\n", [(b"A", b"b")]),
        (b"two words: x\r\n: y\r\nA: b: c\r\n", [(b"A", b"b: c")]),
        (b"A: \xff\x00\rB: c\r\n", [(b"A", b"\xff\x00\rB: c")]),
    ],
)
def test_fields_as_they_come(content: bytes, fields: list[tuple[bytes, bytes]]) -> None:
    header = Message(content).fields()
    assert [(field.name, header.get(field.name)) for field in header.fields] == fields


@given(GARBAGE, GARBAGE, GARBAGE)
def test_a_header_says_nothing_of_what_lies_around_it(before: bytes, content: bytes, after: bytes) -> None:
    inside = Header(before + b"\n" + content + after, len(before) + 1, len(before) + 1 + len(content))
    alone = Header(content, 0, len(content))
    assert [(f.name, f.stop - f.start) for f in inside.fields] == [(f.name, f.stop - f.start) for f in alone.fields]
    assert [inside.get(f.name) for f in alone.fields] == [alone.get(f.name) for f in alone.fields]


def test_unfolding_takes_out_line_ends_only() -> None:
    assert unfold(b" a\r\n\tb\n c\r\n") == b"a\tb c"


@given(GARBAGE)
def test_anything_is_a_message(content: bytes) -> None:
    message = Message(content)
    message.envelope()
    header = message.fields()
    for field in header.fields:
        assert content[field.start : field.start + len(field.name)] == field.name
        header.text(field.name)
    assert message.structure().stop == len(content)


def test_an_envelope() -> None:
    envelope = Message(
        b"Date: Mon, 2 Mar 2026 09:00:00 +0000\r\nSubject: =?x?=\r\nFrom: Ana <ana@norte.example>\r\n"
        b"Sender:\r\nTo: luis@norte.example\r\nCc:\r\nTo: eva@sur.example\r\n"
        b"In-Reply-To:\r\nMessage-ID: <1@norte.example>\r\n\r\n"
    ).envelope()
    ana = Address(b"Ana", None, b"ana", b"norte.example")
    assert envelope.date == b"Mon, 2 Mar 2026 09:00:00 +0000"
    assert envelope.subject == b"=?x?="
    assert envelope.from_ == envelope.sender == envelope.reply_to == (ana,)
    assert [address.addr_spec for address in envelope.to] == ["luis@norte.example", "eva@sur.example"]
    assert envelope.cc == envelope.bcc == ()
    assert (envelope.in_reply_to, envelope.message_id) == (b"", b"<1@norte.example>")


def test_sender_and_reply_to_may_differ_from_the_author() -> None:
    envelope = Message(b"From: a@x\r\nSender: b@x\r\nReply-To: c@x\r\n\r\n").envelope()
    assert [a.addr_spec for a in (*envelope.from_, *envelope.sender, *envelope.reply_to)] == ["a@x", "b@x", "c@x"]


def test_the_envelope_of_nothing() -> None:
    envelope = Message(b"").envelope()
    assert (envelope.date, envelope.subject, envelope.in_reply_to, envelope.message_id) == (None,) * 4
    assert envelope.from_ == envelope.sender == ()
