from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.client import Behaviour
from sandbox.core.client import Send as Send_
from sandbox.wire.trace import AnyEvent, Close, Data, Note, StoreChange, live
from sandbox.world.description import canonical
from sandbox.world.errors import WorldError
from sandbox.world.faults import FAULTS, Canned, Drop, Lock, Slow, Split, WorldFault
from sandbox.world.inputs import Deliver, HangUp, Input, Send, Strike, Wait
from sandbox.world.seat import Seat
from sandbox.world.standard import standard
from sandbox.world.world import World
from tests.pop3.worlds import world

SECOND = 10**9


def entered() -> World:
    home = world()
    home.connect("laptop", "pop3", "norte", 110)
    for line in (b"USER ana\r\n", b"PASS secreto\r\n"):
        home.do(Send("laptop", line))
    return home


def said(home: World, conn: str = "laptop") -> bytes:
    return b"".join(
        event.raw
        for event in live(home.journal.events)
        if isinstance(event, Data) and (event.conn, event.side) == (conn, "S") and not event.lost
    )


def unnumbered(home: World) -> list[AnyEvent]:
    return [msgspec.structs.replace(event, seq=0) for event in live(home.journal.events)]


def test_the_same_inputs_leave_the_same_journal() -> None:
    assert list(entered().journal.events) == list(entered().journal.events)


def test_another_seed_has_other_nonces() -> None:
    assert World(standard("1")).sites["norte.example"].store.mailboxes("ana").inbox.uid_validity != (
        World(standard("2")).sites["norte.example"].store.mailboxes("ana").inbox.uid_validity
    )


INPUTS = st.lists(
    st.sampled_from(
        [
            Send("laptop", b"DELE 1\r\n"),
            Send("laptop", b"RSET\r\n"),
            Send("laptop", b"STAT\r\n"),
            Wait(5 * SECOND),
            Deliver("ana", b"Subject: new\r\n\r\n\r\n"),
            Strike(Split("laptop", 3)),
            Strike(Slow("laptop", SECOND)),
            Strike(Lock("luis")),
        ]
    ),
    max_size=6,
)


@given(INPUTS, INPUTS, INPUTS)
def test_a_restored_world_is_the_one_that_was(before: list[Input], undone: list[Input], after: list[Input]) -> None:
    travelled, straight = entered(), entered()
    for step in before:
        travelled.do(step)
        straight.do(step)
    mark = travelled.checkpoint()
    for step in undone:
        travelled.do(step)
    travelled.restore(mark)
    for step in after:
        travelled.do(step)
        straight.do(step)
    assert unnumbered(travelled) == unnumbered(straight)
    assert unnumbered(travelled.fork()) == unnumbered(straight)
    assert travelled.clock.now() == straight.clock.now()


def test_quit_can_be_taken_back() -> None:
    home = entered()
    home.do(Send("laptop", b"DELE 1\r\n"))
    mark = home.checkpoint()
    home.do(Send("laptop", b"QUIT\r\n"))
    assert len(home.mailboxes("ana").inbox) == 1
    assert home.links["laptop"].closed
    home.restore(mark)
    assert len(home.mailboxes("ana").inbox) == 2
    home.do(Send("laptop", b"STAT\r\n"))
    assert said(home).endswith(b"+OK 1 56\r\n")


def test_time_only_passes_when_told_and_autologout_happens_at_its_time() -> None:
    home = entered()
    start = home.clock.now()
    home.do(Wait(599 * SECOND))
    assert not home.links["laptop"].closed
    home.do(Wait(100 * SECOND))
    assert home.clock.now() == start + 699 * SECOND
    closed = next(event for event in home.journal.events if isinstance(event, Close))
    assert closed.at == start + 600 * SECOND - 10**6, "counted from when PASS arrived, not from its reply"
    assert (closed.side, closed.cut) == ("S", False)
    assert home.mailboxes("ana").inbox.locked_by is None


def test_refusals_change_nothing() -> None:
    home = world()
    before = len(home.journal.events)
    for make in (
        lambda: home.connect("laptop", "pop3", "norte", 25),
        lambda: home.connect("laptop", "pop3", "nowhere", 110),
        lambda: home.connect("laptop", "gopher", "norte", 110),
        lambda: home.do(Send("laptop", b"x")),
        lambda: home.do(Deliver("nobody", b"x")),
        lambda: home.do(Deliver("ana@elsewhere.example", b"x")),
        lambda: home.reconnect("laptop"),
    ):
        with pytest.raises(WorldError):
            make()
    assert len(home.journal.events) == before
    assert home.log == []


def test_connecting_again_hangs_up_first() -> None:
    home = entered()
    home.connect("laptop", "pop3", "mail.norte.example", 110)
    assert [event.side for event in home.journal.events if isinstance(event, Close)] == ["C"]
    assert home.link("laptop").conn == "laptop-2"
    home.do(HangUp("laptop"))
    assert home.reconnect("laptop").conn == "laptop-3"
    assert home.client("laptop") is home.link("laptop").client
    assert home.client("phone") is None


