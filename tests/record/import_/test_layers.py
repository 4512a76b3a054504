"""What lies below the protocol: links, versions of IP, compression, and the forms of capture files."""

from __future__ import annotations

import re
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.record.import_ import capture, layers, pcap
from sandbox.record.import_.packets import segment
from sandbox.wire.trace import Data, Note, Open, Tls, live
from sandbox.world.inputs import Send
from sandbox.world.standard import PASSWORD, standard
from sandbox.world.world import World
from tests.record.export.captures import capture_of
from tests.record.export.test_pcapng import secured
from tests.record.import_ import wires
from tests.record.import_.wires import ACK, Wire, block, brought_in, enhanced, said, section, turns

GREETING = b"+OK hello\r\n"


def spoken(**attributes: object) -> Wire:
    wire = Wire(**attributes).open()  # type: ignore[arg-type]
    return wire.say("S", GREETING).say("C", b"QUIT\r\n").close()


PACKETS = spoken().packets
SAID = {"C": b"QUIT\r\n", "S": GREETING}


# Links and IP


@pytest.mark.parametrize(
    ("link", "head"),
    [
        (0, b"\2\0\0\0"),
        (1, bytes(12) + b"\x08\0"),
        (1, bytes(12) + b"\x81\0\0\1\x08\0"),
        (1, bytes(12) + b"\x88\xa8\0\1\x81\0\0\2\x08\0"),
        (1, bytes(12) + b"\x88\x64\x11\0\0\1\0\x40\0\x21"),
        (9, b"\0\x21"),
        (101, b""),
        (113, bytes(14) + b"\x08\0"),
        (276, b"\x08\0" + bytes(18)),
    ],
)
def test_links(link: int, head: bytes) -> None:
    _intake, events = brought_in(wires.pcap([head + packet for packet in PACKETS], link))
    assert said(events) == SAID


def test_ip_version_6() -> None:
    wire = spoken(addresses=("2001:db8::1", "2001:db8::2"))
    _intake, events = brought_in(wires.pcap(wire.packets))
    assert said(events) == SAID
    [opened] = [event for event in events if isinstance(event, Open)]
    assert (opened.client_address, opened.server_address) == ("2001:db8::1", "2001:db8::2")


@pytest.mark.parametrize(
    ("kind", "extension"),
    [
        (0, b"\x06\0" + bytes(6)),
        (60, b"\x06\1" + bytes(14)),
        (51, b"\x06\1" + bytes(10)),
        (44, b"\x06\0\0\0" + bytes(4)),
    ],
)
def test_extension_headers(kind: int, extension: bytes) -> None:
    packets = []
    for packet in spoken(addresses=("2001:db8::1", "2001:db8::2")).packets:
        size = struct.pack("!H", len(packet) - 40 + len(extension))
        packets.append(packet[:4] + size + bytes([kind]) + packet[7:40] + extension + packet[40:])
    assert said(brought_in(wires.pcap(packets))[1]) == SAID


def test_what_is_no_whole_segment_is_passed_over() -> None:
    packet = PACKETS[3]
    version_6 = spoken(addresses=("2001:db8::1", "2001:db8::2")).packets[3]
    for frame in (
        b"",
        packet[:30],
        b"\x75" + packet[1:],
        packet[:9] + b"\x11" + packet[10:],  # UDP
        packet[:6] + b"\x20\0" + packet[8:],  # a fragment
        b"\x41" + packet[1:],  # a header that is too short
        packet[:32] + b"\x10" + packet[33:],  # and one of TCP
        packet[:32] + b"\xf0" + packet[33:],
        version_6[:6] + b"\x3b" + version_6[7:],
        version_6[:6] + b"\x2c" + version_6[7:40] + b"\x06\0\0\x08" + version_6[40:],
    ):
        assert segment(101, frame, len(frame)) is None


def test_lengths_that_the_network_card_fills_in() -> None:
    four = [packet[:2] + b"\0\0" + packet[4:] for packet in PACKETS]
    assert said(brought_in(wires.pcap(four))[1]) == SAID
    six = [packet[:4] + b"\0\0" + packet[6:] for packet in spoken(addresses=("2001:db8::1", "2001:db8::2")).packets]
    assert said(brought_in(wires.pcap(six))[1]) == SAID


def test_padding_of_short_frames_is_no_content() -> None:
    frames = [bytes(12) + b"\x08\0" + packet + b"trailer" for packet in PACKETS]
    assert said(brought_in(wires.pcap(frames, 1))[1]) == SAID


