"""Threading: the algorithms of RFC 5256 section 3, and THREAD."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.imap.search.subject import base_subject
from sandbox.imap.search.threads import MAX_REFERENCES, Entry, by_references, message_ids, ordered_subject, write
from tests.imap.worlds import Home


def entry(value: int, subject: str = "", own: str = "", references: str = "", date: int | None = None) -> Entry:
    """A message, sent in the order of its number if `date` does not say otherwise."""
    ids = [one.encode() for one in references.split()]
    return Entry(value, value if date is None else date, base_subject(subject), own.encode() or None, ids)


def references(*entries: Entry) -> str:
    return write(by_references(entries)).decode()


@pytest.mark.parametrize(
    ("field", "ids"),
    [
        (None, []),
        (b"", []),
        (b"<a@b>", [b"a@b"]),
        (b"<a@b> words <c@d>", [b"a@b", b"c@d"]),
        (b"<a@b><c@d>", [b"a@b", b"c@d"]),
        (b"a@b", []),
        (b"<>", []),
        # both spellings of RFC 5256 are the same Message ID
        (b'<"01KF8JCEOCBS0045PS"@xxx.yyy.com>', [b"01KF8JCEOCBS0045PS@xxx.yyy.com"]),
        (b'<"a\\"b"@c>', [b'a"b@c']),
        (b"<" + b"x" * 999 + b">", []),
    ],
)
def test_message_ids(field: bytes | None, ids: list[bytes]) -> None:
    assert message_ids(field) == ids


def test_ordered_subject() -> None:
    threads = ordered_subject(
        [
            entry(1, "Lunch", date=50),
            entry(2, "Dinner", date=10),
            entry(3, "Re: Lunch", date=5),
            entry(4, "lunch (fwd)", date=60),
            entry(5, "Tea", date=10),
        ]
    )
    # threads by the date of their first message, then by number; in a thread, all others are children of the first
    assert write(threads) == b"(3 (1)(4))(2)(5)"
    assert write(ordered_subject([entry(1, "a"), entry(2, "Re: a")])) == b"(1 2)"
    assert write(ordered_subject([])) == b""


@pytest.mark.parametrize(
    ("entries", "threads"),
    [
        ([], ""),
        ([entry(1)], "(1)"),
        # a chain, in whatever order it came
        ([entry(1, "", "a"), entry(2, "", "b", "a"), entry(3, "", "c", "a b")], "(1 2 3)"),
        ([entry(1, "", "c", "a b"), entry(2, "", "b", "a"), entry(3, "", "a")], "(3 2 1)"),
        # branches
        ([entry(1, "", "a"), entry(2, "", "b", "a"), entry(3, "", "c", "a")], "(1 (2)(3))"),
        ([entry(1, "", "a"), entry(2, "", "b", "a"), entry(3, "", "c", "b"), entry(4, "", "d", "b")], "(1 2 (3)(4))"),
        # a message that is missing in the middle; its children move up
        ([entry(1, "", "a"), entry(2, "", "c", "a b")], "(1 2)"),
        ([entry(1, "", "a"), entry(2, "", "c", "a b"), entry(3, "", "d", "a b")], "(1 (2)(3))"),
        # a missing head: it stays for two children, not for one
        ([entry(1, "", "b", "a"), entry(2, "", "c", "a")], "((1)(2))"),
        ([entry(1, "", "b", "a"), entry(2, "", "c", "b")], "(1 2)"),
        ([entry(1, "", "c", "a b"), entry(2, "", "d", "a b")], "((1)(2))"),
        # nobody came: dummies without children go
        ([entry(1, "", "a", "a")], "(1)"),
        # two messages with one id: the first has it
        ([entry(1, "", "a"), entry(2, "", "a"), entry(3, "", "b", "a")], "(1 3)(2)"),
        # no ids, no kinship
        ([entry(1), entry(2)], "(1)(2)"),
        # ids are compared with regard to case
        ([entry(1, "", "a"), entry(2, "", "b", "A")], "(1)(2)"),
        # no loops
        ([entry(1, "", "a", "b"), entry(2, "", "b", "a")], "(2 1)"),
        ([entry(1, "", "a", "b c"), entry(2, "", "b", "c a"), entry(3, "", "c", "a b")], "(2 3 1)"),
        # what a message itself says of its parent is better than what others said (1.B)
        ([entry(1, "", "a"), entry(2, "", "b"), entry(3, "", "d", "a c"), entry(4, "", "c", "b")], "(1)(2 4 3)"),
        ([entry(1, "", "a"), entry(2, "", "c", "a b"), entry(3, "", "b")], "(1)(3 2)"),
        # the link that another message made stays, if the message's own came first (1.A)
        ([entry(1, "", "a"), entry(2, "", "c", "a"), entry(3, "", "x"), entry(4, "", "d", "x c")], "(1 2 4)(3)"),
    ],
)
def test_references_by_ids(entries: list[Entry], threads: str) -> None:
    assert references(*entries) == threads


@pytest.mark.parametrize(
    ("entries", "threads"),
    [
        # siblings and threads by date, and by number where dates are equal
        ([entry(1, "", "a", date=9), entry(2, "", "b", date=3), entry(3, "", "c", date=3)], "(2)(3)(1)"),
        ([entry(1, "", "a"), entry(2, "", "b", "a", 9), entry(3, "", "c", "a", 5)], "(1 (3)(2))"),
        # a dummy stands where the first of its children does
        ([entry(1, "", "a", "x", 9), entry(2, "", "b", "x", 3), entry(3, "", "c", "", 5)], "((2)(1))(3)"),
    ],
)
def test_references_by_date(entries: list[Entry], threads: str) -> None:
    assert references(*entries) == threads


@pytest.mark.parametrize(
    ("entries", "threads"),
    [
        # a reply is a child of what is none
        ([entry(1, "a"), entry(2, "Re: a")], "(1 2)"),
        ([entry(1, "Re: a"), entry(2, "a")], "(2 1)"),
        ([entry(1, "a"), entry(2, "Re: a"), entry(3, "a (fwd)")], "(1 (2)(3))"),
        ([entry(1, "Re: a"), entry(2, "a"), entry(3, "Fwd: a")], "(2 (1)(3))"),
        # two of a kind get a dummy
        ([entry(1, "a"), entry(2, "A")], "((1)(2))"),
        ([entry(1, "Re: a"), entry(2, "Re: a")], "((1)(2))"),
        ([entry(1, "a"), entry(2, "a"), entry(3, "Re: a")], "((1)(2)(3))"),
        # nothing is gathered where the subject is empty
        ([entry(1), entry(2, "Re:")], "(1)(2)"),
        # a dummy in the table takes what is none
        ([entry(1, "a", "b", "x"), entry(2, "Re: a", "c", "x"), entry(3, "a")], "((1)(2)(3))"),
        ([entry(1, "a"), entry(2, "Re: a", "c", "x"), entry(3, "a", "b", "x")], "((1)(2)(3))"),
        # ... and the children of another
        (
            [entry(1, "a", "b", "x"), entry(2, "", "c", "x"), entry(3, "a", "d", "y"), entry(4, "", "e", "y")],
            "((1)(2)(3)(4))",
        ),
        # the subject of a thread without its head is that of its first child by date, which need not have come first
        (
            [entry(1, "late", "a", "x", 9), entry(2, "early", "b", "x", 3), entry(3, "early", "", "", 5)],
            "((2)(3)(1))",
        ),
        # below the top, subjects do not matter
        ([entry(1, "a", "b"), entry(2, "c", "d", "b"), entry(3, "c", "e")], "(1 2)(3)"),
    ],
)
def test_references_by_subject(entries: list[Entry], threads: str) -> None:
    assert references(*entries) == threads


def test_threads_as_long_as_mailboxes() -> None:
    count = 5000
    chain = [entry(n, "", f"m{n}", f"m{n - 1}" if n > 1 else "") for n in range(1, count + 1)]
    assert references(*chain) == "(" + " ".join(str(n) for n in range(1, count + 1)) + ")"


def test_many_threads_join_a_long_one() -> None:
    """A chain of 2000, and as many pairs that turn out to belong below its end."""
    count = 2000
    chain = [entry(n + 1, own=f"c{n}", references=f"c{n - 1}" if n else "") for n in range(count)]
    answers = [entry(count + n + 1, own=f"a{n}", references=f"q{n}") for n in range(count)]
    questions = [entry(2 * count + n + 1, own=f"q{n}", references=f"c{count - 1}") for n in range(count)]
    [thread] = by_references([*chain, *answers, *questions])
    assert thread.entry == chain[0]
    assert write([thread]).count(b"(") == 1 + count


def test_only_the_nearest_references_are_followed() -> None:
    far = entry(2, "", "b", "a " + " ".join(f"x{n}" for n in range(MAX_REFERENCES)))
    assert references(entry(1, "", "a"), far) == "(1)(2)"
    near = entry(2, "", "b", "a " + " ".join(f"x{n}" for n in range(MAX_REFERENCES - 1)))
    assert references(entry(1, "", "a"), near) == "(1 2)"


NAMES = st.sampled_from(["", "a", "b", "c", "d", "e"])
ENTRIES = st.lists(
    st.tuples(st.sampled_from(["", "s", "Re: s", "t", "Re: t"]), NAMES, st.lists(NAMES, max_size=4), st.integers(0, 5)),
    max_size=12,
).map(lambda rows: [entry(n, s, own, " ".join(refs), date) for n, (s, own, refs, date) in enumerate(rows, 1)])


@given(ENTRIES)
def test_every_message_is_in_one_thread(entries: list[Entry]) -> None:
    for algorithm in (by_references, ordered_subject):
        threads = algorithm(entries)
        told = write(threads).decode().replace("(", " ").replace(")", " ").split()
        assert sorted(map(int, told)) == [one.value for one in entries]
        dates = [node.first.date for node in threads]
        assert dates == sorted(dates)


def mail(own: str, subject: str, more: str = "", day: int = 1) -> bytes:
    fields = f"Date: {day} Nov 2023 10:00:00 +0000\r\nMessage-ID: <{own}>\r\nSubject: {subject}\r\n{more}\r\nx\r\n"
    return fields.encode()


TREE = [
    mail("a@x", "lunch"),
    mail("b@x", "other words", "In-Reply-To: <a@x> from <z@x>\r\n", 4),
    mail("c@x", "dinner", 'References: none\r\nIn-Reply-To: <"b"@x>\r\n', 5),
    mail("d@x", "=?utf-8?q?Re=3A?= lunch", "References:\r\n <a@x>\r\n <b@x>\r\nIn-Reply-To: <a@x>\r\n", 2),
    mail("e@x", "LUNCH", day=3),
]


def test_thread() -> None:
    line = Home(*TREE).connect(b"a LOGIN ana secreto\r\nb SELECT INBOX\r\nc STORE 5 +FLAGS (\\Deleted)\r\n")
    assert line.do("THREAD REFERENCES UTF-8 ALL") == ["* THREAD ((1 2 (4)(3))(5))", "OK THREAD completed"]
    assert line.do('thread orderedsubject "us-ascii" 1:5 SINCE 1-Jan-2020') == [
        "* THREAD (1 (4)(5))(2)(3)",
        "OK THREAD completed",
    ]
    assert line.do("THREAD REFERENCES UTF-8 ANSWERED") == ["* THREAD", "OK THREAD completed"]
    assert line.do("THREAD REFERENCES X-NONE ALL")[-1].startswith("NO [BADCHARSET")
    assert line.do("THREAD JWZ UTF-8 ALL")[-1].startswith("BAD")


def test_uid_thread_tells_uids() -> None:
    home = Home(*TREE)
    home.inbox.expunge([1])
    line = home.connect()
    assert line.do("UID THREAD ORDEREDSUBJECT UTF-8 ALL") == ["* THREAD (4 5)(2)(3)", "OK THREAD completed"]
    assert line.do("THREAD REFERENCES UTF-8 ALL")[0] == "* THREAD (4)(1 (3)(2))"


def test_no_charset_counts_once_utf8_is_accepted() -> None:
    line = Home(*TREE).connect(b"a LOGIN ana secreto\r\nb ENABLE UTF8=ACCEPT\r\nc SELECT INBOX\r\n")
    assert line.do("THREAD ORDEREDSUBJECT UTF-8 1") == ["* THREAD (1)", "OK THREAD completed"]
