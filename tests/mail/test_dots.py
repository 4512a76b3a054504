"""Byte-stuffing: RFC 1939 section 3, RFC 5321 section 4.5.2."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.mail.dots import stuff, stuff_lines, unstuff

OCTETS = st.lists(st.sampled_from([b".", b"\r\n", b"\r", b"\n", b"a", b"\x00", b".."])).map(b"".join)


@pytest.mark.parametrize(
    ("content", "block"),
    [
        (b"", b".\r\n"),
        (b"a\r\n", b"a\r\n.\r\n"),
        (b"a", b"a\r\n.\r\n"),
        (b".\r\n", b"..\r\n.\r\n"),
        (b"a\r\n.b\r\n..\r\n", b"a\r\n..b\r\n...\r\n.\r\n"),
        (b"a\r\n.\r\n.\r\n", b"a\r\n..\r\n..\r\n.\r\n"),
        (b"a\n.b\r\n", b"a\n.b\r\n.\r\n"),  # a bare LF ends no line
        (b"a\r", b"a\r\r\n.\r\n"),
    ],
)
def test_stuffing(content: bytes, block: bytes) -> None:
    assert stuff(content) == block


@given(OCTETS)
def test_unstuffing_gives_the_content_back(content: bytes) -> None:
    whole = content if content.endswith(b"\r\n") or not content else content + b"\r\n"
    assert unstuff(stuff(content)) == whole


@given(OCTETS)
def test_the_final_dot_is_the_only_line_of_one_dot(content: bytes) -> None:
    assert stuff(content).split(b"\r\n").count(b".") == 1
    assert stuff(content).endswith(b".\r\n")


@given(st.lists(st.sampled_from([b"", b".", b"..", b"a", b".a"])))
def test_lines_are_stuffed_like_their_content(lines: list[bytes]) -> None:
    assert stuff_lines(lines) == stuff(b"".join(line + b"\r\n" for line in lines))


def test_a_receiver_drops_the_first_dot_of_any_line() -> None:
    assert unstuff(b".a\r\nb\r\n.c\r\n.\r\n") == b"a\r\nb\r\nc\r\n"
