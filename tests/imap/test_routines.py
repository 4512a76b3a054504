"""Mail programs at work: against our server in a world, and against a server that a test plays by hand."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.core.client import Send as Line
from sandbox.core.tracker import Exchange
from sandbox.imap import IMAP, routines
from sandbox.imap.conversation import Copy
from sandbox.imap.tracker import ImapTracker
from sandbox.world.inputs import Send
from sandbox.world.world import World
from tests.imap.test_tracker_properties import world


@pytest.fixture
def home() -> World:
    one = world()
    for actor in ("laptop", "phone"):
        one.connect(actor, "imap", "norte", 143)
    return one


def run(home: World, name: str, actor: str = "laptop", **settings: Any) -> Copy:
    routine = IMAP.routine(name)
    assert routine is not None
    assert set(settings) <= set(routine.settings)
    copy = home.run(actor, routine.run(**settings))
    assert isinstance(copy, Copy)
    return copy


def say(home: World, *lines: bytes, actor: str = "phone") -> None:
    for line in lines:
        home.do(Send(actor, line + b"\r\n"))


ANA = {"user": "ana", "password": "secreto"}
PHONE = (b"x LOGIN ana secreto", b"x SELECT INBOX")


def test_a_first_copy_has_everything(home: World) -> None:
    copy = run(home, "first-sync", **ANA)
    assert copy.failed is None
    assert sorted(copy.messages) == [1, 2]
    assert copy.messages[1].octets == b"From: a@b.example\r\nSubject: =?utf-8?q?uno?=\r\n\r\nhello\r\n"
    assert copy.messages[1].size == len(copy.messages[1].octets)
    # downloading is not reading
    assert b"\\Seen" not in copy.messages[1].flags
    assert copy.uidnext == 3


def test_a_copy_of_nothing(home: World) -> None:
    say(home, *PHONE, b"x CREATE empty")
    assert run(home, "first-sync", mailbox="empty", **ANA).messages == {}


def test_resync_finds_what_is_new_changed_and_gone(home: World) -> None:
    first = run(home, "first-sync", **ANA)
    say(home, *PHONE, b"x STORE 2 +FLAGS (\\Flagged)", b"x STORE 1 +FLAGS (\\Deleted)", b"x EXPUNGE")
    say(home, b"x APPEND INBOX {9+}\r\nSubject: ")
    known = {"uidvalidity": first.uidvalidity, "uidnext": first.uidnext, "known": [1, 2]}
    again = run(home, "resync", actor=reconnected(home), **ANA, **known)
    assert sorted(again.messages) == [2, 3]
    assert again.vanished == [1]
    assert b"\\Flagged" in again.messages[2].flags
    assert again.messages[3].octets == b"Subject: "
    known = {"uidvalidity": first.uidvalidity, "uidnext": 4, "known": [2, 3]}
    nothing = run(home, "resync", actor=reconnected(home), **ANA, **known)
    assert (sorted(nothing.messages), nothing.vanished) == ([2, 3], [])
    empty = run(home, "resync", actor=reconnected(home), uidvalidity=first.uidvalidity, **ANA)
    assert sorted(empty.messages) == [2, 3]


def reconnected(home: World) -> str:
    home.reconnect("laptop")
    return "laptop"


def test_qresync_finds_the_same_in_one_answer(home: World) -> None:
    first = run(home, "first-sync", **ANA)
    say(home, *PHONE, b"x STORE 2 +FLAGS (\\Flagged)", b"x STORE 1 +FLAGS (\\Deleted)", b"x EXPUNGE")
    say(home, b"x APPEND INBOX {9+}\r\nSubject: ")
    known = {"uidvalidity": first.uidvalidity, "modseq": first.modseq, "uidnext": first.uidnext, "known": [1, 2]}
    again = run(home, "qresync", actor=reconnected(home), **ANA, **known)
    assert (sorted(again.messages), again.vanished) == ([2, 3], [1])
    assert b"\\Flagged" in again.messages[2].flags
    assert again.messages[3].octets == b"Subject: "
    assert again.modseq > first.modseq > 0


def test_another_uidvalidity_makes_the_copy_worthless(home: World) -> None:
    copy = run(home, "resync", uidvalidity=1, uidnext=9, known=[7, 8], **ANA)
    assert sorted(copy.messages) == [1, 2]


def test_what_the_server_refuses_ends_the_visit(home: World) -> None:
    assert run(home, "first-sync", user="ana", password="wrong").failed == "LOGIN"
    assert run(home, "first-sync", mailbox="nowhere", **ANA).failed == "SELECT"
    assert run(home, "idle", actor="phone").failed == "IDLE"
    assert run(home, "idle-news", actor="phone").failed == "DONE"


def test_a_password_that_fits_no_quotes_goes_as_a_literal(home: World) -> None:
    assert run(home, "first-sync", user="ana", password="contraseña").failed == "LOGIN"
    sent = [exchange.request for exchange in home.link("laptop").client.tracker.exchanges]
    assert sent[-1] is not None
    assert sent[-1].values == (b"ana", "contraseña".encode())


def test_listening_and_its_news(home: World) -> None:
    assert run(home, "idle", mailbox="INBOX", **ANA).failed is None
    say(home, *PHONE, b"x APPEND INBOX {9+}\r\nSubject: ")
    heard = run(home, "idle-news")
    assert heard.exists == 3
    assert heard.messages[3].size == 9
    say(home, b"x APPEND INBOX {9+}\r\nSubject: ", b"x APPEND INBOX {9+}\r\nSubject: ")
    assert sorted(run(home, "idle-news", uidnext=4).messages) == [4, 5]
    say(home, b"x STORE 1 +FLAGS (\\Deleted)", b"x EXPUNGE")
    assert run(home, "idle-news").messages == {}
    say(home, b"x APPEND INBOX {9+}\r\nSubject: ", b"x STORE 1 +FLAGS (\\Deleted)", b"x EXPUNGE")
    assert list(run(home, "idle-news").messages) == [6]
    assert home.link("laptop").client.waiting is not None


def test_the_trash_is_made_where_it_is_missing(home: World) -> None:
    say(home, *PHONE, actor="laptop")
    assert run(home, "to-trash", uids="1").failed is None
    assert run(home, "to-trash", uids="2").failed is None
    assert len(home.mailboxes("ana").get("Trash")) == 2
    assert len(home.mailboxes("ana").inbox) == 0
    assert run(home, "to-trash", actor="phone", uids="1").failed is not None


def test_forwarded_mail_is_marked(home: World) -> None:
    say(home, *PHONE, actor="laptop")
    copy = run(home, "mark-forwarded", uids="1:2")
    assert [b"$Forwarded" in held.flags for held in copy.messages.values()] == [True, True]


# Against servers that can more, or less, than ours


class Played:
    """A server's side by hand: what it says to each line that begins with a word, in order."""

    def __init__(self, *answers: tuple[bytes, bytes]) -> None:
        self.answers = list(answers)
        self.sent: list[bytes] = []

    def play(self, script: routines.Script) -> Copy:
        tracker = ImapTracker()
        tracker.receive("S", b"* PREAUTH hi\r\n")
        try:
            line = next(script)
            while True:
                line = script.send(self._exchange(tracker, line))
        except StopIteration as stop:
            copy = stop.value
        assert isinstance(copy, Copy)
        assert not self.answers
        return copy

    def _exchange(self, tracker: ImapTracker, line: Line) -> Exchange:
        before = tracker.current
        tracker.receive("C", line.line + b"\r\n")
        command, answer = self.answers.pop(0)
        self.sent.append(line.line)
        tag, _, rest = line.line.partition(b" ")
        assert (rest or tag).startswith(command), line.line
        tracker.receive("S", answer.replace(b"TAG", tag))
        return before or tracker.exchanges[-1]


