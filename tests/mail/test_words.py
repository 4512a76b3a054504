"""Encoded words and character sets."""

from __future__ import annotations

import encodings.aliases
from email.header import Header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.mail.words import MAX_DECODED, decode_base64, decode_charset, decode_words, known_charset


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"plain", "plain"),
        (b"", ""),
        (b"=?utf-8?Q?Ma=C3=B1ana?=", "Mañana"),
        (b"=?UTF-8?b?TWHDsWFuYQ==?=", "Mañana"),
        (b"=?iso-8859-1?q?a_=F1?= y b", "a ñ y b"),
        (b"a =?utf-8?q?b?= =?utf-8?q?c?=  d", "a bc  d"),
        (b"=?utf-8?q?a?==?utf-8?q?b?=", "ab"),
        (b"=?utf-8?q?a?= =?iso-8859-1?q?=F1?=", "añ"),
        (b"=?utf-8?b?w7E?= =?utf-8?q?=C3?= =?utf-8?q?=B1?=", "ññ"),  # the second one is cut in two
        (b"=?utf-8*es?q?a?=", "a"),  # RFC 2231 section 5
        (b"=?utf-8?q??=x", "x"),
        (b"=?x-unknown?q?=C3=B1?=", "ñ"),
        (b"=?utf-8?x?a?= =?utf-8?q?a", "=?utf-8?x?a?= =?utf-8?q?a"),
        ("ñ =?utf-8?q?a?= ñ".encode(), "ñ a ñ"),
        (b"\xff", "\ufffd"),
        (b"=?utf-8?b?a?=", ""),
    ],
)
def test_decoding(value: bytes, text: str) -> None:
    assert decode_words(value) == text


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc",)), max_size=40).map(str.strip), st.booleans())
def test_what_the_standard_library_encodes_comes_back(text: str, as_utf_8: bool) -> None:
    if "=?" in text:
        return
    encoded = Header(text, "utf-8" if as_utf_8 else None).encode(maxlinelen=40, linesep="\r\n")
    assert decode_words(encoded.encode().replace(b"\r\n", b"")) == text


@given(st.binary(max_size=60) | st.text("=?utf-8qbQB_ A", max_size=60).map(str.encode))
def test_anything_decodes(value: bytes) -> None:
    decode_words(value)


def test_decoding_is_bounded() -> None:
    word = b"=?utf-8?q?a?= "
    value = word * (MAX_DECODED // len(word) + 10)
    assert decode_words(value).endswith("=?utf-8?q?a?= ")
    assert decode_words(value).startswith("aaa")


@pytest.mark.parametrize("name", ["zip", "hex", "rot13", "idna", "unicode_escape", "undefined", "", "a\x00b", "none"])
def test_what_is_no_character_set(name: str) -> None:
    assert not known_charset(name)
    assert decode_charset("ñ".encode(), name) == "ñ"


def test_character_sets() -> None:
    assert known_charset("ISO-8859-15")
    assert decode_charset(b"\xa4", "iso-8859-15") == "€"
    assert decode_charset(b"a\xff", "us-ascii") == "a\ufffd"


@pytest.mark.parametrize(
    ("encoded", "octets"),
    [
        (b"YQ==", b"a"),
        (b"YQ", b"a"),
        (b"Y Q\r\n==", b"a"),
        (b"YWI", b"ab"),
        (b"Y", b""),
        (b"YQ==YQ==", b"a"),
        (b"\xff", b""),
    ],
)
def test_damaged_base64(encoded: bytes, octets: bytes) -> None:
    assert decode_base64(encoded) == octets


CHARSETS = sorted({*encodings.aliases.aliases, *encodings.aliases.aliases.values(), "idna", "punycode", "undefined"})


@given(st.sampled_from(CHARSETS), st.binary(max_size=40))
def test_any_octets_decode_in_any_character_set(name: str, octets: bytes) -> None:
    decode_charset(octets, name)
