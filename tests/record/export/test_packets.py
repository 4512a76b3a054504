"""Packets of events: what a capture holds, from wherever one begins to look."""

from __future__ import annotations

import io
from copy import copy

from hypothesis import given
from hypothesis import strategies as st
from scapy.utils import RawPcapNgReader

from sandbox.record.export.packets import Packets, rekeyed, rekeyed_in
from sandbox.wire.trace import AnyEvent, Close, Data, live
from sandbox.world.inputs import Send
from sandbox.world.world import World
from tests.record.events import JOURNALS
from tests.record.export.captures import capture_of, dialogue
from tests.record.worlds import busy, transcript_of
from tests.world.test_authority import world as secure_world

GREETING = ("S", b"+OK hello\r\n")


def frames(capture: bytes) -> list[bytes]:
    return [octets for octets, _meta in RawPcapNgReader(io.BytesIO(capture))]


def travelled() -> World:
    """A session under TLS that went back in time and on again."""
    home = secure_world()
    home.connect("laptop", "pop3", "norte", 995)
    home.do(Send("laptop", b"USER ana\r\n"))
    before = home.checkpoint()
    home.do(Send("laptop", b"PASS secreto\r\n"))
    home.restore(before)
    home.do(Send("laptop", b"PASS secreto\r\nSTAT\r\nQUIT\r\n"))
    return home


def test_a_capture_holds_these_packets() -> None:
    events = live(busy().journal.events)
    packets = Packets()
    made = [packet for event in events for packet in packets.take(event)]
    assert frames(capture_of(events)) == [packet.frame for packet in made]
    assert len(made) > 20


@given(JOURNALS, st.integers(0, 30))
def test_it_makes_no_difference_where_one_begins_to_look(events: list[AnyEvent], begin: int) -> None:
    whole = Packets()
    seen = [[(each.at, each.frame) for each in whole.take(event)] for event in events]
    skipping = Packets()
    for event in events[:begin]:
        skipping.skip(event)
    for _again in range(2):
        fork = copy(skipping)
        assert [[(each.at, each.frame) for each in fork.take(event)] for event in events[begin:]] == seen[begin:]


def test_octets_are_cut_to_segments_that_can_be_put_together() -> None:
    raw = bytes(range(256)) * 40
    packets = Packets()
    made = [packets.take(event) for event in dialogue(GREETING, ("S", raw))][2]
    carried = [packet for packet in made if packet.size]
    assert b"".join(packet.frame[-packet.size :] for packet in carried) == raw
    assert [packet.start for packet in carried] == sorted(packet.start for packet in carried)
    assert [packet.side for packet in made if not packet.size] == ["C"] * ((len(carried) - 1) // 2)


def test_connections_end() -> None:
    packets = Packets()
    for event in dialogue(GREETING):
        assert len(packets) == (1 if event.seq > 1 else 0)
        packets.take(event)
    assert packets.wire("c1") is None
    assert packets.take(Close(9, 9, "c1")) == []
    assert packets.take(Data(10, 9, "c1", "C", "app", b"late")) == []


def test_time_travel_gives_tls_other_keys() -> None:
    with transcript_of(travelled().journal.events) as transcript:
        assert rekeyed_in(transcript.live) == {"laptop"}
    with transcript_of(busy().journal.events) as transcript:
        assert rekeyed_in(transcript.live) == set()


def test_only_what_is_under_tls_at_that_moment_gets_other_keys() -> None:
    opened, *_rest, ended = dialogue(GREETING)
    record = Data(2, 2, "c1", "C", "tls", b"\x16")
    assert rekeyed(enumerate([opened, record, ended]), [2]) == {"c1"}
    assert rekeyed(enumerate([opened, record, ended]), [1]) == set()
    assert rekeyed(enumerate([opened, record, ended, opened]), [3]) == set()
    assert rekeyed(enumerate([opened, record]), []) == set()
