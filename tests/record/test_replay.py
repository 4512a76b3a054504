"""A replay is right at every position, however one gets there."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from sandbox.mail.changes import Expunged, MailboxCreated, MessageAdded, UserAdded
from sandbox.mail.memory import MemoryStore
from sandbox.pop3 import POP3
from sandbox.record import course, stores
from sandbox.record.replay import Replay
from sandbox.record.rerun import _image
from sandbox.wire.observer import Explained, Observer, Watched
from sandbox.wire.trace import AnyEvent, Close, Data, Open, StoreChange, live
from tests.record.worlds import busy, long, transcript_of

PROTOCOLS = {"pop3": POP3}


@pytest.fixture(params=["lazy", "eager"])
def _marks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once with the usual distance between marks, once with marks everywhere."""
    if request.param == "eager":
        monkeypatch.setattr(course, "MARK_EVERY", 3)
        monkeypatch.setattr(course, "REMEMBERED", 0)
        monkeypatch.setattr(stores, "KEPT_EVERY", 2)
        monkeypatch.setattr(stores, "_A_MESSAGE", 10**6)


def states(watched: Mapping[str, Watched]) -> dict[str, Any]:
    return {
        conn: (one.state.name, one.ended, one.tls, one.tracker.secure, one.exchanges[-1].number if not one.ended else 0)
        for conn, one in watched.items()
    }


def observed(events: list[AnyEvent]) -> Observer:
    observer = Observer(PROTOCOLS)
    for event in events:
        observer.feed(event)
    return observer


def mail(events: list[AnyEvent]) -> dict[str, object]:
    found: dict[str, MemoryStore] = {}
    for event in events:
        if isinstance(event, StoreChange):
            found.setdefault(event.host, MemoryStore(int)).apply(event.change)
    return {host: _image(store) for host, store in found.items()}


def facts(item: Explained) -> tuple[Any, ...]:
    unit = item.unit
    return item.conn, item.seq, item.first, unit.kind, unit.side, unit.start, unit.raw, unit.exchange.number, unit.spans


@pytest.mark.usefixtures("_marks")
def test_states_and_mail_are_right_at_every_position_forward_backward_and_at_random() -> None:
    events = busy().journal.events
    branch = live(events)
    replay = Replay(transcript_of(events), PROTOCOLS)
    assert len(replay) == len(branch)
    wanted = [(states(observed(branch[:at]).watched), mail(branch[:at])) for at in range(len(branch) + 1)]
    forward = list(range(len(branch) + 1))
    anywhere = random.Random(1).choices(forward, k=100)
    for position in [*forward, *reversed(forward), *anywhere, len(branch), 0, len(branch)]:
        assert replay.go(position) == position
        known = {host: _image(store) for host in replay.hosts() if (store := replay.store(host)) is not None}
        assert (states(replay.states()), known) == wanted[position]
    assert replay.remarks == []


