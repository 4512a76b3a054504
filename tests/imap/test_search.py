from __future__ import annotations

import pytest

from sandbox.imap.search.subject import base_subject
from tests.imap.worlds import MIXED, NOON, PLAIN, SECOND, Home, Line

DAY = 86_400 * SECOND


def home() -> Home:
    made = Home()
    made.inbox.append(PLAIN, ("\\Seen", "$Forwarded"), NOON - 3 * DAY)
    made.inbox.append(MIXED, ("\\Flagged",), NOON - DAY)
    reply = "Subject: Re: [list] MAÑANA\r\nCc: x@y.example\r\nBcc: z\r\n\r\nplain"
    made.inbox.append(reply.encode(), ("\\Deleted", "\\Draft"))
    return made


@pytest.fixture
def line() -> Line:
    return home().connect()


@pytest.mark.parametrize(
    ("keys", "numbers"),
    [
        ("ALL", "1 2 3"),
        ("SEEN", "1"),
        ("UNSEEN", "2 3"),
        ("ANSWERED", ""),
        ("UNANSWERED UNDELETED", "1 2"),
        ("FLAGGED", "2"),
        ("UNFLAGGED", "1 3"),
        ("DELETED", "3"),
        ("DRAFT", "3"),
        ("UNDRAFT", "1 2"),
        ("RECENT", "1 2 3"),
        ("NEW", "2 3"),
        ("OLD", ""),
        ("KEYWORD $forwarded", "1"),
        ("UNKEYWORD $Forwarded", "2 3"),
        ("KEYWORD nobody", ""),
        ("FROM luis", "1"),
        ("TO ANA", "1"),
        ("CC x@Y", "3"),
        ("BCC z", "3"),
        ("SUBJECT mañana", "1 3"),
        ('SUBJECT "MAÑANA"', "1 3"),
        ("HEADER Message-ID 2@norte", "2"),
        ('HEADER cc ""', "3"),
        ('HEADER x-none ""', ""),
        ("BODY hello", "1"),
        ("BODY hola", "2"),
        ("BODY inner", "2"),
        ("BODY mañana", ""),
        ("TEXT mañana", "1 3"),
        ("TEXT deep", "2"),
        ("LARGER 169", "2"),
        ("SMALLER 169", "3"),
        ("BEFORE 14-Nov-2023", "1"),
        ("ON 14-Nov-2023", "2"),
        ('SINCE "14-nov-2023"', "2 3"),
        ("SENTBEFORE 14-Nov-2023", "1"),
        ("SENTON 13-Nov-2023", "1"),
        ("SENTSINCE 13-Nov-2023", "1 2"),
        ("OLDER 3600", "1 2"),
        ("YOUNGER 3600", "3"),
        ("UID 2:*", "2 3"),
        ("UID 7", ""),
        ("2:3 UNSEEN", "2 3"),
        ("1,3", "1 3"),
        ("NOT SEEN", "2 3"),
        ("OR SEEN DELETED", "1 3"),
        ("OR (SEEN FROM luis) NOT OR DELETED SEEN", "1 2"),
        ("(ALL)", "1 2 3"),
        ("((SEEN) (ALL))", "1"),
        ("NOT NOT SEEN", "1"),
        ("EMAILID M2", "2"),
        ("THREADID T9", ""),
        ("SAVEDON 15-Nov-2023", "1 2 3"),
        ("SAVEDBEFORE 15-Nov-2023", ""),
        ("SAVEDSINCE 15-Nov-2023 SAVEDATESUPPORTED", "1 2 3"),
        ("CHARSET UTF-8 SUBJECT mañana", "1 3"),
    ],
)
def test_keys(line: Line, keys: str, numbers: str) -> None:
    wanted = ("* SEARCH " + numbers).strip()
    octets = keys
    if not keys.isascii() and '"' not in keys:
        word = "mañana"
        octets = keys.replace(word, f"{{{len(word.encode())}+}}\r\n{word}")
    assert line.do("SEARCH " + octets) == [wanted, "OK SEARCH completed"]


def test_sets_bound_what_is_looked_at(line: Line) -> None:
    """Whatever the sets are, the result is that of looking at all messages: NOT NOT keeps a set from bounding."""
    sets = ("1", "2:3", "3,1", "1:*", "*", "UID 1", "UID 2:*", "UID 99", "UID 1,3", "$")
    line.do("SEARCH RETURN (SAVE) 1:2")
    for one in sets:
        for other in (*sets, "UNSEEN", "NOT 1", "OR 1 UID 3", "(1:2)"):
            bounded = line.do(f"SEARCH {one} {other}")
            assert bounded == line.do(f"SEARCH NOT NOT {one} NOT NOT {other}"), (one, other)
            assert bounded[0].startswith("* SEARCH")


