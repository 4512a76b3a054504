from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.grammar import Parsed, label, parse
from sandbox.imap import responses
from sandbox.imap.grammar import Numbers
from sandbox.imap.responses.status import CONTINUATION, TAGGED


def labelled(raw: bytes) -> Parsed:
    """The labels of an untagged response, which cover it whole and agree with its values."""
    row, _number = responses.find(raw)
    found = label(row.grammar, raw)
    assert b"".join(raw[span.start : span.stop] for span in found.spans) == raw
    assert all(span.about for span in found.spans)
    assert parse(row.grammar, raw).values == found.values
    return found


def names(raw: bytes) -> list[str]:
    found = labelled(raw)
    assert found.fault is None, found.fault
    return [span.name for span in found.spans]


def meanings(raw: bytes) -> dict[bytes, str]:
    return {raw[span.start : span.stop]: span.about for span in labelled(raw).spans}


# Each with its value. Examples are those of the RFCs where there are any.
UNDERSTOOD: list[tuple[bytes, bytes, Any]] = [
    (
        b"* OK [ALERT] System shutdown in 10 minutes\r\n",
        b"OK",
        (b"OK", ((b"ALERT", None), b"System shutdown in 10 minutes")),
    ),
    (b"* OK\r\n", b"OK", (b"OK", None)),
    (b"* OK [UNSEEN 12]\r\n", b"OK", (b"OK", ((b"UNSEEN", 12), None))),
    (b"* OK [READ-ONLY] \r\n", b"OK", (b"OK", ((b"READ-ONLY", None), None))),
    (
        b"* NO Disk is 98% full, please delete unnecessary data\r\n",
        b"NO",
        (b"NO", b"Disk is 98% full, please delete unnecessary data"),
    ),
    (b"* bad x\r\n", b"BAD", (b"BAD", b"x")),
    (b"* PREAUTH hello\r\n", b"PREAUTH", (b"PREAUTH", b"hello")),
    (b"* BYE Autologout; idle for too long\r\n", b"BYE", (b"BYE", b"Autologout; idle for too long")),
    (
        b"* OK [PERMANENTFLAGS (\\Deleted \\Seen \\*)] Limited\r\n",
        b"OK",
        (b"OK", ((b"PERMANENTFLAGS", [b"\\Deleted", b"\\Seen", b"\\*"]), b"Limited")),
    ),
    (
        b"* OK [COPYUID 432432 42:69 1202:1229] x\r\n",
        b"OK",
        (b"OK", ((b"COPYUID", (432432, Numbers(((42, 69),)), Numbers(((1202, 1229),)))), b"x")),
    ),
    (b"* OK [HIGHESTMODSEQ 715194045007]\r\n", b"OK", (b"OK", ((b"HIGHESTMODSEQ", 715194045007), None))),
    (b"* NO [BADCHARSET (US-ASCII UTF-8)] x\r\n", b"NO", (b"NO", ((b"BADCHARSET", [b"US-ASCII", b"UTF-8"]), b"x"))),
    (b"* NO [BADCHARSET] x\r\n", b"NO", (b"NO", ((b"BADCHARSET", None), b"x"))),
    (
        b"* OK [MAILBOXID (F2212ea87-6097-4256-9d51-71338625)] Ok\r\n",
        b"OK",
        (b"OK", ((b"MAILBOXID", [b"F2212ea87-6097-4256-9d51-71338625"]), b"Ok")),
    ),
    (b"* NO [BADEVENT (MessageNew)] x\r\n", b"NO", (b"NO", ((b"BADEVENT", [b"MessageNew"]), b"x"))),
    (b"* NO [METADATA MAXSIZE 1024] x\r\n", b"NO", (b"NO", ((b"METADATA", (b"MAXSIZE", 1024)), b"x"))),
    (b"* NO [FROB it all] x\r\n", b"NO", (b"NO", ((b"FROB", (b"FROB", b" it all")), b"x"))),
    (b"* CAPABILITY IMAP4rev2 STARTTLS\r\n", b"CAPABILITY", [b"IMAP4rev2", b"STARTTLS"]),
    (b"* ENABLED\r\n", b"ENABLED", []),
    (b'* ID ("name" "Cyrus" "os" NIL)\r\n', b"ID", [(b"name", b"Cyrus"), (b"os", None)]),
    (b"* ID NIL\r\n", b"ID", None),
    (b'* LIST (\\Noselect) "/" ~/Mail/foo\r\n', b"LIST", ([(b"\\NOSELECT", None)], b"/", b"~/Mail/foo", None)),
    (b'* LIST () "." "a \\"b\\""\r\n', b"LIST", ([], b".", b'a "b"', None)),
    (b"* LIST () NIL {3}\r\na\r\n\r\n", b"LIST", ([], None, b"a\r\n", None)),
    (
        b'* LIST () "/" "foo2" ("CHILDINFO" ("SUBSCRIBED"))\r\n',
        b"LIST",
        ([], b"/", b"foo2", [(b'"CHILDINFO"', [b"SUBSCRIBED"])]),
    ),
    (
        b'* LIST () "/" "NewMailbox" (OLDNAME ("OldMailbox"))\r\n',
        b"LIST",
        ([], b"/", b"NewMailbox", [(b"OLDNAME", [b"OldMailbox"])]),
    ),
    (
        b'* LIST () "/" x ("X" (a (b "c")) y 3)\r\n',
        b"LIST",
        ([], b"/", b"x", [(b'"X"', (b"X", b'(a (b "c"))')), (b"Y", (b"y", b"3"))]),
    ),
    (b'* LSUB () "." #news.comp.mail.misc\r\n', b"LSUB", ([], b".", b"#news.comp.mail.misc", None)),
    (
        b"* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292)\r\n",
        b"STATUS",
        (b"blurdybloop", [(b"MESSAGES", 231), (b"UIDNEXT", 44292)]),
    ),
    (
        b"* STATUS x (APPENDLIMIT NIL X-A (1 2))\r\n",
        b"STATUS",
        (b"x", [(b"APPENDLIMIT", None), (b"X-A", (b"X-A", b"(1 2)"))]),
    ),
    (b'* NAMESPACE (("" "/")) (("~" "/")) NIL\r\n', b"NAMESPACE", ([(b"", b"/", [])], [(b"~", b"/", [])], None)),
    (
        b'* NAMESPACE (("" "/" "X-PARAM" ("FLAG1" "FLAG2"))) NIL NIL\r\n',
        b"NAMESPACE",
        ([(b"", b"/", [b'"X-PARAM"', b'("FLAG1" "FLAG2")'])], None, None),
    ),
    (b"* FLAGS (\\Answered $Forwarded own)\r\n", b"FLAGS", [b"\\Answered", b"$Forwarded", b"own"]),
    (b"* 23 EXISTS\r\n", b"EXISTS", 23),
    (b"* 5 RECENT\r\n", b"RECENT", 5),
    (b"* 44 EXPUNGE\r\n", b"EXPUNGE", 44),
    (
        b'* QUOTA "" (STORAGE 10 512 X-Y 1 2)\r\n',
        b"QUOTA",
        (b"", [(b"STORAGE", (10, 512)), (b"X-Y", (b"X-Y", (1, 2)))]),
    ),
    (b'* QUOTAROOT INBOX "" other\r\n', b"QUOTAROOT", (b"INBOX", [b"", b"other"])),
    (b"* SEARCH 2 3 6\r\n", b"SEARCH", [2, 3, 6]),
    (b"* SEARCH 2 5 (MODSEQ 917162500)\r\n", b"SEARCH", [2, 5, (b"MODSEQ", 917162500)]),
    (b"* SORT 5 3 4\r\n", b"SORT", [5, 3, 4]),
    (b'* ESEARCH (TAG "A282") MIN 2 COUNT 3\r\n', b"ESEARCH", [[(b"TAG", b"A282")], (b"MIN", 2), (b"COUNT", 3)]),
    (
        b'* ESEARCH (TAG "x") UID ALL 4:5,9 MODSEQ 7\r\n',
        b"ESEARCH",
        [[(b"TAG", b"x")], b"UID", (b"ALL", Numbers(((4, 5), (9, 9)))), (b"MODSEQ", 7)],
    ),
    (
        b'* ESEARCH (TAG "B") UID ADDTO (0 32768:32769)\r\n',
        b"ESEARCH",
        [[(b"TAG", b"B")], b"UID", (b"ADDTO", [(0, Numbers(((32768, 32769),)))])],
    ),
    (
        b'* ESEARCH (TAG "B") PARTIAL (-1:-100 NIL) X-Z (a)\r\n',
        b"ESEARCH",
        [[(b"TAG", b"B")], (b"PARTIAL", (b"-1:-100", None)), (b"X-Z", (b"X-Z", b"(a)"))],
    ),
    (
        b'* ESEARCH (TAG "t" MAILBOX f UIDVALIDITY 1 X y) UID\r\n',
        b"ESEARCH",
        [[(b"TAG", b"t"), (b"MAILBOX", b"f"), (b"UIDVALIDITY", 1), (b"X", (b"X", b"y"))], b"UID"],
    ),
    (b"* THREAD (2)(3 6 (4 23)(44 7 96))\r\n", b"THREAD", [b"(2)", b"(3 6 (4 23)(44 7 96))"]),
    (b"* THREAD\r\n", b"THREAD", None),
    (b"* VANISHED (EARLIER) 41,43:116\r\n", b"VANISHED", (True, Numbers(((41, 41), (43, 116))))),
    (b"* VANISHED 405\r\n", b"VANISHED", (None, Numbers(((405, 405),)))),
    (b"* UIDFETCH 7 (FLAGS ())\r\n".replace(b"* UIDFETCH 7", b"* 7 UIDFETCH"), b"UIDFETCH", (7, [(b"FLAGS", [])])),
]


