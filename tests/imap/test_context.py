from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from sandbox.imap.extensions.context import MOST
from sandbox.mail.store import How
from tests.imap.worlds import MIXED, PLAIN, Home, Line


def two() -> tuple[Home, Line, Line]:
    home = Home(PLAIN, MIXED, PLAIN)
    return home, home.connect(), home.connect()


def test_changes_of_a_result_are_told() -> None:
    home, one, other = two()
    assert other.say(b"u UID SEARCH RETURN (UPDATE COUNT) SEEN\r\n") == (
        b'* ESEARCH (TAG "u") UID COUNT 0\r\nu OK SEARCH completed\r\n'
    )
    assert other.say(b"v SEARCH RETURN (UPDATE) 2:3 UNSEEN\r\n").startswith(b'* ESEARCH (TAG "v")\r\n')
    one.do(r"STORE 3 +FLAGS (\Seen)")
    assert other.do("NOOP") == [
        r"* 3 FETCH (FLAGS (\Seen))",
        '* ESEARCH (TAG "u") UID ADDTO (0 3)',
        '* ESEARCH (TAG "v") REMOVEFROM (0 3)',
        "OK NOOP completed",
    ]
    # also where the client itself is the cause
    assert other.do(r"STORE 2 +FLAGS.SILENT (\Seen)")[:2] == [
        '* ESEARCH (TAG "u") UID ADDTO (0 2)',
        '* ESEARCH (TAG "v") REMOVEFROM (0 2)',
    ]
    home.inbox.expunge([2])
    assert other.do("NOOP")[:-1] == ['* ESEARCH (TAG "u") UID REMOVEFROM (0 2)', "* 2 EXPUNGE"]
    home.inbox.append(PLAIN, ("\\Seen",))
    assert other.do("NOOP")[:-1] == ["* 3 EXISTS", "* 1 RECENT", '* ESEARCH (TAG "u") UID ADDTO (0 4)']
    home.inbox.append(PLAIN)
    assert other.do("NOOP")[:-1] == ["* 4 EXISTS", "* 2 RECENT"]


def test_what_is_gone_unheard() -> None:
    home, one, other = two()
    other.say(b"u SEARCH RETURN (UPDATE) UNSEEN\r\n")
    one.do(r"STORE 1 +FLAGS (\Seen)")
    home.inbox.expunge([1, 2])
    assert other.do("FETCH 3 UID")[1:-1] == ['* ESEARCH (TAG "u") REMOVEFROM (0 1)']
    assert other.do("NOOP")[:-1] == ['* ESEARCH (TAG "u") REMOVEFROM (0 2)', "* 1 EXPUNGE", "* 1 EXPUNGE"]


def test_cancelling_and_limits() -> None:
    _, one, other = two()
    for number in range(MOST):
        assert other.say(b"u%d SEARCH RETURN (UPDATE CONTEXT) SEEN\r\n" % number).endswith(b"OK SEARCH completed\r\n")
    assert other.do("SEARCH RETURN (UPDATE COUNT) SEEN") == [
        '* NO [NOUPDATE "t"] this search is not kept up to date',
        '* ESEARCH (TAG "t") COUNT 0',
        "OK SEARCH completed",
    ]
    assert other.say(b"u0 SEARCH RETURN (UPDATE) SEEN\r\n") == b"u0 BAD the tag has a search already\r\n"
    assert other.do('CANCELUPDATE "u0" "t"') == ["BAD no search with that tag is kept up to date"]
    tags = " ".join(f'"u{number}"' for number in range(MOST))
    assert other.do(f"CANCELUPDATE {tags}") == ["OK CANCELUPDATE completed"]
    one.do(r"STORE 3 +FLAGS (\Seen)")
    assert other.do("NOOP")[:-1] == [r"* 3 FETCH (FLAGS (\Seen))"]
    unsorted = Home(PLAIN, without=("CONTEXT=SORT",)).connect()
    assert unsorted.do("SORT RETURN (UPDATE) (DATE) UTF-8 ALL")[0].startswith('* NO [NOUPDATE "t"]')


SIZES = [b"x" * size for size in (50, 10, 40, 20, 30)]


def test_a_sorted_result_keeps_its_order() -> None:
    home = Home(*SIZES)
    one, other = home.connect(), home.connect()
    one.do(r"STORE 1,4 +FLAGS (\Seen)")
    other.do("NOOP")
    assert other.say(b"u UID SORT RETURN (UPDATE ALL) (SIZE) UTF-8 UNSEEN\r\n").splitlines()[-2:] == [
        b'* ESEARCH (TAG "u") UID ALL 2,5,3',
        b"u OK SORT completed",
    ]
    one.do(r"STORE 1,4 -FLAGS (\Seen)")
    assert other.do("NOOP")[2:-1] == ['* ESEARCH (TAG "u") UID ADDTO (2 4 5 1)']  # 2,4,5,3,1
    one.do(r"STORE 1:3 +FLAGS (\Seen)")
    assert other.do("NOOP")[3:-1] == ['* ESEARCH (TAG "u") UID REMOVEFROM (1 2 3 3 3 1)']  # 4,5
    home.inbox.append(b"x" * 25)
    home.inbox.append(b"x" * 26)
    assert other.do("NOOP")[-2] == '* ESEARCH (TAG "u") UID ADDTO (2 6:7)'
    home.inbox.expunge([6])
    assert other.do("NOOP")[0] == '* ESEARCH (TAG "u") UID REMOVEFROM (2 6)'


