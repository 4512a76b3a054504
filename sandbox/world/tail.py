"""Bounds for a journal in memory that never ends: the newest events stay, the oldest go."""

from __future__ import annotations

from collections import deque
from typing import Final

from sandbox.mail.changes import MessageAdded
from sandbox.wire.trace import AnyEvent, Data, Journal, StoreChange

EVENTS: Final = 20_000
OCTETS: Final = 64 << 20


class Tail:
    """Keeps the newest events of a journal: so many at most, and so many octets in them. Subscribes itself."""

    def __init__(self, journal: Journal, events: int = EVENTS, octets: int = OCTETS) -> None:
        self._kept = journal.events = deque(journal.events)
        self._events, self._octets = events, octets
        self._held = sum(map(_octets, self._kept))
        journal.subscribe(self._take)

    def _take(self, event: AnyEvent) -> None:
        self._held += len(event.raw) if type(event) is Data else _octets(event)
        if len(self._kept) > self._events or self._held > self._octets:
            self._trim()

    def _trim(self) -> None:
        kept = self._kept
        while len(kept) > self._events or (self._held > self._octets and len(kept) > 1):
            self._held -= _octets(kept.popleft())


def _octets(event: AnyEvent) -> int:
    """The octets that an event keeps alive; what else it has is small."""
    if isinstance(event, Data):
        return len(event.raw)
    if isinstance(event, StoreChange) and isinstance(event.change, MessageAdded):
        return len(event.change.content or b"")
    return 0
