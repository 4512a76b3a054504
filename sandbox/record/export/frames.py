"""Ethernet frames of a TCP connection (RFC 9293) over IPv4 (RFC 791) or IPv6 (RFC 8200), made up around its octets.

The octets were real, the headers are what a network would have put around them. Tests hold them against scapy's.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final
from zlib import crc32

from sandbox.wire.trace import Side

FIN: Final = 1
SYN: Final = 2
RST: Final = 4
PSH: Final = 8
ACK: Final = 16

MTU: Final = 1500
SCALE: Final = 7
"""Window scale (RFC 7323 section 2)."""
WINDOW: Final = 512
"""As it stands in the header: 64 KiB."""
_UNSCALED: Final = 65535
_HOPS: Final = 64
_TCP: Final = 6
_DONT_FRAGMENT: Final = 0x4000
_MILLISECOND: Final = 1_000_000

_ip4: Final = struct.Struct("!BBHHHBBH4s4s").pack
_ip6: Final = struct.Struct("!IHBB16s16s").pack
_tcp: Final = struct.Struct("!HHIIBBHHH").pack
_pseudo: Final = struct.Struct("!II").pack
_times: Final = struct.Struct("!BBBBII").pack
_syn_options: Final = struct.Struct("!BBHBBBBIIBBBB").pack


def checksum(octets: bytes) -> int:
    """The Internet checksum (RFC 1071): the one's complement sum of 16-bit words is the remainder by 65,535."""
    if len(octets) & 1:
        octets += b"\0"
    return -int.from_bytes(octets) % 65535


@dataclass(frozen=True, slots=True)
class End:
    """One end of a connection. `address` has 4 or 16 octets."""

    address: bytes
    port: int

    @property
    def mac(self) -> bytes:
        """A locally administered address of the interface, the same for the same IP address."""
        return b"\x02\0" + crc32(self.address).to_bytes(4)


class _Half:
    """What one end sends: its headers, and where it is."""

    def __init__(self, own: End, other: End, number: int) -> None:
        self.own, self.other = own, other
        self.seq = number
        self.acked = number
        """What the other end acknowledged."""
        self.ident = 1
        self.clock = number
        self.seen_clock = 0
        self.ethernet = other.mac + own.mac + (b"\x08\0" if len(own.address) == 4 else b"\x86\xdd")
        self.addresses = own.address + other.address


class Flow:
    """A TCP connection. Both addresses are of the same version of IP; `key` decides the initial sequence numbers."""

    def __init__(self, client: End, server: End, key: str, began: int) -> None:
        self._began = began
        self._halves: dict[Side, _Half] = {
            "C": _Half(client, server, crc32(f"C {key}".encode("utf-8", "replace"))),
            "S": _Half(server, client, crc32(f"S {key}".encode("utf-8", "replace"))),
        }
        self._v4 = len(client.address) == 4
        self._announced = MTU - (20 if self._v4 else 40) - 20
        self.room = self._announced - 12
        """Octets that fit in a segment beside its timestamps."""

    def unacknowledged(self, side: Side) -> int:
        """How many octets of `side` the other end has not acknowledged."""
        half = self._halves[side]
        return (half.seq - half.acked) & 0xFFFFFFFF

    def frame(self, at: int, side: Side, flags: int, payload: bytes = b"") -> bytes:
        """The next frame of `side`."""
        half, peer = self._halves[side], self._halves["S" if side == "C" else "C"]
        now = (half.clock + (at - self._began) // _MILLISECOND) & 0xFFFFFFFF
        echo = half.seen_clock if flags & ACK else 0
        peer.seen_clock = now
        if flags & SYN:
            options = _syn_options(2, 4, self._announced, 4, 2, 8, 10, now, echo, 1, 3, 3, SCALE)
        else:
            options = _times(1, 1, 8, 10, now, echo)
        ack = 0
        if flags & ACK:
            ack = peer.acked = peer.seq
        offset = (20 + len(options)) << 2
        window = _UNSCALED if flags & SYN else WINDOW
        ports = half.own.port, half.other.port
        rest = options + payload
        size = 20 + len(rest)
        blank = _tcp(*ports, half.seq, ack, offset, flags, window, 0, 0) + rest
        check = checksum(half.addresses + _pseudo(size, _TCP) + blank)
        segment = _tcp(*ports, half.seq, ack, offset, flags, window, check, 0) + rest
        half.seq = (half.seq + len(payload) + (1 if flags & (SYN | FIN) else 0)) & 0xFFFFFFFF
        return half.ethernet + self._ip(half, size) + segment

    def _ip(self, half: _Half, size: int) -> bytes:
        own, other = half.own.address, half.other.address
        if not self._v4:
            return _ip6(6 << 28, size, _TCP, _HOPS, own, other)
        ident, half.ident = half.ident, (half.ident + 1) & 0xFFFF
        fixed = 0x45, 0, 20 + size, ident, _DONT_FRAGMENT, _HOPS, _TCP
        return _ip4(*fixed, checksum(_ip4(*fixed, 0, own, other)), own, other)
