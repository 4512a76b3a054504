"""The unique text that APOP and CRAM-MD5 servers challenge with: a msg-id that is never used twice."""

from __future__ import annotations

import re
from collections.abc import Callable

__all__ = ["is_stamp", "make_stamp", "stamps_in"]

# msg-id = "<" id-left "@" id-right ">" (RFC 5322 section 3.6.4, without comments, white space and the obsolete forms)
ATEXT = rb"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
DOT_ATOM_TEXT = rb"%s(?:\.%s)*" % (ATEXT, ATEXT)
MSG_ID = re.compile(rb"<%s@(?:%s|\[[\x21-\x5a\x5e-\x7e]*\])>" % (DOT_ATOM_TEXT, DOT_ATOM_TEXT))


def make_stamp(random: Callable[[int], bytes], now: int, host: str) -> bytes:
    """Return a stamp `<digits.seconds@host>`.

    RFC 1939 section 7 suggests the process and the clock; random digits serve for the process, as several connections
    may come in the same second. Only digits and one dot, since there are clients that reject "=" there.
    """
    return b"<%d.%d@%s>" % (int.from_bytes(random(8), "big"), now, host.encode("ascii", "replace"))


def is_stamp(text: bytes) -> bool:
    """Tell whether `text` is a msg-id and nothing else."""
    return MSG_ID.fullmatch(text) is not None


def stamps_in(greeting: bytes) -> list[bytes]:
    """Return every msg-id of a greeting."""
    return MSG_ID.findall(greeting)
