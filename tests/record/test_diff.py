"""Two transcripts side by side: what differs is found, and what may differ is not."""

from __future__ import annotations

import io

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.record import diff
from sandbox.record.diff import Compared, compare, expected, rows
from sandbox.record.reader import Transcript
from sandbox.wire.trace import AnyEvent, Open
from sandbox.world.protocols import PROTOCOLS
from tests.record.export.captures import dialogue
from tests.record.worlds import busy, transcript_of, written

GREETING = ("S", b"+OK hello\r\n")


def session(*parts: str, greeting: bytes = b"+OK hello\r\n", proto: str = "pop3") -> list[AnyEvent]:
    """Commands and replies, taking turns."""
    said = [("C" if at % 2 == 0 else "S", part.encode() + b"\r\n") for at, part in enumerate(parts)]
    events = dialogue(("S", greeting), *said)
    first = events[0]
    assert isinstance(first, Open)
    return [Open(1, 0, "c1", proto, "laptop", "mail", 110), *events[1:]]


def compared(a: list[AnyEvent], b: list[AnyEvent]) -> list[Compared]:
    return compare(transcript_of(a), transcript_of(b), PROTOCOLS)


def numbers(each: Compared) -> list[tuple[int | None, int | None]]:
    return [tuple(None if told is None else told.number for told in pair) for pair in each.different]  # type: ignore[misc]


def test_the_same_is_the_same() -> None:
    events = busy().journal.events
    assert [each.different for each in compared(events, events)] == [[], [], []]


def test_a_reply_that_differs() -> None:
    [each] = compared(session("STAT", "+OK 1 2", "NOOP", "+OK"), session("STAT", "+OK 2 4", "NOOP", "+OK"))
    assert numbers(each) == [(1, 1)]
    [group] = rows(each.different[0])
    assert [(mark, row.octets) for mark, row in group] == [(" ", b"STAT"), ("-", b"+OK 1 2"), ("+", b"+OK 2 4")]


def test_an_exchange_that_only_one_has() -> None:
    short = session("STAT", "+OK 1 2", "QUIT", "+OK")
    long = session("STAT", "+OK 1 2", "DELE 1", "+OK", "QUIT", "+OK")
    assert numbers(compared(short, long)[0]) == [(None, 2)]
    assert numbers(compared(long, short)[0]) == [(2, None)]


def test_exchanges_are_paired_by_what_was_asked() -> None:
    a = session("STAT", "+OK 1 2", "DELE 1", "+OK a", "NOOP", "+OK", "RSET", "+OK x", "QUIT", "+OK")
    b = session(
        "STAT", "+OK 3 4", "LIST 1", "+OK 1 2", "DELE 1", "+OK b", "NOOP", "+OK", "RSET", "+OK y", "QUIT", "+OK"
    )
    assert numbers(compared(a, b)[0]) == [(1, 1), (None, 2), (2, 3), (4, 5)]


def test_connections_without_their_like() -> None:
    found = compared([], session("NOOP", "+OK"))
    assert [(each.a, each.b.conn if each.b else None, len(each.different)) for each in found] == [(None, "c1", 2)]
    found = compared(session("NOOP", "+OK"), session("NOOP", "250 ok", greeting=b"220 hi\r\n", proto="smtp"))
    assert [(each.a is None, each.b is None) for each in found] == [(False, True), (True, False)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("250 2.0.0 accepted as BE738ABA5C", "250 2.0.0 accepted as 7F1C23AA01"),
        ("Date: Mon, 02 Mar 2026 09:00:00 +0000", "Date: Tue, 3 Mar 2026 10:11:12 -0500 (EST)"),
        ("* OK [UIDVALIDITY 1013203154] x", "* OK [UIDVALIDITY 3] x"),
        ('INTERNALDATE "02-Mar-2026 09:00:00 +0000"', 'INTERNALDATE "12-Apr-2025 09:01:00 +0100"'),
        ("+OK ready <3346817082.1795506119@mail.example>", "+OK ready <1234567890.17955@mail.example>"),
        ('Content-Type: multipart/mixed; boundary="abc"', 'Content-Type: multipart/mixed; boundary="xyz"'),
        ("--abc", "--xyz"),
        ("2026-03-02T09:00:00Z", "2025-01-01T00:00:00.5+01:00"),
        ("a1 OK [APPENDUID 38505 3955] done", "a1 OK [APPENDUID 7 3955] done"),
        ("* OK [MAILBOXID (F1)] x", "* OK [MAILBOXID (F77)] x"),
    ],
)
def test_what_is_never_the_same_twice_is_no_difference(one: str, other: str) -> None:
    assert one != other
    assert expected(one.encode()) == expected(other.encode())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("MAIL FROM:<ana@norte.example>", "MAIL FROM:<luis@norte.example>"),
        ("MAIL FROM:<ana2026@norte.example>", "MAIL FROM:<ana2027@norte.example>"),
        ("250 ok", "550 no"),
        ("* 3 EXISTS", "* 4 EXISTS"),
        ("* OK [UIDNEXT 4] x", "* OK [UIDNEXT 5] x"),
        ("a1 OK [APPENDUID 38505 3955] done", "a1 OK [APPENDUID 38505 3956] done"),
    ],
)
def test_what_matters_is(one: str, other: str) -> None:
    assert expected(one.encode()) != expected(other.encode())


