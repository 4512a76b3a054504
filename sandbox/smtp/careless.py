"""How a careless server finds the end of a message: for sealed worlds, to show what it leads to.

A line feed alone ends a line for it, so that `LF . CR LF` ends the message. A careful server before it takes the same
octets for text, and passes them on: what the sender wrote behind them becomes commands here (RFC 5321 section 4.1.1.4
forbids it). A world asks for this with the setting `careless`.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Final

from sandbox.core.effects import Effect, Octets, Say
from sandbox.smtp import replies

_ENDS: Final = (b"\n.\r\n", b"\n.\n")


def careless_content(limit: int) -> Generator[Effect, Any, bytes | None]:
    """Send the go-ahead and read a message the careless way, without its stuffing; None where it is over the limit."""
    yield Say(replies.GO_AHEAD())
    block, whole = bytearray(b"\n"), True  # as if a line had just ended: a dot right here ends an empty message
    while not block.endswith(_ENDS):
        block += yield Octets(1)
        if len(block) > limit + len(_ENDS[0]):
            del block[: -len(_ENDS[0])]
            whole = False
    end = next(len(end) for end in _ENDS if block.endswith(end))
    return bytes(block[: len(block) - end + 1].replace(b"\n.", b"\n")[1:]) if whole else None
