from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.i18n.safe import readable, safe


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (b"RETR 1", "RETR 1"),
        (b"\x1b[2J", "\\x1b[2J"),
        (b"a\r\nb\tc\x00", "a\\r\\nb\\tc\\x00"),
        ("\x9b31m", "\\x9b31m"),
        (b"\xc2\x9b31m", "\\x9b31m"),
        (b"caf\xe9", "caf\\xe9"),
        ("español ñandú 日本 ✓", "español ñandú 日本 ✓"),
        ("abc\u202edcba", "abc\\u202edcba"),
        ("z\u200bero \u2060 \ufeff", "z\\u200bero \\u2060 \\ufeff"),
        ("n\u0303", "n\\u0303"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("a\u00a0b\u00ad", "a\\xa0b\\xad"),
        ("\u2028\u2029", "\\u2028\\u2029"),
        ("\u3164\u115f", "\\u3164\\u115f"),
        ("[/x][bold]", "[/x][bold]"),
    ],
)
def test_what_could_do_harm_is_written_out(text: bytes | str, shown: str) -> None:
    assert safe(text) == shown


def test_text_for_people_is_composed_first() -> None:
    assert readable("man\u0303ana") == "mañana"
    assert readable(b"man\xcc\x83ana\x1b") == "mañana\\x1b"


@given(st.one_of(st.binary(), st.text(st.characters())))
def test_nothing_that_comes_out_is_obeyed(text: bytes | str) -> None:
    shown = safe(text)
    assert all(char.isprintable() for char in shown)
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp", "Mn", "Me"}


@given(st.text(st.characters()))
def test_twice_is_once(text: str) -> None:
    assert safe(safe(text)) == safe(text)