def test_tags_and_nonces_may_differ() -> None:
    a = session("a1 NOOP", "a1 OK done", greeting=b"* OK hi\r\n", proto="imap")
    b = session("A001 NOOP", "A001 OK done", greeting=b"* OK hi\r\n", proto="imap")
    assert compared(a, b)[0].different == []
    a = session("AUTH CRAM-MD5", "+ PDEuMkBhPg==", "YW5hIDEy", "+OK")
    b = session("AUTH CRAM-MD5", "+ PDkuOUBhPg==", "YW5hIDk5", "+OK")
    assert compared(a, b)[0].different == []
    a = session("AUTH PLAIN", "+ ", "AGFuYQBzZWNyZXRv", "+OK")
    b = session("AUTH PLAIN", "+ ", "AGFuYQBvdHJv", "+OK")
    assert numbers(compared(a, b)[0]) == [(1, 1)]


def test_very_long_sessions_are_compared_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diff, "MIDDLE", 3)
    a = session(*["NOOP", "+OK a"] * 6)
    b = session(*["NOOP", "+OK b"] * 5)
    assert numbers(compared(a, b)[0]) == [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, None)]


@given(st.lists(st.sampled_from(["NOOP", "STAT", "DELE 1", "RSET"]), max_size=8), st.data())
def test_pairs_hold_every_exchange_once_and_in_order(commands: list[str], data: st.DataObject) -> None:
    others = data.draw(st.permutations(commands))[: data.draw(st.integers(0, len(commands)))]
    a = session(*[part for command in commands for part in (command, "+OK 1 2")])
    b = session(*[part for command in others for part in (command, "+OK 1 2")])
    [each] = compared(a, b)
    for side, said in enumerate((commands, others)):
        found = [pair[side].number for pair in each.pairs if pair[side] is not None]  # type: ignore[union-attr]
        assert found == list(range(len(said) + 1))
    assert bool(each.different) is (commands != others)


def test_a_damaged_transcript_is_compared_up_to_the_damage() -> None:
    whole = written(session("STAT", "+OK 1 2", "NOOP", "+OK"))
    with Transcript.read(io.BytesIO(whole[:-120]), "a") as a, Transcript.read(io.BytesIO(whole), "b") as b:
        assert compare(a, b, PROTOCOLS)[0].different


def test_a_connection_that_only_one_has_does_not_shift_the_others() -> None:
    def several(*names: str) -> list[AnyEvent]:
        events: list[AnyEvent] = []
        for name in names:
            for event in session(f"TOP {name} 0", "+OK", "QUIT", "+OK"):
                events.append(msgspec.structs.replace(event, conn=name, seq=len(events) + 1))
        return events

    found = compared(several("1", "2", "3", "4"), several("1", "3", "5"))
    ends = [(each.a and each.a.conn, each.b and each.b.conn, len(each.different)) for each in found]
    assert ends == [("1", "1", 0), ("2", None, 3), ("3", "3", 0), ("4", "5", 1)]
