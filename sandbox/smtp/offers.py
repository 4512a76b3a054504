"""What a server says that it offers: the lines of its reply to EHLO (RFC 5321 section 4.1.1.1)."""

from __future__ import annotations

from sandbox.core.registry import State
from sandbox.core.replies import Outcome
from sandbox.core.tracker import Kind, Unit


def offers(unit: Unit, _state: State) -> frozenset[bytes] | None:
    """See `Protocol`. A reply of one line offers nothing."""
    request = unit.exchange.request
    if unit.kind is not Kind.REPLY or unit.outcome is not Outcome.OK or request is None or request.verb != b"EHLO":
        return None
    lines = [line.raw[4:].split() for line in unit.exchange.replies[1:]]
    return frozenset(words[0].upper() for words in lines if words)
