"""What a server says that it offers: CAPABILITY, as a response or as a response code (RFC 9051 section 7.2.2)."""

from __future__ import annotations

import re
from typing import Final

from sandbox.core.registry import State
from sandbox.core.tracker import Unit
from sandbox.imap.states import NOT_AUTHENTICATED

_LISTED: Final = re.compile(rb"(?:\* CAPABILITY|[^ ]+ (?:OK|PREAUTH) \[CAPABILITY) ([^\]\r\n]*)", re.IGNORECASE)

FOLDED: Final = frozenset({b"ENABLE", b"IDLE", b"LIST-STATUS", b"MOVE", b"NAMESPACE", b"UIDPLUS", b"UNSELECT"})
"""Extensions with commands that IMAP4rev2 is made of, whether they are listed or not (RFC 9051 appendix E, 2)."""


def offers(unit: Unit, state: State) -> frozenset[bytes] | None:
    """See `Protocol`. What a server lists before login is not all that it has (RFC 9051 section 6.1.1)."""
    found = _LISTED.match(unit.raw)
    if found is None:
        return None
    request = unit.exchange.request
    logging_in = request is not None and request.verb in (b"LOGIN", b"AUTHENTICATE")
    if unit.state_after is NOT_AUTHENTICATED and state is not NOT_AUTHENTICATED and not logging_in:
        return None
    words = frozenset(found[1].upper().split())
    return words | FOLDED if b"IMAP4REV2" in words else words
