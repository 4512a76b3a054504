from __future__ import annotations

from sandbox.pop3 import POP3
from sandbox.world.faults import Canned, Drop
from sandbox.world.inputs import Strike
from tests.pop3.worlds import world


def test_mail_programs() -> None:
    home = world()
    routine = POP3.routine
    home.connect("phone", "pop3", "norte", 110)
    leave = routine("leave-copy")
    assert leave is not None
    first = home.run("phone", leave.run("ana", "secreto"))
    assert len(first.messages) == 2
    home.reconnect("phone")
    assert home.run("phone", leave.run("ana", "secreto", first.known)).messages == []
    headers = routine("headers-only")
    fetch = routine("fetch-and-delete")
    assert headers is not None
    assert fetch is not None
    assert routine("nonsense") is None
    home.reconnect("phone")
    assert home.run("phone", headers.run("ana", "secreto", 1)).messages[1] == b"Subject: two\r\n\r\nline 0\r\n"
    home.reconnect("phone")
    for routine_ in (headers, leave, fetch):
        assert home.run("phone", routine_.run("ana", "wrong")).failed == "PASS"
        assert home.run("phone", routine_.run("", "wrong")).failed == "PASS"
    fetched = home.run("phone", fetch.run("ana", "secreto"))
    assert fetched.failed is None
    assert fetched.messages[0].endswith(b".dot\r\n")
    assert len(home.mailboxes("ana").inbox) == 0
    assert home.run("phone", fetch.run("ana", "secreto")) is None


def test_a_program_whose_line_breaks_is_stopped() -> None:
    home = world()
    home.connect("phone", "pop3", "norte", 110)
    home.do(Strike(Drop("phone", after="RETR")))
    fetch = POP3.routine("fetch-and-delete")
    assert fetch is not None
    assert home.run("phone", fetch.run("ana", "secreto")) is None
    assert len(home.mailboxes("ana").inbox) == 2


def test_a_program_reports_a_refused_retr() -> None:
    home = world()
    home.connect("phone", "pop3", "norte", 110)
    home.do(Strike(Canned("phone", "RETR", "-ERR no")))
    fetch = POP3.routine("fetch-and-delete")
    assert fetch is not None
    assert home.run("phone", fetch.run("ana", "secreto")).failed == "RETR"


def test_a_listing_that_is_none_brings_nothing() -> None:
    home = world()
    home.connect("phone", "pop3", "norte", 110)
    leave = POP3.routine("leave-copy")
    assert leave is not None
    script = leave.run("ana", "secreto")
    home.do(Strike(Canned("phone", "UIDL", "+OK\r\n1 a\r\nodd\r\n.")))
    home.do(Strike(Canned("phone", "RETR", "-ERR no")))
    assert home.run("phone", script).messages == []
