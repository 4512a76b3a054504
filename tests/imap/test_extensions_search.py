"""ESEARCH, SEARCHRES, SORT and ESORT by their RFCs' words."""

from __future__ import annotations

import pytest

from sandbox.imap.search.program import MAX_KEYS
from tests.imap.worlds import Home, Line


def mail(subject: str, fields: str = "") -> bytes:
    return f"Subject: {subject}\r\n{fields}\r\nx\r\n".encode()


def home(**settings: object) -> Home:
    return Home(mail("pear"), mail("apple"), mail("cherry"), mail("banana"), **settings)  # type: ignore[arg-type]


@pytest.fixture
def line() -> Line:
    return home().connect()


def saved(line: Line) -> list[str]:
    return [one.split()[1] for one in line.do("FETCH $ UID")[:-1]]


# SEARCHRES


@pytest.mark.parametrize(
    ("options", "numbers"),
    # the table of RFC 5182 section 2.4
    [
        ("SAVE", "2 3 4"),
        ("SAVE MIN", "2"),
        ("SAVE MAX", "4"),
        ("SAVE MIN MAX", "2 4"),
        ("SAVE ALL", "2 3 4"),
        ("SAVE COUNT", "2 3 4"),
        ("SAVE MIN COUNT", "2 3 4"),
        ("ALL MAX SAVE", "2 3 4"),
    ],
)
def test_what_is_saved(line: Line, options: str, numbers: str) -> None:
    line.do(f"SEARCH RETURN ({options}) 2:4")
    assert saved(line) == numbers.split()
    line.do(f"UID SEARCH RETURN ({options}) ANSWERED")
    assert saved(line) == []


def test_one_message_is_least_and_most(line: Line) -> None:
    assert line.do("SEARCH RETURN (SAVE MIN MAX) 3")[0] == '* ESEARCH (TAG "t") MIN 3 MAX 3'
    assert saved(line) == ["3"]


@pytest.mark.parametrize(
    "command",
    [
        "SEARCH RETURN (SAVE) CHARSET X-NONE ALL",
        "SORT RETURN (SAVE) (DATE) X-NONE ALL",
        "SEARCH RETURN (SAVE) " + " ".join(f"SMALLER {n}" for n in range(MAX_KEYS + 1)),
    ],
)
def test_no_empties_what_was_saved(line: Line, command: str) -> None:
    # RFC 5182 section 2.1, and example 5
    line.do("SEARCH RETURN (SAVE) 2")
    assert line.do(command)[-1].startswith("NO [")
    assert saved(line) == []


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("SEARCH RETURN (SAVE) FROB", "BAD"),
        ("SEARCH CHARSET X-NONE ALL", "NO"),
        ("SORT (DATE) X-NONE ALL", "NO"),
        ("THREAD REFERENCES X-NONE ALL", "NO"),
        ("SEARCH " + " ".join(f"SMALLER {n}" for n in range(MAX_KEYS + 1)), "NO"),
        ("SEARCH ANSWERED", "OK"),
        ("SEARCH RETURN (ALL) ANSWERED", "OK"),
        ("SORT (DATE) UTF-8 ALL", "OK"),
    ],
)
def test_what_leaves_alone_what_was_saved(line: Line, command: str, answer: str) -> None:
    line.do("SEARCH RETURN (SAVE) 2")
    assert line.do(command)[-1].startswith(answer)
    assert saved(line) == ["2"]


def test_the_saved_result_is_a_set_of_messages_not_of_numbers(line: Line) -> None:
    line.do("SEARCH RETURN (SAVE) 1,3:4")
    line.do("STORE 1 +FLAGS.SILENT (\\Deleted)")
    line.do("EXPUNGE")
    assert saved(line) == ["2", "3"]
    assert line.do("UID SEARCH $")[0] == "* SEARCH 3 4"
    assert line.do("UID SEARCH UID $")[0] == "* SEARCH 3 4"
    assert line.do("SEARCH NOT $")[0] == "* SEARCH 1"
    assert line.do("SEARCH OR $ 1")[0] == "* SEARCH 1 2 3"
    # the search that saves may use what it replaces
    line.do("SEARCH RETURN (SAVE) $ SUBJECT banana")
    assert saved(line) == ["3"]
    line.do("SELECT INBOX")
    assert saved(line) == []


