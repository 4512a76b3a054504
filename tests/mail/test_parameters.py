"""Structured MIME fields: tokens and parameters."""

from __future__ import annotations

from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.mail.parameters import MAX_PARAMETERS, parse_media_type, parse_value, value_of


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"Text/Plain", (b"text", b"plain", ())),
        (b' text / plain ; Charset = "US-ASCII" ; x=y', (b"text", b"plain", ((b"charset", b"US-ASCII"), (b"x", b"y")))),
        (b"text/plain; charset=us-ascii (plain)", (b"text", b"plain", ((b"charset", b"us-ascii"),))),
        (b'a/b; n="x\\"y;z"; m=1', (b"a", b"b", ((b"n", b'x"y;z'), (b"m", b"1")))),
        (b'a/b; n="open', (b"a", b"b", ((b"n", b"open"),))),
        (b"a/b; n=1; n=2; ; m; o=", (b"a", b"b", ((b"n", b"1"), (b"o", b"")))),
        # RFC 2231: sections, character sets, both
        (b'a/b; u*0="x";u*1=y; u*3=z', (b"a", b"b", ((b"u", b"xy"),))),
        (b"a/b; t*=iso-8859-1'es'a%F1o", (b"a", b"b", ((b"t*", "año".encode()),))),
        (b"a/b; t*0*=utf-8''a%C3; t*1*=%B1; t*2=%41", (b"a", b"b", ((b"t*", "añ%41".encode()),))),
        (b"a/b; t*=a%20b; u*1=x", (b"a", b"b", ((b"t", b"a b"), (b"u", b"")))),
        (b"a/b; t*=none''%FF", (b"a", b"b", ((b"t*", "\ufffd".encode()),))),
        (b"a/b; *=x; a**=y", (b"a", b"b", ((b"*", b"x"), (b"a**", b"y")))),
    ],
)
def test_media_types(value: bytes, found: object) -> None:
    assert parse_media_type(value) == found


@pytest.mark.parametrize("value", [None, b"", b"text", b"/plain", b"text/", b"; charset=x", b'"text/plain"'])
def test_no_media_type(value: bytes | None) -> None:
    assert parse_media_type(value) is None


def test_tokens() -> None:
    assert parse_value(b" Attachment; filename=a.txt") == (b"Attachment", ((b"filename", b"a.txt"),))
    assert parse_value(b'"inline"') == (b"inline", ())
    assert parse_value(b"base64 (comment)") == (b"base64", ())
    assert parse_value(b"; x=y") is parse_value(b"") is parse_value(None) is None


def test_either_form_of_a_name_serves() -> None:
    parsed = parse_value(b"attachment; filename=plain.txt; filename*=utf-8''%C3%B1.txt")
    assert parsed is not None
    assert value_of(parsed[1], b"filename") == "ñ.txt".encode()
    assert value_of(((b"filename", b"x"),), b"filename") == b"x"
    assert value_of((), b"filename") is None


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=120))
def test_names_that_the_standard_library_writes(name: str) -> None:
    message = Message()
    message.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
    parsed = parse_value(str(message["Content-Disposition"]).encode())
    assert parsed is not None
    assert parsed == (b"attachment", ((b"filename*", name.encode()),))


@given(st.binary(max_size=40) | st.text("a/b;= \"\\*0'%()", max_size=40).map(str.encode))
def test_anything_parses(value: bytes) -> None:
    parse_value(value)
    parse_media_type(value)


def test_parameters_are_bounded() -> None:
    many = b"a/b" + b"".join(b"; p%d=x" % number for number in range(MAX_PARAMETERS + 10))
    parsed = parse_media_type(many)
    assert parsed is not None
    assert len(parsed[2]) == MAX_PARAMETERS
