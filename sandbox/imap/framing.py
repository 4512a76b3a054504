"""How requests are cut out of the stream: a line, and for each literal at its end the octets and another line.

The server and the observer both read by `announced`; they differ in who decides about a synchronizing literal. The
server decides itself, by its limits and by the grammar so far; the observer sees the decision: a continuation, or
the tagged reply that refuses the command.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LITERAL = re.compile(rb"(~?)\{([0-9]{1,19})(\+?)\}\r?\n\Z")


@dataclass(frozen=True, slots=True)
class Announcement:
    """A literal that the line before it announces: `size` octets, whether the client waits for leave to send them
    (`synchronizing`), and whether it may hold NUL (`binary`, RFC 3516)."""

    size: int
    synchronizing: bool
    binary: bool


def announced(line: bytes) -> Announcement | None:
    """The literal at the end of a line (its end included), if one is announced there."""
    found = _LITERAL.search(line, max(0, len(line) - 32))
    if found is None:
        return None
    return Announcement(int(found[2]), not found[3], bool(found[1]))
