"""SAVEDATE (RFC 8514): when a message came into this mailbox, whatever its internal date."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.core.grammar import SP, seq
from sandbox.core.message import N_
from sandbox.imap import format as wire
from sandbox.imap.capabilities import capability
from sandbox.imap.grammar import DATE
from sandbox.imap.items import FETCH_ITEMS, Fetching, Maker
from sandbox.imap.search.keys import DAY
from sandbox.imap.search.program import SEARCH_KEYS, Key

capability(b"SAVEDATE", "8514", about=N_("the server knows when a message came into its mailbox"))


def _savedate(_job: Fetching, _value: None) -> Maker:
    return lambda stored: b"SAVEDATE " + wire.date_time(stored.save_date)


def _saved(compare: Callable[[int, int], bool]) -> Key:
    return Key(lambda _search, day: lambda stored: compare(stored.save_date // DAY, day))


FETCH_ITEMS.add(
    b"SAVEDATE",
    _savedate,
    about=N_("when the message came into this mailbox"),
    ref="8514#4.2",
    capability=b"SAVEDATE",
)
_WITH_DATE = seq(SP, DATE)
SEARCH_KEYS.add(
    b"SAVEDBEFORE",
    _saved(int.__lt__),
    about=N_("in this mailbox since before this day"),
    ref="8514#4.3",
    args=_WITH_DATE,
    capability=b"SAVEDATE",
)
SEARCH_KEYS.add(
    b"SAVEDON",
    _saved(int.__eq__),
    about=N_("in this mailbox since this day"),
    ref="8514#4.3",
    args=_WITH_DATE,
    capability=b"SAVEDATE",
)
SEARCH_KEYS.add(
    b"SAVEDSINCE",
    _saved(int.__ge__),
    about=N_("in this mailbox since this day or later"),
    ref="8514#4.3",
    args=_WITH_DATE,
    capability=b"SAVEDATE",
)
SEARCH_KEYS.add(
    b"SAVEDATESUPPORTED",
    Key(lambda _search, _value: lambda _stored: True),
    about=N_("all messages, where the mailbox keeps such dates"),
    ref="8514#4.3",
    capability=b"SAVEDATE",
)