@given(st.lists(st.tuples(st.sampled_from(["add", "seen", "unseen", "expunge"]), st.integers(0, 60)), max_size=12))
def test_who_applies_the_updates_has_the_result(changes: list[tuple[str, int]]) -> None:
    """The client's side of RFC 5267 sections 4.3.3 and 4.3.4, against a search made afresh."""
    home = Home(*SIZES)
    line = home.connect()
    query = "UID SORT RETURN ({}ALL) (REVERSE SIZE) UTF-8 UNSEEN"
    result = _numbers(line.do(query.format("UPDATE "))[-2])
    for kind, number in changes:
        uids = home.inbox.uids()
        uid = uids[number % len(uids)] if uids else 0
        if kind == "add":
            home.inbox.append(b"x" * number)
        elif kind == "expunge":
            home.inbox.expunge([uid])
        else:
            home.inbox.change_flags([uid], How.ADD if kind == "seen" else How.REMOVE, ["\\Seen"])
        for said in line.do("NOOP"):
            _update(result, said)
        assert result == _numbers(line.do(query.format(""))[-2])


def _numbers(line: str) -> list[int]:
    return _listed(line.rpartition(" ALL ")[2]) if " ALL " in line else []


def _listed(text: str) -> list[int]:
    ends = [part.partition(":") for part in text.split(",")]
    return [uid for low, _, high in ends for uid in range(int(low), int(high or low) + 1)]


def _update(result: list[int], line: str) -> None:
    for what, pairs in re.findall(r" (ADDTO|REMOVEFROM) \(([^)]*)\)", line):
        words = pairs.split()
        for at, uids in zip(words[::2], words[1::2], strict=True):
            for offset, uid in enumerate(_listed(uids)):
                if what == "ADDTO":
                    result.insert(int(at) - 1 + offset, uid)
                else:
                    assert result.pop(int(at) - 1) == uid


def test_what_is_new_in_a_result_may_be_told_at_once() -> None:
    home, _, other = two()
    assert other.say(b"u SEARCH RETURN (COUNT UPDATE (UID RFC822.SIZE)) UNSEEN\r\n") == (
        b'* ESEARCH (TAG "u") COUNT 3\r\nu OK SEARCH completed\r\n'
    )
    assert other.do("SEARCH RETURN (UPDATE(UID)) SEEN")[-1] == "OK SEARCH completed"
    home.inbox.append(b"hello")
    assert other.do("NOOP")[:-1] == [
        "* 4 EXISTS",
        "* 1 RECENT",
        "* 4 FETCH (UID 4 RFC822.SIZE 5)",
        '* ESEARCH (TAG "u") ADDTO (0 4)',
    ]
    home.inbox.change_flags([4], How.ADD, ["\\Seen"])  # no new message: no FETCH of it
    assert other.do("NOOP")[1:-1] == ['* ESEARCH (TAG "u") REMOVEFROM (0 4)', '* ESEARCH (TAG "t") ADDTO (0 4)']
    assert other.do("SEARCH RETURN (UPDATE (PREVIEW)) SEEN")[-1].startswith("BAD the tag")
    less = Home(PLAIN, without=("PREVIEW",)).connect()
    assert less.do("SEARCH RETURN (UPDATE (PREVIEW)) SEEN") == ["BAD this server does not offer PREVIEW"]


def test_pieces_of_a_result() -> None:
    _, _, other = two()
    assert other.do("UID SEARCH RETURN (PARTIAL 2:9) ALL")[0] == '* ESEARCH (TAG "t") UID PARTIAL (2:9 2:3)'
    assert other.do("SEARCH RETURN (PARTIAL 2:1 COUNT) ALL")[0] == '* ESEARCH (TAG "t") PARTIAL (1:2 1:2) COUNT 3'
    assert other.do("SEARCH RETURN (PARTIAL 7:8) ALL")[0] == '* ESEARCH (TAG "t") PARTIAL (7:8 NIL)'
    assert other.do("SORT RETURN (PARTIAL 1:2) (REVERSE ARRIVAL SIZE) UTF-8 ALL")[0] == (
        '* ESEARCH (TAG "t") PARTIAL (1:2 1,3)'
    )
    for wrong in ("PARTIAL 1:2 ALL", "PARTIAL 1:2 PARTIAL 2:3"):
        assert other.do(f"SEARCH RETURN ({wrong}) ALL") == ["BAD one PARTIAL or ALL at a time"]
