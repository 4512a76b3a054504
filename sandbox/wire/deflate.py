"""Compression of the protocol's octets (RFC 4978): DEFLATE (RFC 1951), without the frame of zlib or gzip around it.

Both ends of a connection in memory and the server's end of a socket use the same `DeflateEnd`; the algorithm is the
standard library's.
"""

from __future__ import annotations

import zlib
from typing import Final

from sandbox.core.message import N_
from sandbox.wire.trace import Layer

PIECE: Final = 65_536
"""Octets that are unpacked at once: one compressed octet can stand for a thousand."""
RAW: Final = -zlib.MAX_WBITS
"""DEFLATE and nothing around it (RFC 4978 section 4)."""

NOT_COMPRESSED: Final = N_("what came after COMPRESS was not compressed, or was damaged")
ENDED: Final = N_("the compressed octets ended, and more came")


class DeflateEnd:
    """One end of compression."""

    layer: Layer = "deflate"

    def __init__(self) -> None:
        self._packer = zlib.compressobj(wbits=RAW)
        self._unpacker = zlib.decompressobj(RAW)
        self._rest = b""
        self._full = False
        self.failure = ""
        """Why no more can be read; a message id."""

    @property
    def behind(self) -> bool:
        """Whether something that arrived is not unpacked yet: `unpack` has more to give."""
        return (bool(self._rest) or self._full) and not self.failure

    def send(self, data: bytes) -> bytes:
        """The octets that carry `data`, whole: the other end does not have to wait for more to read it."""
        return self._packer.compress(data) + self._packer.flush(zlib.Z_SYNC_FLUSH)

    def receive(self, octets: bytes) -> bytes:
        """All that compressed octets carried: for an end whose other end is ours, too."""
        parts = [self.unpack(octets)]
        while self.behind:
            parts.append(self.unpack())
        return b"".join(parts)

    def unpack(self, octets: bytes = b"") -> bytes:
        """What these octets carried, and those before them that are still to be unpacked; at most `PIECE` of it."""
        self._rest += octets
        if self.failure:
            return b""
        try:
            data = self._unpacker.decompress(self._rest, PIECE)
        except zlib.error:
            self.failure = NOT_COMPRESSED
            return b""
        self._rest = self._unpacker.unconsumed_tail
        self._full = len(data) == PIECE
        if self._unpacker.unused_data:
            self.failure = ENDED
        return data
