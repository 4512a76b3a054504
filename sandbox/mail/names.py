"""Names of mailboxes and the special uses that a mailbox may have.

A name is text in Unicode Normalization Form C, levels of hierarchy apart by one ASCII separator that the store chooses.
How a protocol spells it (modified UTF-7, UTF-8) is that protocol's affair. RFC 9051 section 5.1.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from sandbox.mail.errors import InvalidName, InvalidSpecialUse

__all__ = [
    "INBOX",
    "MAX_LEVELS",
    "MAX_NAME",
    "SPECIAL_USES",
    "hierarchical",
    "normal_name",
    "special_uses",
    "superiors",
]

INBOX = "INBOX"

MAX_NAME = 1000
"""Longest name of a mailbox, in octets of UTF-8."""

MAX_LEVELS = 32
"""Deepest hierarchy."""

SPECIAL_USES = ("\\All", "\\Archive", "\\Drafts", "\\Flagged", "\\Important", "\\Junk", "\\Sent", "\\Trash")
"""RFC 6154 section 2, and RFC 8457 section 3 for \\Important."""

_USES = {use.lower(): use for use in SPECIAL_USES}

# Controls, lone surrogates, line and paragraph separators (RFC 5198 section 2) cannot be shown or sent.
_FORBIDDEN = frozenset({"Cc", "Cs", "Zl", "Zp"})


def normal_name(name: str, separator: str) -> str:
    """Return the name as the store keeps it: in NFC, and INBOX in capitals, whatever case it came in, also before a
    separator.

    Raises `InvalidName` for an empty name or level, one that is too long or too deep, and characters that cannot be
    shown.
    """
    # Normalization costs more than the name is worth, if somebody sends megabytes.
    if not name or len(name) > MAX_NAME:
        raise InvalidName(mailbox=name[:MAX_NAME])
    levels = unicodedata.normalize("NFC", name).split(separator)
    if levels[0].upper() == INBOX:
        levels[0] = INBOX
    normal = separator.join(levels)
    if (
        not all(levels)
        or len(levels) > MAX_LEVELS
        or any(unicodedata.category(char) in _FORBIDDEN for char in normal)
        or len(normal.encode()) > MAX_NAME
    ):
        raise InvalidName(mailbox=name)
    return normal


def superiors(name: str, separator: str) -> list[str]:
    """Return the names above this one, the highest first."""
    levels = name.split(separator)
    return [separator.join(levels[:depth]) for depth in range(1, len(levels))]


def hierarchical(name: str, separator: str) -> tuple[bool, list[str]]:
    """Return a key that sorts names into their hierarchy: INBOX first, every name just before its inferiors."""
    levels = name.split(separator)
    return levels[0] != INBOX, levels


def special_uses(uses: Iterable[str]) -> tuple[str, ...]:
    """Return special uses in canonical spelling and order, each once. Raises `InvalidSpecialUse`."""
    found = set()
    for use in uses:
        known = _USES.get(use.lower())
        if known is None:
            raise InvalidSpecialUse(use=use)
        found.add(known)
    return tuple(sorted(found))
