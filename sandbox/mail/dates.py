"""Dates of header fields (RFC 5322 section 3.3), also the obsolete ones of section 4.3."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from sandbox.mail.header import Header

__all__ = ["format_date", "parse_date", "received_date"]

MAX_DATE = 256
"""Octets of a value that are looked at."""

_MONTHS = {
    month: number
    for number, month in enumerate(
        (b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"), 1
    )
}

_DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTH_NAMES = [name.decode("ascii").capitalize() for name in _MONTHS]

# obs-zone = "UT" / "GMT" / "EST" / ... ; a military letter or an unknown name tells nothing (RFC 5322 section 4.3)
_ZONES = {b"edt": -4, b"est": -5, b"cdt": -5, b"cst": -6, b"mdt": -6, b"mst": -7, b"pdt": -7, b"pst": -8}

_COMMENT = re.compile(rb"\([^()]*\)")
_DATE = re.compile(
    rb"""\s*(?:[a-z]{1,9}\s*,?\s*)?
    (?P<day>\d{1,2})[\s-]+(?P<month>[a-z]{3})[a-z]*[\s-]+(?P<year>\d{2,4})
    (?:\s+(?P<hour>\d{1,2}):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2}))?)?
    (?:\s*(?P<zone>[+-]\d{4}|[a-z]{1,5}))?""",
    re.VERBOSE | re.IGNORECASE,
)


def parse_date(value: bytes) -> datetime | None:
    """Return the moment, in the zone as written; None if this is no date.

    A zone that is none or unknown counts as UTC, a time that cannot be as 00:00:00 (RFC 5256 section 2.2).
    """
    match = _DATE.match(_COMMENT.sub(b" ", value[:MAX_DATE]))
    month = _MONTHS.get(match["month"].lower()) if match else None
    if match is None or month is None:
        return None
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    if hour > 23 or minute > 59 or second > 60:
        hour = minute = second = 0
    try:
        return datetime(
            _year(match["year"]),
            month,
            int(match["day"]),
            hour,
            minute,
            min(second, 59),  # a leap second
            tzinfo=_zone(match["zone"]),
        )
    except ValueError:  # such as 31 February
        return None


def format_date(moment: int) -> str:
    """Return a date-time (RFC 5322 section 3.3) in UTC; `moment` is nanoseconds since 1970. Its words are English."""
    when = datetime.fromtimestamp(moment // 1_000_000_000, UTC)
    day, month = _DAY_NAMES[when.weekday()], _MONTH_NAMES[when.month - 1]
    return f"{day}, {when:%d} {month} {when:%Y %H:%M:%S} +0000"


def received_date(header: Header) -> datetime | None:
    """Return when the last server took the message: the date of the first Received field (RFC 5321 section 4.4)."""
    value = header.get(b"received")
    return parse_date(value.rpartition(b";")[2]) if value else None


def _year(digits: bytes) -> int:
    # RFC 5322 section 4.3: 00 to 49 are 2000 to 2049; 50 to 99 and three digits count from 1900.
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if len(digits) == 2 and year < 50 else 1900)


def _zone(zone: bytes | None) -> timezone:
    if zone is not None and zone[:1] in b"+-":
        hours, minutes = int(zone[1:3]), int(zone[3:])
        offset = timedelta(hours=hours, minutes=minutes) if hours < 24 and minutes < 60 else timedelta()
        return timezone(-offset if zone.startswith(b"-") else offset)
    return timezone(timedelta(hours=_ZONES.get((zone or b"").lower(), 0)))
