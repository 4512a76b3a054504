"""CONDSTORE by the words and examples of RFC 7162 section 3.1, and what goes with it."""

from __future__ import annotations

import pytest

from sandbox.mail.store import How
from tests.imap.worlds import Home, Line

AWARE = b"a LOGIN ana secreto\r\nb ENABLE CONDSTORE\r\nc SELECT INBOX\r\n"
MODIFIED = "some messages were changed by others meanwhile, and stay as they are"


def three() -> Home:
    home = Home()
    for _ in range(3):
        home.inbox.append(b"x")
    home.connect()
    return home


def modseqs(line: Line) -> list[int]:
    return [int(one.rpartition("(")[2].rstrip(")")) for one in line.do("FETCH 1:* MODSEQ")[:-1]]


def test_a_message_named_twice_does_not_fail_for_itself() -> None:
    # 3.1.3: "it MUST NOT fail the conditional STORE operation for the second occurrence of the message"
    home = three()
    line = home.connect(AWARE)
    highest = max(modseqs(line))
    assert line.do(f"STORE 2,1:3 (UNCHANGEDSINCE {highest}) +FLAGS.SILENT (\\Deleted)")[-1] == "OK STORE completed"
    assert all("\\Deleted" in stored.flags for stored in home.inbox)


def test_only_what_others_changed_fails() -> None:
    home = three()
    line = home.connect(AWARE)
    highest = max(modseqs(line))
    home.inbox.change_flags([2], How.ADD, ["$Processed"])
    said = line.do(f"STORE 1:3 (UNCHANGEDSINCE {highest}) +FLAGS.SILENT ($Processed)")
    new = modseqs(line)
    # example 10: the changes of the others are told with the answer
    assert said[-1] == f"OK [MODIFIED 2] {MODIFIED}"
    assert f"* 1 FETCH (UID 1 MODSEQ ({new[0]}))" in said
    assert f"* 2 FETCH (UID 2 FLAGS ($Processed) MODSEQ ({new[1]}))" in said
    assert f"* 3 FETCH (UID 3 MODSEQ ({new[2]}))" in said
    # with the new mod-sequence it works
    assert line.do(f"STORE 2 (UNCHANGEDSINCE {new[1]}) +FLAGS.SILENT (\\Seen)")[-1] == "OK STORE completed"


@pytest.mark.parametrize("keys", ["STORE 1:3", "UID STORE 1:3"])
def test_an_unconditional_store_tells_mod_sequences_though_silent(keys: str) -> None:
    home = three()
    line = home.connect(AWARE)
    said = line.do(f"{keys} +FLAGS.SILENT (\\Seen)")
    assert said[:-1] == [f"* {n} FETCH (UID {n} MODSEQ ({modseq}))" for n, modseq in enumerate(modseqs(line), 1)]
    # nothing changes, and nothing is told
    assert line.do(f"{keys} +FLAGS.SILENT (\\Seen)") == ["OK STORE completed"]
    before = modseqs(line)
    line.do(f"{keys} +FLAGS (\\Seen)")
    assert modseqs(line) == before


def test_a_conditional_store_of_nothing() -> None:
    line = three().connect(AWARE)
    assert line.do("UID STORE 9 (UNCHANGEDSINCE 1) +FLAGS (\\Seen)") == ["OK STORE completed"]
    assert line.do("STORE 9 (UNCHANGEDSINCE 1) +FLAGS (\\Seen)")[-1].startswith("BAD")
    assert line.do("STORE 1 (UNCHANGEDSINCE) +FLAGS (\\Seen)")[-1].startswith("BAD")
    assert line.do("STORE 1 (UNCHANGEDSINCE 9223372036854775808) +FLAGS (\\Seen)")[-1].startswith("BAD")
    assert line.do("STORE 1 (UNCHANGEDSINCE 9223372036854775807) +FLAGS (\\Seen)")[-1] == "OK STORE completed"


def test_changed_since_is_after_not_at() -> None:
    line = three().connect(AWARE)
    first, second, third = modseqs(line)
    told = [line.do(f"UID FETCH 1:* FLAGS (CHANGEDSINCE {since})")[:-1] for since in (first, second, third)]
    assert [[one.split()[1] for one in lines] for lines in told] == [["2", "3"], ["3"], []]
    # it adds MODSEQ (3.1.4.1)
    assert told[1] == [f"* 3 FETCH (UID 3 FLAGS () MODSEQ ({third}))"]


def test_searching_is_at_and_after() -> None:
    line = three().connect(AWARE)
    first, second, third = modseqs(line)
    assert line.do(f"SEARCH MODSEQ {second}")[0] == f"* SEARCH 2 3 (MODSEQ {third})"
    assert line.do(f"SEARCH NOT MODSEQ {second}")[0] == f"* SEARCH 1 (MODSEQ {first})"
    # 3.1.5: no MODSEQ where nothing is found, nor where it was not asked for
    assert line.do(f"SEARCH MODSEQ {third + 1}")[0] == "* SEARCH"
    assert line.do("SEARCH ALL")[0] == "* SEARCH 1 2 3"
    for entry in ('"/flags/\\\\draft" priv', '"/flags/$x" shared', '"/flags/\\\\seen" ALL'):
        assert line.do(f"SEARCH MODSEQ {entry} 0")[0] == f"* SEARCH 1 2 3 (MODSEQ {third})"
    for wrong in ('"/flags/x" none 1', '"/flags/x" 1', "all 1", "-1", '"/flags/x" all'):
        assert line.do(f"SEARCH MODSEQ {wrong}")[-1].startswith("BAD"), wrong


