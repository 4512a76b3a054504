"""TLS records (RFC 8446 section 5.1, RFC 5246 section 6.2.1): how the octets of one side are cut.

type (1 octet)   legacy_record_version (2)   length (2)   fragment (length)
"""

from __future__ import annotations

from typing import Final, NamedTuple

from sandbox.wire.trace import Side

CHANGE_CIPHER_SPEC: Final = 20
ALERT: Final = 21
HANDSHAKE: Final = 22
APPLICATION_DATA: Final = 23
NO_RECORD: Final = 0
"""Octets that are no record: clear text where TLS belongs, say. RFC 8446 calls the number invalid."""

HEADER: Final = 5
LONGEST: Final = (1 << 14) + 2048
"""Octets of a fragment, at most (RFC 5246 section 6.2.3; TLS 1.3 allows less)."""

_TYPES: Final = (CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA)


class Record(NamedTuple):
    """A record as it crossed the wire. `seq` and `at` are those of the event that completed it.

    `kind` and `version` are what its header claims; for `NO_RECORD` there is no header, and `fragment` is everything.
    """

    side: Side
    seq: int
    at: int
    kind: int
    version: int
    fragment: bytes

    @property
    def header(self) -> bytes:
        """The five octets before the fragment; empty where there is no record."""
        if self.kind == NO_RECORD:
            return b""
        return bytes((self.kind,)) + self.version.to_bytes(2) + len(self.fragment).to_bytes(2)

    @property
    def octets(self) -> bytes:
        """All of it."""
        return self.header + self.fragment


class RecordReader:
    """Cuts the octets of one side, however they come."""

    def __init__(self, side: Side) -> None:
        self._side = side
        self._buffer = bytearray()
        self.broken = False
        """Something came that is no record; nobody can tell where the next one would begin."""

    @property
    def waiting(self) -> int:
        """Octets of a record that is not complete yet."""
        return len(self._buffer)

    def receive(self, octets: bytes, seq: int = 0, at: int = 0) -> list[Record]:
        """Take octets; returns the records that they complete."""
        if self.broken:
            return [Record(self._side, seq, at, NO_RECORD, 0, octets)] if octets else []
        buffer = self._buffer
        buffer += octets
        records: list[Record] = []
        start = 0
        while len(buffer) - start >= HEADER:
            kind, version = buffer[start], int.from_bytes(buffer[start + 1 : start + 3])
            length = int.from_bytes(buffer[start + 3 : start + HEADER])
            if kind not in _TYPES or version >> 8 != 3 or length > LONGEST:
                self.broken = True
                records.append(Record(self._side, seq, at, NO_RECORD, 0, bytes(buffer[start:])))
                start = len(buffer)
                break
            stop = start + HEADER + length
            if stop > len(buffer):
                break
            records.append(Record(self._side, seq, at, kind, version, bytes(buffer[start + HEADER : stop])))
            start = stop
        del buffer[:start]
        return records
