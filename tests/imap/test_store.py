from __future__ import annotations

import pytest

from sandbox.core.effects import Commit
from sandbox.mail.memory import Limits
from tests.imap.worlds import MIXED, PLAIN, Home, Line


@pytest.fixture
def home() -> Home:
    return Home(PLAIN, MIXED, PLAIN)


@pytest.fixture
def line(home: Home) -> Line:
    return home.connect()


def test_set_add_remove(line: Line) -> None:
    assert line.do(r"STORE 1:2 +FLAGS (\Seen \Flagged)") == [
        r"* 1 FETCH (FLAGS (\Seen \Flagged \Recent))",
        r"* 2 FETCH (FLAGS (\Seen \Flagged \Recent))",
        "OK STORE completed",
    ]
    assert line.do(r"UID STORE 2 -FLAGS \seen \answered")[0] == r"* 2 FETCH (UID 2 FLAGS (\Flagged \Recent))"
    assert line.do("STORE 2 flags ()")[0] == r"* 2 FETCH (FLAGS (\Recent))"
    assert line.do(r"STORE 1:2 +FLAGS.SILENT (\Seen)") == ["OK STORE completed"]
    # the flags are told even where nothing changed
    assert line.do(r"STORE 1 +FLAGS (\Seen)")[0] == r"* 1 FETCH (FLAGS (\Seen \Flagged \Recent))"
    assert line.do("NOOP") == ["OK NOOP completed"]


def test_keywords_are_announced_before_they_are_used(line: Line) -> None:
    assert line.do("STORE 1 +FLAGS ($Forwarded own)") == [
        r"* FLAGS (\Seen \Answered \Flagged \Deleted \Draft $Forwarded own)",
        r"* 1 FETCH (FLAGS ($Forwarded own \Recent))",
        "OK STORE completed",
    ]
    assert line.do("STORE 1 +FLAGS (OWN)") == [r"* 1 FETCH (FLAGS ($Forwarded own \Recent))", "OK STORE completed"]
    assert r"(\Seen \Answered \Flagged \Deleted \Draft $Forwarded own \*)" in line.do("SELECT INBOX")[2]


def test_what_cannot_be_stored(line: Line) -> None:
    assert line.do(r"STORE 1 +FLAGS (\Recent)") == [r"NO [CANNOT] \Recent is no flag that a message can keep."]
    assert line.do(r"STORE 1 +FLAGS (\Frob)")[0].startswith("NO [CANNOT]")
    assert line.do("STORE 4 +FLAGS (x)") == ["BAD the mailbox has 3 message(s)"]
    assert line.do("UID STORE 9 +FLAGS (x)") == ["OK STORE completed"]
    for wrong in ("STORE 1 FLAGS", "STORE 1 =FLAGS x", "STORE 1 FLAGS (x", "STORE 1 FLAGS.LOUD x", r"STORE 1 FLAGS \*"):
        assert line.do(wrong)[-1].startswith("BAD"), wrong
    small = Home(PLAIN, limits=Limits(keywords=1)).connect()
    small.do("STORE 1 +FLAGS (one)")
    assert small.do("STORE 1 +FLAGS (two)") == ["NO [LIMIT] The limit of 1 is reached: keywords in a mailbox."]


def test_expunge_moves_numbers(home: Home, line: Line) -> None:
    line.do(r"STORE 1,3 +FLAGS.SILENT (\Deleted)")
    assert line.do("UID EXPUNGE 2:3") == ["* 3 EXPUNGE", "OK EXPUNGE completed"]
    assert line.do("EXPUNGE") == ["* 1 EXPUNGE", "OK EXPUNGE completed"]
    assert line.do("EXPUNGE") == ["OK EXPUNGE completed"]
    assert line.do("FETCH 1 UID")[0] == "* 1 FETCH (UID 2)"
    assert line.do("CHECK") == ["OK CHECK completed"]


def test_close_expunges_in_silence_and_unselect_does_not(home: Home, line: Line) -> None:
    line.do(r"STORE 1 +FLAGS.SILENT (\Deleted)")
    assert line.do("UNSELECT") == ["OK UNSELECT completed"]
    assert line.do("FETCH 1 UID") == ["BAD FETCH has no place in the AUTHENTICATED state"]
    line.do("SELECT INBOX")
    assert line.do("CLOSE") == ["OK CLOSE completed"]
    assert home.inbox.uids() == (2, 3)
    line.do("SELECT INBOX")
    assert line.do("CLOSE") == ["OK CLOSE completed"]


