"""Preparation of names and passwords for comparison: SASLprep (RFC 4013), over the tables of the standard library.

RFC 4013 distinguishes stored strings, in which code points that Unicode 3.2 had not assigned are prohibited, from
queries, in which they are allowed. Here both are prepared as queries: otherwise no account could have a password with a
character younger than 2002, and since both sides of every comparison take this one path, allowing them cannot make two
different strings match. The successor of SASLprep (RFC 8265) allows what is assigned at the time, too.

What SASLprep prohibits stays prohibited: `prepare` returns None, and RFC 4616 section 2 has the verification fail.
"""

from __future__ import annotations

import stringprep
from unicodedata import ucd_3_2_0 as unicode_3_2

__all__ = ["MAX_CHARACTERS", "prepare"]

#: Longest name or password looked at, in characters. RFC 4616 section 2 asks for 255 octets at least.
MAX_CHARACTERS = 1024

#: RFC 4013 section 2.3, in the order of its list.
PROHIBITED = (
    stringprep.in_table_c12,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
)


def prepare(text: str) -> str | None:
    """Return `text` prepared as a query (RFC 4013 section 2); None where that fails, or gives nothing or too much."""
    if len(text) > MAX_CHARACTERS:
        return None
    if (
        text.isascii() and text.isprintable()
    ):  # nothing to map, to normalize or to prohibit: the common case stays cheap
        return text or None
    prepared = unicode_3_2.normalize("NFKC", "".join(map(mapped, text)))
    if any(prohibits(character) for character in prepared for prohibits in PROHIBITED) or not directions_agree(
        prepared
    ):
        return None
    return prepared or None


def mapped(character: str) -> str:
    """Map spaces beyond ASCII to SPACE, and what is commonly mapped to nothing to nothing (RFC 4013 section 2.1)."""
    if stringprep.in_table_c12(character):
        return " "
    return "" if stringprep.in_table_b1(character) else character


def directions_agree(text: str) -> bool:
    """Tell whether `text` meets the requirement on bidirectional strings (RFC 3454 section 6)."""
    if not any(map(stringprep.in_table_d1, text)):
        return True
    if any(map(stringprep.in_table_d2, text)):
        return False
    return stringprep.in_table_d1(text[0]) and stringprep.in_table_d1(text[-1])
