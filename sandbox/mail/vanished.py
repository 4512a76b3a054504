"""What a mailbox remembers about messages that were expunged (RFC 7162 section 3.2), within a bound."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

__all__ = ["Vanished", "ranges"]


def ranges(uids: Iterable[int]) -> tuple[range, ...]:
    """Return ascending numbers as the fewest ranges, in order."""
    found: list[range] = []
    first = last = 0
    for uid in uids:
        if uid == last + 1 and found:
            last = uid
            found[-1] = range(first, uid + 1)
        else:
            first = last = uid
            found.append(range(uid, uid + 1))
    return tuple(found)


class Vanished:
    """Expunged UIDs with the mod-sequence of their removal; the oldest are forgotten when more than `bound` ranges pile
    up.
    """

    __slots__ = ("_bound", "_held", "_log", "horizon")

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._held = 0
        self._log: deque[tuple[int, tuple[range, ...]]] = deque()
        self.horizon = 0
        """Removals up to and including this mod-sequence are forgotten."""

    def add(self, modseq: int, uids: Iterable[int]) -> None:
        """Remember that these (ascending) vanished at `modseq`, which is higher than any before."""
        entry = (modseq, ranges(uids))
        self._log.append(entry)
        self._held += len(entry[1])
        while self._held > self._bound:
            self.horizon, forgotten = self._log.popleft()
            self._held -= len(forgotten)

    def since(self, modseq: int) -> list[int] | None:
        """Return the UIDs that vanished after `modseq`, ascending; None if that is further back than memory goes."""
        if modseq < self.horizon:
            return None
        recent: list[int] = []
        for at, gone in reversed(self._log):
            if at <= modseq:
                break
            for some in gone:
                recent.extend(some)
        recent.sort()
        return recent
