"""Captures: classic pcap and pcapng (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng), read packet by packet.

Only what an import needs: frames with their times, names of addresses, and the secrets of TLS, which scapy's readers
leave out.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final, NamedTuple

from sandbox.core.message import N_

LONGEST: Final = 1 << 18
"""Octets of a packet, as Wireshark has it: what claims to be longer is damage."""
LONGEST_BLOCK: Final = 1 << 24
MAX_SECRETS: Final = 1 << 24
"""Octets of key logs that are kept."""
MAX_NAMES: Final = 10_000
LONGEST_NAME: Final = 255
"""Octets of a host's name (RFC 1035 section 2.3.4)."""
MAX_INTERFACES: Final = 10_000
_SECOND: Final = 1_000_000_000

_CLASSIC: Final[dict[bytes, tuple[str, int]]] = {
    b"\xd4\xc3\xb2\xa1": ("<", 1000),
    b"\xa1\xb2\xc3\xd4": (">", 1000),
    b"\x4d\x3c\xb2\xa1": ("<", 1),
    b"\xa1\xb2\x3c\x4d": (">", 1),
}
"""Magic numbers, with the order of octets, and nanoseconds a unit of time."""
_SECTION: Final = b"\x0a\x0d\x0d\x0a"
_ORDERS: Final = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}

_INTERFACE, _OLD_PACKET, _SIMPLE, _NAMES, _PACKET, _SECRETS = 1, 2, 3, 4, 6, 10
_RESOLUTION, _OFFSET = 9, 14
_KEY_LOG: Final = 0x544C534B

CUT_OFF: Final = N_("The capture is cut off in the middle of a packet. What comes before it was read.")
DAMAGED: Final = N_("The capture is damaged behind packet {number}. Only what comes before it could be read.")


class Frame(NamedTuple):
    """A packet: nanoseconds since 1970, the type of its link layer, its octets, and how many it had on the wire."""

    at: int
    link: int
    octets: bytes
    size: int


class _Damage(Exception):
    """What follows makes no sense."""


class _Short(Exception):
    """The file ends too early."""


@dataclass(slots=True)
class _Interface:
    """Where packets of a section come from. A unit of time is `times / per` nanoseconds."""

    link: int
    snap: int
    times: int = 1000
    per: int = 1
    offset: int = 0


