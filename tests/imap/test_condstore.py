from __future__ import annotations

from sandbox.mail.memory import Limits
from sandbox.mail.store import How
from tests.imap.worlds import MIXED, PLAIN, Home

QRESYNC = b"a LOGIN ana secreto\r\nb ENABLE QRESYNC\r\n"


def test_the_first_enabling_command_tells_the_mod_sequence() -> None:
    heading = "* OK [HIGHESTMODSEQ 3] the highest mod-sequence in the mailbox"
    for command in (
        "FETCH 1 MODSEQ",
        "FETCH 1 UID (CHANGEDSINCE 1)",
        "SEARCH MODSEQ 1",
        "STORE 1 (UNCHANGEDSINCE 3) +FLAGS.SILENT (x)",
        "STATUS INBOX (HIGHESTMODSEQ)",
    ):
        line = Home(PLAIN, MIXED).connect()
        assert line.do(command)[0] == heading, command
        assert heading not in line.do("FETCH 1 MODSEQ"), command


def test_from_there_on_flags_come_with_mod_sequences() -> None:
    home = Home(PLAIN, MIXED)
    one, other = home.connect(), home.connect(b"a LOGIN ana secreto\r\nb SELECT INBOX (CONDSTORE)\r\n")
    assert one.do(r"STORE 1 +FLAGS (\Seen)")[0] == r"* 1 FETCH (FLAGS (\Seen \Recent))"
    assert other.do("NOOP")[0] == r"* 1 FETCH (UID 1 FLAGS (\Seen) MODSEQ (4))"
    assert other.do(r"STORE 1:2 +FLAGS.SILENT (\Seen)")[:-1] == ["* 2 FETCH (UID 2 MODSEQ (5))"]
    assert other.do(r"FETCH 1 MODSEQ")[0] == "* 1 FETCH (MODSEQ (4))"
    one.do(r"STORE 1 -FLAGS (\Seen)")
    assert other.do("FETCH 1 BODY[TEXT]<0.1>")[1] == r"h FLAGS (\Seen) UID 1 MODSEQ (7))"


def test_fetch_what_changed() -> None:
    line = Home(PLAIN, MIXED).connect()
    line.do(r"STORE 2 +FLAGS (\Seen)")
    assert line.do("FETCH 1:2 FLAGS (CHANGEDSINCE 3)")[1:-1] == [r"* 2 FETCH (FLAGS (\Seen \Recent) MODSEQ (4))"]
    assert line.do("FETCH 1:2 (FLAGS MODSEQ) (CHANGEDSINCE 4)") == ["OK FETCH completed"]
    for wrong in ("(CHANGEDSINCE)", "(CHANGEDSINCE 0)", "(FROB)", "()"):
        assert line.do(f"FETCH 1 FLAGS {wrong}")[-1].startswith("BAD"), wrong


def test_conditional_store() -> None:
    home = Home(PLAIN, MIXED)
    line = home.connect()
    home.inbox.change_flags([2], How.ADD, ["other"])
    assert line.do(r"STORE 1:2 (UNCHANGEDSINCE 3) +FLAGS.SILENT (\Seen)")[-2:] == [
        r"* 2 FETCH (UID 2 FLAGS (other \Recent) MODSEQ (4))",
        "OK [MODIFIED 2] some messages were changed by others meanwhile, and stay as they are",
    ]
    assert line.do(r"UID STORE 1:2 (UNCHANGEDSINCE 4) +FLAGS (\Flagged)") == [
        r"* 2 FETCH (UID 2 FLAGS (\Flagged other \Recent) MODSEQ (6))",
        "OK [MODIFIED 1] some messages were changed by others meanwhile, and stay as they are",
    ]
    assert line.do(r"STORE 1 (UNCHANGEDSINCE 0) +FLAGS (x)")[-1].startswith("OK [MODIFIED 1]")