def test_an_empty_result_is_no_error(line: Line) -> None:
    for command in ("FETCH $ FLAGS", "STORE $ +FLAGS (\\Seen)", "COPY $ INBOX", "SEARCH $", "UID MOVE $ INBOX"):
        assert line.do(command)[-1].startswith("OK"), command
    assert line.do("FETCH $,1 FLAGS")[-1].startswith("BAD")


# SORT


def first(line: Line, criteria: str, keys: str = "ALL") -> str:
    answer = line.do(f"SORT ({criteria}) UTF-8 {keys}")
    assert answer[-1] == "OK SORT completed"
    return answer[0].removeprefix("* SORT").strip()


def test_equal_messages_keep_their_order_backwards_too() -> None:
    # RFC 5256 section 3: sequence numbers decide last, and REVERSE does not turn them
    line = Home(mail("b"), mail("a"), mail("b"), mail("a")).connect()
    assert first(line, "SUBJECT") == "2 4 1 3"
    assert first(line, "REVERSE SUBJECT") == "1 3 2 4"
    assert first(line, "REVERSE ARRIVAL") == "1 2 3 4"
    assert first(line, "reverse subject reverse size") == "1 3 2 4"


def test_sort_by_people() -> None:
    line = Home(
        mail("1", "From: Zoe <a@z.example>\r\nTo: c@x\r\nCc: =?utf-8?q?=C3=91?= <q@x>\r\n"),
        mail("2", "From: =?utf-8?q?Ana?= <z@a.example>\r\nTo: B@x, a@x\r\n"),
        mail("3", "From: m@b.example\r\nTo: friends: x@y;\r\nCc: p@x\r\n"),
        mail("4"),
    ).connect()
    # addr-mailbox of the first address; none at all is an empty string
    assert first(line, "FROM") == "4 1 3 2"
    assert first(line, "TO") == "4 2 1 3"
    assert first(line, "CC") == "2 4 3 1"
    # the display name, decoded, or else the address (RFC 5957 section 3)
    assert first(line, "DISPLAYFROM") == "4 2 3 1"
    assert first(line, "DISPLAYTO") == "4 2 1 3"


def test_sort_by_when_it_was_sent() -> None:
    made = Home()
    for date in ("Date: 14 Nov 2023 10:00:00 +0100\r\n", "Date: 14 Nov 2023 09:30:00 +0000\r\n", "Date: frob\r\n", ""):
        made.inbox.append(mail("x", date))
    line = made.connect()
    # where there is no date, the internal date stands for it (section 2.2): that is noon of the day after
    assert first(line, "DATE") == "1 2 3 4"
    assert first(line, "REVERSE DATE") == "3 4 2 1"


def test_sort_what_was_searched_for(line: Line) -> None:
    assert first(line, "SUBJECT", "1,3:4") == "4 3 1"
    assert first(line, "SUBJECT", "ANSWERED") == ""
    assert line.do("UID SORT (REVERSE SUBJECT) US-ASCII OR SUBJECT apple SUBJECT pear")[0] == "* SORT 1 2"
    assert line.do("SORT (SUBJECT) UTF-8 ANSWERED MODSEQ 1")[-2] == "* SORT"
    assert line.do("SORT (SUBJECT) UTF-8 9")[0] == "* SORT"
    for wrong in ("SORT (FROB) UTF-8 ALL", "SORT (REVERSE) UTF-8 ALL", "SORT (DATE) ALL", "SORT DATE UTF-8 ALL"):
        assert line.do(wrong)[-1].startswith("BAD"), wrong


def test_extended_sort(line: Line) -> None:
    # RFC 5267 section 3.1: MIN and MAX are of the order that was asked for, not of the numbers
    assert line.do("SORT RETURN (MIN MAX COUNT) (SUBJECT) UTF-8 ALL")[0] == ('* ESEARCH (TAG "t") MIN 2 MAX 1 COUNT 4')
    assert line.do("UID SORT RETURN () (SUBJECT) UTF-8 ALL")[0] == '* ESEARCH (TAG "t") UID ALL 2,4,3,1'
    assert line.do("SORT RETURN (ALL) (REVERSE SUBJECT) UTF-8 2:4")[0] == '* ESEARCH (TAG "t") ALL 3:4,2'
    assert line.do("SORT RETURN (MIN MAX ALL) (DATE) UTF-8 ANSWERED")[0] == '* ESEARCH (TAG "t")'
    # what MIN tells is what is saved with it
    line.do("SORT RETURN (SAVE MIN) (SUBJECT) UTF-8 ALL")
    assert saved(line) == ["2"]
    line.do("SORT RETURN (SAVE MAX) (SUBJECT) UTF-8 ALL")
    assert saved(line) == ["1"]
    line.do("SORT RETURN (SAVE) (SUBJECT) UTF-8 2:4")
    assert saved(line) == ["2", "3", "4"]


