"""What benches of servers share: clients that work off a script, all at once, and the CPU time of a process."""

from __future__ import annotations

import selectors
import socket
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeVar

Awaited = TypeVar("Awaited")
Script: TypeAlias = Iterator[tuple[bytes, Awaited]]
"""What a client sends, and what it then waits for: how many replies, or how the reply ends."""


class Visit(ABC, Generic[Awaited]):
    """A client at work. `awaited` is what it waits for now."""

    def __init__(self, port: int, script: Script[Awaited], greeting: Awaited) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._script = script
        self.awaited = greeting

    @abstractmethod
    def answered(self, data: bytes) -> bool:
        """Take what came; whether it was all that the client waits for."""

    def go_on(self) -> bool:
        """Receive, and send what is next; False at the end."""
        data = self.socket.recv(262_144)
        if data and self.answered(data):
            request, self.awaited = next(self._script, (b"", self.awaited))
            if not request:
                return False
            self.socket.sendall(request)
        return bool(data)


def load(pid: int, at_once: int, visits: Iterable[Callable[[], Visit[Any]]]) -> float:
    """Let clients work, so many at once; the server's CPU seconds."""
    before = cpu_seconds(pid)
    coming = iter(visits)
    with selectors.DefaultSelector() as selector:

        def begin(how_many: int) -> None:
            for visit in (start() for start in islice(coming, how_many)):
                selector.register(visit.socket, selectors.EVENT_READ, visit)

        begin(at_once)
        while selector.get_map():
            for key, _events in selector.select():
                visit: Visit[Any] = key.data
                if not visit.go_on():
                    selector.unregister(visit.socket)
                    visit.socket.close()
                    begin(1)
    return cpu_seconds(pid) - before


def cpu_seconds(pid: int) -> float:
    """The CPU time of a process so far, all its threads, from its scheduler's statistics (Linux)."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9
