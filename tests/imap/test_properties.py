from __future__ import annotations

from bisect import bisect_left

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.imap import IMAP
from sandbox.imap.states import LOGOUT
from sandbox.mail.store import How
from tests.imap.worlds import MIXED, PLAIN, Home, Line
from tests.support.dialogue import perform, shuffled

SETS = st.sampled_from([b"1", b"1:*", b"*", b"2:1", b"$", b"9", b"1,2", b"0", b"1:4294967295"])
ITEMS = st.sampled_from(
    [b"FLAGS", b"ALL", b"(UID FLAGS)", b"BODY[]", b"BODY.PEEK[1.MIME]<0.9>", b"BODYSTRUCTURE", b"(ENVELOPE", b"FROB",
     b"BINARY[1]", b"FLAGS (CHANGEDSINCE 2)", b"(PREVIEW MODSEQ)"]
)  # fmt: skip
TAILS = st.sampled_from(
    [b"", b" INBOX", b" x", b' "" *', b" ALL", b" RETURN (SAVE) ALL", b" (USE (\\Junk))", b" {3+}\r\nabc", b" {3}",
     b" {0}",
     b" INBOX {2+}\r\nhi", b" INBOX (\\Seen) {2+}\r\nhi", b" 1 INBOX", b" 1 +FLAGS (\\Deleted)", b" UTF8=ACCEPT",
     b" (DATE) UTF-8 ALL", b" REFERENCES UTF-8 ALL", b" INBOX (MESSAGES)", b" NIL", b" PLAIN", b" ana secreto",
     b" PLAIN AGFuYQBzZWNyZXRv", b" {999999999999+}", b" \xff\x00", b" (((("]
)  # fmt: skip
VERBS = st.sampled_from([row.verb for row in IMAP.registry if row.verb != b"LOGOUT"] + [b"FROB", b"", b"uid fetch"])
ENDS = st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b" \r\n", b""])
LINES = st.one_of(
    st.builds(lambda verb, tail, end: b"t " + verb + tail + end, VERBS, TAILS, ENDS),
    st.builds(lambda uid, numbers, items: b"t " + uid + b"FETCH " + numbers + b" " + items + b"\r\n",
              st.sampled_from([b"", b"UID "]), SETS, ITEMS),
    st.sampled_from([b"t SELECT INBOX\r\n", b"t LOGIN ana secreto\r\n", b"DONE\r\n", b"*\r\n", b"abc\r\n"]),
    st.binary(max_size=30),
)  # fmt: skip
BEFORE = st.sampled_from([b"", b"a LOGIN ana secreto\r\n", b"a LOGIN ana secreto\r\nb SELECT INBOX\r\n"])


@given(BEFORE, st.binary(max_size=200), st.booleans())
def test_any_octets_in_any_state_leave_a_server_that_answers(before: bytes, octets: bytes, strict: bool) -> None:
    line = Line(Home(PLAIN, strict=strict)())
    line.say(before)
    line.say(octets)
    said = line.say(b"\r\n*\r\nDONE\r\nz LOGOUT\r\n")
    assert line.server.closing
    assert said.endswith(b"z OK LOGOUT completed\r\n")
    line.server.receive_eof()
    assert line.server.state == LOGOUT


@given(BEFORE, st.lists(LINES, max_size=10), st.integers(0, 10**6))
def test_chunks_do_not_matter(before: bytes, lines: list[bytes], seed: int) -> None:
    results = []
    for cut in (lambda data: [data] if data else [], shuffled(seed)):
        line = Line(Home(PLAIN, MIXED)())
        said = line.say(before)
        for chunk in cut(b"".join(lines)):
            line.server.receive_data(chunk)
            while more := perform(line.server):
                said += more
        results.append((said, line.server.state))
    assert results[0] == results[1]


class Client:
    """Believes what it is told: numbers, uids and flags of a mailbox."""

    def __init__(self, line: Line, uids: list[int]) -> None:
        self.line = line
        self.uids: list[int | None] = list(uids)
        self.flags: dict[int, str] = {}

    def hear(self, said: bytes) -> None:
        for text in said.decode().split("\r\n"):
            words = text.split(" ", 3)
            if words[0] != "*" or len(words) < 3 or not words[1].isdigit():
                continue
            number = int(words[1])
            if words[2] == "EXPUNGE":
                del self.uids[number - 1]
            elif words[2] == "EXISTS":
                assert number >= len(self.uids)
                self.uids += [None] * (number - len(self.uids))
            elif words[2] == "FETCH":
                assert number <= len(self.uids)


DEEDS = st.lists(
    st.tuples(st.sampled_from(["append", "expunge", "flag", "noop", "fetch", "uid", "search"]), st.integers(0, 9)),
    max_size=30,
)


@settings(max_examples=60)
@given(DEEDS)
def test_a_client_that_believes_what_it_is_told_knows_the_mailbox(deeds: list[tuple[str, int]]) -> None:
    home = Home(*[b"a: b\r\n\r\n"] * 4)
    inbox = home.inbox
    client = Client(home.connect(), list(inbox.uids()))
    for deed, which in deeds:
        uids = inbox.uids()
        uid = uids[which % len(uids)] if uids else 0
        if deed == "append":
            inbox.append(b"x")
        elif deed == "expunge":
            inbox.expunge([uid])
        elif deed == "flag":
            inbox.change_flags([uid], How.ADD, [f"k{which}"])
        elif deed == "noop":
            client.hear(client.line.say(b"t NOOP\r\n"))
        elif deed == "search":
            client.hear(client.line.say(b"t SEARCH ALL\r\n"))
        elif client.uids:
            verb = b"UID FETCH" if deed == "uid" else b"FETCH"
            client.hear(client.line.say(b"t " + verb + b" 1:* UID\r\n"))
        view = client.line.server.session.selected
        assert len(client.uids) == len(view.uids)
        assert all(known in (None, real) for known, real in zip(client.uids, view.uids, strict=True))
        assert all(view.number(uid) == bisect_left(view.uids, uid) + 1 for uid in view.uids)
    client.hear(client.line.say(b"t NOOP\r\n"))
    assert client.line.server.session.selected.uids == list(inbox.uids())
    assert len(client.uids) == len(inbox)
