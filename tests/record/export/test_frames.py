"""Frames: every octet as scapy would write it."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.inet import IP, TCP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether

from sandbox.record.export.frames import ACK, FIN, PSH, RST, SYN, End, Flow, checksum

ADDRESSES = [("192.0.2.1", "198.51.100.7"), ("2001:db8::1", "2001:db8::beef:7")]
MOVES = st.lists(
    st.tuples(
        st.sampled_from(["C", "S"]),
        st.sampled_from([SYN, SYN | ACK, ACK, ACK | PSH, FIN | ACK, RST | ACK]),
        st.binary(max_size=40),
        st.integers(0, 2**62),
    ),
    max_size=12,
)


def flow(client: str, server: str, began: int = 0) -> Flow:
    ends = [End(ipaddress.ip_address(text).packed, port) for text, port in ((client, 49152), (server, 110))]
    return Flow(ends[0], ends[1], "c1", began)


def rebuilt(frame: bytes) -> bytes:
    """The frame as scapy writes it from the fields that it reads: lengths and checksums are its own."""
    read: Any = Ether(frame)
    ip = read.payload
    tcp = ip.payload
    for layer, computed in ((ip, ("len", "chksum", "plen", "ihl")), (tcp, ("chksum", "dataofs"))):
        for name in computed:
            if name in layer.fields:
                del layer.fields[name]
        layer.raw_packet_cache = None
    read.raw_packet_cache = None
    return bytes(read)


@pytest.mark.parametrize(("client", "server"), ADDRESSES)
@given(MOVES)
def test_scapy_writes_the_same_octets(client: str, server: str, moves: list[tuple[Any, int, bytes, int]]) -> None:
    under_test = flow(client, server)
    for side, flags, payload, at in moves:
        frame = under_test.frame(at, side, flags, payload)
        assert rebuilt(frame) == frame


@pytest.mark.parametrize(("client", "server"), ADDRESSES)
def test_scapy_builds_the_same_frame_from_nothing(client: str, server: str) -> None:
    under_test = flow(client, server)
    first = under_test.frame(0, "C", SYN)
    seen: Any = Ether(first)
    network = IP(src=client, dst=server, id=1, flags="DF") if "." in client else IPv6(src=client, dst=server)
    clock = dict(seen[TCP].options)["Timestamp"][0]
    options = [
        ("MSS", 1460 if "." in client else 1440),
        ("SAckOK", b""),
        ("Timestamp", (clock, 0)),
        ("NOP", None),
        ("WScale", 7),
    ]
    tcp = TCP(sport=49152, dport=110, seq=seen[TCP].seq, flags="S", window=65535, options=options)
    network.ttl = 64
    assert bytes(Ether(src=seen.src, dst=seen.dst) / network / tcp) == first
    under_test.frame(1_000_000, "S", SYN | ACK)
    answer: Any = Ether(under_test.frame(5_000_000, "C", PSH | ACK, b"NOOP\r\n"))
    assert (answer[TCP].seq - seen[TCP].seq) & 0xFFFFFFFF == 1
    assert dict(answer[TCP].options)["Timestamp"][0] == (clock + 5) & 0xFFFFFFFF
    assert bytes(answer[TCP].payload) == b"NOOP\r\n"


def test_numbers_count_octets_and_the_ends_of_the_stream() -> None:
    under_test = flow(*ADDRESSES[0])
    steps = [("C", SYN, b""), ("S", SYN | ACK, b""), ("C", ACK, b""), ("S", ACK, b"+OK\r\n"), ("C", FIN | ACK, b"")]
    under_test_frames: list[Any] = [Ether(under_test.frame(0, side, flags, raw)) for side, flags, raw in steps]  # type: ignore[arg-type]
    tcp = [frame[TCP] for frame in under_test_frames]
    client, server = tcp[0].seq, tcp[1].seq
    assert [(one.seq, one.ack) for one in tcp] == [
        (client, 0),
        (server, (client + 1) & 0xFFFFFFFF),
        ((client + 1) & 0xFFFFFFFF, (server + 1) & 0xFFFFFFFF),
        ((server + 1) & 0xFFFFFFFF, (client + 1) & 0xFFFFFFFF),
        ((client + 1) & 0xFFFFFFFF, (server + 6) & 0xFFFFFFFF),
    ]
    assert under_test.unacknowledged("S") == 0
    under_test.frame(0, "S", ACK, b"more")
    assert under_test.unacknowledged("S") == 4


@given(st.binary(max_size=100))
def test_the_checksum_makes_the_sum_come_out_even(octets: bytes) -> None:
    padded = octets + b"\0" * (len(octets) % 2)
    assert checksum(octets + b"\0" * (len(octets) % 2) + checksum(octets).to_bytes(2)) == 0
    assert checksum(octets) == checksum(padded)
