"""Sections, by the example of RFC 9051 section 6.4.5.1, and how a response repeats them."""

from __future__ import annotations

import pytest

from sandbox.core.grammar import parse
from sandbox.imap.sections import SECTION, SECTION_BINARY, SECTION_SIZE, Section
from sandbox.mail.message import Message
from tests.imap.worlds import Home


def part(kind: str, body: bytes) -> bytes:
    return b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body


def multipart(subtype: str, boundary: str, *parts: bytes, more: bytes = b"") -> bytes:
    edge = b"--" + boundary.encode()
    inner = b"".join(edge + b"\r\n" + one + b"\r\n" for one in parts)
    return more + part(f'multipart/{subtype}; boundary="{boundary}"', inner + edge + b"--\r\n")


SUBJECT = b"Subject: three\r\nTo: t\r\n"
THREE = multipart("mixed", "c", part("text/plain", b"3.1"), part("application/x", b"3.2"), more=SUBJECT)
DEEP = multipart("alternative", "e", part("text/plain", b"4.2.2.1"), part("text/richtext", b"4.2.2.2"))
FOUR_TWO = multipart("mixed", "d", part("text/plain", b"4.2.1"), DEEP, more=b"Subject: four-two\r\n")
FOUR = multipart("mixed", "b", part("image/gif", b"4.1"), part("message/rfc822", FOUR_TWO))
WHOLE = multipart(
    "mixed",
    "a",
    part("text/plain", b"1"),
    part("application/octet-stream", b"2"),
    part("message/rfc822", THREE),
    FOUR,
    more=b"Subject: whole\r\nsubject: twice\r\nX-Other: o\r\n folded\r\n",
)


def section(text: bytes) -> Section:
    (value,) = parse(SECTION, text).values
    assert isinstance(value, Section)
    return value


def head(message: bytes) -> bytes:
    return message[: message.index(b"\r\n\r\n") + 4]


def text(message: bytes) -> bytes:
    return message[message.index(b"\r\n\r\n") + 4 :]


@pytest.mark.parametrize(
    ("spec", "octets"),
    [
        ("", WHOLE),
        ("HEADER", head(WHOLE)),
        ("TEXT", text(WHOLE)),
        ("1", b"1"),
        ("2", b"2"),
        ("2.MIME", b"Content-Type: application/octet-stream\r\n\r\n"),
        ("3", THREE),
        ("3.MIME", b"Content-Type: message/rfc822\r\n\r\n"),
        ("3.HEADER", head(THREE)),
        ("3.TEXT", text(THREE)),
        ("3.HEADER.FIELDS (subject)", b"Subject: three\r\n\r\n"),
        ("3.HEADER.FIELDS.NOT (subject content-type)", b"To: t\r\n\r\n"),
        ("3.1", b"3.1"),
        ("3.2", b"3.2"),
        ("3.2.MIME", b"Content-Type: application/x\r\n\r\n"),
        ("4", text(FOUR)),
        ("4.MIME", head(FOUR)),
        ("4.1", b"4.1"),
        ("4.1.MIME", b"Content-Type: image/gif\r\n\r\n"),
        ("4.2", FOUR_TWO),
        ("4.2.HEADER", head(FOUR_TWO)),
        ("4.2.TEXT", text(FOUR_TWO)),
        ("4.2.1", b"4.2.1"),
        ("4.2.2", text(DEEP)),
        ("4.2.2.1", b"4.2.2.1"),
        ("4.2.2.2", b"4.2.2.2"),
        # all fields of a name, with their folds; names in any case; nothing but the empty line where there are none
        ("HEADER.FIELDS (SUBJECT x-other)", b"Subject: whole\r\nsubject: twice\r\nX-Other: o\r\n folded\r\n\r\n"),
        ("HEADER.FIELDS.NOT (Subject Content-Type)", b"X-Other: o\r\n folded\r\n\r\n"),
        ("HEADER.FIELDS (nothing)", b"\r\n"),
        # no such part, or no message within it
        ("5", None),
        ("1.1", None),
        ("1.TEXT", None),
        ("4.HEADER", None),
        ("4.2.2.3", None),
        ("3.3.MIME", None),
    ],
)
def test_the_example_of_the_rfc(spec: str, octets: bytes | None) -> None:
    assert section(b"[" + spec.encode() + b"]").of(Message(WHOLE)) == octets


