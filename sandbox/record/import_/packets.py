"""From a frame to the TCP segment in it: link layers, IPv4 (RFC 791), IPv6 (RFC 8200), TCP (RFC 9293)."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Final, NamedTuple

from sandbox.record.export.frames import ACK, FIN, RST, SYN

__all__ = ["ACK", "FIN", "LINKS", "RST", "SYN", "Segment", "segment"]


class Segment(NamedTuple):
    """A TCP segment. An end is an address of 4 or 16 octets with the port behind it.

    `size` is how many octets it carried on the wire; `payload` may be shorter, where the capture cut the frame.
    """

    source: bytes
    target: bytes
    seq: int
    ack: int
    flags: int
    size: int
    payload: bytes


_TCP: Final = 6
_FRAGMENT: Final = 44
_AUTHENTICATION: Final = 51
_HEADERS: Final = frozenset({0, 43, 60, 135, 139, 140})
"""IPv6 extension headers that say how long they are, in units of eight octets (RFC 8200 section 4)."""
_tcp: Final = struct.Struct("!IIBB").unpack_from
_short: Final = struct.Struct("!H").unpack_from
_VLANS: Final = frozenset({b"\x81\x00", b"\x88\xa8", b"\x91\x00"})
_PPPOE: Final = b"\x88\x64"


def segment(link: int, frame: bytes, size: int) -> Segment | None:
    """The segment in a frame that had `size` octets on the wire; None if there is none, or not a whole header."""
    find = LINKS.get(link)
    if find is None:
        return None
    start = find(frame)
    try:
        version = frame[start] >> 4
        if version == 4:
            return _ipv4(frame, start, size)
        return _ipv6(frame, start, size) if version == 6 else None
    except (IndexError, struct.error):
        return None


def _ipv4(frame: bytes, start: int, size: int) -> Segment | None:
    if frame[start + 9] != _TCP or _short(frame, start + 6)[0] & 0x3FFF:  # another protocol, or a fragment
        return None
    header = (frame[start] & 15) << 2
    length = _short(frame, start + 2)[0]
    stop = start + length if length else size  # 0: the network card was to fill it in
    source, target = frame[start + 12 : start + 16], frame[start + 16 : start + 20]
    return _segment(frame, start + header, stop, source, target) if header >= 20 else None


def _ipv6(frame: bytes, start: int, size: int) -> Segment | None:
    length = _short(frame, start + 4)[0]
    stop = start + 40 + length if length else size
    source, target = frame[start + 8 : start + 24], frame[start + 24 : start + 40]
    following, at = frame[start + 6], start + 40
    while following != _TCP:
        if following in _HEADERS:
            step = (frame[at + 1] + 1) << 3
        elif following == _AUTHENTICATION:
            step = (frame[at + 1] + 2) << 2
        elif following == _FRAGMENT and not _short(frame, at + 2)[0] & 0xFFF9:
            step = 8  # a fragment that is the whole
        else:
            return None
        following, at = frame[at], at + step
    return _segment(frame, at, stop, source, target)


def _segment(frame: bytes, start: int, stop: int, source: bytes, target: bytes) -> Segment | None:
    seq, ack, offset, flags = _tcp(frame, start + 4)
    begin = start + ((offset >> 4) << 2)
    if begin < start + 20 or begin > stop:
        return None
    ports = frame[start : start + 4]
    return Segment(source + ports[:2], target + ports[2:], seq, ack, flags, max(stop - begin, 0), frame[begin:stop])


# Where IP begins


def _ethernet(frame: bytes) -> int:
    at = 12
    while frame[at : at + 2] in _VLANS:
        at += 4
    return at + 10 if frame[at : at + 2] == _PPPOE else at + 2


def _at(start: int) -> Callable[[bytes], int]:
    return lambda _frame: start


LINKS: Final[dict[int, Callable[[bytes], int]]] = {
    0: _at(4),  # BSD loopback
    1: _ethernet,
    9: _at(2),  # PPP
    12: _at(0),
    14: _at(0),
    50: _at(4),  # PPP in HDLC-like framing
    101: _at(0),  # raw IP
    108: _at(4),  # OpenBSD loopback
    113: _at(16),  # Linux "any" device
    228: _at(0),
    229: _at(0),
    276: _at(20),  # the same, version 2
}
"""Link types (tcpdump.org/linktypes.html), and where IP begins in their frames. The version of IP tells the rest."""
