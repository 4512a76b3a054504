"""How facts are spelled in a column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sandbox.mail.vanished import ranges

_HALF = 1 << 63


def joined(words: Iterable[str]) -> str:
    """Flags or special uses, which have no spaces, as one text."""
    return " ".join(words)


def split(text: str) -> tuple[str, ...]:
    """The words that were `joined`."""
    return tuple(text.split(" ")) if text else ()


def uid_set(uids: Iterable[int]) -> str:
    """Ascending uids as IMAP writes them: `1:3,7`."""
    return ",".join(f"{some[0]}:{some[-1]}" if len(some) > 1 else str(some[0]) for some in ranges(uids))


def uids_of(text: str) -> Iterator[int]:
    """The uids of a `uid_set`."""
    for part in text.split(","):
        first, _, last = part.partition(":")
        yield from range(int(first), int(last or first) + 1)


def column(key: int) -> int:
    """A digest of 64 bits as a number that SQLite can hold, which are signed."""
    return key - _HALF


def key_of(number: int) -> int:
    """The digest in a `column`."""
    return number + _HALF