@pytest.mark.parametrize(("raw", "word", "value"), UNDERSTOOD)
def test_responses_are_understood(raw: bytes, word: bytes, value: Any) -> None:
    assert responses.read(raw) == (word, value)
    names(raw)


def test_what_is_not_known_is_labelled_all_the_same() -> None:
    for raw in (b"* FROB a b\r\n", b"* 3 FROB\r\n", b"* EXISTS\r\n", b"* 3 SEARCH\r\n", b"* (\r\n"):
        assert responses.find(raw) == (responses.UNKNOWN, None)
        assert names(raw) == ["*", "SP", "text", "CRLF"]
    assert responses.read(b"* FROB\r\n") == (b"", b"FROB")


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        (b"* 3 EXISTS now\r\n", 10),
        (b'* LIST (\\Noselect "/" x\r\n', 18),
        (b"* 1 FETCH (UID x)\r\n", 15),
        (b"* 1 FETCH (FLAGS (\\Seen)  UID 1)\r\n", 25),
        (b"* SEARCH 1 0\r\n", 11),
        (b"* 1 FETCH (BODY[] {9}\r\nabc)\r\n", 29),
        (b"* 1 FETCH (FLAGS", 16),
    ],
)
def test_a_fault_stands_where_it_is(raw: bytes, at: int) -> None:
    found = labelled(raw)
    assert found.fault is not None
    assert found.fault.at == at
    assert responses.read(raw) == (b"", None)


