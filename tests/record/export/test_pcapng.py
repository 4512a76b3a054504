"""Captures: Wireshark has no complaint, scapy reads them, and they hold what was said."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from scapy.layers.inet import IP, TCP
from scapy.utils import PcapNgReader, RawPcapNgReader

from sandbox import resources
from sandbox.core.protocol import Protocol
from sandbox.record.export import held
from sandbox.record.reader import Transcript
from sandbox.wire.trace import AnyEvent, Data, Note, Open, Restore, Tls, live
from sandbox.world.inputs import Send
from sandbox.world.protocols import PROTOCOLS
from sandbox.world.world import World
from tests.record.events import JOURNALS
from tests.record.export.captures import (
    RECOGNISED,
    TROUBLE,
    capture_of,
    dialogue,
    exported,
    followed,
    needs_tshark,
    on_the_wire,
    spoken,
    tshark,
)
from tests.record.export.test_packets import travelled
from tests.record.worlds import busy, transcript_of
from tests.world.test_authority import world as secure_world

TRANSCRIPTS = sorted(path for path in resources.transcripts().iterdir() if path.name.endswith(".jsonl"))
GREETING = ("S", b"+OK hello\r\n")


def secured(port: int) -> World:
    """A session under TLS: from the start, or after STLS."""
    home = secure_world(tls=True)
    home.connect("laptop", "pop3", "norte", port)
    lines = [b"USER ana\r\n", b"PASS secreto\r\n", b"STAT\r\n", b"CAPA\r\n", b"QUIT\r\n"]
    for line in lines if port == 995 else [b"STLS\r\n", *lines]:
        home.do(Send("laptop", line))
    return home


# Wireshark


def is_excused(row: str) -> bool:
    """A cut line is a warning by its nature."""
    return "[RST, ACK]" in row


@needs_tshark
@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.name)
def test_wireshark_finds_nothing_wrong_with_any_lesson(path: Path, tmp_path: Path) -> None:
    with Transcript.open(path) as transcript:
        capture = exported(transcript)
        events = list(transcript.live.numbered())
    opened = [event for _number, event in events if isinstance(event, Open)]
    troubled = tshark(capture, tmp_path, "-Y", TROUBLE).splitlines()
    assert [row for row in troubled if not is_excused(row)] == []
    said = [on_the_wire((event for _number, event in events), each.conn) for each in opened]
    assert followed(capture, tmp_path, len(opened)) == said
    wanted = sorted({field for each in opened for field in RECOGNISED[each.proto]})
    options = [option for field in wanted for option in ("-e", field)]
    rows = [row.split("\t") for row in tshark(capture, tmp_path, "-T", "fields", *options).splitlines()]
    assert all(any(column) for column in zip(*rows, strict=True))


@needs_tshark
@pytest.mark.parametrize("port", [110, 995])
def test_one_file_is_enough_to_decrypt(port: int, tmp_path: Path) -> None:
    home = secured(port)
    events = live(home.journal.events)
    capture = capture_of(events)
    assert tshark(capture, tmp_path, "-Y", TROUBLE) == ""
    assert tshark(capture, tmp_path, "-Y", 'tls && pop.request.command == "STAT"').count("\n") == 1
    comments = tshark(capture, tmp_path, "-Y", 'pop.request.command == "STAT"', "-T", "fields", "-e", "frame.comment")
    assert comments.startswith("Ask how many messages there are")
    octets = spoken(events, "laptop")
    inside = followed(capture, tmp_path, 1, "tls")[0].values()  # tshark may swap the sides of what it decrypted
    for clear in octets.values():
        assert any(text and clear.endswith(text) for text in inside)
    [on_the_wire] = followed(capture, tmp_path)
    for side, sent in on_the_wire.items():
        assert sent.endswith(spoken(events, "laptop", "tls")[side])
        assert b"secreto" not in sent


@needs_tshark
@pytest.mark.parametrize("address", [("192.0.2.1", "192.0.2.2"), ("2001:db8::1", "2001:db8::2")])
def test_long_answers_come_in_segments_and_are_acknowledged(address: tuple[str, str], tmp_path: Path) -> None:
    content = (
        b"+OK 300000 octets\r\n" + b"a line of the message, seventy octets of it or so, no more than that\r\n" * 4000
    )
    parts = [GREETING, ("C", b"USER a\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS b\r\n"), ("S", b"+OK\r\n")]
    events = dialogue(*parts, ("C", b"RETR 1\r\n"), ("S", content + b".\r\n"), client=address[0], server=address[1])
    capture = capture_of(events)
    assert tshark(capture, tmp_path, "-Y", TROUBLE) == ""
    assert followed(capture, tmp_path) == [spoken(events, "c1")]
    sizes = [int(row) for row in tshark(capture, tmp_path, "-T", "fields", "-e", "frame.len").split()]
    assert max(sizes) == 1514
    commented = tshark(capture, tmp_path, "-Y", 'frame.comment contains "up to the final dot"').splitlines()
    assert len(commented) == 1


@needs_tshark
def test_names_are_in_the_file(tmp_path: Path) -> None:
    capture = capture_of(dialogue(GREETING))
    first = tshark(capture, tmp_path, "-N", "n").splitlines()[0]
    assert "laptop" in first
    assert "mail" in first


# scapy


def packets(capture: bytes) -> list[Any]:
    return list(PcapNgReader(io.BytesIO(capture)))


def flags(capture: bytes) -> list[str]:
    return [str(packet[TCP].flags) for packet in packets(capture)]


def test_a_connection_from_its_first_packet_to_its_last() -> None:
    events = dialogue(GREETING, ("C", b"QUIT\r\n"), ("S", b"+OK\r\n"), end="S")
    assert flags(capture_of(events)) == ["S", "SA", "A", "PA", "PA", "PA", "FA", "FA", "A"]
    assert [packet[TCP].sport for packet in packets(capture_of(events))][-3:] == [110, 49152, 110]


def test_a_broken_line_ends_in_a_reset() -> None:
    assert flags(capture_of(dialogue(GREETING, end="", cut=True))) == ["S", "SA", "A", "PA", "RA"]


def test_times_are_those_of_the_events_and_never_go_back() -> None:
    read = [
        (int(meta.tshigh) << 32) + int(meta.tslow)
        for _octets, meta in RawPcapNgReader(io.BytesIO(capture_of(dialogue(GREETING, ("C", b"QUIT\r\n")))))
    ]
    assert read[3:5] == [2_000_000, 3_000_000]
    events = dialogue(GREETING, ("C", b"QUIT\r\n"))
    late = [events[0], Data(2, 10**15, "c1", "S", "app", b"+OK\r\n"), *events[2:]]
    again = [
        (int(meta.tshigh) << 32) + int(meta.tslow) for _octets, meta in RawPcapNgReader(io.BytesIO(capture_of(late)))
    ]
    assert again == sorted(set(again))


def test_explanations_stand_where_a_unit_begins() -> None:
    """Two commands in one chunk, the second complete only with the next chunk."""
    events = dialogue(GREETING, ("C", b"USER ana\r\nCA"), ("C", b"PA\r\n"))
    found = [packet.comments or [] for packet in packets(capture_of(events))]
    assert [len(comments) for comments in found] == [1, 0, 0, 1, 2, 0, 1, 0, 0]
    assert b"Say whose maildrop" in found[4][0]
    assert b"Ask what the server can do" in found[4][1]


def test_a_fault_is_explained_too() -> None:
    events = dialogue(GREETING, ("C", b"USER\r\n"))
    comments = b"|".join(packets(capture_of(events))[4].comments)
    assert b"|At octet 5: " in comments


def test_what_was_lost_is_no_packet_but_is_told_with_the_next() -> None:
    events = dialogue(GREETING)
    lost = Data(2, 2_000_000, "c1", "S", "app", b"gone", lost=True)
    read = packets(capture_of([events[0], lost, *events[1:]]))
    assert len(read) == 7
    assert read[3].comments[0].endswith(b"it was lost on the way: gone")


def test_the_newest_moments_are_held_back_only_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would have been said of the ones let go is not said; nothing is lost or moved."""
    events = dialogue(GREETING, *[("C", b"N") for _number in range(40)], ("C", b"OOP\r\n"))
    whole = packets(capture_of(events))
    monkeypatch.setattr(held, "HELD", 10)
    bounded = packets(capture_of(events))
    assert [bytes(packet) for packet in whole] == [bytes(packet) for packet in bounded]
    assert whole[4].comments
    assert not bounded[4].comments


