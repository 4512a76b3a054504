"""A journal that never ends keeps the newest events, within bounds."""

from __future__ import annotations

from sandbox.mail.changes import MessageAdded, UserAdded
from sandbox.wire.trace import Close, Journal, StoreChange
from sandbox.world.tail import Tail


def test_the_newest_events_stay() -> None:
    journal = Journal(lambda: 0)
    Tail(journal, events=3)
    for _ in range(5):
        journal.data("c", "C", b"x")
    assert [event.seq for event in journal.events] == [3, 4, 5]
    assert journal.seq == 5


def test_so_many_octets_stay() -> None:
    journal = Journal(lambda: 0)
    journal.data("c", "C", b"x" * 60)
    Tail(journal, events=100, octets=100)
    journal.data("c", "C", b"y" * 40)
    assert len(journal) == 2
    journal.data("c", "S", b"z")
    assert [event.seq for event in journal.events] == [2, 3]
    journal.data("c", "S", b"large" * 1000)
    assert [event.seq for event in journal.events] == [4]  # the newest stays, however large
    journal.data("c", "S", b"")
    assert [event.seq for event in journal.events] == [5]


def test_mail_counts_with_its_content() -> None:
    journal = Journal(lambda: 0)
    Tail(journal, events=100, octets=100)
    for content in (b"x" * 90, None, b"y" * 20):
        seq, at = journal.stamp()
        mail = MessageAdded("ana", "INBOX", seq, f"M{seq}", "T1", (), 0, 0, 1, 5, content)
        journal.add(StoreChange(seq, at, "", "norte", mail))
    assert [event.seq for event in journal.events] == [2, 3]
    seq, at = journal.stamp()
    journal.add(StoreChange(seq, at, "", "norte", UserAdded("bob")))
    journal.add(Close(seq + 1, at, "c", "C"))
    assert len(journal) == 4
