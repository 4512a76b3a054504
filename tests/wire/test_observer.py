from __future__ import annotations

from sandbox.core.tracker import Kind
from sandbox.pop3 import POP3
from sandbox.wire.observer import Observer
from sandbox.wire.trace import AnyEvent, Close, Data, Open, Restore, Tls, live

GREETING = b"+OK ready\r\n"


def opened(seq: int = 1, conn: str = "a", proto: str = "pop3") -> Open:
    return Open(seq, seq, conn, proto, "laptop", "norte", 110)


def observer(history: list[AnyEvent] | None = None) -> Observer:
    if history is None:
        return Observer({"pop3": POP3})
    return Observer({"pop3": POP3}, lambda: live(history))


def test_units_know_the_events_they_came_with() -> None:
    one = observer()
    one.feed(opened())
    assert [unit.unit.kind for unit in one.feed(Data(2, 2, "a", "S", "app", GREETING))] == [Kind.GREETING]
    assert one.feed(Data(3, 3, "a", "C", "app", b"USER ")) == []
    assert one.feed(Data(4, 4, "a", "C", "app", b"a")) == []
    (user,) = one.feed(Data(5, 5, "a", "C", "app", b"na\r\n"))
    assert (user.conn, user.first, user.seq, user.at) == ("a", 3, 5, 5)
    (quit_,) = one.feed(Data(6, 6, "a", "C", "app", b"QUIT\r\n"))
    assert quit_.first == 6
    watched = one.watched["a"]
    assert watched.event_of("C", 5) == 4
    assert watched.event_of("C", 6) == 5
    assert len(watched.explained) == 3
    assert [exchange.number for exchange in watched.exchanges] == [0, 1, 2]
    assert watched.state.name == "AUTHORIZATION"


def test_other_layers_lost_octets_and_unknown_protocols_are_passed_over() -> None:
    one = observer()
    one.feed(opened())
    assert one.feed(Data(2, 2, "a", "S", "tls", GREETING)) == []
    assert one.feed(Data(3, 3, "a", "S", "app", GREETING, lost=True)) == []
    one.feed(opened(4, "b", "gopher"))
    assert one.feed(Data(5, 5, "b", "S", "app", b"hello\r\n")) == []
    assert one.feed(Close(6, 6, "b")) == []
    assert one.feed(Tls(7, 7, "b", "TLSv1.3")) == []
    assert list(one.watched) == ["a"]
    assert one.watched["a"].event_of("S", 0) == 0


def test_the_end_and_tls_are_noticed() -> None:
    one = observer()
    one.feed(opened())
    tls = Tls(2, 2, "a", "TLSv1.3")
    one.feed(tls)
    assert one.watched["a"].tls == tls
    one.feed(Data(3, 3, "a", "C", "app", b"STA"))
    (lost,) = one.feed(Close(4, 4, "a", cut=True))
    assert lost.unit.kind is Kind.LOST
    assert one.watched["a"].ended
    assert one.watched["a"].state.name == "CLOSED"


def test_time_travel() -> None:
    events: list[AnyEvent] = [opened(), Data(2, 2, "a", "S", "app", GREETING), Data(3, 3, "a", "C", "app", b"STAT\r\n")]
    one = observer(events)
    for event in events:
        one.feed(event)
    assert len(one.watched["a"].exchanges) == 2
    events.append(Restore(4, 4, "", 2))
    one.feed(events[-1])
    assert len(one.watched["a"].exchanges) == 1


def test_without_history_a_restore_changes_nothing() -> None:
    one = observer()
    one.feed(opened())
    one.feed(Restore(2, 2, "", 0))
    assert "a" in one.watched
    one.rebuild([opened(), Restore(2, 2, "", 0)])
    assert "a" in one.watched