def test_vanished() -> None:
    home = Home(PLAIN, MIXED, PLAIN)
    line = home.connect(QRESYNC + b"c SELECT INBOX\r\n")
    line.do(r"STORE 1,3 +FLAGS.SILENT (\Deleted)")
    assert line.do("EXPUNGE") == ["* VANISHED 1,3", "OK [HIGHESTMODSEQ 6] expunged"]
    home.ana.create("Sent")
    assert line.do("UID MOVE 2 Sent") == [
        "* OK [COPYUID 2 2 1] moved",
        "* VANISHED 2",
        "OK [HIGHESTMODSEQ 7] expunged",
    ]
    assert line.do("UID FETCH 1:* FLAGS (CHANGEDSINCE 6 VANISHED)")[0] == "* VANISHED (EARLIER) 2"
    assert line.do("UID FETCH 1,3:9 FLAGS (VANISHED CHANGEDSINCE 1)")[0] == "* VANISHED (EARLIER) 1,3"
    wrong = ["BAD VANISHED goes with UID FETCH and CHANGEDSINCE only"]
    home.inbox.append(PLAIN)
    line.do("NOOP")
    assert line.do("FETCH 1 FLAGS (CHANGEDSINCE 1 VANISHED)") == wrong
    assert line.do("UID FETCH 1 FLAGS (VANISHED)") == wrong
    home.inbox.expunge([4])
    # it will be told as gone, and is not gone before
    assert line.do("UID FETCH 1:9 FLAGS (CHANGEDSINCE 6 VANISHED)") == [
        "* VANISHED (EARLIER) 2",
        "* VANISHED 4",
        "OK FETCH completed",
    ]
    other = home.connect()
    assert other.do("UID FETCH 1 FLAGS (CHANGEDSINCE 1 VANISHED)")[-1] == "BAD ENABLE QRESYNC has to come first"


def test_resynchronize() -> None:
    home = Home(PLAIN, MIXED, PLAIN, PLAIN)
    home.connect().do(r"STORE 4 +FLAGS (\Seen)")
    home.inbox.expunge([2, 3])
    line = home.connect(QRESYNC)

    def told(parameters: str) -> list[str]:
        lines = line.do(f"SELECT INBOX (QRESYNC ({parameters}))")
        return [one for one in lines if "VANISHED" in one or "FETCH" in one]

    assert told("1 5") == ["* VANISHED (EARLIER) 2:3", r"* 2 FETCH (UID 4 FLAGS (\Seen) MODSEQ (6))"]
    assert told("1 7") == []
    assert told("1 5 1,4") == [r"* 2 FETCH (UID 4 FLAGS (\Seen) MODSEQ (6))"]
    assert told("1 5 1,3:4")[0] == "* VANISHED (EARLIER) 3"
    assert told("1 1 4:4294967295")[0].startswith("* 2 FETCH")
    assert told("1 5 1:2") == ["* VANISHED (EARLIER) 2"]
    assert told("2 5") == []
    assert told("1 5 1:4 (1 1)")[0] == "* VANISHED (EARLIER) 2:3"
    assert told("1 5 1:4 (1,2 1,4)")[0].startswith("* 2 FETCH")
    assert told("1 5 1:4 (1,2 1,3)")[0] == "* VANISHED (EARLIER) 2:3"
    assert line.do("SELECT INBOX (QRESYNC (1))")[-1].startswith("BAD")


def test_resynchronizing_has_to_be_enabled_and_leaves_the_mailbox_open() -> None:
    line = Home(PLAIN).connect()
    assert line.do("SELECT INBOX (QRESYNC (1 5))") == ["BAD ENABLE QRESYNC has to come first"]
    assert line.do("FETCH 1 UID")[0] == "* 1 FETCH (UID 1)"


def test_what_is_forgotten_counts_as_vanished() -> None:
    home = Home(*[PLAIN] * 9, limits=Limits(vanished=1))
    for uid in (2, 4, 6):
        home.inbox.expunge([uid])
    line = home.connect(QRESYNC)
    lines = line.do("SELECT INBOX (QRESYNC (1 10))")
    assert "* VANISHED (EARLIER) 2,4,6" in lines


def test_id_and_enable() -> None:
    line = Home().connect(b"")
    assert line.do("ID NIL") == ['* ID ("name" "mail-sandbox")', "OK ID completed"]
    assert line.do('ID ("name" "x" "version" NIL "os" {1+}\r\ny)')[-1] == "OK ID completed"
    assert line.do("ID ()")[-1] == "OK ID completed"
    assert line.do('ID ("name")')[-1].startswith("BAD")
    line.do("LOGIN ana secreto")
    assert line.do("ENABLE CONDSTORE utf8=accept condstore X-FROB") == [
        "* ENABLED CONDSTORE UTF8=ACCEPT",
        "OK ENABLE completed",
    ]
    assert line.do("ENABLE X") == ["* ENABLED", "OK ENABLE completed"]
