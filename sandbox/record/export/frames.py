"""Ethernet frames of a TCP connection (RFC 9293) over IPv4 (RFC 791) or IPv6 (RFC 8200), made up around its octets.

The octets were real, the headers are what a network would have put around them. Tests hold them against scapy's.
"""

from __future__ import annotations

import struct
from copy import copy
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
_VERSION_4: Final = 0x4500
_DONT_FRAGMENT: Final = 0x4000
_NEXT: Final = _HOPS << 8 | _TCP
_MILLISECOND: Final = 1_000_000

_whole: Final = struct.Struct("!14sHHHHHH8s4sIIHHHHIII").pack
_ip4: Final = struct.Struct("!14sHHHHHH8s").pack
_ip6: Final = struct.Struct("!14sIHBB32s").pack
_tcp: Final = struct.Struct("!4sIIHHHH").pack
_times: Final = struct.Struct("!III").pack
_TIMES: Final = 0x0101080A
"""Two options without meaning, for alignment, then the timestamps' kind and length (RFC 7323 appendix A)."""
_syn_options: Final = struct.Struct("!BBHBBBBIIBBBB").pack


def checksum(octets: bytes) -> int:
    """The Internet checksum (RFC 1071): the one's complement sum of 16-bit words is the remainder by 65,535."""
    return -_words(octets) % 65535


def _words(octets: bytes) -> int:
    """A number with the same remainder by 65,535 as the sum of the 16-bit words (the last one padded)."""
    return int.from_bytes(octets) << 8 if len(octets) & 1 else int.from_bytes(octets)


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
    """What one end sends: its headers, and where it is. `initial` is its first sequence number."""

    def __init__(self, own: End, other: End, number: int) -> None:
        self.initial = number
        self.seq = number
        self.acked = number
        """What the other end acknowledged."""
        self.ident = 1
        self.seen_clock = 0
        self.ethernet = other.mac + own.mac + (b"\x08\0" if len(own.address) == 4 else b"\x86\xdd")
        self.addresses = own.address + other.address
        self.ports = own.port.to_bytes(2) + other.port.to_bytes(2)
        self.tcp_sum = _words(self.addresses) + _TCP + _words(self.ports)
        self.ip_sum = _VERSION_4 + _DONT_FRAGMENT + _NEXT + _words(self.addresses)


class Flow:
    """A TCP connection. Both addresses are of the same version of IP; `key` decides the initial sequence numbers."""

    def __init__(self, client: End, server: End, key: str, began: int) -> None:
        self._began = began
        self._halves: dict[Side, _Half] = {
            "C": _Half(client, server, crc32(f"C {key}".encode("utf-8", "replace"))),
            "S": _Half(server, client, crc32(f"S {key}".encode("utf-8", "replace"))),
        }
        first, second = self._halves["C"].initial, self._halves["S"].initial
        self._initial: dict[Side, tuple[int, int]] = {"C": (first, second), "S": (second, first)}
        self._v4 = len(client.address) == 4
        self._announced = MTU - (20 if self._v4 else 40) - 20
        self.room = self._announced - 12
        """Octets that fit in a segment beside its timestamps."""

    def __copy__(self) -> Flow:
        """The connection as it is now, to go on from here a second time."""
        other = Flow.__new__(Flow)
        other.__dict__ |= self.__dict__
        other._halves = {side: copy(half) for side, half in self._halves.items()}
        return other

    def initial(self, side: Side) -> tuple[int, int]:
        """The first sequence numbers: of `side`, and of the other end."""
        return self._initial[side]

    def unacknowledged(self, side: Side) -> int:
        """How many octets of `side` the other end has not acknowledged."""
        half = self._halves[side]
        return (half.seq - half.acked) & 0xFFFFFFFF

    def skip(self, at: int, side: Side, flags: int, size: int) -> None:
        """Go on as if the next frame of `side`, with so many octets, had been made."""
        half, peer = self._halves[side], self._halves[_OTHER[side]]
        peer.seen_clock = self._clock(half, at)
        if flags & ACK:
            peer.acked = peer.seq
        half.seq = (half.seq + size + (1 if flags & (SYN | FIN) else 0)) & 0xFFFFFFFF
        half.ident = (half.ident + 1) & 0xFFFF

    def frame(self, at: int, side: Side, flags: int, payload: bytes = b"") -> bytes:
        """The next frame of `side`."""
        half, peer = self._halves[side], self._halves[_OTHER[side]]
        now = self._clock(half, at)
        ack, echo = (peer.seq, half.seen_clock) if flags & ACK else (0, 0)
        if flags & SYN or not self._v4:
            frame = self._assembled(half, flags, ack, now, echo, payload)
        else:
            frame = _plain(half, flags, ack, now, echo, payload)
        self.skip(at, side, flags, len(payload))
        return frame

    def _assembled(self, half: _Half, flags: int, ack: int, now: int, echo: int, payload: bytes) -> bytes:
        """Any frame, header by header."""
        if flags & SYN:
            options = _syn_options(2, 4, self._announced, 4, 2, 8, 10, now, echo, 1, 3, 3, SCALE)
            window = _UNSCALED
        else:
            options, window = _times(_TIMES, now, echo), WINDOW
        size = 20 + len(options) + len(payload)
        offset = (20 + len(options)) << 10 | flags
        check = -(half.tcp_sum + size + half.seq + ack + offset + window + _words(options) + _words(payload)) % 65535
        return self._head(half, size) + _tcp(half.ports, half.seq, ack, offset, window, check, 0) + options + payload

    def _head(self, half: _Half, size: int) -> bytes:
        """The headers of Ethernet and IP."""
        if not self._v4:
            return _ip6(half.ethernet, 6 << 28, size, _TCP, _HOPS, half.addresses)
        size += 20
        check = -(half.ip_sum + size + half.ident) % 65535
        return _ip4(half.ethernet, _VERSION_4, size, half.ident, _DONT_FRAGMENT, _NEXT, check, half.addresses)

    def _clock(self, half: _Half, at: int) -> int:
        """The timestamp of an end: milliseconds since some moment (RFC 7323 section 5.4)."""
        return (half.initial + (at - self._began) // _MILLISECOND) & 0xFFFFFFFF


_OTHER: Final[dict[Side, Side]] = {"C": "S", "S": "C"}


def _plain(half: _Half, flags: int, ack: int, now: int, echo: int, payload: bytes) -> bytes:
    """The frame that most are, IPv4 with timestamps, in one piece. 32-bit numbers count as they are in checksums."""
    size, seq, offset = 32 + len(payload), half.seq, 32 << 10 | flags
    whole = 20 + size
    said = seq + ack + now + echo + _words(payload)
    return (
        _whole(
            half.ethernet,
            _VERSION_4,
            whole,
            half.ident,
            _DONT_FRAGMENT,
            _NEXT,
            -(half.ip_sum + whole + half.ident) % 65535,
            half.addresses,
            half.ports,
            seq,
            ack,
            offset,
            WINDOW,
            -(half.tcp_sum + size + offset + WINDOW + _TIMES + said) % 65535,
            0,
            _TIMES,
            now,
            echo,
        )
        + payload
    )