# Files


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("nano", [False, True])
def test_classic_captures(order: str, nano: bool) -> None:
    _intake, events = brought_in(wires.pcap(PACKETS, order=order, nano=nano))
    assert said(events) == SAID
    assert events[0].at == 1_700_000_001_000_000 * 1000 - 999_000_000


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("resolution", "units", "at"),
    [
        (b"", 5_000_000, 5_000_000_000),
        (b"\x09", 7, 7),
        (b"\x03", 7, 7_000_000),
        (b"\x81", 3, 1_500_000_000),
        (b"\xff", 1, 0),
    ],
)
def test_sections(order: str, resolution: bytes, units: int, at: int) -> None:
    option = struct.pack(f"{order}HH", 9, 1) + resolution + bytes(3) if resolution else b""
    options = option + struct.pack(f"{order}HHq", 14, 8, 0) + struct.pack(f"{order}HH", 0, 0)
    octets = section(order, options=options)
    octets += b"".join(enhanced(packet, units, order) for packet in PACKETS)
    _intake, events = brought_in(octets)
    assert said(events) == SAID
    assert events[0].at == at


def test_times_may_have_an_offset() -> None:
    options = struct.pack("<HHq", 14, 8, 1000) + bytes(4)
    _intake, events = brought_in(section(options=options) + b"".join(enhanced(packet, 1) for packet in PACKETS))
    assert events[0].at == 1_000_000_001_000


def test_other_blocks() -> None:
    """Names, a key log of another kind, packets without a time and of the old form, sections that follow."""
    names = struct.pack("<HH", 1, 8) + b"\xc0\0\2\1ana\0" + struct.pack("<HH", 2, 18) + bytes(16) + b"x\0" + bytes(2)
    names += struct.pack("<HH", 9, 0) + bytes(4)
    old = [struct.pack("<HHIIII", 0, 0, 0, 7, len(each), len(each)) + each for each in PACKETS[:2]]
    octets = section() + block(4, names) + block(10, struct.pack("<II", 0x12345678, 3) + b"abc\0")
    octets += block(2, old[0]) + block(2, old[1]) + block(0x0BAD, b"whatever")
    octets += block(3, struct.pack("<I", len(PACKETS[2])) + PACKETS[2])
    octets += section(">") + b"".join(enhanced(packet, 9, ">") for packet in PACKETS[3:])
    _intake, events = brought_in(octets)
    assert said(events) == SAID
    [opened] = [event for event in events if isinstance(event, Open)]
    assert (opened.client, opened.client_address) == ("ana", "192.0.2.1")


@pytest.mark.parametrize(
    "tail",
    [
        b"\x0a\x0d\x0d\x0a" + bytes(8),  # a section in no order
        b"\x0a\x0d\x0d\x0a\x10\0\0\0\x4d\x3c\x2b\x1a",  # and one that is too short
        b"\6\0\0\0\x0d\0\0\0" + bytes(20),  # a block of an odd size
        enhanced(PACKETS[0], 1, interface=9),
        b"\6\0\0\0\xff\xff\xff\x7f",
    ],
)
def test_damage_in_blocks(tail: bytes) -> None:
    intake, events = brought_in(section() + b"".join(enhanced(packet, 1) for packet in PACKETS) + tail)
    assert said(events) == SAID
    assert "damaged" in str(intake.remarks[0])


@pytest.mark.parametrize("tail", [b"\6", b"\6\0\0\0\x20\0\0\0half"])
def test_blocks_that_are_cut_off(tail: bytes) -> None:
    intake, _events = brought_in(section() + b"".join(enhanced(packet, 1) for packet in PACKETS) + tail)
    assert "cut off" in str(intake.remarks[0])


def test_files_that_want_too_much_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture, "MAX_INTERFACES", 1)
    intake, _events = brought_in(section() + b"".join(enhanced(each, 1) for each in PACKETS) + block(1, bytes(8)))
    assert "damaged" in str(intake.remarks[0])
    monkeypatch.setattr(capture, "MAX_SECRETS", 4)
    kept = capture.Capture(open("/dev/null", "rb"))  # noqa: SIM115
    kept.keep(b"# a remark\nA b c\n")
    kept.file.close()
    assert kept.secrets == []


def test_links_that_are_not_read_are_told() -> None:
    mail = section() + block(1, struct.pack("<HHI", 147, 0, 0)) + b"".join(enhanced(each, 1) for each in PACKETS)
    intake, _events = brought_in(mail + enhanced(b"x", 1, interface=1) + enhanced(b"y", 1, interface=1))
    assert str(intake.remarks[0]) == pcap.OTHER_LINKS.format(count=2, links="147")


# TLS and DEFLATE


def test_a_hello_in_one_piece_with_the_wish_for_it() -> None:
    wire = Wire().open().say("S", GREETING)
    wire.packet("C", ACK, b"STLS\r\n\x16\x03\x01\0\2hi").packet("S", ACK, b"+OK go\r\n")
    intake, events = brought_in(wires.pcap(wire.packets))
    assert said(events)["C"] == b"STLS\r\n"
    assert said(events, layer="tls")["C"] == b"\x16\x03\x01\0\2hi"
    assert intake.found["c1"].tls == "closed"


