"""Values as RFC 9051 sections 4 and 9 write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.grammar import parse
from sandbox.core.refs import Ref
from sandbox.core.replies import Outcome, Reply
from sandbox.imap import format as wire
from sandbox.imap.grammar import SEQUENCE_SET
from sandbox.imap.grammar import astring as astring_rule

SECOND = 1_000_000_000
OCTETS = st.binary(max_size=20)


@pytest.mark.parametrize(
    ("octets", "plain", "utf8"),
    [
        (b"", b'""', b'""'),
        (b"a b", b'"a b"', b'"a b"'),
        (b'a"\\', b'"a\\"\\\\"', b'"a\\"\\\\"'),
        (b"\x01\t\x7f", b'"\x01\t\x7f"', b'"\x01\t\x7f"'),
        (b"a\r\nb", b"{4}\r\na\r\nb", b"{4}\r\na\r\nb"),
        (b"a\nb", b"{3}\r\na\nb", b"{3}\r\na\nb"),
        ("ñ".encode(), b"{2}\r\n\xc3\xb1", b'"\xc3\xb1"'),
        (b"\xf1", b"{1}\r\n\xf1", b"{1}\r\n\xf1"),
        ("ñ\n".encode(), b"{3}\r\n\xc3\xb1\n", b"{3}\r\n\xc3\xb1\n"),
        # NUL is in no string at all (section 9, note 3)
        (b"a\0b", b"{3}\r\na\x80b", b"{3}\r\na\x80b"),
        (b"x" * 4097, b"{4097}\r\n" + b"x" * 4097, b"{4097}\r\n" + b"x" * 4097),
    ],
)
def test_strings(octets: bytes, plain: bytes, utf8: bytes) -> None:
    assert wire.string(octets) == wire.nstring(octets) == plain
    assert wire.string(octets, utf8=True) == wire.nstring(octets, utf8=True) == utf8
    assert wire.nstring(None) == b"NIL"


@pytest.mark.parametrize(
    ("octets", "written"),
    [
        (b"INBOX", b"INBOX"),
        (b"a]b", b"a]b"),
        (b"", b'""'),
        (b"nil", b'"nil"'),
        (b"a b", b'"a b"'),
        (b"a%", b'"a%"'),
        (b"a*", b'"a*"'),
        (b"(", b'"("'),
        (b"{", b'"{"'),
        (b"\xf1", b"{1}\r\n\xf1"),
        (b"\r", b"{1}\r\n\r"),
    ],
)
def test_astrings(octets: bytes, written: bytes) -> None:
    assert wire.astring(octets) == written
    assert wire.astring("ñ".encode(), utf8=True) == b'"\xc3\xb1"'


@given(OCTETS)
def test_literals_and_strings_keep_their_length(octets: bytes) -> None:
    for written in (wire.literal(octets), wire.literal8(octets)):
        announcement, _, content = written.partition(b"\r\n")
        assert int(announcement.strip(b"~{}")) == len(content) == len(octets)
    assert wire.literal8(octets).endswith(octets)
    assert b"\0" not in wire.literal(octets)


@given(OCTETS)
def test_what_is_written_can_be_read(octets: bytes) -> None:
    rule = astring_rule("name", "a name", "9051#9")
    assert parse(rule, wire.astring(octets)).values == (octets.replace(b"\0", b"\x80"),)
    quoted_or_not = wire.astring(octets)
    if not quoted_or_not.startswith(b"{"):
        assert quoted_or_not.isascii()


@given(st.lists(st.integers(1, 30), unique=True))
def test_numbers(values: list[int]) -> None:
    for given_ in (values, sorted(values)):
        written = wire.numbers(given_)
        if not given_:
            assert written == b""
            continue
        ranges = parse(SEQUENCE_SET, written).values[0].ranges
        assert [value for low, high in ranges for value in range(low, high + 1)] == given_
    assert wire.numbers(sorted(values)).count(b",") == sum(
        value + 1 not in values and any(other > value for other in values) for value in values
    )


def test_ranges() -> None:
    assert wire.ranges([range(1, 2), range(3, 6)]) == b"1,3:5"
    assert wire.ranges([]) == b""


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (0, b'" 1-Jan-1970 00:00:00 +0000"'),
        (SECOND - 1, b'" 1-Jan-1970 00:00:00 +0000"'),
        (-SECOND, b'"31-Dec-1969 23:59:59 +0000"'),
        (951_825_599 * SECOND, b'"29-Feb-2000 11:59:59 +0000"'),
        (-62_135_596_800 * SECOND, b'" 1-Jan-0001 00:00:00 +0000"'),
    ],
)
def test_date_time(moment: int, written: bytes) -> None:
    assert wire.date_time(moment) == written


def reply(text: str, code: bytes = b"") -> Reply:
    return Reply(Outcome.NO, text, Ref("9051#7.1"), "about", code)


def test_conditions() -> None:
    assert wire.condition(reply("no")) == b"* NO no\r\n"
    assert wire.condition(reply("no {why}", b"CODE"), b"t", why="way") == b"t NO [CODE] no way\r\n"
    assert wire.condition(reply("no", b"CODE {n}"), b"t", n=3) == b"t NO [CODE 3] no\r\n"
    # text is one line of ASCII, whatever names are in it
    assert wire.condition(reply("no {name}"), b"t", name="ñ\r\nx") == b"t NO no ???x\r\n"
