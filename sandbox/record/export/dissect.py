"""A frame taken apart, field by field, as the documents that define it name its fields.

Fields that share octets (a version and a length, a few flags) are told one by one. Only frames of `frames.py` come
here: Ethernet, IPv4 without options or IPv6 without extensions, TCP.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

from sandbox.core.message import N_, Msg
from sandbox.core.refs import Ref
from sandbox.record.export.frames import ACK, FIN, PSH, RST, SCALE, SYN

ETHERNET: Final = 14
"""Octets of its header."""
Pair: TypeAlias = tuple[int, int]


class Field(NamedTuple):
    """Octets `start` up to `stop` of a frame: their name and value, what they mean, and who says so."""

    layer: str
    start: int
    stop: int
    name: str
    value: str
    about: Msg
    ref: Ref


def fields(frame: bytes, initial: Pair = (0, 0)) -> list[Field]:
    """All fields of a frame. `initial` are the sequence numbers that its own and the other end began with."""
    version = frame[ETHERNET] >> 4
    network = _ipv4(frame) if version == 4 else _ipv6(frame)
    start = ETHERNET + (20 if version == 4 else 40)
    return [*_ethernet(frame, version), *network, *_tcp(frame, start, initial)]


def summary(frame: bytes, initial: Pair) -> str:
    """A segment in the short form of packet tools; its numbers are counted from the connection's first."""
    found = {field.name: field.value for field in fields(frame, initial) if field.layer == "TCP"}
    seq, ack = int(found["Sequence Number"]) - initial[0], int(found["Acknowledgment Number"]) - initial[1]
    names = [name for name in flag_names(0xFF) if name in found]
    words = [f"[{', '.join(names)}]", f"seq={seq & 0xFFFFFFFF}"]
    if "ACK" in found:
        words.append(f"ack={ack & 0xFFFFFFFF}")
    if "SYN" in found:
        words.append(f"win={found['Window']} mss={found['Maximum Segment Size']}")
    if "data" in found:
        words.append(f"len={found['data']}")
    return " ".join(words)


class _Layer:
    """Makes the fields of a header that begins at `base`."""

    def __init__(self, frame: bytes, name: str, base: int, ref: str) -> None:
        self.frame, self.name, self.base, self.ref = frame, name, base, Ref(ref)

    def number(self, at: int, size: int) -> int:
        """The value of some octets."""
        return int.from_bytes(self.frame[self.base + at : self.base + at + size])

    def field(self, at: int, size: int, name: str, value: object, about: str | Msg, ref: str = "") -> Field:
        """A field at an offset of the header."""
        start = self.base + at
        said = about if isinstance(about, Msg) else Msg(about)
        return Field(self.name, start, start + size, name, str(value), said, Ref(ref) if ref else self.ref)

    def plain(self, at: int, size: int, name: str, about: str, ref: str = "") -> Field:
        """A field whose value is its number."""
        return self.field(at, size, name, self.number(at, size), about, ref)

    def octets(self, at: int, size: int) -> bytes:
        """Octets of the header."""
        return self.frame[self.base + at : self.base + at + size]


def _ethernet(frame: bytes, version: int) -> Iterator[Field]:
    head = _Layer(frame, "Ethernet", 0, "894" if version == 4 else "2464#3")
    to = N_("the network card that the frame goes to; a bit of its first octet says that it is made up")
    of = N_("the network card that sends the frame")
    kind = N_("what is inside: IP, version {version}")
    yield head.field(0, 6, "Destination", frame[0:6].hex(":"), to)
    yield head.field(6, 6, "Source", frame[6:12].hex(":"), of)
    yield head.field(12, 2, "Type", f"0x{frame[12:14].hex()}", Msg(kind, version=version))


_VERSION: Final = N_("the version of the Internet Protocol")
_FROM: Final = N_("the host that sends")
_TO: Final = N_("the host that is to receive")
_HOPS: Final = N_("each router on the way takes one off and drops the packet at zero, so that none goes round for ever")
_NEXT: Final = N_("what is inside: TCP")


def _ipv4(frame: bytes) -> Iterator[Field]:
    head = _Layer(frame, "IPv4", ETHERNET, "791#3.1")
    yield head.field(0, 1, "Version", frame[ETHERNET] >> 4, _VERSION)
    length = (frame[ETHERNET] & 15) * 4
    yield head.field(0, 1, "IHL", length, N_("octets of this header; it stands there in words of four octets"))
    yield head.plain(1, 1, "Type of Service", N_("nothing special is asked of the routers"))
    yield head.plain(2, 2, "Total Length", N_("octets of the packet from this header to its end"))
    yield head.plain(4, 2, "Identification", N_("would tell which fragments belong together"))
    flags = "DF" if head.number(6, 1) & 0x40 else ""
    yield head.field(6, 1, "Flags", flags, N_("Don't Fragment: no router may cut the packet in pieces"))
    yield head.field(
        6, 2, "Fragment Offset", head.number(6, 2) & 0x1FFF, N_("where this piece belongs; the packet is whole")
    )
    yield head.plain(8, 1, "Time to Live", _HOPS)
    yield head.plain(9, 1, "Protocol", _NEXT)
    check = N_("the one's complement sum of this header, so that a damaged one is noticed")
    yield head.field(10, 2, "Header Checksum", f"0x{head.octets(10, 2).hex()}", check)
    yield head.field(12, 4, "Source Address", _address(head.octets(12, 4)), _FROM)
    yield head.field(16, 4, "Destination Address", _address(head.octets(16, 4)), _TO)