def test_mod_sequences_grow_and_are_remembered() -> None:
    home = three()
    line = home.connect(AWARE)
    seen = [home.inbox.highest_modseq]
    for command in (
        "STORE 1 +FLAGS (\\Seen)",
        "STORE 1 -FLAGS (\\Seen)",
        "APPEND INBOX {1+}\r\nx",
        "STORE 2 +FLAGS.SILENT (\\Deleted)",
        "EXPUNGE",
    ):
        line.do(command)
        seen.append(home.inbox.highest_modseq)
    assert seen == sorted(set(seen))
    assert line.do("STATUS INBOX (HIGHESTMODSEQ)")[0] == f"* STATUS INBOX (HIGHESTMODSEQ {seen[-1]})"


def test_opening_with_condstore_tells_the_highest() -> None:
    home = three()
    line = home.connect(b"a LOGIN ana secreto\r\n")
    for verb in ("SELECT", "EXAMINE"):
        lines = line.do(f"{verb} INBOX (CONDSTORE)")
        assert any(one.startswith(f"* OK [HIGHESTMODSEQ {home.inbox.highest_modseq}]") for one in lines)
    for wrong in ("SELECT INBOX (FROB)", "SELECT INBOX ()", "SELECT INBOX CONDSTORE"):
        assert line.do(wrong)[-1].startswith("BAD"), wrong


@pytest.mark.parametrize(
    ("without", "command"),
    [
        ("CONDSTORE", "SELECT INBOX (CONDSTORE)"),
        ("CONDSTORE", "FETCH 1 MODSEQ"),
        ("CONDSTORE", "FETCH 1 UID (CHANGEDSINCE 1)"),
        ("CONDSTORE", "STORE 1 (UNCHANGEDSINCE 1) +FLAGS (x)"),
        ("CONDSTORE", "STATUS INBOX (HIGHESTMODSEQ)"),
        ("QRESYNC", "SELECT INBOX (QRESYNC (1 1))"),
        ("QRESYNC", "UID FETCH 1 UID (CHANGEDSINCE 1 VANISHED)"),
        ("BINARY", "FETCH 1 BINARY[1]"),
        ("PREVIEW", "FETCH 1 PREVIEW"),
        ("OBJECTID", "FETCH 1 EMAILID"),
        ("OBJECTID", "STATUS INBOX (MAILBOXID)"),
        ("QUOTA", 'GETQUOTA ""'),
        ("MOVE", "MOVE 1 INBOX"),
        ("REPLACE", "REPLACE 1 INBOX {1+}\r\nx"),
        ("MULTIAPPEND", "APPEND INBOX {1+}\r\nx {1+}\r\ny"),
    ],
)
def test_what_is_not_offered_is_refused(without: str, command: str) -> None:
    home = Home(b"x", without=(without,))
    line = home.connect()
    assert without not in line.do("CAPABILITY")[0].split()
    assert line.do(command)[-1].startswith("BAD")
    assert len(home.inbox) == 1
    assert not line.do("NOOP")[-1].startswith("BAD")


@pytest.mark.parametrize("verb", ["SELECT", "EXAMINE"])
def test_mod_sequences_are_told_only_where_they_are_offered(verb: str) -> None:
    # RFC 7162 section 3.1.2.1
    def tells(line: Line) -> bool:
        return any(one.startswith("* OK [HIGHESTMODSEQ ") for one in line.do(f"{verb} INBOX"))

    assert tells(Home(b"x").connect())
    assert not tells(Home(b"x", without=("CONDSTORE",)).connect())


def test_object_ids() -> None:
    # RFC 8474: the same content has the same EMAILID, a copy keeps its own, and a replacement has another
    home = Home(b"x", b"y")
    line = home.connect()

    def ids(item: str) -> list[str]:
        return [one.partition(item)[2].strip(" ()") for one in line.do(f"FETCH 1:* {item}")[:-1]]

    one, other = ids("EMAILID")
    assert one != other
    line.do("COPY 1 INBOX")
    assert ids("EMAILID") == [one, other, one]
    assert ids("THREADID")[0] == ids("THREADID")[2]
    assert line.do(f"SEARCH EMAILID {one}")[0] == "* SEARCH 1 3"
    assert line.do(f"SEARCH THREADID {ids('THREADID')[1]} EMAILID {one}")[0] == "* SEARCH"
    line.do("REPLACE 1 INBOX {1+}\r\nz")
    assert one not in ids("EMAILID")[2:]
    assert line.do("SEARCH EMAILID (x)")[-1].startswith("BAD")
    # a mailbox keeps its id when its name changes
    made = line.do("CREATE a")[-1].partition("MAILBOXID ")[2].partition("]")[0]
    line.do("RENAME a b")
    assert line.do("STATUS b (MAILBOXID)")[0] == f"* STATUS b (MAILBOXID {made})"
    assert any(f"[MAILBOXID {made}]" in one for one in line.do("SELECT b"))
