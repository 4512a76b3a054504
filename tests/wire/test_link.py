"""A connection in memory: octets go back and forth until both ends are quiet, and all of it is in the journal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.core.effects import Commit, Effect
from sandbox.core.message import Msg
from sandbox.pop3 import POP3
from sandbox.wire.disturbance import Chunk, Cut, Delay, Lost, Part, Remark
from sandbox.wire.link import MILLISECOND, Link
from sandbox.wire.trace import Data, Journal, Note, Open, Side
from tests.core.toy import toy, toy_client

NAME = "mail.norte.example"


class Once:
    """A disturbance of the next write of one side."""

    def __init__(self, side: Side, become: Callable[[bytes], list[Part]]) -> None:
        self.side, self.become, self.spent = side, become, False

    def disturb(self, side: Side, data: bytes) -> list[Part]:
        if side != self.side or self.spent:
            return [Chunk(data)]
        self.spent = True
        return self.become(data)


class Pair:
    """Two toys and a line, with the clock in our hands."""

    def __init__(self) -> None:
        self.time, self.performed = 0, list[Effect]()
        self.journal = Journal(lambda: self.time)
        self.client, self.server = toy_client(), toy()
        self.link = Link(
            Open(1, 0, "c", "toy", "laptop", NAME, 7, client_address="192.0.2.1"),
            POP3,
            self.client,
            self.server,
            self.journal,
            advance=self.advance,
            perform=self.perform,
            securing=lambda _link: None,
        )
        self.link.open()

    def advance(self, by: int) -> None:
        self.time += by

    def perform(self, effect: Effect) -> bool:
        self.performed.append(effect)
        return True

    def say(self, *lines: bytes) -> None:
        for line in lines:
            self.client.send_line(line)
            self.link.settle()

    def came(self, side: Side) -> list[bytes]:
        return [event.raw for event in self.data() if event.side == side and not event.lost]

    def came_through(self, side: Side) -> list[bytes]:
        return [event.raw for event in self.data() if (event.side, event.layer) == (side, "app")]

    def data(self) -> list[Data]:
        return [event for event in self.journal.events if isinstance(event, Data)]

    @property
    def end(self) -> Any:
        return self.journal.events[-1]


def test_each_chunk_takes_a_millisecond_and_what_is_wanted_is_performed() -> None:
    pair = Pair()
    pair.say(b"ENTER", b"KEEP")
    assert pair.came("C") == [b"ENTER\r\n", b"KEEP\r\n"]
    assert pair.came("S") == [b"ok hello\r\n", b"ok fine in\r\n", b"ok fine kept\r\n"]
    assert [event.at for event in pair.data()] == [MILLISECOND * n for n in range(1, 6)]
    assert [type(effect) for effect in pair.performed] == [Commit]
    assert pair.server.peer == "192.0.2.1"
    assert not pair.link.settle()


def test_either_side_may_end_it_and_only_once() -> None:
    pair = Pair()
    pair.say(b"DROP")
    assert (pair.end.side, pair.end.cut) == ("S", False)
    pair.link.hang_up()
    pair.link.cut()
    pair.link.time_passed(1 << 60)
    assert sum(event is pair.end for event in pair.journal.events) == 1
    assert not pair.link.settle()
    assert pair.server.ended == 1

    other = Pair()
    other.link.hang_up()
    assert (other.end.side, other.end.cut) == ("C", False)
    assert other.server.ended == 1


def test_a_cut_is_nobodys_doing() -> None:
    pair = Pair()
    pair.link.cut()
    assert (pair.end.side, pair.end.cut) == ("", True)
    assert pair.server.ended == 1


def test_the_server_notices_the_time() -> None:
    pair = Pair()
    pair.link.time_passed(50)
    assert not pair.link.closed
    pair.link.time_passed(10_000)
    assert pair.came("S")[-1] == b"no sleepy\r\n"
    assert pair.link.closed


def test_tls_that_cannot_be_had_ends_it() -> None:
    pair = Pair()
    pair.client.send(b"TLS\r\nENTER\r\n")
    pair.link.settle()
    assert pair.link.closed
    assert [event.params for event in pair.journal.events if isinstance(event, Note)] == [{"count": 7}]


# What a line does to octets


def test_what_is_lost_or_late_or_forged_is_told_apart() -> None:
    pair = Pair()
    pair.link.disturbances += [
        Once("S", lambda data: [Delay(MILLISECOND), Chunk(data[:3]), Lost(data[3:]), Remark(Msg("so it goes", n=1))]),
        Once("S", lambda data: [Chunk(data), Chunk(b"ever\r\n", forged=True)]),
    ]
    before = pair.time
    pair.say(b"ENTER")
    first, forged, lost = pair.data()[-3:]
    assert (first.raw, forged.raw, lost.raw) == (b"ok ", b"ever\r\n", b"fine in\r\n")
    assert (first.forged, forged.forged, lost.lost) == (False, True, True)
    assert pair.time - before == 4 * MILLISECOND  # the command, the delay, two chunks that arrived
    assert isinstance(pair.end, Note)
    assert (pair.end.text, pair.end.params) == ("so it goes", {"n": 1})
    assert pair.link.disturbances == []


@pytest.mark.parametrize("side", ["C", "S"])
def test_behind_a_cut_everything_is_lost(side: Side) -> None:
    pair = Pair()
    pair.link.disturbances.append(Once(side, lambda data: [Chunk(data[:2]), Cut(), Chunk(data[2:])]))
    pair.say(b"ENTER")
    assert pair.data()[-1].lost
    assert pair.end.cut
    assert pair.link.closed
