"""The search keys of RFC 9051 section 6.4.4, and those of RFC 3501 that it dropped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sandbox.core.grammar import SP, seq
from sandbox.core.message import N_
from sandbox.imap.cache import Cache
from sandbox.imap.grammar import DATE, HEADER_FLD_NAME, NUMBER64, SEQUENCE_SET, astring, atom
from sandbox.imap.search.program import SEARCH_KEYS, Key, Searching, Test, in_uid_set
from sandbox.imap.search.text import address_text, body_text, field_text, fold, sent_day, whole_text
from sandbox.mail.flags import ANSWERED, DELETED, DRAFT, FLAGGED, SEEN
from sandbox.mail.store import Stored

_REF: Final = "9051#6.4.4"
MINUTE: Final = 60 * 1_000_000_000
DAY: Final = 1_440 * MINUTE

_STRING: Final = astring("string", N_("the text to look for, in any case of letters"), _REF)
_KEYWORD: Final = atom("flag-keyword", N_("a keyword"), "9051#2.3.2")


def _has(flag: str) -> Key:
    return Key(lambda _search, _value: lambda stored: flag in stored.flags)


def _lacks(flag: str) -> Key:
    return Key(lambda _search, _value: lambda stored: flag not in stored.flags)


def needle(search: Searching, octets: bytes) -> str:
    """The text to look for, folded. Octets that the charset does not know match nothing."""
    return fold(octets.decode(search.charset, "replace"))


def _contains(name: str, read: Callable[[Cache, Stored, str], str] = address_text) -> Key:
    def make(search: Searching, octets: bytes) -> Test:
        cache, text = search.session.cache, needle(search, octets)
        return lambda stored: text in read(cache, stored, name)

    return Key(make, 1)


def _header(search: Searching, value: tuple[bytes, bytes]) -> Test:
    cache, name = search.session.cache, value[0].decode("utf-8", "replace").lower()
    text = needle(search, value[1])
    # "If the string to search is zero-length, this matches all messages that have a header line with that field-name"
    if not text:
        return lambda stored: field_text(cache, stored, name) != ""
    return lambda stored: text in field_text(cache, stored, name)


def _text(read: Callable[[Any], str]) -> Key:
    def make(search: Searching, octets: bytes) -> Test:
        text = needle(search, octets)
        return lambda stored: text in read(stored.message)

    return Key(make, 2)


def _keyword(wanted: bool) -> Key:
    def make(search: Searching, octets: bytes) -> Test:
        folded = octets.decode("ascii").lower()
        name = next((name for name in search.view.known_flags if name.lower() == folded), folded)
        return lambda stored: (name in stored.flags) is wanted

    return Key(make)


def _internal(compare: Callable[[int, int], bool]) -> Key:
    """The internal date as it was written: RFC 9051 section 6.4.4 disregards time and zone."""
    return Key(lambda _search, day: lambda stored: compare(_day(stored), day))


def _day(stored: Stored) -> int:
    return (stored.internal_date + stored.internal_zone * MINUTE) // DAY


def _sent(compare: Callable[[int, int], bool]) -> Key:
    def make(search: Searching, day: int) -> Test:
        cache = search.session.cache

        def test(stored: Stored) -> bool:
            sent = sent_day(cache, stored)
            return sent is not None and compare(sent, day)

        return test

    return Key(make, 1)


def _recent(search: Searching, _value: None) -> Test:
    recent = search.view.recent
    return lambda stored: stored.uid in recent


def _new(search: Searching, _value: None) -> Test:
    recent = search.view.recent
    return lambda stored: stored.uid in recent and SEEN not in stored.flags


def _old(search: Searching, _value: None) -> Test:
    recent = search.view.recent
    return lambda stored: stored.uid not in recent


_after = int.__ge__
_before = int.__lt__
_on = int.__eq__

_WITH_STRING: Final = seq(SP, _STRING)
_WITH_DATE: Final = seq(SP, DATE)
_WITH_KEYWORD: Final = seq(SP, _KEYWORD)
_WITH_SIZE: Final = seq(SP, NUMBER64)
_add = SEARCH_KEYS.add

_add(b"ALL", Key(lambda _search, _value: lambda _stored: True), about=N_("all messages"), ref=_REF)
_add(b"ANSWERED", _has(ANSWERED), about=N_("messages with \\Answered"), ref=_REF)
_add(b"BCC", _contains("bcc"), about=N_("this in the Bcc field"), ref=_REF, args=_WITH_STRING)
_add(b"BEFORE", _internal(_before), about=N_("taken by the server before this day"), ref=_REF, args=_WITH_DATE)
_add(b"BODY", _text(body_text), about=N_("this in the body"), ref=_REF, args=_WITH_STRING)
_add(b"CC", _contains("cc"), about=N_("this in the Cc field"), ref=_REF, args=_WITH_STRING)
_add(b"DELETED", _has(DELETED), about=N_("messages with \\Deleted"), ref=_REF)
_add(b"DRAFT", _has(DRAFT), about=N_("messages with \\Draft"), ref=_REF)
_add(b"FLAGGED", _has(FLAGGED), about=N_("messages with \\Flagged"), ref=_REF)
_add(b"FROM", _contains("from"), about=N_("this in the From field"), ref=_REF, args=_WITH_STRING)
_add(
    b"HEADER",
    Key(_header, 1),
    about=N_("this in the field of that name; an empty text: there is such a field"),
    ref=_REF,
    args=seq(SP, HEADER_FLD_NAME, SP, _STRING),
)
_add(b"KEYWORD", _keyword(True), about=N_("messages with this keyword"), ref=_REF, args=_WITH_KEYWORD)
_add(
    b"LARGER",
    Key(lambda _search, size: lambda stored: stored.size > size),
    about=N_("larger than so many octets"),
    ref=_REF,
    args=_WITH_SIZE,
)
_add(b"NEW", Key(_new), about=N_("messages with \\Recent and without \\Seen"), ref="3501#6.4.4")
_add(b"OLD", Key(_old), about=N_("messages without \\Recent"), ref="3501#6.4.4")
_add(b"ON", _internal(_on), about=N_("taken by the server on this day"), ref=_REF, args=_WITH_DATE)
_add(b"RECENT", Key(_recent), about=N_("messages with \\Recent"), ref="3501#6.4.4")
_add(b"SEEN", _has(SEEN), about=N_("messages with \\Seen"), ref=_REF)
_add(b"SENTBEFORE", _sent(_before), about=N_("dated before this day"), ref=_REF, args=_WITH_DATE)
_add(b"SENTON", _sent(_on), about=N_("dated this day"), ref=_REF, args=_WITH_DATE)
_add(b"SENTSINCE", _sent(_after), about=N_("dated this day or later"), ref=_REF, args=_WITH_DATE)
_add(b"SINCE", _internal(_after), about=N_("taken by the server this day or later"), ref=_REF, args=_WITH_DATE)
_add(
    b"SMALLER",
    Key(lambda _search, size: lambda stored: stored.size < size),
    about=N_("smaller than so many octets"),
    ref=_REF,
    args=_WITH_SIZE,
)
_add(b"SUBJECT", _contains("subject", field_text), about=N_("this in the Subject field"), ref=_REF, args=_WITH_STRING)
_add(b"TEXT", _text(whole_text), about=N_("this in the header or the body"), ref=_REF, args=_WITH_STRING)
_add(b"TO", _contains("to"), about=N_("this in the To field"), ref=_REF, args=_WITH_STRING)
_add(b"UID", Key(in_uid_set), about=N_("messages with these UIDs"), ref=_REF, args=seq(SP, SEQUENCE_SET))
_add(b"UNANSWERED", _lacks(ANSWERED), about=N_("messages without \\Answered"), ref=_REF)
_add(b"UNDELETED", _lacks(DELETED), about=N_("messages without \\Deleted"), ref=_REF)
_add(b"UNDRAFT", _lacks(DRAFT), about=N_("messages without \\Draft"), ref=_REF)
_add(b"UNFLAGGED", _lacks(FLAGGED), about=N_("messages without \\Flagged"), ref=_REF)
_add(b"UNKEYWORD", _keyword(False), about=N_("messages without this keyword"), ref=_REF, args=_WITH_KEYWORD)
_add(b"UNSEEN", _lacks(SEEN), about=N_("messages without \\Seen"), ref=_REF)
