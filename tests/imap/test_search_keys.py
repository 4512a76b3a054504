"""What search keys look at (RFC 9051 section 6.4.4), in the corners."""

from __future__ import annotations

import pytest

from sandbox.imap.cache import Cache
from sandbox.imap.search.text import body_text, field_text, fold, sent_day, sent_seconds, whole_text
from sandbox.mail.message import Message
from tests.imap.test_sections import WHOLE, multipart, part
from tests.imap.worlds import NOON, SECOND, Home

HOUR = 3600 * SECOND


def search(home: Home, keys: str) -> str:
    answer = home.connect().do("SEARCH " + keys)
    assert answer[-1] == "OK SEARCH completed", answer
    return answer[0].removeprefix("* SEARCH").strip()


def test_fold() -> None:
    assert fold("\u00c9A") == fold("e\u0301a") == "\u00e9a"
    assert fold("STRASSE") == fold("Stra\u00dfe")
    # what folding takes apart is put together again
    assert fold(fold("\u0390")) == fold("\u0390")


def test_body_is_decoded_and_text_is_header_and_body() -> None:
    quoted = part("text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable", b"ma=F1a=\r\nna")
    odd = b"Content-Type: text/plain; charset=x-frob\r\nContent-Transfer-Encoding: x-frob\r\n\r\nodd"
    picture = b'Content-Type: image/png; name="cat"\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8='
    mail = multipart("mixed", "a", quoted, odd, picture, more=b"Subject: =?utf-8?q?Aqu=C3=AD?=\r\n folded\r\n")
    home = Home(mail)
    assert search(home, "BODY {7+}\r\nMA\u00d1ANA") == "1"
    assert search(home, "BODY {8+}\r\nMA\u00d1ANA ") == ""
    assert body_text(Message(mail)).count("ma\u00f1ana") == 1
    assert search(home, "BODY odd") == "1"
    # no text, no search in it; but the header of a part is in the body of the message
    assert search(home, "BODY hello") == ""
    assert search(home, "BODY aGVsbG8") == ""
    assert search(home, "TEXT cat") == "1"
    assert search(home, "BODY Subject") == ""
    assert search(home, "TEXT folded") == "1"
    assert "aqu\u00ed folded" in whole_text(Message(mail))


def test_messages_within_messages_are_body() -> None:
    home = Home(WHOLE)
    assert search(home, "BODY four-two") == "1"
    assert search(home, "BODY 4.2.2.1") == "1"
    assert search(home, "SUBJECT four-two") == ""
    assert search(home, "SUBJECT twice") == "1"
    assert search(home, "BODY whole") == ""


def test_fields() -> None:
    home = Home(
        b"X-Empty:\r\nReceived: one\r\nReceived: two\r\nTo: a,\r\n b@x.example\r\n\r\nCc: no",
        b"To: =?utf-8?b?w5E=?= <c@x.example>\r\n\r\n",
    )
    assert search(home, 'HEADER x-empty ""') == "1"
    assert search(home, "HEADER X-EMPTY a") == ""
    assert search(home, "HEADER received two") == "1"
    # one field at a time
    assert search(home, 'HEADER received "one two"') == ""
    assert search(home, 'TO "a, b@x"') == "1"
    assert search(home, "TO {2+}\r\n\u00f1") == "2"
    assert search(home, "CC no") == ""
    # an empty text is in every field, and in none
    assert search(home, 'SUBJECT ""') == "1 2"
    assert search(home, 'HEADER {2+}\r\n\u00f1 ""') == ""
    assert field_text(Cache(), home.inbox.snapshot()[0], "received") == "\none\ntwo"
    assert field_text(Cache(), home.inbox.snapshot()[0], "cc") == ""


@pytest.mark.parametrize(
    ("date", "seconds", "day"),
    [
        ("Thu, 1 Jan 1970 00:00:00 +0000", 0, 0),
        # the day is the one that is written, whatever the zone (RFC 9051, SENTON)
        ("Fri, 2 Jan 1970 00:30:00 +0100", 84_600, 1),
        ("Wed, 31 Dec 1969 23:30:00 -0100", 1_800, -1),
        ("1 Jan 70 00:00 GMT", 0, 0),
        ("1 Jan 1970 10:00 XYZ", 36_000, 0),
        # the first and the last moment, and what lies beyond
        ("31 Dec 9999 23:59:59 -0100", 253_402_304_399, 2_932_896),
        ("1 Jan 0001 00:00:00 +0100", -62_135_600_400, -719_162),
        ("frob", None, None),
        ("", None, None),
    ],
)
def test_when_it_was_sent(date: str, seconds: int | None, day: int | None) -> None:
    stored = Home().inbox.append(f"Date: {date}\r\n\r\n".encode())
    assert (sent_seconds(Cache(), stored), sent_day(Cache(), stored)) == (seconds, day)


def test_who_has_no_date_was_never_sent() -> None:
    home = Home(b"a: b\r\n\r\n", b"Date: 14 Nov 2023 23:30:00 -0500\r\n\r\n")
    assert search(home, "SENTBEFORE 1-Jan-2030") == "2"
    assert search(home, "SENTSINCE 1-Jan-1970") == "2"
    assert search(home, "SENTON 14-Nov-2023") == "2"
    assert search(home, "SENTON 15-Nov-2023") == ""
    assert search(home, "NOT SENTON 14-Nov-2023") == "1"


