"""What a capture holds: which conversations are mail, and what is left where it is damaged."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.record.errors import RecordError
from sandbox.record.reader import Transcript
from sandbox.record.replay import Replay
from sandbox.wire.trace import Note, Open, Tls, live
from sandbox.world.protocols import PROTOCOLS
from tests.record.export.captures import capture_of
from tests.record.export.test_pcapng import secured
from tests.record.import_.wires import (
    DIALOGUE,
    Wire,
    block,
    brought_in,
    enhanced,
    pcap,
    said,
    section,
    spoken,
    turns,
)

# What is spoken


@pytest.mark.parametrize(
    ("parts", "proto"),
    [
        ([("S", b"220 mx.example ESMTP\r\n")], "smtp"),
        ([("S", b"+OK ready\r\n"), ("C", b"CAPA\r\n")], "pop3"),
        ([("S", b"* OK IMAP4rev1\r\n")], "imap"),
        ([("S", b"* PRE"), ("S", b"AUTH ready\r\n")], "imap"),
        ([("C", b"a1 CAPABILITY\r\n")], "imap"),
        ([("C", b"EHLO me\r\n")], "smtp"),
        ([("C", b"USER ana\r\n")], "pop3"),
    ],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_words_tell_on_an_unusual_port(parts: list[tuple[str, bytes]], proto: str, swapped: bool) -> None:
    wire = Wire(port=4242)
    wire = spoken(wire if swapped else wire.open(), parts)
    if swapped:  # no SYN, and the server has the higher port
        wire = spoken(Wire(port=50_000, client_port=4242), parts)
    intake, events = brought_in(pcap(wire.packets))
    assert intake.found["c1"].proto == proto
    assert said(events) == {side: b"".join(octets for each, octets in parts if each == side) for side in ("C", "S")}


@pytest.mark.parametrize(
    "parts",
    [
        [("C", b"GET / HTTP/1.1\r\n\r\n"), ("S", b"HTTP/1.1 200 OK\r\n")],
        [("S", b"220 ftp ready\r\n"), ("C", b"USER ana\r\n")],
        [("C", b"x" * 70_000)],
        [("C", b"x")] * 80,
        [("C", b"\x16\x03\x01\x00\x05hello")],
    ],
)
def test_what_is_no_mail_is_left_out(parts: list[tuple[str, bytes]]) -> None:
    foreign = spoken(
        Wire(port=8080).open(),
        [(side, octets[at : at + 1000]) for side, octets in parts for at in range(0, len(octets), 1000)],
    )
    mail = spoken(Wire().open())
    intake, _events = brought_in(pcap(foreign.packets + mail.packets))
    assert [found.port for found in intake.found.values()] == [110]
    assert intake.left_out == {8080: 1}
    with pytest.raises(RecordError, match="speak other protocols, on the ports 8080"):
        brought_in(pcap(foreign.packets))


def test_tls_on_a_port_like_our_own() -> None:
    events = [event for event in live(secured(995).journal.events) if not isinstance(event, Tls)]
    moved = [
        Open(event.seq, event.at, event.conn, "pop3", "laptop", "mail", 1995, tls=True)
        if isinstance(event, Open)
        else event
        for event in events
    ]
    intake, back = brought_in(capture_of(moved))
    assert intake.found["c1"].proto == "pop3"
    assert intake.found["c1"].tls == "closed"
    assert said(back) == {"C": b"", "S": b""}


def test_tls_on_any_port_with_secrets() -> None:
    events = live(secured(995).journal.events)
    moved = [
        Open(event.seq, event.at, event.conn, "pop3", "laptop", "mail", 4242, tls=True)
        if isinstance(event, Open)
        else event
        for event in events
    ]
    intake, back = brought_in(capture_of(moved))
    assert intake.found["c1"].tls == "opened"
    assert said(back) == said(events, "laptop")


# Damage


@pytest.mark.parametrize("cut", [26, 30, 100, 101])
def test_a_capture_that_is_cut_off_is_read_up_to_there(cut: int) -> None:
    whole = pcap(spoken(Wire().open()).packets)
    intake, _events = brought_in(whole[:-cut])
    assert any("cut off" in str(remark) for remark in intake.remarks)


def test_damage_is_told_with_the_packet_before_it() -> None:
    packets = spoken(Wire().open()).packets
    whole = pcap(packets)
    broken = whole + b"\xff" * 40
    intake, events = brought_in(broken)
    assert (
        str(intake.remarks[0])
        == f"The capture is damaged behind packet {len(packets)}. Only what comes before it could be read."
    )
    assert isinstance(events[-1], Note)
    assert turns(events) == DIALOGUE


@pytest.mark.parametrize(
    "body", [b"", b"\0" * 8, b"\1\0\0\0" + b"\0" * 16, b"\0" * 12 + b"\xff\xff\xff\xff" + bytes(4)]
)
def test_blocks_that_make_no_sense(body: bytes) -> None:
    packets = spoken(Wire().open()).packets
    capture = section() + b"".join(enhanced(packet, at) for at, packet in enumerate(packets)) + block(6, body)
    intake, _events = brought_in(capture)
    assert "damaged" in str(intake.remarks[0])


@pytest.mark.parametrize(
    ("octets", "said_"),
    [
        (b"", "is empty"),
        (b"\x1f\x8b\x08", "gunzip"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"snoop\0\0\0", "snoop"),
        (b'{"mail-sandbox-transcript":1}', "already"),
        (b"words", "nothing that can be imported"),
        (pcap([]), "There is no conversation"),
        (pcap([])[:10], "cut off"),
        (pcap([b"\x45" + bytes(60)], link=147), "147"),
    ],
)
def test_nothing_to_bring_in(octets: bytes, said_: str) -> None:
    with pytest.raises(RecordError, match=said_):
        brought_in(octets)


@settings(max_examples=60)
@given(st.data())
def test_damaged_captures_never_break_anything(data: st.DataObject) -> None:
    source = bytearray(data.draw(st.sampled_from([DAMAGED_CLASSIC, DAMAGED_PCAPNG])))
    for _flip in range(data.draw(st.integers(1, 12))):
        source[data.draw(st.integers(0, len(source) - 1))] = data.draw(st.integers(0, 255))
    octets = bytes(source[: data.draw(st.integers(0, len(source)))])
    try:
        _intake, events = brought_in(octets)
    except RecordError:
        return
    replay = Replay(Transcript.read(io.BytesIO(exported_lines(events)), "a"), PROTOCOLS)
    assert len(list(replay.walk())) == len(events)


def exported_lines(events: list) -> bytes:  # type: ignore[type-arg]
    from tests.record.worlds import written

    return written(events)


@given(st.binary(max_size=200), st.sampled_from([0, 1, 9, 12, 101, 113, 276, 147]))
def test_any_frame_is_read_or_passed_over(frame: bytes, link: int) -> None:
    with pytest.raises(RecordError):
        brought_in(pcap([frame], link))


DAMAGED_CLASSIC = pcap(spoken(Wire().open()).close().packets)
DAMAGED_PCAPNG = capture_of(live(secured(110).journal.events))