@pytest.mark.parametrize("protocols", [PROTOCOLS, {}], ids=["known", "unknown"])
def test_secrets_come_before_the_packets_that_need_them(protocols: Mapping[str, Protocol]) -> None:
    capture = exported(transcript_of(secured(995).journal.events), protocols)
    assert 0 < capture.index(b"CLIENT_HANDSHAKE_TRAFFIC_SECRET") < capture.index(b"\x16\x03\x01")


def test_secrets_that_are_none_stay_out() -> None:
    events = dialogue(GREETING)
    tls = Tls(2, 1, "c1", "TLS 1.3", secrets=("CLIENT_RANDOM ab cd\nCLIENT_RANDOM 00 00", "words"))
    assert b"CLIENT_RANDOM" not in capture_of([events[0], tls, *events[1:]])


@needs_tshark
def test_after_time_travel_under_tls_what_was_inside_is_written(tmp_path: Path) -> None:
    events = travelled().journal.events
    assert any(isinstance(event, Restore) for event in events)
    capture = capture_of(events)
    assert tshark(capture, tmp_path, "-Y", TROUBLE) == ""
    assert b"CLIENT_HANDSHAKE_TRAFFIC_SECRET" not in capture
    assert followed(capture, tmp_path) == [spoken(live(events), "laptop")]
    assert "Time travel gave TLS other keys" in packets(capture)[0].comments[0].decode()


