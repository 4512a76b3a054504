"""Captures: whatever happened to the packets, the conversation is what was said, or what lacks is told."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import resources
from sandbox.record.import_ import conversation, flows, reassembly
from sandbox.record.reader import Transcript
from sandbox.wire.trace import Close, Data, Note, Open, Tls, live
from tests.record.export.captures import capture_of, exported
from tests.record.export.test_pcapng import secured
from tests.record.import_.wires import (
    ACK,
    DIALOGUE,
    FIN,
    GREETING,
    RST,
    SYN,
    Wire,
    brought_in,
    enhanced,
    notes,
    pcap,
    said,
    section,
    spoken,
    turns,
)

TRANSCRIPTS = sorted(path for path in resources.transcripts().iterdir() if path.name.endswith(".jsonl"))
# Round trips


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.name)
def test_every_lesson_comes_back_as_it_was_exported(path: Path) -> None:
    with Transcript.open(path) as transcript:
        capture = exported(transcript, {})
        events = list(transcript.live.numbered())
    opened = [event for _number, event in events if isinstance(event, Open)]
    intake, back = brought_in(capture)
    again = [event for event in back if isinstance(event, Open)]
    assert [(each.proto, each.server, each.port) for each in again] == [
        (each.proto, each.server, each.port) for each in opened
    ]
    for before, after in zip(opened, again, strict=True):
        assert said(back, after.conn) == said(arrived([event for _number, event in events]), before.conn)
    assert intake.remarks == []
    assert not intake.left_out


def arrived(events: list) -> list:  # type: ignore[type-arg]
    return [event for event in events if not (isinstance(event, Data) and event.lost)]


@pytest.mark.parametrize("port", [110, 995])
def test_a_capture_with_secrets_is_opened_and_exported_again(port: int) -> None:
    events = live(secured(port).journal.events)
    intake, back = brought_in(capture_of(events))
    assert said(back) == said(events, "laptop")
    assert intake.found["c1"].tls == "opened"
    [tls] = [event for event in back if isinstance(event, Tls)]
    assert tls.version == "TLS 1.3"
    assert tls.secrets
    assert said(back, layer="tls") == said(events, "laptop", "tls")
    _intake, again = brought_in(capture_of(back))
    assert said(again) == said(back)


def test_secrets_may_come_in_a_file_of_their_own() -> None:
    events = [event for event in live(secured(995).journal.events) if not isinstance(event, Tls)]
    secrets = [event.secrets for event in live(secured(995).journal.events) if isinstance(event, Tls)]
    assert secrets
    home = secured(110)
    events = live(home.journal.events)
    [tls] = [event for event in events if isinstance(event, Tls)]
    bare = [event for event in events if not isinstance(event, Tls)]
    closed, back = brought_in(capture_of(bare))
    assert closed.found["c1"].tls == "closed"
    assert b"PASS" not in said(back)["C"]
    assert any("no keys" in text for text in notes(back))
    opened, back = brought_in(capture_of(bare), "\n".join(tls.secrets).encode())
    assert opened.found["c1"].tls == "opened"
    assert said(back) == said(events, "laptop")


# What networks do


@st.composite
def disturbed(draw: st.DrawFn) -> list[bytes]:
    """The dialogue, cut at random, with duplicates, overlaps and packets that overtook each other."""
    start = draw(st.sampled_from([0, 1000, 2**32 - 20, 2**32 - 1]))
    wire = Wire(seq={"C": start, "S": (start * 7) & 0xFFFFFFFF}).open()
    for side, octets in DIALOGUE:
        rest = octets
        while rest:
            size = draw(st.integers(1, len(rest)))
            wire.packet(side, ACK, rest[:size])
            if draw(st.booleans()):  # again, with some of what came before
                back = draw(st.integers(0, min(len(octets) - len(rest), 8)))
                stop = len(octets) - len(rest) + size
                piece = octets[stop - size - back : stop]
                wire.packet(side, ACK, piece, seq=wire.seq[side] - len(piece))
            rest = rest[size:]
        wire.packet("S" if side == "C" else "C", ACK)
    packets = wire.close().packets
    for _swap in range(draw(st.integers(0, 12))):
        first = draw(st.integers(3, len(packets) - 2))
        packets[first], packets[first + 1] = packets[first + 1], packets[first]
    return packets


@given(disturbed())
def test_order_duplicates_and_overlaps_do_not_matter(packets: list[bytes]) -> None:
    intake, events = brought_in(pcap(packets))
    assert turns(events) == DIALOGUE
    assert intake.found["c1"].missing == {"C": 0, "S": 0}
    assert [event.side for event in events if isinstance(event, Close)]


@given(st.data())
def test_what_was_not_captured_is_told_octet_for_octet(data: st.DataObject) -> None:
    wire = Wire().open()
    spoken(wire)
    packets = wire.close().packets
    gone = data.draw(
        st.sets(st.sampled_from([at for at, packet in enumerate(packets) if len(packet) > 40]), min_size=1)
    )
    kept = [packet for at, packet in enumerate(packets) if at not in gone]
    if not any(len(packet) > 40 for packet in kept):
        return
    intake, events = brought_in(pcap(kept))
    missing = sum(len(packets[at]) - 40 for at in gone)
    assert sum(intake.found["c1"].missing.values()) == missing
    assert sum(map(len, said(events).values())) + missing == sum(len(octets) for _side, octets in DIALOGUE)
    counts = [event.params["count"] for event in events if isinstance(event, Note) and "count" in event.params]
    assert sum(int(count) for count in counts) == missing


def test_a_gap_is_told_where_it_is() -> None:
    wire = spoken(Wire().open())
    at = next(number for number, packet in enumerate(wire.packets) if packet.endswith(b"PASS secreto\r\n"))
    _intake, events = brought_in(pcap(wire.packets[:at] + wire.packets[at + 1 :]))
    texts = [event.raw if isinstance(event, Data) else event.text for event in events if isinstance(event, Data | Note)]
    assert texts[2:6] == [
        b"+OK\r\n",
        "{count} octets that the client sent here are not in the file.",
        b"+OK\r\n",
        b"RETR 1\r\n",
    ]


@pytest.mark.parametrize("side", ["C", "S"])
def test_one_side_alone(side: str) -> None:
    wire = spoken(Wire().open()).close()
    source = b"\xc0\x00\x02\x01" if side == "C" else b"\xc0\x00\x02\x02"
    packets = [packet for packet in wire.packets if packet[12:16] == source]
    intake, events = brought_in(pcap(packets))
    own = b"".join(octets for each, octets in DIALOGUE if each == side)
    assert said(events)[side] == own
    assert intake.found["c1"].missing["S" if side == "C" else "C"] == sum(
        len(octets) for each, octets in DIALOGUE if each != side
    )


def test_a_gap_in_one_side_alone_is_not_waited_for() -> None:
    wire = Wire().open()
    for number in range(4):
        wire.packet("S", ACK, b"+OK %d\r\n" % number)
    packets = [packet for at, packet in enumerate(wire.packets) if at not in (0, 2, 4)]
    intake, events = brought_in(pcap(packets))
    assert said(events)["S"] == b"+OK 0\r\n+OK 2\r\n+OK 3\r\n"
    assert intake.found["c1"].missing["S"] == 7


def test_the_beginning_may_be_missing() -> None:
    wire = spoken(Wire().open())
    _intake, events = brought_in(pcap(wire.packets[5:]))
    [opened] = [event for event in events if isinstance(event, Open)]
    assert (opened.client, opened.server, opened.port) == ("192.0.2.1", "192.0.2.2", 110)
    assert notes(events) == [conversation.MIDDLE, conversation.UNFINISHED]
    assert turns(events) == DIALOGUE[1:]


def test_packets_that_were_cut_short_leave_gaps() -> None:
    wire = spoken(Wire().open()).close()
    intake, events = brought_in(pcap(wire.packets, snap=60))
    assert sum(intake.found["c1"].missing.values()) == sum(max(len(octets) - 20, 0) for _side, octets in DIALOGUE)
    assert said(events)["C"] == b"".join(octets for side, octets in DIALOGUE if side == "C")


def test_keep_alives_say_nothing() -> None:
    wire = spoken(Wire().open(), DIALOGUE[:3])
    wire.packet("C", ACK, b"\0", seq=wire.seq["C"] - 1).packet("S", ACK)
    _intake, events = brought_in(pcap(spoken(wire, DIALOGUE[3:]).close().packets))
    assert turns(events) == DIALOGUE


def test_acknowledgements_from_nowhere_are_ignored() -> None:
    wire = spoken(Wire().open(), DIALOGUE[:3])
    was = wire.seq["S"]
    wire.seq["S"] = (was + (1 << 31) - 7) & 0xFFFFFFFF
    wire.packet("C", ACK)
    wire.seq["S"] = was
    wire.packet("S", ACK, b"far away", seq=was + (1 << 30))
    intake, events = brought_in(pcap(spoken(wire, DIALOGUE[3:]).close().packets))
    assert turns(events) == DIALOGUE
    assert intake.found["c1"].missing == {"C": 0, "S": 0}


def test_what_waits_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reassembly, "MAX_WAITING", 50)
    wire = Wire().open().say("S", GREETING)
    wire.seq["S"] += 10
    was = wire.seq["S"]
    for _number in range(8):
        wire.packet("S", ACK, b"1234567\r\n")
    wire.seq["S"] = was - 10
    wire.packet("C", ACK)
    intake, events = brought_in(pcap(wire.packets))
    assert intake.found["c1"].missing == {"C": 0, "S": 10}
    assert said(events)["S"] == GREETING + b"1234567\r\n" * 8


@pytest.mark.parametrize(
    ("end", "side", "cut"),
    [
        (lambda wire: wire.close("C"), "C", False),
        (lambda wire: wire.close("S"), "S", False),
        (lambda wire: wire.packet("S", RST | ACK), "", True),
        (lambda wire: wire.packet("C", FIN | ACK).packet("S", RST), "C", False),
        (lambda wire: wire.packet("S", FIN | ACK).packet("C", ACK, b"late\r\n"), "S", False),
    ],
)
def test_ends(end, side: str, cut: bool) -> None:  # type: ignore[no-untyped-def]
    wire = spoken(Wire().open())
    end(wire)
    _intake, events = brought_in(pcap(wire.packets))
    [closed] = [event for event in events if isinstance(event, Close)]
    assert (closed.side, closed.cut) == (side, cut)


def test_refused_and_silent_connections() -> None:
    wire = Wire().packet("C", SYN)
    wire.packet("S", RST | ACK).packet("C", SYN, seq=1000).packet("S", RST | ACK)
    silent = Wire(client_port=2000).open().close()
    intake, events = brought_in(pcap(wire.packets + silent.packets))
    assert list(intake.found) == ["c1", "c2"]
    assert notes(events) == [conversation.REFUSED, conversation.UNANSWERED]


def test_ports_that_are_used_again_are_other_connections() -> None:
    first = spoken(Wire().open(), DIALOGUE[:2])
    second = spoken(Wire(seq={"C": 70_000, "S": 90_000}).open(), DIALOGUE[:1]).close()
    _intake, events = brought_in(pcap(first.packets + second.packets))
    assert turns(events, "c1") == DIALOGUE[:2]
    assert turns(events, "c2") == DIALOGUE[:1]


def test_connections_are_pushed_out_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows, "MAX_FLOWS", 4)
    monkeypatch.setattr(flows, "WINDOW", 2)
    packets = [
        packet for port in range(3000, 3020) for packet in Wire(client_port=port).open().say("S", GREETING).packets
    ]
    intake, events = brought_in(pcap(packets))
    assert len(intake.found) == 20
    assert all(said(events, conn)["S"] == GREETING for conn in intake.found)


def test_time_never_runs_backwards() -> None:
    wire = spoken(Wire().open())
    units = list(range(len(wire.packets), 0, -1))
    capture = section() + b"".join(map(enhanced, wire.packets, units))
    _intake, events = brought_in(capture)
    times = [event.at for event in events]
    assert times == sorted(times)


# An independent reader

TSHARK = shutil.which("tshark")


@pytest.mark.skipif(TSHARK is None, reason="tshark is not installed")
def test_tshark_follows_the_same_octets(tmp_path: Path) -> None:
    assert TSHARK is not None
    wire = spoken(Wire(seq={"C": 2**32 - 5, "S": 7}).open()).close()
    packets = wire.packets
    packets[6], packets[9] = packets[9], packets[6]
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(packets))
    command = [TSHARK, "-r", str(path), "-q", "-z", "follow,tcp,raw,0"]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = [line for line in out.splitlines() if line.strip() and not set(line.strip()) - set("0123456789abcdef")]
    theirs = {"C": b"", "S": b""}
    for row in rows:
        theirs["S" if row.startswith("\t") else "C"] += bytes.fromhex(row.strip())
    _intake, events = brought_in(path.read_bytes())
    assert said(events) == theirs
