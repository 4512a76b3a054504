"""The observer, which sees octets only, agrees with the server, whatever is sent and however it is cut."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.core.tracker import Kind, Unit
from sandbox.imap import IMAP, responses
from sandbox.world.description import DomainDescription, HostDescription, MailDescription, WorldDescription
from sandbox.world.inputs import Send
from sandbox.world.world import World
from tests.support.dialogue import shuffled
from tests.support.properties import agree

LOGIN = b"l LOGIN ana secreto\r\n"
SELECT = b"s SELECT INBOX\r\n"


def world(strict: bool = False, **given: object) -> World:
    """Ana has two messages on `norte`."""
    return World(
        WorldDescription(
            (DomainDescription("norte.example", {"ana": "secreto"}),),
            (HostDescription("norte", "mail.norte.example", "norte.example", ("imap",), {"imap": given}),),
            (
                MailDescription("ana", b"From: a@b.example\r\nSubject: =?utf-8?q?uno?=\r\n\r\nhello\r\n"),
                MailDescription("ana", b"Subject: two\r\n\r\n" + b"x" * 200 + b"\r\n"),
            ),
            strict=strict,
        )
    )


TAGS = st.sampled_from([b"a ", b"b ", b"c1 ", b"", b"* ", b"+ ", b"a  ", b"a"])
COMMANDS = st.sampled_from(
    [row.verb for row in IMAP.registry]
    + b"LOGIN ana secreto|LOGIN {3}\r\nana {7}\r\nsecreto|LOGIN {3+}\r\nana {7+}\r\nsecreto|LOGIN ana {99999999}"
    b"|LOGIN ana {99999999+}|LOGIN {1}|AUTHENTICATE PLAIN|AUTHENTICATE PLAIN AGFuYQBzZWNyZXRv|AUTHENTICATE LOGIN"
    b'|SELECT INBOX|SELECT nowhere|EXAMINE inbox|STATUS INBOX (MESSAGES UNSEEN)|LIST "" *|CREATE {3}\r\nx/y'
    b"|CREATE &AOk-|APPEND INBOX (\\Seen) {6}\r\na: b\r\n|APPEND INBOX {6+}\r\na: b\r\n|APPEND nowhere {4}\r\nabcd"
    b"|APPEND INBOX {999999999999}|FETCH 1 (FLAGS UID)|FETCH 1:* (ENVELOPE BODYSTRUCTURE BODY.PEEK[])|FETCH 9 FLAGS"
    b"|UID FETCH 1:* (FLAGS BODY[HEADER.FIELDS (Subject)]<0.9>)|STORE 1 +FLAGS (\\Deleted)|EXPUNGE|SEARCH ALL"
    b"|SEARCH SUBJECT {3}\r\ntwo|SEARCH (((ALL|COPY 1 INBOX|IDLE\r\nDONE|IDLE\r\nb NOOP|IDLE|CLOSE|UNSELECT"
    b"|frob {2}\r\nxy|FROB {2+}\r\nxy|LOGOUT|ENABLE CONDSTORE IMAP4rev2|ENABLE QRESYNC UTF8=ACCEPT"
    b'|ID ("name" NIL)|NAMESPACE|GETQUOTAROOT INBOX|GETQUOTA ""|SORT (REVERSE DATE) UTF-8 ALL'
    b"|UID THREAD REFERENCES UTF-8 ALL|SEARCH RETURN (MIN MAX COUNT SAVE) ALL|UID SEARCH RETURN (ALL) MODSEQ 1"
    b"|FETCH 1:* (EMAILID THREADID SAVEDATE PREVIEW MODSEQ BINARY.SIZE[1] BINARY.PEEK[1])|UID MOVE 1 {5+}\r\nTrash"
    b'|LIST (SUBSCRIBED RECURSIVEMATCH) "" (* x/%) RETURN (CHILDREN SPECIAL-USE STATUS (SIZE DELETED MAILBOXID))'
    b"|STATUS INBOX (HIGHESTMODSEQ SIZE MAILBOXID APPENDLIMIT DELETED-STORAGE)|SELECT INBOX (QRESYNC (1 1 1:9))"
    b"|STORE 1:2 (UNCHANGEDSINCE 1) +FLAGS.SILENT (a)|REPLACE 1 INBOX {3+}\r\na: |RENAME x/y &AOk-".split(b"|")
)
ENDS = st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b" \r\n", b""])
WRITES = st.one_of(
    st.builds(lambda *parts: b"".join(parts), TAGS, COMMANDS, ENDS),
    st.builds(lambda one, other: b"p " + one + b"\r\nq " + other + b"\r\n", COMMANDS, COMMANDS),
    st.sampled_from([LOGIN, LOGIN + SELECT, SELECT, b"DONE\r\n", b"*\r\n", b"AGFuYQBzZWNyZXRv\r\n", b"\r\n"]),
    st.binary(max_size=30),
)
BEFORE = st.sampled_from([b"", LOGIN, LOGIN + SELECT])


def understood(units: list[Unit]) -> None:
    """What our server says is in the grammar of responses."""
    for unit in units:
        assert unit.side == "C" or unit.fault is None, (unit.raw, unit.fault)
        assert unit.about.text != responses.UNKNOWN.about, unit.raw


@settings(deadline=None)
@given(BEFORE, st.lists(WRITES, max_size=8), st.integers(0, 10**6), st.booleans(), st.booleans())
def test_the_observer_agrees_with_the_server(
    before: bytes, writes: list[bytes], seed: int, strict: bool, minus: bool
) -> None:
    home = world(strict, literal_minus=minus)
    home.connect("laptop", "imap", "norte", 143)
    understood(agree(home, "laptop", IMAP, [before, *writes] if before else writes, shuffled(seed)))


CHANGES = st.sampled_from(
    [b"a STORE 1 +FLAGS (\\Deleted)\r\n", b"a EXPUNGE\r\n", b"a APPEND INBOX {3+}\r\na: \r\n", b"a NOOP\r\n"]
)
WATCHED = st.sampled_from(
    b"b NOOP|b IDLE|DONE|b FETCH 1:* FLAGS|b STORE 1 FLAGS (\\Seen)|b SELECT INBOX".split(b"|")
).map(lambda line: line + b"\r\n")


@settings(deadline=None)
@given(st.lists(st.tuples(CHANGES, WATCHED), max_size=8), st.integers(0, 10**6))
def test_two_sessions_on_one_mailbox(turns: list[tuple[bytes, bytes]], seed: int) -> None:
    home = world()
    for actor in ("phone", "laptop"):
        home.connect(actor, "imap", "norte", 143)
        home.do(Send(actor, LOGIN + SELECT))

    def writes() -> Iterator[bytes]:
        for change, watched in turns:
            home.do(Send("phone", change))
            yield watched

    understood(agree(home, "laptop", IMAP, writes(), shuffled(seed)))


def test_the_properties_lead_through_the_states() -> None:
    home = world()
    home.connect("laptop", "imap", "norte", 143)
    writes = [LOGIN, b"a APPEND INBOX {999999999}\r\n", SELECT, b"b IDLE\r\n", b"DONE\r\nc LOGOUT\r\n"]
    units = agree(home, "laptop", IMAP, writes, shuffled(3))
    states = list(dict.fromkeys(unit.state_after.name for unit in units))
    assert states == ["NOT AUTHENTICATED", "AUTHENTICATED", "SELECTED", "LOGOUT"]
    assert [unit.kind for unit in units if unit.exchange.number == 4] == [
        Kind.COMMAND, Kind.CONTINUATION, Kind.RESPONSE, Kind.REPLY,
    ]  # fmt: skip
    understood(units)
