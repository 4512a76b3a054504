"""WITHIN (RFC 5032): search by age in seconds."""

from __future__ import annotations

from sandbox.core.grammar import SP, seq
from sandbox.core.message import N_
from sandbox.imap import format as wire
from sandbox.imap.capabilities import capability
from sandbox.imap.grammar import NZ_NUMBER
from sandbox.imap.search.program import SEARCH_KEYS, Key, Searching, Test

capability(b"WITHIN", "5032", about=N_("search can ask for messages older or younger than so many seconds"))


def _older(search: Searching, seconds: int) -> Test:
    limit = search.session.host.now() - seconds * wire.SECOND
    return lambda stored: stored.internal_date <= limit


def _younger(search: Searching, seconds: int) -> Test:
    limit = search.session.host.now() - seconds * wire.SECOND
    return lambda stored: stored.internal_date >= limit


_AGE = seq(SP, NZ_NUMBER)
SEARCH_KEYS.add(
    b"OLDER", Key(_older), about=N_("older than so many seconds"), ref="5032#3", args=_AGE, capability=b"WITHIN"
)
SEARCH_KEYS.add(
    b"YOUNGER", Key(_younger), about=N_("younger than so many seconds"), ref="5032#3", args=_AGE, capability=b"WITHIN"
)