def test_qresync_needs_one_answer() -> None:
    server = Played(
        (b"ENABLE QRESYNC", b"* ENABLED QRESYNC\r\nTAG OK\r\n"),
        (
            b"SELECT INBOX (QRESYNC (67 100))",
            b"* 3 EXISTS\r\n* OK [UIDVALIDITY 67]\r\n* OK [UIDNEXT 9]\r\n* OK [HIGHESTMODSEQ 120]\r\n* OK fine\r\n"
            b"* VANISHED (EARLIER) 2:4,90\r\n* 1 FETCH (UID 1 FLAGS (\\Seen) MODSEQ (110))\r\nTAG OK open\r\n",
        ),
        (b"UID FETCH 8:* (FLAGS", b"* 3 FETCH (UID 8 FLAGS () RFC822.SIZE 3)\r\n* 2 FETCH (FLAGS (x))\r\nTAG OK\r\n"),
        (b"UID FETCH 8 BODY.PEEK[]", b"* 3 FETCH (UID 8 BODY[] {3}\r\nabc)\r\nTAG OK\r\n"),
    )
    copy = server.play(routines.quick_resync(uidvalidity=67, modseq=100, uidnext=8, known=[1, 2, 4, 5]))
    assert copy.failed is None
    assert (sorted(copy.messages), copy.vanished, copy.modseq) == ([1, 5, 8], [2, 4], 120)
    assert copy.messages[1].flags == (b"\\Seen",)
    assert copy.messages[8].octets == b"abc"


