"""Dates of header fields."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.mail.dates import format_date, parse_date, received_date
from sandbox.mail.message import Message

NINE = datetime(2026, 3, 2, 9, 0, 0, tzinfo=UTC)
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@pytest.mark.parametrize(
    "value",
    [
        b"Mon, 2 Mar 2026 09:00:00 +0000",
        b"02 mar 2026 09:00 GMT",
        b" Mon,2 Mar 2026 10:00:00 +0100 (CET)",
        b"Mon (day) , 2 (two) Mar 2026 09:00:00",
        b"2 March 26 01:00:00 PST",
        b"Monday, 02-Mar-26 09:00:00 Z",
        b"2 Mar 126 09:00:00 nonsense",
        b"2 Mar 2026 04:00:00 EST",
    ],
)
def test_dates(value: bytes) -> None:
    assert parse_date(value) == NINE


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"yesterday",
        b"31 Feb 2026 09:00:00 +0000",
        b"2 Foo 2026",
        b"2 Mar 0000",
    ],
)
def test_no_dates(value: bytes) -> None:
    assert parse_date(value) is None


@pytest.mark.parametrize("zone", [b"+9999", b"-0060", b"+2400", b"XYZ", b"A"])
def test_a_zone_that_cannot_be_counts_as_utc(zone: bytes) -> None:
    assert parse_date(b"2 Mar 2026 09:00 " + zone) == NINE


@pytest.mark.parametrize("time", [b"25:00", b"24:00:00", b"09:60", b"09:00:61"])
def test_a_time_that_cannot_be_counts_as_midnight(time: bytes) -> None:
    assert parse_date(b"2 Mar 2026 " + time) == datetime(2026, 3, 2, tzinfo=UTC)


def test_the_zone_stays_as_written_and_a_leap_second_fits() -> None:
    found = parse_date(b"31 Dec 2016 23:59:60 -0330")
    assert found is not None
    assert found.utcoffset() == timedelta(hours=-3, minutes=-30)
    assert (found.day, found.second) == (31, 59)
    assert parse_date(b"2 Mar 75") == datetime(1975, 3, 2, tzinfo=UTC)


@given(
    st.datetimes(min_value=datetime(1900, 1, 1), timezones=OFFSETS).map(lambda moment: moment.replace(microsecond=0))
)
def test_what_the_standard_library_writes(moment: datetime) -> None:
    found = parse_date(format_datetime(moment).encode())
    assert found == moment
    assert found.utcoffset() == moment.utcoffset()


@given(st.binary(max_size=40) | st.text("0123456789 :+-,(MarMonGT", max_size=40).map(str.encode))
def test_anything_is_a_date_or_not(value: bytes) -> None:
    parse_date(value)


def test_when_the_last_server_took_it() -> None:
    header = Message(
        b"Received: by b; with; Mon, 2 Mar 2026\r\n 09:00:00 +0000\r\nReceived: c; 1 Jan 2020 00:00:00 GMT\r\n\r\n"
    ).fields()
    assert received_date(header) == NINE
    assert received_date(Message(b"Received: from a\r\n\r\n").fields()) is None
    assert received_date(Message(b"").fields()) is None


@pytest.mark.parametrize("moment", [0, 951_825_600, 1_772_442_001, 4_102_444_799])
def test_what_is_written_is_read_again(moment: int) -> None:
    written = format_date(moment * 10**9 + 1)
    assert written == format_datetime(datetime.fromtimestamp(moment, UTC))
    read = parse_date(written.encode())
    assert read is not None
    assert int(read.timestamp()) == moment
