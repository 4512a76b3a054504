"""pcapng, as far as we write it: the blocks of draft-ietf-opsawg-pcapng, little-endian.

scapy's writer knows neither names nor secrets nor the section's options, and takes a hundred times as long.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import BinaryIO, Final

from sandbox import __version__

_SECTION: Final = 0x0A0D0D0A
_INTERFACE: Final = 1
_NAMES: Final = 4
_PACKET: Final = 6
_SECRETS: Final = 10

_COMMENT: Final = 1
_NAME: Final = 2
_DESCRIPTION: Final = 3
_APPLICATION: Final = 4
_RESOLUTION: Final = 9
_KEY_LOG: Final = 0x544C534B
_ETHERNET: Final = 1
_NANOSECONDS: Final = b"\x09"
LONGEST: Final = 4096
"""Octets of a comment; an option could hold 65,535."""

_OPTION: Final = struct.Struct("<HH").pack
_HEAD: Final = struct.Struct("<II").pack
_LENGTH: Final = struct.Struct("<I").pack
_HEADED: Final = struct.Struct("<IIIIIII").pack
_END: Final = bytes(4)


def _option(code: int, value: bytes) -> bytes:
    return _OPTION(code, len(value)) + value + bytes(-len(value) % 4)


def _options(options: Iterable[tuple[int, bytes]]) -> bytes:
    """Options with the one that ends them; nothing where there are none."""
    written = b"".join(_option(code, value) for code, value in options)
    return written and written + _END


def _shortened(text: str) -> bytes:
    """A comment in UTF-8, cut between characters."""
    octets = text.encode("utf-8", "replace")
    return octets if len(octets) <= LONGEST else octets[:LONGEST].decode("utf-8", "ignore").encode()


@lru_cache(1024)
def _comment(text: str) -> bytes:
    """A comment as an option. Dialogues repeat themselves, and so do the comments on them."""
    return _option(_COMMENT, _shortened(text))


class Writer:
    """A capture with one Ethernet interface, whose times are nanoseconds."""

    def __init__(self, file: BinaryIO, comment: str, interface: str) -> None:
        """`comment` says what the capture is, `interface` where the packets come from."""
        self._file = file
        options = [(_COMMENT, _shortened(comment)), (_APPLICATION, f"mail-sandbox {__version__}".encode())]
        self._block(_SECTION, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + _options(options))
        options = [(_NAME, b"sandbox0"), (_DESCRIPTION, _shortened(interface)), (_RESOLUTION, _NANOSECONDS)]
        self._block(_INTERFACE, struct.pack("<HHI", _ETHERNET, 0, 0) + _options(options))

    def names(self, names: Iterable[tuple[bytes, str]]) -> None:
        """Say what addresses (4 or 16 octets) are called."""
        records = [
            _option(1 if len(address) == 4 else 2, address + _shortened(name).replace(b"\0", b"") + b"\0")
            for address, name in names
        ]
        self._block(_NAMES, b"".join(records) + _END)

    def secrets(self, lines: Iterable[str]) -> None:
        """Lines of a key log, for the packets that follow."""
        log = "".join(f"{line}\n" for line in lines).encode()
        self._block(_SECRETS, struct.pack("<II", _KEY_LOG, len(log)) + log + bytes(-len(log) % 4))

    def packet(self, at: int, frame: bytes, comments: Sequence[str] = ()) -> None:
        """A frame at a time in nanoseconds since 1970."""
        size = len(frame)
        options = b"".join(map(_comment, comments)) + _END if comments else b""
        whole = 32 + size + (pad := -size % 4) + len(options)
        head = _HEADED(_PACKET, whole, 0, at >> 32, at & 0xFFFFFFFF, size, size)
        self._file.write(head + frame + _END[:pad] + options + _LENGTH(whole))

    def _block(self, kind: int, body: bytes) -> None:
        size = len(body) + 12
        self._file.write(_HEAD(kind, size) + body + _LENGTH(size))