def test_qresync_with_nothing_new_or_everything() -> None:
    opened = b"* OK [UIDVALIDITY 67]\r\n* OK [UIDNEXT 9]\r\nTAG OK open\r\n"
    enable = (b"ENABLE", b"TAG OK\r\n")
    copy = Played(enable, (b"SELECT", opened)).play(routines.quick_resync(uidvalidity=67, uidnext=9, known=[1]))
    assert sorted(copy.messages) == [1]
    empty = (b"UID FETCH 1:* ", b"TAG OK\r\n")
    copy = Played(enable, (b"SELECT", opened), empty).play(routines.quick_resync(uidvalidity=66, uidnext=9, known=[1]))
    assert copy.messages == {}


def test_a_literal_that_is_not_welcome() -> None:
    server = Played((b"LOGIN {3}", b"TAG BAD no\r\n"))
    assert server.play(routines.first_sync("\u00e1a", "x")).failed == "LOGIN"
    assert server.sent == [b"S1 LOGIN {3}"]


def test_move_where_the_server_can() -> None:
    server = Played(
        (b"CAPABILITY", b"* CAPABILITY IMAP4rev1 MOVE\r\nTAG OK\r\n"),
        (b"UID MOVE 3 Trash", b"TAG NO [TRYCREATE] no\r\n"),
        (b"CREATE Trash", b"TAG OK\r\n"),
        (b"UID MOVE 3 Trash", b"* 3 EXPUNGE\r\nTAG OK\r\n"),
    )
    assert server.play(routines.to_trash("3")).failed is None


@pytest.mark.parametrize(("can", "last"), [(b"", b"EXPUNGE"), (b" UIDPLUS", b"UID EXPUNGE 3")])
def test_what_was_done_before_there_was_move(can: bytes, last: bytes) -> None:
    server = Played(
        (b"CAPABILITY", b"* CAPABILITY IMAP4rev1" + can + b"\r\nTAG OK\r\n"),
        (b"UID COPY 3 {5}", b"TAG NO [TRYCREATE] no\r\n"),
        (b"CREATE {5}", b"TAG OK\r\n"),
        (b"UID COPY 3 {5}", b"TAG OK\r\n"),
        (b"UID STORE 3 +FLAGS.SILENT (\\Deleted)", b"TAG OK\r\n"),
        (last, b"TAG OK\r\n"),
    )
    server.answers = [(want.replace(b"{5}", b'"T sh"'), answer) for want, answer in server.answers]
    assert server.play(routines.to_trash("3", "T sh")).failed is None
