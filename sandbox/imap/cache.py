"""What was worked out from messages and may be asked for again: an ENVELOPE's octets, a subject made comparable.

Messages never change, so nothing here is ever wrong; it is forgotten when too much piles up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from sandbox.mail.store import Stored

GENERATION: Final = 16_384
"""Messages in the young generation; when it is full, the old one is forgotten."""
LARGEST: Final = 65_536
"""Octets or characters of a value that is still kept."""

Value = TypeVar("Value", bytes, str)


class Cache:
    """Values by message and purpose. A message is known by its id, which is its own within one store."""

    __slots__ = ("_old", "_young")

    def __init__(self) -> None:
        self._young: dict[str, dict[str, bytes | str]] = {}
        self._old: dict[str, dict[str, bytes | str]] = {}

    def of(self, stored: Stored) -> dict[str, bytes | str]:
        """All that is kept about a message."""
        key = stored.message_id
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key) or {}
            if len(self._young) >= GENERATION:
                self._young, self._old = {}, self._young
            self._young[key] = found
        return found

    def get(self, stored: Stored, purpose: str, make: Callable[[Stored], Value]) -> Value:
        """The value, worked out by `make` where it is not kept."""
        kept = self.of(stored)
        found = kept.get(purpose)
        if found is None:
            found = make(stored)
            if len(found) <= LARGEST:
                kept[purpose] = found
        return found  # type: ignore[return-value]  # one purpose has one maker
