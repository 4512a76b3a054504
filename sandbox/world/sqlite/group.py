"""Commits in groups: whatever came in one turn of the loop waits for the disk once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from sandbox.core.message import Msg
from sandbox.mail.changes import Change
from sandbox.world.errors import WorldError
from sandbox.world.sqlite.store import SqliteStore


class Group:
    """Commits a store after each turn of the running loop in which it changed.

    `complain` is told why the disk refused; what it refused is tried again with the next change.
    """

    def __init__(self, store: SqliteStore, complain: Callable[[Msg], None]) -> None:
        self._store, self._complain = store, complain
        self._waiting: list[tuple[asyncio.Future[Any], Any, Any]] = []
        self._due: asyncio.Handle | None = None
        store.watch(self._hurry)

    def when_safe(self, result: Any, otherwise: Any) -> asyncio.Future[Any]:
        """A future that gives `result` once everything up to now is on the disk, or `otherwise` where it is refused."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((future, result, otherwise))
        self._hurry()
        return future

    def close(self) -> None:
        """Commit and let go of the file; nobody waits any more. Raises `WorldError` where the disk refuses."""
        if self._due is not None:
            self._due.cancel()
        self._store.close()

    def _hurry(self, _change: Change | None = None) -> None:
        if self._due is None and (self._waiting or self._store.dirty):
            self._due = asyncio.get_running_loop().call_soon(self._commit)

    def _commit(self) -> None:
        self._due = None
        safe = True
        try:
            self._store.commit()
        except WorldError as error:
            safe = False
            self._complain(error.about)
        waiting, self._waiting = self._waiting, []
        for future, result, otherwise in waiting:
            if not future.done():
                future.set_result(result if safe else otherwise)
