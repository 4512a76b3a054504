"""What a server says that it offers: CAPA (RFC 2449 section 5)."""

from __future__ import annotations

from sandbox.core.registry import State
from sandbox.core.tracker import Kind, Unit


def offers(unit: Unit, _state: State) -> frozenset[bytes] | None:
    """See `Protocol`. What is listed before login holds afterwards, too (RFC 2449 section 5)."""
    request = unit.exchange.request
    if unit.kind is not Kind.LINES or request is None or request.verb != b"CAPA":
        return None
    lines = [line.split() for line in unit.raw.splitlines()[:-1]]
    return frozenset(words[0].upper() for words in lines if words)
