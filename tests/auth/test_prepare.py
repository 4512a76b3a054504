"""SASLprep: the examples of RFC 4013 section 3, and that stored and presented strings take one path."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.auth.prepare import MAX_CHARACTERS, prepare


@pytest.mark.parametrize(
    ("text", "prepared"),
    [
        ("I\u00adX", "IX"),  # SOFT HYPHEN mapped to nothing
        ("user", "user"),
        ("USER", "USER"),  # no case folding
        ("\u00aa", "a"),  # NFKC
        ("\u2168", "IX"),  # NFKC, the same as the first
        ("\u0007", None),  # prohibited character
        ("\u06271", None),  # bidirectional check
    ],
)
def test_the_examples_of_rfc_4013(text: str, prepared: str | None) -> None:
    assert prepare(text) == prepared


@pytest.mark.parametrize(
    ("text", "prepared"),
    [
        ("contraseña", "contraseña"),
        ("contrasen\u0303a", "contraseña"),
        ("a\u00a0b", "a b"),  # NO-BREAK SPACE
        ("\u0627\u0628", "\u0627\u0628"),  # right to left all through
        ("\u0627a\u0628", None),  # left to right within right to left
        ("\u06271\u0628", "\u06271\u0628"),
        ("1\u0627", None),  # begins with a digit
        ("", None),
        ("\u00ad", None),  # nothing is left
        ("\ufffd", None),
        ("\ue000", None),  # private use
        ("a\0b", None),
        ("a\nb", None),
        ("clave😀", "clave😀"),  # younger than Unicode 3.2
    ],
)
def test_other_strings(text: str, prepared: str | None) -> None:
    assert prepare(text) == prepared


def test_half_a_surrogate_pair_is_no_character() -> None:
    assert prepare("\ud800") is None


def test_length_is_bounded() -> None:
    assert prepare("x" * MAX_CHARACTERS) == "x" * MAX_CHARACTERS
    assert prepare("x" * (MAX_CHARACTERS + 1)) is None


@given(st.text())
def test_preparing_settles(text: str) -> None:
    prepared = prepare(text)
    if prepared is not None:
        assert prepared
        assert "\0" not in prepared
        assert prepare(prepared) == prepared
        assert prepared.encode().decode() == prepared