def test_every_message_has_a_part_1() -> None:
    plain = Message(b"Subject: x\r\n\r\nbody")
    assert section(b"[1]").of(plain) == b"body"
    assert section(b"[2]").of(plain) is None
    assert section(b"[1.1]").of(plain) is None
    within = Message(part("message/rfc822", b"A: b\r\n\r\ninner"))
    assert section(b"[1.HEADER]").of(within) == b"A: b\r\n\r\n"
    assert section(b"[1.1]").of(within) == b"inner"
    alone = Message(b"no header ever")
    assert section(b"[HEADER]").of(alone) == b"no header ever"
    assert section(b"[TEXT]").of(alone) == b""


@pytest.mark.parametrize(
    ("sent", "label"),
    [
        (b"[]", b"[]"),
        (b"[header]", b"[HEADER]"),
        (b"[1.2.mime]", b"[1.2.MIME]"),
        (b"[]<7.9>", b"[]<7>"),
        (b"[4.text]<0.1>", b"[4.TEXT]<0>"),
        (b'[Header.Fields (To "Cc" {4}\r\nDate)]', b"[HEADER.FIELDS (To Cc Date)]"),
        (b'[1.HEADER.FIELDS.NOT ("a b" nil)]<1.2>', b'[1.HEADER.FIELDS.NOT ("a b" "nil")]<1>'),
        (b"[HEADER.FIELDS ({4}\r\na\r\nb)]", b"[HEADER.FIELDS ({4}\r\na\r\nb)]"),
        (b"[HEADER.FIELDS ({1}\r\n\xf1)]", b"[HEADER.FIELDS ({1}\r\n\xf1)]"),
    ],
)
def test_a_response_repeats_the_section_and_where_it_begins(sent: bytes, label: bytes) -> None:
    assert section(sent).label == label
    assert parse(SECTION, label.partition(b"<")[0]).fault is None


@pytest.mark.parametrize("sent", [b"[HEADER]", b"[1.MIME]", b"[1.HEADER]", b"[TEXT]", b"[0]", b"[1", b""])
def test_binary_takes_part_numbers_only(sent: bytes) -> None:
    assert parse(SECTION_BINARY, sent).fault is not None
    assert parse(SECTION_SIZE, sent).fault is not None


def test_the_size_of_a_stretch_cannot_be_asked_for() -> None:
    assert parse(SECTION_BINARY, b"[1]<0.9>").values == (Section((1,), partial=(0, 9)),)
    assert parse(SECTION_SIZE, b"[1]<0.9>").fault is not None
    assert parse(SECTION_SIZE, b"[1]").values == (Section((1,)),)
    assert parse(SECTION_SIZE, b"[]").values == (Section(),)


@pytest.mark.parametrize(
    ("partial", "octets"),
    [((0, 3), b"012"), ((3, 2), b"34"), ((8, 9), b"89"), ((10, 1), b""), ((99, 1), b""), (None, b"0123456789")],
)
def test_stretches(partial: tuple[int, int] | None, octets: bytes) -> None:
    assert Section(partial=partial).cut(b"0123456789") == octets


def test_structures_short_and_long() -> None:
    line = Home(WHOLE).connect()
    short = line.do("FETCH 1 BODY")[0]
    long = line.do("FETCH 1 BODYSTRUCTURE")[0]
    assert short.startswith('* 1 FETCH (BODY (("TEXT" "PLAIN" ')
    # the short form has no parameters of multiparts, and nothing behind the basic fields (RFC 9051 section 7.5.2)
    lines = FOUR_TWO.count(b"\r\n")
    assert short.endswith(f'"RICHTEXT" NIL NIL NIL "7BIT" 7 0) "ALTERNATIVE") "MIXED") {lines}) "MIXED") "MIXED"))')
    assert '"MIXED" ("boundary" "a") NIL NIL NIL' not in short
    assert long.endswith('"MIXED" ("boundary" "b") NIL NIL NIL) "MIXED" ("boundary" "a") NIL NIL NIL))')
    # an image has a size, and no lines
    assert '("IMAGE" "GIF" NIL NIL NIL "7BIT" 3)' in short
    assert '("IMAGE" "GIF" NIL NIL NIL "7BIT" 3 NIL NIL NIL NIL)' in long
    # a message has its envelope, its structure and its lines
    assert f'("MESSAGE" "RFC822" NIL NIL NIL "7BIT" {len(FOUR_TWO)} (NIL "four-two" NIL ' in short


@pytest.mark.parametrize("kind", ["ALL", "FAST", "FULL"])
def test_macros_stand_alone(kind: str) -> None:
    line = Home(WHOLE).connect()
    assert line.do(f"FETCH 1 {kind}")[-1] == "OK FETCH completed"
    assert line.do(f"FETCH 1 ({kind})")[-1].startswith("BAD")