def test_the_mod_sequence_is_that_of_what_is_told(line: Line) -> None:
    # RFC 4731 section 3.2
    line.do("STORE 2 +FLAGS.SILENT (\\Seen)")
    highest = {
        option: line.do(f"SEARCH RETURN ({option}) MODSEQ 1 1:3")[-2].rpartition(" MODSEQ ")[2]
        for option in ("MIN", "MAX", "MIN MAX", "MIN COUNT", "ALL", "COUNT", "SAVE MIN")
    }
    assert highest == {
        "MIN": "2", "MAX": "4", "MIN MAX": "4", "MIN COUNT": "6", "ALL": "6", "COUNT": "6", "SAVE MIN": "2",
    }  # fmt: skip
    assert line.do("SEARCH RETURN (COUNT) MODSEQ 99")[0] == '* ESEARCH (TAG "t") COUNT 0'
    assert line.do("SEARCH RETURN (COUNT) ALL")[0] == '* ESEARCH (TAG "t") COUNT 4'
    assert line.do("SEARCH OR MODSEQ 6 1")[0] == "* SEARCH 1 2 (MODSEQ 6)"


@pytest.mark.parametrize(
    ("without", "command"),
    [
        ("SORT", "SORT (DATE) UTF-8 ALL"),
        ("SORT=DISPLAY", "SORT (DISPLAYFROM) UTF-8 ALL"),
        ("THREAD=REFERENCES", "THREAD REFERENCES UTF-8 ALL"),
        ("THREAD=ORDEREDSUBJECT", "UID THREAD ORDEREDSUBJECT UTF-8 ALL"),
        ("ESORT", "SORT RETURN (COUNT) (DATE) UTF-8 ALL"),
        ("ESEARCH", "SEARCH RETURN (COUNT) ALL"),
    ],
)
def test_what_is_not_offered_is_refused(without: str, command: str) -> None:
    assert home(without=(without,)).connect().do(command)[-1].startswith("BAD")
    assert home().connect().do(command)[-1].startswith("OK")


def test_what_goes_on_without_a_part_of_it() -> None:
    assert home(without=("THREAD=REFERENCES",)).connect().do("THREAD ORDEREDSUBJECT UTF-8 ALL")[-1].startswith("OK")
    neither = home(without=("THREAD=REFERENCES", "THREAD=ORDEREDSUBJECT")).connect()
    assert neither.do("THREAD ORDEREDSUBJECT UTF-8 ALL") == ["BAD this server has no command THREAD"]
    assert home(without=("ESORT",)).connect().do("SORT (DATE) UTF-8 ALL")[-1].startswith("OK")
    rev2 = home(without=("ESEARCH",)).connect(b"a LOGIN ana secreto\r\nb ENABLE IMAP4rev2\r\nc SELECT INBOX\r\n")
    assert rev2.do("SEARCH RETURN (COUNT) ALL")[-1].startswith("OK")
    assert home().connect().do("SEARCH RETURN (SAVE SAVE) ALL") == ["OK SEARCH completed"]


def test_sorting_goes_by_capitals() -> None:
    """i;unicode-casemap (RFC 5051): what is between capitals and small letters in ASCII comes behind both."""
    line = Home(*(b"Subject: %s\r\n\r\n" % text for text in (b"a", b"C", b"_", b"b", b"[xyz]"))).connect()
    assert line.do("SORT (SUBJECT) US-ASCII ALL")[0] == "* SORT 1 4 2 5 3"
    assert line.do("SORT (REVERSE SUBJECT) US-ASCII ALL")[0] == "* SORT 3 5 2 4 1"


def test_a_comment_does_not_hide_an_address() -> None:
    odd = b"From: <eva (the one)@ (there) norte.example>\r\nTo: (to) luis@sur.example\r\n\r\n"
    line = Home(odd, b"From: eva@norte.example\r\n\r\n").connect()
    assert line.do("SEARCH FROM eva@norte.example")[0] == "* SEARCH 1 2"
    assert line.do('SEARCH FROM "the one"')[0] == "* SEARCH 1"
    assert line.do("SEARCH TO luis@")[0] == "* SEARCH 1"
    assert line.do("SEARCH HEADER FROM eva@norte.example")[0] == "* SEARCH 2"