def test_charsets(line: Line) -> None:
    said = line.say(b"t SEARCH CHARSET ISO-8859-1 SUBJECT {6+}\r\nma\xf1ana\r\n")
    assert said == b"* SEARCH 1 3\r\nt OK SEARCH completed\r\n"
    assert line.do("SEARCH CHARSET x-frob ALL") == [
        "NO [BADCHARSET (US-ASCII UTF-8)] the character set x-frob is not known here"
    ]
    assert line.do('SEARCH CHARSET "x frob" ALL')[0].startswith("NO [BADCHARSET")
    utf8 = home().connect(b"a LOGIN ana secreto\r\nb ENABLE UTF8=ACCEPT\r\nc SELECT INBOX\r\n")
    assert utf8.do("SEARCH CHARSET UTF-8 ALL")[0].startswith("BAD no character set")
    assert utf8.do("SORT (DATE) UTF-8 ALL")[0] == "* SORT 1 2 3"


@pytest.mark.parametrize(
    "keys",
    ["", "()", "(ALL", "ALL)", "NOT", "OR ALL", "FROB", "SUBJECT", "ON 1-Foo-2023", "ON 31-Feb-2023", "LARGER x",
     "ALL  ALL", "SENTON", "RETURN (FROB) ALL", "MODSEQ", "UID x"],
)  # fmt: skip
def test_what_is_no_search(line: Line, keys: str) -> None:
    assert line.do("SEARCH " + keys)[-1].startswith("BAD"), keys


@pytest.mark.parametrize(("keys", "found"), [("4", ""), ("1:9", " 1 2 3"), ("NOT 9", " 1 2 3"), ("2:9,7 3", " 3")])
def test_numbers_that_are_not_there_are_a_mistake_to_the_strict_only(line: Line, keys: str, found: str) -> None:
    assert line.do("SEARCH " + keys)[0] == "* SEARCH" + found
    strict = Home(b"x", b"y", b"z", strict=True).connect()
    assert strict.do("SEARCH " + keys) == ["BAD the mailbox has 3 message(s)"]


def test_depth_and_width_do_not_matter(line: Line) -> None:
    assert line.do("SEARCH " + "(" * 30_000 + "SEEN" + ")" * 30_000)[0] == "* SEARCH 1"
    assert line.do("SEARCH " + "NOT " * 16_000 + "SEEN")[0] == "* SEARCH 1"
    assert line.do("SEARCH " + "OR SEEN " * 8_000 + "DELETED")[0] == "* SEARCH 1 3"
    assert line.do("SEARCH " + "(" * 60_000)[-1].startswith("BAD")
    many = " ".join(f"SUBJECT {number}" for number in range(1001))
    assert line.do(f"SEARCH {many}") == ["NO [LIMIT] more than 1000 different search keys"]
    empty = Home().connect()
    assert empty.do("SEARCH OR SEEN DELETED") == ["* SEARCH", "OK SEARCH completed"]


def test_esearch(line: Line) -> None:
    assert line.do("SEARCH RETURN () UNSEEN")[0] == '* ESEARCH (TAG "t") ALL 2:3'
    assert line.do("UID SEARCH RETURN (MIN MAX COUNT ALL) ALL")[0] == (
        '* ESEARCH (TAG "t") UID MIN 1 MAX 3 COUNT 3 ALL 1:3'
    )
    assert line.do("SEARCH RETURN (MIN MAX COUNT ALL) ANSWERED")[0] == '* ESEARCH (TAG "t") COUNT 0'
    assert line.do("SEARCH RETURN (MIN) MODSEQ 1")[1] == '* ESEARCH (TAG "t") MIN 1 MODSEQ 2'
    assert line.do("SEARCH RETURN (ALL) MODSEQ 1")[0] == '* ESEARCH (TAG "t") ALL 1:3 MODSEQ 4'
    assert line.do('SEARCH MODSEQ "/flags/\\\\draft" all 4')[0] == "* SEARCH 3 (MODSEQ 4)"


