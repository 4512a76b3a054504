"""Transfer encodings, undone."""

from __future__ import annotations

import base64
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.mail.transfer import decode_body


@pytest.mark.parametrize("encoding", [b"7bit", b"8bit", b"binary"])
def test_identities(encoding: bytes) -> None:
    assert decode_body(b"a=\r\n\x00", encoding) == b"a=\r\n\x00"


def test_unknown_encodings() -> None:
    assert decode_body(b"a", b"x-uuencode") is None


@given(st.binary(max_size=200))
def test_what_the_standard_library_encodes(octets: bytes) -> None:
    assert decode_body(base64.encodebytes(octets).replace(b"\n", b"\r\n"), b"base64") == octets
    assert decode_body(quopri.encodestring(octets), b"quoted-printable") == octets


@given(st.binary(max_size=60))
def test_anything_decodes(octets: bytes) -> None:
    assert decode_body(octets, b"base64") is not None
    assert decode_body(octets, b"quoted-printable") is not None
