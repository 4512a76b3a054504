"""What the wire shows of a session beside its exchanges.

What an IMAP server tells without a tag, which mailbox is open, which commands did not wait for the reply to the one
before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sandbox.core.replies import Outcome
from sandbox.core.tracker import Exchange, Kind, Unit
from sandbox.teach.evidence import Standing, Told
from sandbox.wire.observer import Explained, Watched

__all__ = ["pipelined", "standing", "told"]

_ITEM = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s()\[\]"]+')


def told(unit: Unit) -> Told | None:
    """A unit as news, if it is what an IMAP server tells without a tag."""
    if unit.side != "S" or unit.kind not in (Kind.DATA, Kind.UNASKED) or not unit.raw.startswith(b"* "):
        return None
    words = [word.strip('"') for word in _ITEM.findall(unit.raw[2:].decode("utf-8", "replace"))]
    number = int(words[0][:20]) if words and words[0].isdecimal() else None
    word, *items = words if number is None else words[1:] or [""]
    request = unit.exchange.request
    during = request.verb.decode("ascii", "replace").upper() if request is not None and unit.kind is Kind.DATA else ""
    return Told(word.upper(), number, tuple(items), during)


def standing(watched: Watched) -> Standing:
    """What an IMAP session is about; nothing of all this for other protocols."""
    opened = [exchange for exchange in watched.exchanges if _verb(exchange) in (b"SELECT", b"EXAMINE")]
    last = next((exchange for exchange in reversed(opened) if exchange.outcome is Outcome.OK), None)
    busy = watched.tracker.current
    enabled = {
        word.upper()
        for exchange in watched.exchanges
        for unit in exchange.replies
        if (news := told(unit)) is not None and news.word == "ENABLED"
        for word in news.items
    }
    mailbox, read_only = "", False
    if last is not None and last.request is not None and str(watched.state) == "SELECTED":
        octets: bytes = last.request.values[0]
        mailbox = _name(octets)
        read_only = b"[READ-ONLY]" in last.units[-1].raw.upper()
    return Standing(mailbox, read_only, frozenset(enabled), _verb(busy).decode("ascii") if busy is not None else "")


def pipelined(watched: Watched) -> Iterator[tuple[Explained, bool]]:
    """The commands, each with whether it was sent before the one in front of it had been answered."""
    answered = {
        explained.unit.exchange.number: explained.seq
        for explained in watched.explained
        if explained.unit.side == "S" and explained.unit.exchange.done
    }
    for explained in watched.explained:
        if explained.unit.kind is Kind.COMMAND:
            before = explained.unit.exchange.number - 1
            yield explained, explained.seq < answered.get(before, explained.seq + 1)


def _verb(exchange: Exchange) -> bytes:
    return exchange.request.verb.upper() if exchange.request is not None else b""


def _name(octets: bytes) -> str:
    """A mailbox's name in either spelling; as it was sent where it is in neither, which a server does not accept."""
    from sandbox.imap.names import decode_name  # here, so that a lesson without IMAP does not wait for all of it

    try:
        name = decode_name(octets, not octets.isascii())
    except ValueError:
        return octets.decode("latin-1")
    return "INBOX" if name.upper() == "INBOX" else name