def test_copy_and_move(home: Home, line: Line) -> None:
    home.ana.create("Sent")
    assert line.do("COPY 1,3 Sent") == ["OK [COPYUID 2 1,3 1:2] copied"]
    assert line.do("UID COPY 2:9 Sent") == ["OK [COPYUID 2 2:3 3:4] copied"]
    assert line.do("UID COPY 9 Sent") == ["OK no messages, so nothing to do"]
    assert line.do("UID COPY 9 nope") == ["NO [TRYCREATE] There is no mailbox called nope."]
    assert line.do("COPY 1 nope") == ["NO [TRYCREATE] There is no mailbox called nope."]
    assert line.do("COPY 1 a&b") == ["NO [CANNOT] the name is not in modified UTF-7"]
    assert line.do("COPY 9 Sent") == ["BAD the mailbox has 3 message(s)"]
    assert line.do("COPY 1 INBOX") == ["* 4 EXISTS", "* 4 RECENT", "OK [COPYUID 1 1 4] copied"]
    assert line.do("MOVE 2:3 Sent") == [
        "* OK [COPYUID 2 2:3 5:6] moved",
        "* 2 EXPUNGE",
        "* 2 EXPUNGE",
        "OK MOVE completed",
    ]
    assert line.do("UID MOVE 4 Sent")[1:] == ["* 2 EXPUNGE", "OK MOVE completed"]
    assert line.do("UID MOVE 4 Sent") == ["OK no messages, so nothing to do"]
    plain = Home(PLAIN, without=["UIDPLUS"]).connect()
    assert plain.do("COPY 1 INBOX")[-1] == "OK COPY completed"
    assert plain.do("MOVE 1 INBOX")[-1] == "OK MOVE completed"


def test_select_again_and_in_vain(line: Line) -> None:
    lines = line.do("EXAMINE inbox")
    assert lines[0] == "* OK [CLOSED] the mailbox that was open is closed"
    assert lines[2] == "* OK [PERMANENTFLAGS ()] these flags can be changed for good"
    assert lines[-1] == "OK [READ-ONLY] INBOX is open for reading only"
    assert line.do("SELECT nope") == [
        "* OK [CLOSED] the mailbox that was open is closed",
        "NO [NONEXISTENT] There is no mailbox called nope.",
    ]
    assert line.do("NOOP") == ["OK NOOP completed"]
    assert line.do("CLOSE") == ["BAD CLOSE has no place in the AUTHENTICATED state"]
    assert line.do("SELECT a&b")[-1] == "NO [CANNOT] the name is not in modified UTF-7"


def test_revision_2_has_no_recent() -> None:
    line = Home(PLAIN).connect(b"a LOGIN ana secreto\r\nb ENABLE imap4rev2 frob\r\n")
    lines = line.do("SELECT INBOX")
    assert not [one for one in lines if "RECENT" in one or "UNSEEN" in one]
    assert r'* LIST (\HasNoChildren) "/" INBOX' in lines
    assert line.do("FETCH 1 FLAGS")[0] == "* 1 FETCH (FLAGS ())"
    assert line.do("APPEND INBOX {1+}\r\nx")[:-1] == ["* 2 EXISTS"]
    assert line.do("ENABLE CONDSTORE") == ["BAD ENABLE has no place in the SELECTED state"]


def test_a_disk_that_refuses() -> None:
    """Whoever performs `Commit` may fail; then no change is vouched for."""
    home = Home(PLAIN)
    home.ana.create("Sent")
    for command in (
        "STORE 1 +FLAGS (x)",
        "FETCH 1 BODY[]",
        "CREATE new",
        "COPY 1 Sent",
        "MOVE 1 Sent",
        r"EXPUNGE",
        "APPEND INBOX {1+}\r\nx",
        "REPLACE 1 INBOX {1+}\r\nx",
        "CLOSE",
    ):
        home.inbox.append(PLAIN, ("\\Deleted",))
        server = home.connect().server
        server.receive_data(f"t {command}\r\n".encode())
        said = b""
        while events := server.events_received():
            for event in events:
                assert isinstance(event, Commit)
                server.resume(event, False)
        said += server.data_to_send()
        assert b"t NO [UNAVAILABLE] the change could not be written to disk\r\n" in said, command
