from __future__ import annotations

from sandbox.imap.extensions.context import MOST
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
    assert other.do("SORT RETURN (UPDATE) (DATE) UTF-8 ALL")[0].startswith('* NO [NOUPDATE "t"]')


def test_pieces_of_a_result() -> None:
    _, _, other = two()
    assert other.do("UID SEARCH RETURN (PARTIAL 2:9) ALL")[0] == '* ESEARCH (TAG "t") UID PARTIAL (2:9 2:3)'
    assert other.do("SEARCH RETURN (PARTIAL 2:1 COUNT) ALL")[0] == '* ESEARCH (TAG "t") PARTIAL (2:1 1:2) COUNT 3'
    assert other.do("SEARCH RETURN (PARTIAL 7:8) ALL")[0] == '* ESEARCH (TAG "t") PARTIAL (7:8 NIL)'
    assert other.do("SORT RETURN (PARTIAL 1:2) (REVERSE ARRIVAL SIZE) UTF-8 ALL")[0] == (
        '* ESEARCH (TAG "t") PARTIAL (1:2 1,3)'
    )
    for wrong in ("PARTIAL 1:2 ALL", "PARTIAL 1:2 PARTIAL 2:3"):
        assert other.do(f"SEARCH RETURN ({wrong}) ALL") == ["BAD one PARTIAL or ALL at a time"]
