"""Base64 as the profiles have it: strict, on one line, with faults as values."""

from __future__ import annotations

import base64
import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.auth.encoding import Base64Fault, decode, decode_initial, encode, encode_initial


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", b""),
        (b"f", b"Zg=="),
        (b"fo", b"Zm8="),
        (b"foo", b"Zm9v"),
        (b"foob", b"Zm9vYg=="),
        (b"foobar", b"Zm9vYmFy"),
    ],
)
def test_the_vectors_of_rfc_4648(data: bytes, text: bytes) -> None:
    assert encode(data) == text
    assert decode(text) == data


@pytest.mark.parametrize(
    ("text", "at", "ref"),
    [
        (b"=AAA", 0, "4648#3.3"),  # RFC 4954 section 4 names these two
        (b"AAA=BBB", 4, "4648#3.3"),
        (b"AA AA", 2, "4648#3.3"),
        (b"AAAA\r\n", 4, "4648#3.3"),
        (b"AAAA=", 4, "4648#3.3"),
        (b"AA===", 4, "4648#3.3"),
        (b"=", 0, "4648#3.3"),
        (b"*", 0, "4648#3.3"),
        (b"AA-_", 2, "4648#3.3"),
        (b"A", 1, "4648#3.2"),
        (b"AAAAA", 5, "4648#3.2"),
        (b"A==", 1, "4648#3.3"),
        (b"A=", 1, "4648#3.3"),
        (b"AA=", 3, "4648#3.2"),
        (b"AAA", 3, "4648#3.2"),
        (b"AAA==", 4, "4648#3.3"),
        (b"\xff", 0, "4648#3.3"),
    ],
)
def test_faults_say_where(text: bytes, at: int, ref: str) -> None:
    fault = decode(text)
    assert isinstance(fault, Base64Fault)
    assert (fault.at, fault.ref) == (at, ref)


def test_bits_that_stand_for_nothing_may_be_anything() -> None:
    assert decode(b"Zh==") == b"f"


def test_an_empty_initial_response_is_an_equals_sign() -> None:
    assert (encode_initial(b""), encode_initial(b"f")) == (b"=", b"Zg==")
    assert (decode_initial(b"="), decode_initial(b"Zg==")) == (b"", b"f")


@given(st.binary())
def test_the_standard_library_agrees(data: bytes) -> None:
    assert encode(data) == base64.b64encode(data)
    assert decode(encode(data)) == data


@given(st.text("AZaz09+/= *", max_size=12).map(str.encode) | st.binary(max_size=12))
def test_what_is_refused_is_what_a_strict_decoder_refuses(text: bytes) -> None:
    try:
        expected: bytes | None = binascii.a2b_base64(text, strict_mode=True)
    except binascii.Error:
        expected = None
    found = decode(text)
    if isinstance(found, bytes):
        assert found == expected
    else:
        assert expected is None
        assert 0 <= found.at <= len(text)
