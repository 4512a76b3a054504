"""Who is told of changes.

A watcher is called after a change is complete: what it reads from the store is never half of one. It may change the
store itself; that is announced after everybody has heard of the change at hand, so all watchers see all changes in one
order. It should not raise. If it does, everyone else is still told, and then the exceptions are raised as an
`ExceptionGroup` out of the call that made the change, which remains made.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from sandbox.mail.changes import Change

__all__ = ["Cancel", "Watcher", "Watchers"]

Watcher = Callable[[Change], None]
Cancel = Callable[[], None]


class Watchers:
    """The watchers of a store (key None) and of its mailboxes (key mailbox id)."""

    __slots__ = ("_by_key", "_due", "_silent", "_telling", "_tokens")

    def __init__(self) -> None:
        self._by_key: dict[str | None, dict[int, Watcher]] = {}
        self._due: deque[tuple[str | None, Change]] = deque()
        self._silent = False
        self._telling = False
        self._tokens = count()

    def watch(self, key: str | None, watcher: Watcher) -> Cancel:
        """Call `watcher` with every change under `key`, or with every change for None, until the returned function is
        called.
        """
        token = next(self._tokens)
        self._by_key.setdefault(key, {})[token] = watcher

        def cancel() -> None:
            group = self._by_key.get(key, {})
            group.pop(token, None)
            if not group:
                self._by_key.pop(key, None)

        return cancel

    def announce(self, key: str | None, change: Change) -> None:
        """Tell the watchers of everything, then those of `key`, in the order in which they began to watch."""
        if self._by_key:
            self._due.append((key, change))
            self._tell_all()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Announce what changes within only when all of it is done: watchers see it whole, and cannot come between."""
        if self._silent:
            yield
            return
        self._silent = True
        try:
            yield
        finally:
            self._silent = False
            self._tell_all()

    def _tell_all(self) -> None:
        if self._silent or self._telling:
            return
        self._telling = True
        errors: list[Exception] = []
        try:
            while self._due:
                self._tell(*self._due.popleft(), errors)
        finally:
            self._telling = False
        if errors:
            raise ExceptionGroup("watchers of the mail store failed", errors)

    def _tell(self, key: str | None, change: Change, errors: list[Exception]) -> None:
        for group in (None, key) if key is not None else (None,):
            for token in tuple(self._by_key.get(group, ())):
                watcher = self._by_key.get(group, {}).get(token)
                if watcher is None:  # another watcher cancelled it meanwhile
                    continue
                try:
                    watcher(change)
                except Exception as error:
                    errors.append(error)