def test_time_travel_in_clear_text_needs_no_excuse() -> None:
    assert b"Time travel" not in capture_of(busy().journal.events)


def test_only_the_final_branch_is_exported() -> None:
    home = busy()
    assert capture_of(home.journal.events) == capture_of(live(home.journal.events))


def test_a_note_travels_with_the_next_packet() -> None:
    events = dialogue(GREETING)
    note = Note(2, 1, "c1", "something happened")
    assert b"something happened" in packets(capture_of([events[0], note, *events[1:]]))[3].comments


@pytest.mark.parametrize(
    ("port", "tls", "said"), [(1110, False, "1110 is POP."), (1995, True, "TLS port 1995 is POP.")]
)
def test_a_port_that_wireshark_does_not_know_comes_with_advice(port: int, tls: bool, said: str) -> None:
    capture = capture_of([Open(1, 0, "c1", "pop3", "laptop", "mail", port, tls=tls)])
    assert packets(capture)[0].comments[0].decode().endswith(said)
    assert b"Decode As" not in capture_of([Open(1, 0, "c1", "pop3", "laptop", "mail", 110)])


def test_an_unknown_protocol_is_exported_unexplained() -> None:
    opened = Open(1, 0, "c1", "gopher", "laptop", "mail", 70)
    capture = capture_of([opened, Data(2, 1, "c1", "C", "app", b"/\r\n")])
    assert [bytes(packet[TCP].payload) for packet in packets(capture)][3] == b"/\r\n"
    assert "cannot explain" in packets(capture)[0].comments[0].decode()


def test_deflated_octets_are_what_is_on_the_wire() -> None:
    squeezed = Data(4, 3, "c1", "C", "deflate", b"squeezed")
    events: list[AnyEvent] = [*dialogue(GREETING, ("C", b"NOOP\r\n"))]
    read = packets(capture_of([*events[:3], squeezed, Data(5, 3, "c1", "C", "app", b"QUIT\r\n")]))
    assert [bytes(packet[TCP].payload) for packet in read][3:] == [b"+OK hello\r\n", b"NOOP\r\n", b"squeezed"]
    assert len(read[5].comments) == 1  # what they stand for comes after them


def test_connections_that_would_look_the_same_get_other_ports() -> None:
    one = [
        Open(1, 0, "c1", "pop3", "a", "b", 110, 40000, "192.0.2.1", "192.0.2.2"),
        Open(2, 0, "c2", "pop3", "a", "b", 110, 40000, "192.0.2.1", "192.0.2.2"),
        Open(3, 0, "c3", "pop3", "a", "b", 70000, -1, "::ffff:192.0.2.1", "2001:db8::1"),
    ]
    syns = [packet for packet in packets(capture_of(one)) if packet[TCP].flags == "S"]
    assert [packet[TCP].sport for packet in syns] == [40000, 49152, 49153]
    assert (syns[2][IP].src, syns[2][IP].dst, syns[2][TCP].dport) == ("192.0.2.1", "198.18.0.1", 49154)


@given(JOURNALS)
def test_any_journal_becomes_a_capture(events: list[AnyEvent]) -> None:
    assert all(packet.time >= 0 for packet in packets(capture_of(events)))
