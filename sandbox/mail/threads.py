"""Which conversation a message belongs to: the THREADID of RFC 8474 section 5.2.

Messages that name each other (Message-ID, In-Reply-To, References) are in one thread, whichever arrives first. A
thread id never changes once given, so two threads that a later message joins stay two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b

from sandbox.mail.message import Message

__all__ = ["ThreadIndex", "thread_keys"]

MAX_REFERENCES = 50
"""So many message ids are looked at in each field, the last of them: the nearest ancestors."""

_MSG_ID = re.compile(rb"<[^<>\s]{1,998}>")

# The three fields as `sandbox.mail.header` takes them apart, found without the others. A pattern that begins with an
# octet is searched for much faster than one that begins with a place.
_FIELD = re.compile(rb"\n(message-id|in-reply-to|references)[ \t]*:(.*(?:\n[ \t].*)*)", re.IGNORECASE)


def thread_keys(message: Message) -> tuple[int, ...]:
    """Return a number for each message id that the header gives, its own first, then the nearest ancestor and on
    upwards.
    """
    values: dict[bytes, bytes] = {}
    for name, value in _FIELD.findall(b"\n" + message.header):
        values.setdefault(name.lower(), value)  # the first of each counts
    if not values:
        return ()
    found: dict[bytes, None] = {}
    for name in (b"message-id", b"in-reply-to", b"references"):
        found.update(dict.fromkeys(reversed(_MSG_ID.findall(values.get(name, b""))[-MAX_REFERENCES:])))
    return tuple(int.from_bytes(blake2b(msg_id, digest_size=8).digest(), "big") for msg_id in found)


class ThreadIndex:
    """Message ids seen lately, and the thread of each.

    Two generations bound it: when the young one is full, the old one is dropped. A message id takes 8 octets of digest.
    """

    __slots__ = ("_limit", "_old", "_young")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._young: dict[int, str] = {}
        self._old: dict[int, str] = {}

    def find(self, keys: Iterable[int]) -> str | None:
        """Return the thread of the first message id that is known."""
        for key in keys:
            thread = self._young.get(key) or self._old.get(key)
            if thread is not None:
                return thread
        return None

    def learn(self, keys: Iterable[int], thread: str) -> None:
        """Note these message ids as part of a thread, unless they are part of one already."""
        for key in keys:
            self._young.setdefault(key, self._old.get(key, thread))
        if len(self._young) > self._limit:
            self._young, self._old = {}, self._young
