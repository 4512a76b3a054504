"""Several sessions on one mailbox: what is told when, and with which numbers."""

from __future__ import annotations

import pytest

from sandbox.core.effects import Commit
from tests.imap.worlds import MIXED, PLAIN, Home, Line


@pytest.fixture
def home() -> Home:
    return Home(PLAIN, MIXED, PLAIN)


def two(home: Home, said: bytes = b"a LOGIN ana secreto\r\nb SELECT INBOX\r\n") -> tuple[Line, Line]:
    return home.connect(), home.connect(said)


def test_noop_tells_flags_then_expunges_then_arrivals(home: Home) -> None:
    one, other = two(home)
    one.do(r"STORE 1 +FLAGS (\Deleted own)")
    one.do(r"STORE 3 +FLAGS (\Seen)")
    one.do("EXPUNGE")
    one.do("APPEND INBOX (\\Seen) {1+}\r\nx")
    assert other.do("NOOP") == [
        r"* FLAGS (\Seen \Answered \Flagged \Deleted \Draft own)",
        r"* 3 FETCH (FLAGS (\Seen))",
        "* 1 EXPUNGE",
        "* 3 EXISTS",
        "OK NOOP completed",
    ]
    assert other.do("NOOP") == ["OK NOOP completed"]


def test_recent_is_for_the_first_that_is_told(home: Home) -> None:
    one, other = two(home)
    assert one.do("FETCH 1 FLAGS")[0] == r"* 1 FETCH (FLAGS (\Recent))"
    assert other.do("FETCH 1 FLAGS")[0] == "* 1 FETCH (FLAGS ())"
    home.inbox.append(PLAIN)
    watching = home.connect(b"a LOGIN ana secreto\r\nb EXAMINE INBOX\r\n")
    assert other.do("NOOP")[:-1] == ["* 4 EXISTS", "* 1 RECENT"]
    assert one.do("NOOP")[:-1] == ["* 4 EXISTS"]
    assert watching.do("SEARCH RECENT")[0] == "* SEARCH 4"


@pytest.mark.parametrize(
    "command",
    [
        "FETCH 1:3 UID",
        "STORE 1 +FLAGS (\\Seen)",
        "SEARCH ALL",
        "SORT (DATE) UTF-8 ALL",
        "THREAD REFERENCES UTF-8 ALL",
    ],
)
def test_numbers_hold_while_numbers_are_used(home: Home, command: str) -> None:
    _, other = two(home)
    home.inbox.expunge([2])
    home.inbox.append(PLAIN)
    lines = other.do(command)
    assert not [line for line in lines if line.endswith("EXPUNGE")]
    assert "* 4 EXISTS" in lines
    assert other.do("NOOP") == ["* 2 EXPUNGE", "OK NOOP completed"]
    assert other.do("FETCH 3 UID")[0] == "* 3 FETCH (UID 4)"


@pytest.mark.parametrize(
    "command",
    [
        "UID FETCH 1:9 UID",
        "UID STORE 1 +FLAGS (x)",
        "UID SEARCH ALL",
        "STATUS INBOX (MESSAGES)",
        "COPY 1 INBOX",
        "IDLE",
    ],
)
def test_others_let_messages_go(home: Home, command: str) -> None:
    _, other = two(home)
    home.inbox.expunge([2])
    assert "* 2 EXPUNGE" in other.do(command)


def test_what_is_expunged_but_not_told(home: Home) -> None:
    _, other = two(home)
    home.inbox.expunge([2])
    assert other.do("FETCH 1:3 UID") == [
        "* 1 FETCH (UID 1)",
        "* 2 FETCH (UID 2)",
        "* 3 FETCH (UID 3)",
        "OK [EXPUNGEISSUED] FETCH completed, but some messages are expunged",
    ]
    assert other.do("FETCH 1:3 (UID FLAGS)")[1:] == [
        "* 3 FETCH (UID 3 FLAGS ())",
        "OK [EXPUNGEISSUED] FETCH completed, but some messages are expunged",
    ]
    assert other.do("UID FETCH 2 UID") == ["* 2 FETCH (UID 2)", "* 2 EXPUNGE", "OK FETCH completed"]


def test_what_is_stored_to_the_expunged(home: Home) -> None:
    _, other = two(home)
    home.inbox.expunge([2])
    gone = "NO [EXPUNGEISSUED] another session has expunged some of these messages"
    assert other.do("STORE 1:3 +FLAGS.SILENT (x)")[-1] == gone
    assert other.do("SEARCH ALL")[0] == "* SEARCH 1 3"
    assert other.do("COPY 1:3 INBOX") == ["* 2 EXPUNGE", gone]


def test_arrived_and_gone_before_it_was_told(home: Home) -> None:
    _, other = two(home)
    home.inbox.append(PLAIN)
    home.inbox.append(PLAIN)
    home.inbox.expunge([4])
    assert other.do("FETCH 1 UID")[:-1] == ["* 1 FETCH (UID 1)", "* 4 EXISTS", "* 1 RECENT"]
    home.inbox.expunge([5])
    home.inbox.append(PLAIN)
    home.inbox.expunge([6])
    assert other.do("NOOP") == ["* 4 EXPUNGE", "OK NOOP completed"]


def test_flags_of_arrivals_are_told_after_them(home: Home) -> None:
    _, other = two(home)
    home.inbox.append(PLAIN)
    home.connect().do(r"STORE 4 +FLAGS (\Seen)")
    told = other.do("NOOP")
    assert told[0] == "* 4 EXISTS"
    assert other.do("FETCH 4 FLAGS")[0] == r"* 4 FETCH (FLAGS (\Seen))"


