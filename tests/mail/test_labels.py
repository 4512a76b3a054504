"""What the octets of a message are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.mail.dots import stuff
from sandbox.mail.labels import label_message


def labels(raw: bytes, *, stuffed: bool = False) -> list[tuple[str, bytes]]:
    return [(span.name, raw[span.start : span.stop]) for span in label_message(raw, 0, len(raw), stuffed=stuffed)]


def test_fields_empty_line_and_body() -> None:
    assert labels(b"Subject: one\r\n two\r\nX-Odd:\r\n\r\nbody\r\nmore") == [
        ("field-name", b"Subject"),
        ("colon", b":"),
        ("field-body", b" one\r\n"),
        ("folded", b" two\r\n"),
        ("field-name", b"X-Odd"),
        ("colon", b":"),
        ("field-body", b"\r\n"),
        ("CRLF", b"\r\n"),
        ("body", b"body\r\nmore"),
    ]


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b"", []),
        (b"\r\n", [("CRLF", b"\r\n")]),
        (b"\nx", [("CRLF", b"\n"), ("body", b"x")]),
        (b"A:", [("field-name", b"A"), ("colon", b":")]),
        (b"no field\r\nA: b", [("body", b"no field\r\nA: b")]),
        (b"A: b", [("field-name", b"A"), ("colon", b":"), ("field-body", b" b")]),
    ],
)
def test_odd_ends(raw: bytes, found: list[tuple[str, bytes]]) -> None:
    assert labels(raw) == found


def test_the_dots_of_byte_stuffing() -> None:
    assert labels(b"..A: b\r\n\r\n..x\r\n.y\r\nz\r\n..", stuffed=True) == [
        ("stuffing", b"."),
        ("field-name", b".A"),
        ("colon", b":"),
        ("field-body", b" b\r\n"),
        ("CRLF", b"\r\n"),
        ("stuffing", b"."),
        ("body", b".x\r\n"),
        ("stuffing", b"."),
        ("body", b"y\r\nz\r\n"),
        ("stuffing", b"."),
        ("body", b"."),
    ]


def test_known_fields_say_what_they_are() -> None:
    subject, other = (label_message(raw, 0, len(raw), stuffed=False)[0] for raw in (b"sUBJECT: x", b"X-Odd: x"))
    assert (subject.ref, other.ref) == ("5322#3.6.5", "5322#3.6.8")
    assert subject.about != other.about


CRUMBS = st.sampled_from([b"\r\n", b"\n", b".", b"\r\n.", b"\n.", b"A: b", b" x", b"Subject:", b"\xff", b"x"])


@given(st.lists(CRUMBS, max_size=20).map(b"".join), st.booleans())
def test_labels_leave_no_gap(raw: bytes, stuffed: bool) -> None:
    around = b"+OK\r\n" + raw + b".\r\n"
    at = 5
    for span in label_message(around, 5, 5 + len(raw), stuffed=stuffed):
        assert span.start == at < span.stop
        at = span.stop
    assert at == 5 + len(raw)


@given(st.lists(CRUMBS, max_size=20).map(b"".join))
def test_without_the_labelled_dots_the_message_is_what_was_stuffed(content: bytes) -> None:
    raw = stuff(content)[: -len(b".\r\n")]
    spans = label_message(raw, 0, len(raw), stuffed=True)
    kept = b"".join(raw[span.start : span.stop] for span in spans if span.name != "stuffing")
    assert kept in (content, content + b"\r\n")
