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
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from common import Script, Visit, load

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
                cost(int(port), int(pid), users, password, options.messages)
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
            return cost(port, process.pid, users, PASSWORD, messages)
        finally:
            process.terminate()
            process.communicate()


def cost(port: int, pid: int, users: list[str], password: str, messages: int) -> float:
    """Fetch and delete everything, all users at once; the server's CPU time for a message in microseconds."""
    clients = [partial(Client, port, session(user, password, messages)) for user in users]
    return load(pid, len(users), clients) / (messages * len(users)) * 1e6


def session(user: str, password: str, messages: int) -> Script[bytes]:
    """What a client sends, and how the reply to it ends."""
    line, block = b"\r\n", b"\r\n.\r\n"
    yield b"USER %s\r\n" % user.encode(), line
    yield b"PASS %s\r\n" % password.encode(), line
    yield b"UIDL\r\n", block
    for number in range(1, messages + 1):
        yield b"RETR %d\r\n" % number, block
        yield b"DELE %d\r\n" % number, line
    yield b"QUIT\r\n", line


class Client(Visit[bytes]):
    """Waits for a reply that ends as it should."""

    def __init__(self, port: int, script: Script[bytes]) -> None:
        super().__init__(port, script, b"\r\n")
        self._tail = b""

    def answered(self, data: bytes) -> bool:
        assert self._tail or not data.startswith(b"-ERR"), data
        self._tail = (self._tail + data)[-5:]
        complete = self._tail.endswith(self.awaited)
        if complete:
            self._tail = b""
        return complete


if __name__ == "__main__":
    os.environ.setdefault("MAIL_SANDBOX_HOME", tempfile.mkdtemp())
    main()
