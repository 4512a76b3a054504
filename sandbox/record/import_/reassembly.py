"""One direction of a TCP connection, put together again (RFC 9293 section 3.10.7.4): duplicates, overlaps, disorder,
sequence numbers that wrap, and stretches that the capture lacks."""

from __future__ import annotations

import heapq
from typing import Final

_HALF: Final = 1 << 31
_MASK: Final = (1 << 32) - 1
FAR: Final = 1 << 30
"""Octets ahead that no window reaches (RFC 7323 section 2.3): what claims to be there is not of this connection."""
MAX_WAITING: Final = 1 << 22
"""Octets that are kept while something before them is missing."""
MAX_PIECES: Final = 1 << 13


class Stream:
    """What one end sent, in order. Nothing is known of it before `begin`."""

    __slots__ = ("_held", "_next", "_waiting", "at", "ended", "seen")

    def __init__(self) -> None:
        self.at = 0
        """How many octets have been passed: delivered, or given up."""
        self.ended: int | None = None
        """Where the end said that it would send no more."""
        self.seen = False
        """Whether any of its packets was captured."""
        self._next: int | None = None
        self._waiting: list[tuple[int, bytes]] = []
        self._held = 0

    @property
    def begun(self) -> bool:
        """Whether it is known where it begins."""
        return self._next is not None

    @property
    def waiting(self) -> bool:
        """Whether there are octets behind a gap."""
        return bool(self._waiting)

    @property
    def full(self) -> bool:
        """Whether no more should be kept: the gap has to be given up."""
        return self._held > MAX_WAITING or len(self._waiting) > MAX_PIECES

    def begin(self, seq: int) -> None:
        """The next octet has the sequence number `seq`."""
        self._next = seq & _MASK

    def place(self, seq: int) -> int:
        """Where in the stream a sequence number is; as near to `at` as it can be."""
        assert self._next is not None
        return self.at + ((seq - self._next + _HALF) & _MASK) - _HALF

    def take(self, seq: int, payload: bytes) -> bytes:
        """Octets with the sequence number of the first; returns those that are in order now."""
        place = self.place(seq)
        if place > self.at:
            if place - self.at < FAR:
                heapq.heappush(self._waiting, (place, payload))
                self._held += len(payload)
            return b""
        fresh = payload[self.at - place :]
        if not fresh:
            return b""
        self._pass(len(fresh))
        return fresh + self._ready() if self._waiting else fresh

    def missing(self, place: int | None = None) -> int:
        """How many octets are missing before what waits, or before `place`, if that comes first."""
        places = [first for first, _payload in self._waiting[:1]]
        return min(places if place is None else [*places, place]) - self.at

    def give_up(self, count: int) -> bytes:
        """Pass over so many octets that will not come; returns what is in order behind them."""
        self._pass(count)
        return self._ready()

    def _pass(self, count: int) -> None:
        assert self._next is not None
        self.at += count
        self._next = (self._next + count) & _MASK

    def _ready(self) -> bytes:
        """What waits no longer."""
        parts: list[bytes] = []
        waiting = self._waiting
        while waiting and waiting[0][0] <= self.at:
            place, payload = heapq.heappop(waiting)
            self._held -= len(payload)
            fresh = payload[self.at - place :]
            if fresh:
                self._pass(len(fresh))
                parts.append(fresh)
        return b"".join(parts)