def test_a_silent_store_is_silent_for_its_own_changes_only(home: Home) -> None:
    one, other = two(home)
    one.do(r"STORE 1 +FLAGS (\Flagged)")
    assert other.do(r"STORE 2 +FLAGS.SILENT (\Seen)") == [r"* 1 FETCH (FLAGS (\Flagged))", "OK STORE completed"]
    assert one.do("NOOP") == [r"* 2 FETCH (FLAGS (\Seen \Recent))", "OK NOOP completed"]


def test_what_was_just_told_is_not_told_again(home: Home) -> None:
    one, other = two(home)
    one.do(r"STORE 1 +FLAGS (\Flagged)")
    assert other.do("FETCH 1 FLAGS") == [r"* 1 FETCH (FLAGS (\Flagged))", "OK FETCH completed"]
    one.do(r"STORE 1 -FLAGS (\Flagged)")
    assert other.do(r"STORE 1 +FLAGS (\Seen)") == [r"* 1 FETCH (FLAGS (\Seen))", "OK STORE completed"]


def test_idle(home: Home) -> None:
    one, other = two(home)
    home.inbox.append(PLAIN)
    woken: list[bool] = []
    other.server.wake = lambda: woken.append(True)
    assert other.say(b"t idle\r\n") == b"+ idling\r\n* 4 EXISTS\r\n* 1 RECENT\r\n"
    one.do("NOOP")
    one.do(r"STORE 4 +FLAGS (\Deleted)")
    assert woken
    assert other.hear() == b"* 4 FETCH (FLAGS (\\Deleted \\Recent))\r\n"
    one.do("EXPUNGE")
    assert other.hear() == b"* 4 EXPUNGE\r\n"
    assert other.hear() == b""
    assert other.say(b"done\r\n") == b"t OK IDLE completed\r\n"
    one.do(r"STORE 1 +FLAGS (\Seen)")
    assert other.hear() == b""  # no command is at work
    assert other.say(b"t IDLE\r\nNOOP\r\n").endswith(b"t BAD expected DONE\r\n")
    assert other.say(b"t IDLE\r\n" + b"x" * 70_000 + b"\r\n").endswith(b"t BAD expected DONE\r\n")


def test_idle_without_a_mailbox(home: Home) -> None:
    line = home.connect(b"a LOGIN ana secreto\r\n")
    assert line.say(b"t IDLE\r\n") == b"+ idling\r\n"
    home.inbox.append(PLAIN)
    assert line.hear() == b""
    assert line.say(b"DONE\r\n") == b"t OK IDLE completed\r\n"


def test_a_mailbox_deleted_or_renamed_under_a_session(home: Home) -> None:
    home.ana.create("box")
    home.ana.inbox.copy([1, 2], "box")
    line = home.connect(b"a LOGIN ana secreto\r\nb SELECT box\r\n")
    home.ana.rename("box", "other")
    assert line.do("NOOP") == ["OK NOOP completed"]
    home.ana.get("other").append(PLAIN)
    assert line.do("NOOP")[0] == "* 3 EXISTS"
    home.ana.get("other").append(PLAIN)
    home.ana.delete("other")
    assert line.do("FETCH 1:3 UID")[-1].startswith("OK [EXPUNGEISSUED]")
    assert line.do("NOOP") == ["* 1 EXPUNGE"] * 3 + ["OK NOOP completed"]
    assert line.do("EXPUNGE") == ["NO [NONEXISTENT] There is no mailbox called other."]
    assert line.do("CLOSE") == ["OK CLOSE completed"]


def test_changes_while_an_answer_waits(home: Home) -> None:
    for _ in range(8):
        home.inbox.append(b"a: b\r\n\r\n" + b"x" * 50_000)
    one, other = two(home)
    other.server.receive_data(b"t FETCH 1:* (FLAGS BODY.PEEK[])\r\n")
    said = other.server.data_to_send()
    one.do(r"STORE 1:* +FLAGS.SILENT (\Deleted)")
    one.do("EXPUNGE")
    said += b"".join(iter(other.server.data_to_send, b""))
    assert said.count(b" FETCH (FLAGS () BODY[] {50008}") == 8
    assert b"EXPUNGE" not in said
    assert other.do("NOOP").count("* 1 EXPUNGE") == 11


def test_the_end_of_a_session_stops_watching(home: Home) -> None:
    line = home.connect()
    line.server.receive_data(b"t STORE 1 +FLAGS (\\Seen)\r\n")
    [event] = line.server.events_received()
    assert isinstance(event, Commit)
    line.server.receive_eof()
    line.server.resume(event, True)
    assert line.server.closing
    home.inbox.append(PLAIN)
    assert line.server.session.view is None


def test_a_server_has_no_more_than_it_is_set_up_with() -> None:
    line = Home(b"x", capabilities=("IMAP4rev1", "IDLE")).connect()
    assert line.do("CAPABILITY")[0].split() == ["*", "CAPABILITY", "IMAP4rev1", "IDLE"]
    assert line.do("MOVE 1 Trash")[-1].startswith("BAD this server has no command MOVE")


def test_a_new_keyword_is_told_before_it_is_used(home: Home) -> None:
    one, other = two(home)
    known = r"* FLAGS (\Seen \Answered \Flagged \Deleted \Draft own)"
    one.do("STORE 1 +FLAGS (own)")
    assert other.do("FETCH 1 FLAGS") == [known, "* 1 FETCH (FLAGS (own))", "OK FETCH completed"]
    assert other.do("FETCH 1 FLAGS")[0] == "* 1 FETCH (FLAGS (own))"
    one.do("STORE 2 +FLAGS (next)")
    told = other.do("FETCH 2 BODY[1.MIME]")
    assert told[0] == known.replace("own", "next own")
    home.inbox.append(PLAIN, ("last",))
    assert other.do("NOOP")[:2] == [known.replace("own", "last next own"), "* 4 EXISTS"]
