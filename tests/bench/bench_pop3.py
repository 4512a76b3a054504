"""How much CPU time `serve` takes for a POP3 message that is fetched and marked: RETR and DELE, 20 connections.

Each round serves a fresh maildrop in a process of its own, once with the trace in memory, once with --record as well.
`--against PORT:PID:USER:PASSWORD` measures another POP3 server in the same rounds: only figures taken side by side
mean anything. Prints a table, or JSON with `--json`.

python tests/bench/bench_pop3.py [--messages 500] [--rounds 5] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import selectors
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

CONNECTIONS = 20
PASSWORD = "secreto"
MAIL = (b"From: ana@norte.example\r\nSubject: Bench\r\n\r\n" + (b"x" * 62 + b"\r\n") * 64)[:4096]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=500, help="for each connection")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--against", metavar="PORT:PID:USER:PASSWORD")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", metavar="FOLDER", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve is not None:
        asyncio.run(serve(options.messages, options.serve))
        return
    figures: dict[str, list[float]] = {}
    for _ in range(options.rounds):
        for name, record in (("trace in memory", False), ("trace and transcript", True)):
            figures.setdefault(name, []).append(measured(options.messages, record))
        if options.against:
            port, pid, user, password = options.against.split(":")
            users = [user] * CONNECTIONS
            figures.setdefault("the other server", []).append(
                load(int(port), int(pid), users, password, options.messages)
            )
    medians = {f"{name}, µs of CPU a message": statistics.median(values) for name, values in figures.items()}
    if options.json:
        print(json.dumps(medians))
    else:
        print("\n".join(f"{name:45} {value:12,.1f}" for name, value in medians.items()))


async def serve(messages: int, folder: str) -> None:
    """Serve full maildrops until ended."""
    from sandbox.cli.attend import Attendant, spare_the_collector
    from sandbox.world.serve import Options, Serving
    from sandbox.world.services import SERVICES

    users = {f"user{number}": PASSWORD for number in range(CONNECTIONS)}
    attend = Attendant(Path(folder) if folder else None, None, True, True)
    ports = dict.fromkeys(SERVICES, 0)
    with tempfile.TemporaryDirectory() as authority:
        serving = Serving(Options(ports=ports, users=users, attend=attend), Path(authority))
        await serving.start()
        for user in users:
            inbox = serving.store.mailboxes(user).inbox
            for _ in range(messages):
                inbox.append(MAIL)
        spare_the_collector()
        print("full", flush=True)
        ended = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
        await ended.wait()
        await serving.stop()


def measured(messages: int, record: bool) -> float:
    """One round against a server of ours."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, __file__, "--messages", str(messages), "--serve", folder if record else ""]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            port = json.loads(process.stdout.readline())["ports"]["pop3"]
            process.stdout.readline()
            time.sleep(0.3)  # what was recorded of the filling shall be on disk before the clock is read
            users = [f"user{number}" for number in range(CONNECTIONS)]
            return load(port, process.pid, users, PASSWORD, messages)
        finally:
            process.terminate()
            process.communicate()


def load(port: int, pid: int, users: list[str], password: str, messages: int) -> float:
    """Fetch and delete everything, all users at once; the server's CPU time for a message in microseconds."""
    before = cpu_seconds(pid)
    with selectors.DefaultSelector() as selector:
        for user in users:
            client = socket.create_connection(("127.0.0.1", port))
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(client, selectors.EVENT_READ, Visit(session(user, password, messages)))
        while selector.get_map():
            for key, _events in selector.select():
                if not key.data.go_on(key.fileobj):
                    selector.unregister(key.fileobj)
                    key.fileobj.close()  # type: ignore[union-attr]
    return (cpu_seconds(pid) - before) / (messages * len(users)) * 1e6


def session(user: str, password: str, messages: int) -> Iterator[tuple[bytes, bytes]]:
    """What a client sends, and how the reply to it ends."""
    line, block = b"\r\n", b"\r\n.\r\n"
    yield b"USER %s\r\n" % user.encode(), line
    yield b"PASS %s\r\n" % password.encode(), line
    yield b"UIDL\r\n", block
    for number in range(1, messages + 1):
        yield b"RETR %d\r\n" % number, block
        yield b"DELE %d\r\n" % number, line
    yield b"QUIT\r\n", line


class Visit:
    """A client at work."""

    def __init__(self, script: Iterator[tuple[bytes, bytes]]) -> None:
        self._script = script
        self._end = b"\r\n"
        self._tail = b""

    def go_on(self, client: socket.socket) -> bool:
        """Take what came; False at the end."""
        data = client.recv(262_144)
        if not data:
            return False
        assert not (self._tail == b"" and data.startswith(b"-ERR")), data
        self._tail = (self._tail + data)[-5:]
        if self._tail.endswith(self._end):
            request, self._end = next(self._script, (b"", b"\r\n"))
            self._tail = b""
            client.sendall(request)
        return True


def cpu_seconds(pid: int) -> float:
    """The CPU time of a process so far, from its scheduler's statistics (Linux)."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


if __name__ == "__main__":
    os.environ.setdefault("MAIL_SANDBOX_HOME", tempfile.mkdtemp())
    main()
