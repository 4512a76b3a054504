"""The text that APOP and CRAM-MD5 challenge with."""

from __future__ import annotations

import re

import pytest

from sandbox.auth.stamp import is_stamp, make_stamp, stamps_in
from tests.auth.support import octets


def test_a_stamp_has_digits_one_dot_and_the_host() -> None:
    stamp = make_stamp(octets("a"), 1_772_442_000, "norte.example")
    assert re.fullmatch(rb"<\d+\.1772442000@norte\.example>", stamp)
    assert is_stamp(stamp)


def test_no_two_stamps_are_alike() -> None:
    random = octets("a")
    assert len({make_stamp(random, 5, "h") for _ in range(100)}) == 100


def test_a_host_name_beyond_ascii_gives_a_stamp_all_the_same() -> None:
    assert is_stamp(make_stamp(octets("a"), 5, "ñandú.example"))


@pytest.mark.parametrize(
    "text", [b"", b"<>", b"<a>", b"<a@>", b"<@b>", b"<a@b", b"<a b@c>", b"<a..b@c>", b"x<a@b>", b"<a@b>\n", b"<\xff@b>"]
)
def test_other_text_is_no_stamp(text: bytes) -> None:
    assert not is_stamp(text)


def test_stamps_are_found_in_a_greeting() -> None:
    assert stamps_in(b"+OK ready <1896.697170952@dbc.mtview.ca.us>") == [b"<1896.697170952@dbc.mtview.ca.us>"]
    assert stamps_in(b"+OK <a@b> <c@[10.0.0.1]> <d>") == [b"<a@b>", b"<c@[10.0.0.1]>"]