def test_tls_behind_a_gap_is_not_opened() -> None:
    wire = Wire(port=995).open().say("C", b"\x16\x03\x01\0\2hi")
    wire.seq["C"] += 10
    wire.say("C", b"\x17\x03\x03\0\2xx")
    wire.seq["C"] += 10
    _intake, events = brought_in(wires.pcap(wire.say("C", b"\x17\x03\x03\0\2xx").packets))
    assert [event.text for event in events if isinstance(event, Note)].count(layers.GAP) == 1


def test_a_handshake_that_was_broken_off() -> None:
    wire = Wire(port=995).open().say("C", b"\x16\x03\x01\0\2hi").say("S", b"\x15\x03\x01\0\2\2\x28").close()
    _intake, events = brought_in(wires.pcap(wire.packets))
    [tls] = [event for event in events if isinstance(event, Tls)]
    assert (tls.version, tls.reason) == ("", layers.BROKEN_OFF)


def test_the_server_that_was_asked_for() -> None:
    [before] = [event for event in live(secured(995).journal.events) if isinstance(event, Tls)]
    _intake, events = brought_in(capture_of(live(secured(995).journal.events)))
    assert before.server_name
    assert [event.server_name for event in events if isinstance(event, Tls)] == [before.server_name]


def compressed() -> list:  # type: ignore[type-arg]
    home = World(standard())
    home.connect("laptop", "imap", "norte", 143)
    for line in (
        f"a1 LOGIN ana {PASSWORD}",
        "a2 COMPRESS DEFLATE",
        "a3 SELECT INBOX",
        "a4 FETCH 1 BODY[]",
        "a5 LOGOUT",
    ):
        home.do(Send("laptop", line.encode() + b"\r\n"))
    return live(home.journal.events)


def test_compressed_sessions_come_back() -> None:
    events = compressed()
    assert any(isinstance(event, Data) and event.layer == "deflate" for event in events)
    _intake, back = brought_in(capture_of(events))
    assert said(back) == said(events, "laptop")
    assert said(back, layer="deflate") == said(events, "laptop", "deflate")
    assert said(brought_in(capture_of(back))[1]) == said(back)


def imap(*parts: tuple[str, bytes]) -> Wire:
    wire = Wire(port=143).open().say("S", b"* OK hi\r\n")
    for side, octets in parts:
        wire.say(side, octets)
    return wire


def squeezed(octets: bytes) -> bytes:
    deflate = zlib.compressobj(wbits=-15)
    return deflate.compress(octets) + deflate.flush(zlib.Z_SYNC_FLUSH)


def test_compression_that_was_refused_does_not_begin() -> None:
    parts = [("C", b"a COMPRESS DEFLATE\r\n"), ("S", b"* 1 EXISTS\r\n"), ("S", b"a NO no\r\n"), ("C", b"b NOOP\r\n")]
    events = brought_in(wires.pcap(imap(*parts).packets))[1]
    assert turns(events)[-1] == ("C", b"b NOOP\r\n")


def test_compressed_octets_right_behind_the_agreement() -> None:
    parts = [("C", b"a COMPRESS DEFLATE\r\n"), ("S", b"a OK go\r\n" + squeezed(b"* 1 EXISTS\r\n"))]
    assert said(brought_in(wires.pcap(imap(*parts).packets))[1])["S"].endswith(b"a OK go\r\n* 1 EXISTS\r\n")


@pytest.mark.parametrize("bad", [b"\xff" * 20, squeezed(bytes(100_000))])
def test_compressed_octets_that_are_none_or_too_many(bad: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "MAX_INFLATED", 1000)
    parts = [
        ("C", b"a COMPRESS DEFLATE\r\n"),
        ("S", b"a OK go\r\n"),
        ("S", bad),
        ("S", bad),
        ("C", squeezed(b"b NOOP\r\n")),
    ]
    events = brought_in(wires.pcap(imap(*parts).packets))[1]
    assert [event.text for event in events if isinstance(event, Note)].count(layers.SWOLLEN) == 1
    assert said(events)["C"].endswith(b"b NOOP\r\n")


def test_compressed_octets_behind_a_gap() -> None:
    wire = imap(("C", b"a COMPRESS DEFLATE\r\n"), ("S", b"a OK go\r\n"))
    wire.seq["S"] += 9
    events = brought_in(wires.pcap(wire.say("S", squeezed(b"* 1 EXISTS\r\n")).packets))[1]
    assert [event.text for event in events if isinstance(event, Note)][:2] == [
        "{count} octets that the server sent here are not in the file.",
        layers.SWOLLEN,
    ]


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_anything_may_follow_the_agreement(client: bytes, server: bytes) -> None:
    parts = [("C", b"a COMPRESS DEFLATE\r\n"), ("S", b"a OK go\r\n"), ("C", client), ("S", server)]
    events = brought_in(wires.pcap(imap(*parts).packets))[1]
    assert re.match(rb"a COMPRESS DEFLATE\r\n", said(events)["C"])