def test_sizes_and_ages_are_exact() -> None:
    home = Home(b"x" * 10)
    assert [search(home, f"{word} {n}") for word in ("LARGER", "SMALLER") for n in (9, 10, 11)] == [
        "1", "", "", "", "", "1",
    ]  # fmt: skip
    aged = Home()
    aged.inbox.append(b"x", (), NOON - HOUR)
    # RFC 5032 section 2: both "or equal to", to the resolution of a second
    assert [search(aged, f"{word} {n}") for word in ("OLDER", "YOUNGER") for n in (3599, 3600, 3601)] == [
        "1", "1", "", "", "1", "1",
    ]  # fmt: skip
    for wrong in ("OLDER 0", "YOUNGER -1", "OLDER", "YOUNGER x", "OLDER 4294967296"):
        assert aged.connect().do("SEARCH " + wrong)[-1].startswith("BAD"), wrong


def test_days_of_arrival() -> None:
    home = Home()
    home.inbox.append(b"x", (), NOON - 12 * HOUR)
    home.inbox.append(b"x", (), NOON - 12 * HOUR - SECOND)
    assert search(home, "ON 15-Nov-2023") == search(home, "SINCE 15-Nov-2023") == "1"
    assert search(home, "BEFORE 15-Nov-2023") == search(home, "ON 14-Nov-2023") == "2"
    assert search(home, "NOT (ON 14-Nov-2023) NOT ON 15-Nov-2023") == ""


def test_recent_is_lost_on_the_second_look() -> None:
    home = Home(b"x", b"y")
    first = home.connect()
    first.do("STORE 1 +FLAGS (\\Seen)")
    assert [first.do("SEARCH " + key)[0] for key in ("RECENT", "NEW", "OLD")] == [
        "* SEARCH 1 2",
        "* SEARCH 2",
        "* SEARCH",
    ]
    second = home.connect()
    assert [second.do("SEARCH " + key)[0] for key in ("RECENT", "NEW", "OLD")] == [
        "* SEARCH",
        "* SEARCH",
        "* SEARCH 1 2",
    ]


def test_keywords_in_any_case() -> None:
    home = Home()
    home.inbox.append(b"x", ("$Junk",))
    home.inbox.append(b"x")
    assert search(home, "KEYWORD $JUNK") == "1"
    assert search(home, "UNKEYWORD $junk") == "2"
    assert search(home, "UNKEYWORD other") == "1 2"
    assert home.connect().do("SEARCH KEYWORD \\Seen")[-1].startswith("BAD")


def test_octets_that_the_charset_does_not_know_match_nothing() -> None:
    home = Home("Subject: \u00f1\r\n\r\n".encode())
    line = home.connect()
    assert line.say(b"t SEARCH SUBJECT {1+}\r\n\xf1\r\n") == b"* SEARCH\r\nt OK SEARCH completed\r\n"
    assert line.say(b"t SEARCH CHARSET utf-16le SUBJECT {2+}\r\n\xf1\0\r\n").startswith(b"* SEARCH 1\r\n")
    assert line.do("SEARCH CHARSET hex ALL")[-1].startswith("NO [BADCHARSET")


def test_joined_keys() -> None:
    home = Home()
    for flags in ((), ("\\Seen",), ("\\Flagged",), ("\\Seen", "\\Flagged")):
        home.inbox.append(b"x", flags)
    assert search(home, "SEEN FLAGGED") == search(home, "(SEEN FLAGGED)") == "4"
    assert search(home, "OR SEEN FLAGGED") == "2 3 4"
    assert search(home, "NOT (SEEN FLAGGED)") == "1 2 3"
    assert search(home, "NOT OR SEEN FLAGGED") == "1"
    assert search(home, "OR (SEEN NOT FLAGGED) (FLAGGED NOT SEEN)") == "2 3"
    assert search(home, "or not seen not flagged") == "1 2 3"
    assert search(home, "OR OR 1 2 4 1:3") == "1 2"
    assert search(home, "NOT *") == "1 2 3"
    assert search(home, "2:3 UID 3:9") == "3"
    assert search(home, "(NOT 1,3) 2,3,4") == "2 4"


def test_numbers_of_a_mailbox_with_nothing_in_it() -> None:
    line = Home().connect()
    assert line.do("SEARCH UID 1:*")[0] == "* SEARCH"
    assert line.do("SEARCH ALL")[0] == "* SEARCH"
    assert line.do("SEARCH 1:*")[0] == "* SEARCH"
    assert Home(strict=True).connect().do("SEARCH 1:*")[-1].startswith("BAD")
    assert line.do("SEARCH $")[0] == "* SEARCH"


def test_a_message_that_another_session_expunged_is_not_found() -> None:
    home = Home(b"x", b"y", b"z")
    line = home.connect()
    home.inbox.expunge([2])
    assert line.do("SEARCH ALL")[0] == "* SEARCH 1 3"
    assert line.do("SEARCH NOT SEEN")[0] == "* SEARCH 1 3"


@pytest.mark.parametrize(
    ("without", "key"),
    [("WITHIN", "OLDER 1"), ("OBJECTID", "EMAILID x"), ("CONDSTORE", "MODSEQ 1"), ("SAVEDATE", "SAVEDON 1-Jan-2020"),
     ("SEARCHRES", "RETURN (SAVE) ALL")],
)  # fmt: skip
def test_keys_of_capabilities_that_are_off(without: str, key: str) -> None:
    word = without.encode()
    line = Home(b"x", without=(without,)).connect(b"a LOGIN ana secreto\r\n")
    assert word not in line.say(b"b CAPABILITY\r\n")
    line.do("SELECT INBOX")
    assert line.do("SEARCH " + key)[-1].startswith("BAD this server does not offer")
    assert Home(b"x").connect().do("SEARCH " + key)[-1] == "OK SEARCH completed"


def test_parts_of_images_have_no_text() -> None:
    assert body_text(Message(part("image/png", b"words"))) == ""