def test_every_code_of_the_table_is_named() -> None:
    for raw in (b"A1 OK [UIDNOTSTICKY]\r\n", b"A1 NO [NOTSAVED] x\r\n", b"A1 BAD [CLIENTBUG] y\r\n", b"A1 NO\r\n"):
        found = label(TAGGED, raw)
        assert found.fault is None
        assert b"".join(raw[span.start : span.stop] for span in found.spans) == raw
    assert parse(TAGGED, b"A1 FOO x\r\n").fault is not None


def test_a_continuation() -> None:
    assert parse(CONTINUATION, b"+ go on\r\n").values == (b"go on",)
    assert parse(CONTINUATION, b"+\r\n").values == (None,)
    assert parse(CONTINUATION, b"+ \r\n").values == (None,)


PIECES = st.sampled_from(
    b'*| |1|3|(|)|[|]|<0>|"a"|"\\"|NIL|nil|{3}\r\nabc|~{2}\r\n\0x|{999999999999}\r\n|FETCH|BODY|BODYSTRUCTURE'.split(
        b"|"
    )
    + b"ENVELOPE|FLAGS|\\Seen|OK|[ALERT]|[COPYUID 1 2 3]|LIST|STATUS|ESEARCH|THREAD|VANISHED|NAMESPACE|\r\n".split(b"|")
    + [b"\xff", b"HEADER.FIELDS", b"TEXT", b"1:3"]
)


@given(st.lists(st.one_of(PIECES, st.binary(max_size=4)), max_size=30))
def test_any_octets_are_labelled_whole(pieces: list[bytes]) -> None:
    labelled(b"* " + b"".join(pieces))


@given(st.sampled_from([raw for raw, _word, _value in UNDERSTOOD]), st.data())
def test_a_response_cut_or_damaged_is_labelled_whole(raw: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(raw)))
    labelled(raw[:at] + data.draw(st.binary(max_size=2)) + raw[at + data.draw(st.integers(0, 2)) :])


@pytest.mark.parametrize("word", [b"FETCH (BODYSTRUCTURE ", b"FETCH (BODY ", b"FETCH (X ", b"FETCH (ENVELOPE "])
def test_parentheses_without_end_are_no_danger(word: bytes) -> None:
    assert labelled(b"* 1 " + word + b"(" * 100_000 + b"\r\n").fault is not None
    assert labelled(b"* THREAD " + b"(1 " * 50_000 + b"2" + b")" * 50_000 + b"\r\n").fault is None
