"""The grammar of all responses, one family a file, and the way from octets to the row that explains them.

An extension that has a response of its own adds a row to its family.
"""

from __future__ import annotations

import re
from typing import Any, Final

from sandbox.core.grammar import parse
from sandbox.imap.responses import fetch, mailboxes, quota, search, server, status
from sandbox.imap.responses.rows import UNKNOWN, Response

__all__ = ["ROWS", "UNKNOWN", "Response", "find", "read"]

ROWS: Final[dict[bytes, Response]] = {
    row.word: row for row in (*status.ROWS, *server.ROWS, *mailboxes.ROWS, *quota.ROWS, *search.ROWS, *fetch.ROWS)
}

_HEAD: Final = re.compile(rb"\* (?:([0-9]{1,10}) )?([A-Za-z.]+)(?![^ \r\n])")


def find(raw: bytes) -> tuple[Response, int | None]:
    """The row of an untagged response, and the number before its word, if there is one."""
    found = _HEAD.match(raw)
    if found is None:
        return UNKNOWN, None
    row = ROWS.get(found[2].upper(), UNKNOWN)
    if row.numbered != (found[1] is not None):
        return UNKNOWN, None
    return row, None if found[1] is None else int(found[1])


def read(raw: bytes) -> tuple[bytes, Any]:
    """The word of an untagged response and its value; the word is empty where the response cannot be understood."""
    row, _number = find(raw)
    found = parse(row.grammar, raw)
    if found.fault is not None:
        return b"", None
    return row.word, found.values if len(found.values) != 1 else found.values[0]
