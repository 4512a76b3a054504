"""Frames taken apart: every octet has a field, and scapy reads the same values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from scapy.layers.inet import TCP
from scapy.layers.l2 import Ether

from sandbox.core.message import Msg
from sandbox.record.export.dissect import Field, fields, flag_names
from sandbox.record.export.frames import ACK, FIN, PSH, RST, SYN
from tests.record.export.test_frames import ADDRESSES, MOVES, flow

NAMES = {
    "version": "Version",
    "ihl": "IHL",
    "tos": "Type of Service",
    "len": "Total Length",
    "id": "Identification",
    "frag": "Fragment Offset",
    "ttl": "Time to Live",
    "proto": "Protocol",
    "src": "Source Address",
    "dst": "Destination Address",
    "tc": "Traffic Class",
    "fl": "Flow Label",
    "plen": "Payload Length",
    "nh": "Next Header",
    "hlim": "Hop Limit",
    "sport": "Source Port",
    "dport": "Destination Port",
    "seq": "Sequence Number",
    "ack": "Acknowledgment Number",
    "dataofs": "Data Offset",
    "window": "Window",
    "urgptr": "Urgent Pointer",
}
"""Fields as scapy calls them, and as the RFCs do."""
WORDS = ("IHL", "Data Offset")
"""Fields that we show in octets, as they are meant, and not in words of four."""


def by_name(found: list[Field], layer: str) -> dict[str, Field]:
    return {field.name: field for field in found if field.layer == layer}


@pytest.mark.parametrize(("client", "server"), ADDRESSES)
@given(MOVES)
def test_scapy_reads_the_same_values(client: str, server: str, moves: list[tuple[Any, int, bytes, int]]) -> None:
    under_test = flow(client, server)
    for side, flags, payload, at in moves:
        frame = under_test.frame(at, side, flags, payload)
        found = fields(frame)
        read: Any = Ether(frame)
        for layer, packet in ((found[3].layer, read.payload), ("TCP", read.payload.payload)):
            ours = by_name(found, layer)
            for theirs, name in NAMES.items():
                if theirs in packet.fields:
                    scale = 4 if name in WORDS else 1
                    wanted = packet.fields[theirs]
                    assert ours[name].value == str(wanted * scale if scale > 1 else wanted)


@pytest.mark.parametrize(("client", "server"), ADDRESSES)
@pytest.mark.parametrize("flags", [SYN, SYN | ACK, ACK, ACK | PSH, FIN | ACK, RST | ACK])
def test_every_octet_has_a_field(client: str, server: str, flags: int) -> None:
    frame = flow(client, server).frame(0, "C", flags, b"NOOP\r\n")
    found = fields(frame)
    covered = {octet for field in found for octet in range(field.start, field.stop)}
    assert covered == set(range(len(frame)))
    assert all(field.ref.known for field in found)
    bits = [field for field in found if field.layer == "TCP" and field.name in ("SYN", "ACK", "PSH", "FIN", "RST")]
    assert [field.name for field in bits] == flag_names(flags)
    assert found[-1].name == "data"


def test_options_are_what_scapy_reads() -> None:
    frame = flow(*ADDRESSES[0]).frame(0, "C", SYN)
    ours = by_name(fields(frame), "TCP")
    theirs = dict(Ether(frame)[TCP].options)
    assert ours["Maximum Segment Size"].value == str(theirs["MSS"])
    assert ours["Window Scale"].value == str(theirs["WScale"])
    assert ours["Timestamps"].value == " ".join(map(str, theirs["Timestamp"]))
    assert {"SACK-Permitted", "No-Operation"} <= ours.keys()
    assert "data" not in ours


def test_numbers_are_counted_from_the_first_of_the_connection() -> None:
    under_test = flow(*ADDRESSES[0])
    for side, flags in (("C", SYN), ("S", SYN | ACK), ("C", ACK)):
        under_test.frame(0, side, flags)  # type: ignore[arg-type]
    under_test.frame(0, "S", ACK | PSH, b"+OK hello\r\n")
    found = by_name(fields(under_test.frame(0, "C", ACK | PSH, b"NOOP\r\n"), under_test.initial("C")), "TCP")
    assert found["Sequence Number"].about.params == {"count": 1}
    assert found["Acknowledgment Number"].about.params == {"count": 12}
    assert found["Window"].about == Msg(found["Window"].about.text, times=128, octets=65536)
