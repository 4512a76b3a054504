"""What benches of servers share: clients that work off a script, all at once, and the CPU time of a process."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

Script = Iterator[tuple[bytes, int]]
"""What a client sends, and how many replies it then waits for."""


class Visit:
    """A client at work: replies are lines, of which those with a hyphen behind the code are followed by more."""

    def __init__(self, port: int, script: Script) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._script = script
        self._due = 1  # the greeting
        self._rest = b""

    def go_on(self) -> bool:
        """Take what came; False at the end."""
        data = self.socket.recv(65_536)
        *lines, self._rest = (self._rest + data).split(b"\r\n")
        for line in lines:
            assert line[:1] in b"23", line
            self._due -= line[3:4] != b"-"
        if self._due == 0 and data:
            request, self._due = next(self._script, (b"", 1))
            if not request:
                return False
            self.socket.sendall(request)
        return bool(data)


def load(port: int, pid: int, visits: int, at_once: int, script: Callable[[], Script]) -> float:
    """Let so many clients work, so many at once; the server's CPU seconds."""
    before = cpu_seconds(pid)
    left = visits
    with selectors.DefaultSelector() as selector:

        def begin() -> None:
            visit = Visit(port, script())
            selector.register(visit.socket, selectors.EVENT_READ, visit)

        for _ in range(min(at_once, visits)):
            left -= 1
            begin()
        while selector.get_map():
            for key, _events in selector.select():
                visit: Visit = key.data
                if not visit.go_on():
                    selector.unregister(visit.socket)
                    visit.socket.close()
                    if left:
                        left -= 1
                        begin()
    return cpu_seconds(pid) - before


def cpu_seconds(pid: int) -> float:
    """The CPU time of a process so far, all its threads, from its scheduler's statistics (Linux)."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9