@pytest.mark.usefixtures("_marks")
def test_a_jump_before_anything_was_walked_is_right_too() -> None:
    events = busy().journal.events
    branch = live(events)
    for position in (len(branch) // 2, len(branch)):
        replay = Replay(transcript_of(events), PROTOCOLS)
        replay.go(position)
        assert states(replay.states()) == states(observed(branch[:position]).watched)


@pytest.mark.usefixtures("_marks")
def test_units_are_those_of_the_observer_wherever_one_begins() -> None:
    events = busy().journal.events
    branch = live(events)
    observer = Observer(PROTOCOLS)
    wanted = [(at, facts(item)) for at, event in enumerate(branch) for item in observer.feed(event)]
    replay = Replay(transcript_of(events), PROTOCOLS)
    assert [facts(item) for item in replay.explained()] == [fact for _, fact in wanted]
    for start in range(0, len(branch), 7):
        units = [facts(item) for item in replay.explained(start, start + 9)]
        assert units == [fact for at, fact in wanted if start <= at < start + 9]
    assert replay.position == 0


def test_the_exchanges_around_a_position() -> None:
    events = busy().journal.events
    replay = Replay(transcript_of(events), PROTOCOLS)
    at = next(at for at, event in enumerate(live(events)) if isinstance(event, Data) and event.raw == b"RSET\r\n")
    replay.go(at)
    found = replay.exchanges(before=2, after=2)
    assert [(conn, exchange.command.name if exchange.command else "") for conn, exchange in found] == [
        ("laptop", "DELE"),
        ("laptop", "RSET"),
    ]
    assert len(replay.exchanges(10**6, 10**6)) > 15


def test_steps_stop_at_both_ends() -> None:
    replay = Replay(transcript_of(long(10)), PROTOCOLS)
    assert replay.step(-1) == 0
    assert replay.step(1) == 1
    assert replay.step(100) == len(replay) == 10
    assert replay.step(-3) == 7


def test_without_changes_nothing_is_known_of_mail() -> None:
    replay = Replay(transcript_of(long(10)), PROTOCOLS)
    replay.go(10)
    assert replay.store("mail.norte.example") is None
    assert replay.hosts() == ()


def test_a_host_goes_by_its_full_name_too() -> None:
    replay = Replay(transcript_of(busy().journal.events), PROTOCOLS)
    replay.go(len(replay))
    assert replay.store("mail.norte.example") is replay.store("norte") is not None
    assert replay.store("mail.sur.example") is None


def test_mail_that_does_not_fit_is_left_out_and_said_once() -> None:
    date = 10**18
    added = MessageAdded("ana", "INBOX", 1, "M1", "T1", (), date, date, 2, 3, b"abc")
    changes = [UserAdded("ana"), MailboxCreated("ana", "INBOX", "F1", 1), added, Expunged("ana", "INBOX", 3, (9,))]
    changes += [msgspec.structs.replace(added, uid=2, modseq=4, message_id="M2", thread_id="T2"), UserAdded("ana")]
    events: list[AnyEvent] = [StoreChange(seq, date, "", "norte", change) for seq, change in enumerate(changes, 1)]
    replay = Replay(transcript_of(events), PROTOCOLS)
    replay.go(len(replay))
    store = replay.store("norte")
    assert store is not None
    assert store.mailboxes("ana").inbox.uids() == (1, 2)
    [remark] = replay.remarks
    assert str(remark).startswith("From event 4 on, the stored mail that is shown may be wrong. ")
    assert "uid 9 is not there" in str(remark)


def test_connections_of_other_protocols_and_of_the_same_name_are_fine() -> None:
    events: list[AnyEvent] = [
        Open(1, 1, "c", "gopher", "a", "b", 70),
        Data(2, 2, "c", "C", "app", b"x\r\n"),
        Close(3, 3, "c", "C"),
        Close(4, 4, "d", "C"),
        Open(5, 5, "c", "pop3", "a", "b", 110),
        Close(6, 6, "c", "C"),
        Data(7, 7, "c", "C", "app", b"STAT\r\n"),
        Close(8, 8, "c", "C"),
        Open(9, 9, "c", "pop3", "a", "b", 110),
        Data(10, 10, "c", "C", "app", b"STAT\r\n"),
    ]
    replay = Replay(transcript_of(events), PROTOCOLS)
    for position in [*range(11), *range(10, -1, -1)]:
        replay.go(position)
        assert states(replay.states()) == states(observed(events[:position]).watched)


@pytest.mark.parametrize("conns", [1, 40])
def test_a_jump_within_a_long_recording_follows_little_again(conns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course, "REMEMBERED", 1000)
    replay = Replay(transcript_of(long(8000, conns)), PROTOCOLS)
    replay.go(8000)
    replay.states()
    fed: list[AnyEvent] = []
    feed = Observer.feed
    monkeypatch.setattr(Observer, "feed", lambda self, event: fed.append(event) or feed(self, event))
    for position in (7000, 20, 4000, 3999, 8000):
        replay.go(position)
        assert sum(not one.ended for one in replay.states().values()) == 1
    assert len(fed) < 5 * (course.MARK_EVERY + 2)
    assert sum(len(one.exchanges) for one in replay.states().values()) < course.MARK_EVERY + 2 * conns


def test_a_branch_is_searched_by_its_own_positions() -> None:
    with transcript_of(busy().journal.events) as transcript:
        branch = transcript.live
        pattern = re.compile(rb"DELE \d")
        expected = [at for at, event in branch.numbered() if isinstance(event, Data) and pattern.search(event.raw)]
        assert list(branch.search(pattern)) == expected
        assert len(list(transcript.search(pattern))) > len(expected) > 1
        assert list(branch.search(pattern, expected[0] + 1, expected[-1])) == expected[1:-1]