def test_saved_results(line: Line) -> None:
    assert line.do("SEARCH RETURN (SAVE) UNSEEN") == ["OK SEARCH completed"]
    assert line.do("FETCH $ UID")[:-1] == ["* 2 FETCH (UID 2)", "* 3 FETCH (UID 3)"]
    assert line.do("SEARCH $ DRAFT")[0] == "* SEARCH 3"
    assert line.do("UID SEARCH UID $ FLAGGED")[0] == "* SEARCH 2"
    assert line.do("SEARCH RETURN (SAVE MIN) ALL")[0] == '* ESEARCH (TAG "t") MIN 1'
    assert line.do("FETCH $ UID")[:-1] == ["* 1 FETCH (UID 1)"]
    line.do("SEARCH RETURN (SAVE MIN MAX) ALL")
    assert line.do("UID STORE $ +FLAGS (x)")[-3:-1] == [
        r"* 1 FETCH (UID 1 FLAGS (\Seen $Forwarded x \Recent))",
        r"* 3 FETCH (UID 3 FLAGS (\Deleted \Draft x \Recent))",
    ]
    line.do("EXPUNGE")
    assert line.do("FETCH $ UID")[:-1] == ["* 1 FETCH (UID 1)"]
    assert line.do("SEARCH RETURN (SAVE) x")[-1].startswith("BAD")
    assert line.do("FETCH $ UID")[:-1] == ["* 1 FETCH (UID 1)"]
    line.do("SEARCH RETURN (SAVE COUNT MAX) ALL")
    assert line.do("FETCH $ UID")[:-1] == ["* 1 FETCH (UID 1)", "* 2 FETCH (UID 2)"]
    line.do("SELECT INBOX")
    assert line.do("FETCH $ UID") == ["OK FETCH completed"]


def test_revision_2_answers_with_esearch() -> None:
    line = home().connect(b"a LOGIN ana secreto\r\nb ENABLE IMAP4rev2\r\nc SELECT INBOX\r\n")
    assert line.do("SEARCH ALL")[0] == '* ESEARCH (TAG "t") ALL 1:3'
    assert line.do("UID SEARCH ANSWERED")[0] == '* ESEARCH (TAG "t") UID'
    assert line.do('SEARCH SUBJECT "mañana"')[0] == '* ESEARCH (TAG "t") ALL 1,3'


def test_only_text_is_looked_at() -> None:
    parts = b"--b\r\nContent-Type: image/png; name=cat\r\n\r\ndog\r\n--b\r\n\r\nfish\r\n--b--\r\n"
    line = Home(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts).connect()
    assert [line.do(f"SEARCH BODY {word}")[0] for word in ("cat", "dog", "fish")] == [
        "* SEARCH 1",
        "* SEARCH",
        "* SEARCH 1",
    ]


def test_sort() -> None:
    made = Home()
    for subject, sender, date in (
        ("Re: pear", "Zoe <b@x.example>", "Mon, 13 Nov 2023 10:00:00 +0000"),
        ("apple", "a@x.example", "Mon, 13 Nov 2023 10:00:00 +0500"),
        ("[list] Apple (fwd)", "b@x.example", ""),
    ):
        mail = f"Subject: {subject}\r\nFrom: {sender}\r\nTo: t\r\nDate: {date}\r\n\r\n" + "x" * len(subject)
        made.inbox.append(mail.encode())
    line = made.connect()
    for criteria, numbers in {
        "SUBJECT": "2 3 1",
        "REVERSE SUBJECT": "1 2 3",
        "DATE": "2 1 3",
        "FROM DATE": "2 1 3",
        "FROM REVERSE DATE": "2 3 1",
        "DISPLAYFROM": "2 3 1",
        "DISPLAYTO": "1 2 3",
        "ARRIVAL": "1 2 3",
        "REVERSE SIZE": "1 2 3",
        "CC TO": "1 2 3",
    }.items():
        assert line.do(f"SORT ({criteria}) UTF-8 ALL") == [f"* SORT {numbers}", "OK SORT completed"], criteria
    assert line.do("UID SORT RETURN (ALL COUNT MIN) (SUBJECT) UTF-8 ALL")[0] == (
        '* ESEARCH (TAG "t") UID ALL 2:3,1 COUNT 3 MIN 2'
    )
    assert line.do("SORT (SUBJECT) UTF-8 MODSEQ 1")[1] == "* SORT 2 3 1 (MODSEQ 4)"
    made.inbox.append(b"Subject: nobody\r\n\r\n")
    line.do("NOOP")
    assert line.do("SORT (DISPLAYFROM FROM) UTF-8 ALL")[0].startswith("* SORT 4 ")
    assert line.do("SORT () UTF-8 ALL")[-1].startswith("BAD")
    assert line.do("SORT (DATE) x-frob ALL")[-1].startswith("NO [BADCHARSET")


@pytest.mark.parametrize(
    ("subject", "base", "derived"),
    [
        ("hello", "hello", False),
        ("Re: hello", "hello", True),
        ("RE:  FW [x] : Fwd: a  b (fwd) ", "a b", True),
        ("[list] Re: [other] hello", "hello", True),
        ("[only]", "[only]", False),
        ("[a] [b]", "[b]", False),
        ("[fwd: Re: hello]", "hello", True),
        ("re: ", "", True),
        ("Regarding", "regarding", False),
        ("", "", False),
    ],
)
def test_base_subjects(subject: str, base: str, derived: bool) -> None:
    assert base_subject(subject) == (base, derived)