@dataclass(slots=True)
class Capture:
    """A capture being read. `names` and `secrets` (lines of key logs) grow on the way."""

    file: BinaryIO
    names: dict[bytes, str] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    count: int = 0
    damage: str = ""
    """What stopped it, as a message id with `{number}`; empty where all was read."""
    _interfaces: list[_Interface] = field(default_factory=list)
    _kept: int = 0

    def frames(self) -> Iterator[Frame]:
        """All packets, up to the end or to the damage. The file stands at its beginning."""
        magic = self.file.read(4)
        try:
            for frame in self._classic(magic) if magic in _CLASSIC else self._sections(magic):
                self.count += 1
                yield frame
        except _Short:
            self.damage = CUT_OFF
        except (_Damage, struct.error):
            self.damage = DAMAGED

    def _exactly(self, size: int) -> bytes:
        octets = self.file.read(size)
        if len(octets) < size:
            raise _Short
        return octets

    # Classic

    def _classic(self, magic: bytes) -> Iterator[Frame]:
        order, unit = _CLASSIC[magic]
        link: int = struct.unpack(f"{order}16xI", self._exactly(20))[0] & 0xFFFF
        head = struct.Struct(f"{order}IIII").unpack
        read = self.file.read
        while octets := read(16):
            if len(octets) < 16:
                raise _Short
            seconds, fraction, size, original = head(octets)
            if size > LONGEST:
                raise _Damage
            frame = read(size)
            if len(frame) < size:
                raise _Short
            yield Frame(seconds * _SECOND + fraction * unit, link, frame, original)

    # pcapng

    def _sections(self, magic: bytes) -> Iterator[Frame]:
        order = "<"
        head = magic + self.file.read(4)
        while head:
            if len(head) < 8:
                raise _Short
            if head[:4] == _SECTION:
                order = self._section(head)
            else:
                kind, size = struct.unpack(f"{order}II", head)
                if size < 12 or size % 4 or size > LONGEST_BLOCK:
                    raise _Damage
                body = self._exactly(size - 8)
                frame = self._block(order, kind, body[:-4])
                if frame is not None:
                    yield frame
            head = self.file.read(8)

    def _section(self, head: bytes) -> str:
        """Begin a section: it has its own order of octets and its own interfaces."""
        order = _ORDERS.get(self._exactly(4))
        if order is None:
            raise _Damage
        (size,) = struct.unpack(f"{order}I", head[4:])
        if size < 28 or size % 4 or size > LONGEST_BLOCK:
            raise _Damage
        self._exactly(size - 12)
        self._interfaces.clear()
        return order

    def _block(self, order: str, kind: int, body: bytes) -> Frame | None:
        if kind == _PACKET:
            number, high, low, size, original = struct.unpack_from(f"{order}IIIII", body)
            return self._frame(self._interface(number), high << 32 | low, body[20 : 20 + size], size, original)
        if kind in _BLOCKS:
            return _BLOCKS[kind](self, order, body)
        return None

    def _interface(self, number: int) -> _Interface:
        if number >= len(self._interfaces):
            raise _Damage
        return self._interfaces[number]

    def _frame(self, interface: _Interface, units: int, octets: bytes, size: int, original: int) -> Frame:
        if len(octets) < size:
            raise _Damage
        at = units * interface.times // interface.per + interface.offset
        return Frame(min(max(at, 0), (1 << 63) - 1), interface.link, octets, original)

    def _add_interface(self, order: str, body: bytes) -> None:
        link, _reserved, snap = struct.unpack_from(f"{order}HHI", body)
        interface = _Interface(link, snap)
        for code, value in _options(order, body, 8):
            if code == _RESOLUTION and value:
                base, exponent = (2, value[0] & 0x7F) if value[0] & 0x80 else (10, value[0])
                interface.times, interface.per = _SECOND, base ** min(exponent, 64)
            elif code == _OFFSET and len(value) == 8:
                interface.offset = struct.unpack(f"{order}q", value)[0] * _SECOND
        if len(self._interfaces) >= MAX_INTERFACES:
            raise _Damage
        self._interfaces.append(interface)

    def _old_packet(self, order: str, body: bytes) -> Frame:
        number, _drops, high, low, size, original = struct.unpack_from(f"{order}HHIIII", body)
        return self._frame(self._interface(number), high << 32 | low, body[20 : 20 + size], size, original)

    def _simple_packet(self, order: str, body: bytes) -> Frame:
        """A packet without a time, of the first interface."""
        (original,) = struct.unpack_from(f"{order}I", body)
        interface = self._interface(0)
        size = min(original, interface.snap or original, len(body) - 4)
        return self._frame(interface, 0, body[4 : 4 + size], size, original)

    def _add_names(self, order: str, body: bytes) -> None:
        for code, value in _options(order, body, 0):
            size = {1: 4, 2: 16}.get(code)
            if size is not None and len(value) > size and len(self.names) < MAX_NAMES:
                name = value[size : size + LONGEST_NAME].split(b"\0")[0].decode("utf-8", "replace")
                self.names.setdefault(value[:size], name)

    def _add_secrets(self, order: str, body: bytes) -> None:
        kind, size = struct.unpack_from(f"{order}II", body)
        if kind == _KEY_LOG:
            self.keep(body[8 : 8 + size])

    def keep(self, log: bytes) -> None:
        """Take the lines of a key log."""
        self._kept += len(log)
        if self._kept <= MAX_SECRETS:
            lines = log.decode("ascii", "replace").splitlines()
            self.secrets += [line.strip() for line in lines if line.strip() and not line.startswith("#")]


_BLOCKS: Final[dict[int, Callable[[Capture, str, bytes], Frame | None]]] = {
    _INTERFACE: Capture._add_interface,
    _OLD_PACKET: Capture._old_packet,
    _SIMPLE: Capture._simple_packet,
    _NAMES: Capture._add_names,
    _SECRETS: Capture._add_secrets,
}


def _options(order: str, body: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Options, or records of the same shape, up to the one that ends them."""
    head = struct.Struct(f"{order}HH").unpack_from
    while start + 4 <= len(body):
        code, size = head(body, start)
        if code == 0:
            return
        yield code, body[start + 4 : start + 4 + size]
        start += 4 + size + -size % 4


def recognises(head: bytes) -> bool:
    """Whether a file that begins so is a capture."""
    return head[:4] in _CLASSIC or (head[:4] == _SECTION and head[8:12] in _ORDERS)