def _ipv6(frame: bytes) -> Iterator[Field]:
    head = _Layer(frame, "IPv6", ETHERNET, "8200#3")
    first = head.number(0, 4)
    yield head.field(0, 1, "Version", first >> 28, _VERSION)
    yield head.field(0, 2, "Traffic Class", first >> 20 & 0xFF, N_("nothing special is asked of the routers"))
    yield head.field(1, 3, "Flow Label", first & 0xFFFFF, N_("packets that belong together could have the same number"))
    yield head.plain(4, 2, "Payload Length", N_("octets behind this header"))
    yield head.plain(6, 1, "Next Header", _NEXT)
    yield head.plain(7, 1, "Hop Limit", _HOPS)
    yield head.field(8, 16, "Source Address", _address(head.octets(8, 16)), _FROM)
    yield head.field(24, 16, "Destination Address", _address(head.octets(24, 16)), _TO)


def _address(octets: bytes) -> str:
    return str(ipaddress.ip_address(octets))


_FLAGS: Final = (
    (SYN, "SYN", N_("synchronize: the connection begins, and this is my first sequence number"), "9293#3.5"),
    (FIN, "FIN", N_("finish: I will send no more"), "9293#3.6"),
    (RST, "RST", N_("reset: the connection is over at once, and what is under way is lost"), "9293#3.5.2"),
    (PSH, "PSH", N_("push: hand what is here to the program, nothing more comes for now"), "9293#3.1"),
    (ACK, "ACK", N_("the acknowledgment number counts"), "9293#3.4"),
)


def flag_names(flags: int) -> list[str]:
    """The names of the control bits that are set, the telling one first."""
    return [name for bit, name, _about, _ref in _FLAGS if flags & bit]


def _tcp(frame: bytes, base: int, initial: Pair) -> Iterator[Field]:
    head = _Layer(frame, "TCP", base, "9293#3.1")
    flags = head.number(13, 1)
    offset = head.number(12, 1) >> 4
    yield head.plain(0, 2, "Source Port", N_("the connection's number at the end that sends"))
    yield head.plain(
        2, 2, "Destination Port", N_("the connection's number at the other end: the service's, or a free one")
    )
    yield from _numbers(head, flags, initial)
    length = N_("octets of this header; it stands there in words of four octets")
    yield head.field(12, 1, "Data Offset", offset * 4, length)
    for bit, name, about, ref in _FLAGS:
        if flags & bit:
            yield head.field(13, 1, name, 1, about, ref)
    yield _window(head, flags)
    check = N_("over this header, the data and the addresses, so that damage is noticed and the segment sent again")
    yield head.field(16, 2, "Checksum", f"0x{head.octets(16, 2).hex()}", check)
    yield head.plain(18, 2, "Urgent Pointer", N_("nothing here is urgent"))
    yield from _options(head, offset * 4)
    size = len(frame) - base - offset * 4
    if size:
        about = N_("what TCP carries: octets of the connection, in order. F6 explains them")
        yield head.field(offset * 4, size, "data", size, about)


def _numbers(head: _Layer, flags: int, initial: Pair) -> Iterator[Field]:
    own, other = initial
    seq, ack = head.number(4, 4), head.number(8, 4)
    text = N_("the number of the first octet here: {count}, counted from the first of this connection")
    if flags & SYN:
        text = N_("where this end begins to count; a real one chooses so that nobody can guess it")
    yield head.field(4, 4, "Sequence Number", seq, Msg(text, count=(seq - own) & 0xFFFFFFFF), "9293#3.4")
    text = N_("nothing was received yet")
    if flags & ACK:
        text = N_("all before octet {count} of the other end has arrived; that one is expected next")
    yield head.field(8, 4, "Acknowledgment Number", ack, Msg(text, count=(ack - other) & 0xFFFFFFFF), "9293#3.4")


def _window(head: _Layer, flags: int) -> Field:
    value = head.number(14, 2)
    if flags & SYN:
        about = Msg(N_("how many octets this end has room for"))
    else:
        text = N_("times {times}, as agreed on in the handshake: room for {octets} octets more")
        about = Msg(text, times=1 << SCALE, octets=value << SCALE)
    return head.field(14, 2, "Window", value, about, "9293#3.8.6")


def _options(head: _Layer, end: int) -> Iterator[Field]:
    at = 20
    while at < end:
        kind = head.number(at, 1)
        size = 1 if kind < 2 else head.number(at + 1, 1)
        yield _option(head, at, size, kind)
        at += size


def _option(head: _Layer, at: int, size: int, kind: int) -> Field:
    if kind == 2:
        about = N_("the most octets of data in a segment that this end takes: a frame's room less both headers")
        return head.field(at, size, "Maximum Segment Size", head.number(at + 2, 2), about, "9293#3.7.1")
    if kind == 3:
        about = N_("windows of this end are to be multiplied by 2 to this power")
        return head.field(at, size, "Window Scale", head.number(at + 2, 1), about, "7323#2")
    if kind == 4:
        about = N_("this end understands it when gaps in what arrived are reported")
        return head.field(at, size, "SACK-Permitted", 1, about, "2018#2")
    if kind == 8:
        text = N_("this end's clock in milliseconds, and the other's as last seen: they tell how long the way takes")
        value = f"{head.number(at + 2, 4)} {head.number(at + 6, 4)}"
        return head.field(at, size, "Timestamps", value, text, "7323#3")
    return head.field(at, size, "No-Operation", "", N_("fills up, so that what follows is aligned"))