@pytest.mark.parametrize(
    ("fault", "expected", "closed"),
    [
        (Drop("laptop"), b"", True),
        (Drop("laptop", after="stat"), b"+OK 2 104\r\n", True),
        (Drop("laptop", after="STAT", reply=False), b"", True),
        (Drop("laptop", at=5), b"+OK 2", True),
        (Drop("laptop", at=0), b"", True),
        (Drop("laptop", at=9999), b"+OK 2 104\r\n", False),
        (Drop("laptop", at=3, side="C"), b"", True),
        (Drop("laptop", after="RETR"), b"+OK 2 104\r\n", False),
        (Slow("laptop", SECOND), b"+OK 2 104\r\n", False),
        (Split("laptop", 4), b"+OK 2 104\r\n", False),
        (Canned("laptop", "STAT", "+OK 9 9"), b"+OK 9 9\r\n", False),
    ],
)
def test_faults_on_the_line(fault: WorldFault, expected: bytes, closed: bool) -> None:
    home = entered()
    before = said(home)
    start = home.clock.now()
    home.do(Strike(fault))
    if not home.links["laptop"].closed:
        home.do(Send("laptop", b"STAT\r\n"))
    assert said(home) == before + expected
    assert home.links["laptop"].closed is closed
    if isinstance(fault, Slow):
        assert home.clock.now() >= start + SECOND
    if isinstance(fault, Canned | Drop) and closed and fault != Drop("laptop"):
        assert any(isinstance(event, Note) for event in home.journal.events)
    if isinstance(fault, Canned):
        assert [event.forged for event in home.journal.events if isinstance(event, Data)][-1]
        home.do(Send("laptop", b"STAT\r\n"))
        assert said(home).endswith(b"+OK 2 104\r\n")


def test_a_lock_held_by_somebody_else() -> None:
    home = world()
    home.do(Strike(Lock("ana")))
    home.connect("laptop", "pop3", "norte", 110)
    home.do(Send("laptop", b"USER ana\r\nPASS secreto\r\n"))
    assert b"[IN-USE]" in said(home)
    home.do(Strike(Lock("ana", free=True)))
    home.do(Send("laptop", b"USER ana\r\nPASS secreto\r\n"))
    assert said(home).endswith(b"octets\r\n")


def test_every_fault_has_a_name_and_a_meaning() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert all(fault.about for fault in FAULTS)


def test_a_program_is_stopped_with_its_connection() -> None:
    home = world()
    home.connect("phone", "pop3", "norte", 110)
    home.do(Strike(Drop("phone", after="USER")))

    def script() -> Behaviour:
        yield Send_(b"USER ana")
        yield Send_(b"PASS secreto")

    assert home.run("phone", script()) is None
    assert home.run("phone", script()) is None


def test_the_store_is_told_from_its_first_day() -> None:
    changes = [type(event.change).__name__ for event in world().journal.events if isinstance(event, StoreChange)]
    assert changes == ["UserAdded", "MailboxCreated", "UserAdded", "MailboxCreated", "MessageAdded", "MessageAdded"]


def test_line_ends_of_files() -> None:
    assert canonical(b"a\nb\r\nc\rd") == b"a\r\nb\r\nc\r\nd"


def test_the_standard_world_has_mail() -> None:
    home = World(standard())
    assert {user: len(home.mailboxes(user).inbox) for user in ("ana", "luis", "mar", "nico", "eva")} == {
        "ana": 3,
        "luis": 2,
        "mar": 1,
        "nico": 1,
        "eva": 0,
    }


def test_a_seat_types_explains_and_takes_back() -> None:
    home = world()
    home.connect("laptop", "pop3", "norte", 110)
    home.connect("phone", "pop3", "norte", 110)
    told: list[int] = []
    seat = Seat(home, "laptop", lambda explained: told.append(len(explained)))
    assert seat.watched is not None
    assert len(seat.watched.explained) == 1
    seat.type("USER ana")
    assert sum(told) == 2
    seat.type("@on phone")
    assert seat.actor == "phone"
    assert seat.watched.open.conn == "phone"
    with pytest.raises(WorldError, match="there is no tablet here; there is: laptop, phone"):
        seat.type("@on tablet")
    seat.type("STAT")
    assert seat.undo()
    assert seat.undo()
    assert seat.actor == "laptop"
    assert len(seat.watched.explained) == 3
    assert seat.undo()
    assert not seat.undo()
    assert len(seat.watched.explained) == 1
    seat.close()
    seat.type("NOOP")
    assert len(seat.watched.explained) == 1
    lonely = Seat(world(), "nobody")
    assert lonely.watched is None
