from __future__ import annotations

import msgspec

from sandbox.wire.trace import AnyEvent, Close, Data, Journal, Note, Open, Restore, connections, live


def journal(keep: int | None = None) -> tuple[Journal, list[AnyEvent]]:
    ticks = iter(range(1000))
    heard: list[AnyEvent] = []
    made = Journal(lambda: next(ticks), keep)
    made.subscribe(heard.append)
    return made, heard


def test_events_are_numbered_and_told_to_everybody() -> None:
    made, heard = journal()
    made.data("a", "C", b"NOOP\r\n")
    seq, at = made.stamp()
    made.add(Note(seq, at, "a", "hello"))
    made.data("a", "S", b"x", "tls", lost=True)
    assert [(event.seq, event.at) for event in heard] == [(1, 0), (2, 1), (3, 2)]
    assert list(made.events) == heard
    assert heard[2] == Data(3, 2, "a", "S", "tls", b"x", True, False)
    assert len(made) == 3


def test_a_subscriber_can_leave() -> None:
    made, heard = journal()
    second: list[AnyEvent] = []
    cancel = made.subscribe(second.append)
    made.data("a", "C", b"1")
    cancel()
    made.data("a", "C", b"2")
    assert len(heard) == 2
    assert len(second) == 1


def test_a_muted_journal_writes_nothing() -> None:
    made, heard = journal()
    made.muted = True
    made.data("a", "C", b"1")
    made.add(Close(1, 0, "a"))
    assert heard == []
    assert made.seq == 0


def test_a_bounded_journal_keeps_the_newest() -> None:
    made, heard = journal(keep=2)
    for octet in (b"1", b"2", b"3"):
        made.data("a", "C", octet)
    assert [event.raw for event in made.events] == [b"2", b"3"]  # type: ignore[union-attr]
    assert len(heard) == 3


def test_the_live_branch_leaves_out_what_was_taken_back() -> None:
    events: list[AnyEvent] = [Data(n, 0, "a", "C", "app", b"%d" % n) for n in range(1, 5)]
    events.append(Restore(5, 0, "", 2))
    events.append(Data(6, 0, "a", "C", "app", b"6"))
    assert [event.seq for event in live(events)] == [1, 2, 6]
    events.append(Restore(7, 0, "", 1))
    assert [event.seq for event in live(events)] == [1]


def test_connections_by_id() -> None:
    one = Open(1, 0, "a", "pop3", "laptop", "norte", 110)
    assert connections([one, Close(2, 0, "a")]) == {"a": one}


def test_events_go_through_json() -> None:
    event: AnyEvent = Close(3, 4, "a", "S", cut=True)
    text = msgspec.json.encode(event)
    assert b'"t":"close"' in text
    assert msgspec.json.decode(text, type=AnyEvent) == event
