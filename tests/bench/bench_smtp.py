"""How much CPU time `serve --record` takes for a message of 4 KiB that arrives by SMTP, beside other servers.

Three ways of sending: 20 connections with many messages each, the same with pipelining (RFC 2920), and a connection
for each message. The peers are those that this machine has: aiosmtpd and Twisted in the interpreter that `--python`
names, and Postfix's smtp-sink. They keep nothing; ours stores, traces and records everything. All are measured in the
same rounds, for only figures taken side by side mean anything. Prints a table, or JSON with `--json`.

python tests/bench/bench_smtp.py [--messages 2000] [--rounds 5] [--python INTERPRETER] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import repeat
from pathlib import Path

from common import Script, Visit, load

CONNECTIONS = 20
LETTER = b"From: ana@norte.example\r\nTo: luis@sur.example\r\nSubject: Bench\r\n\r\n"
LETTER += (b"x" * 62 + b"\r\n") * ((4096 - len(LETTER)) // 64) + b".\r\n"
HELLO, GOODBYE = (b"EHLO norte.example\r\n", 1), (b"QUIT\r\n", 1)
ENVELOPE = (b"MAIL FROM:<ana@norte.example>\r\n", b"RCPT TO:<luis@sur.example>\r\n", b"DATA\r\n")
OURS = "mail-sandbox"


class Client(Visit[int]):
    """Waits for so many replies: lines, of which those with a hyphen behind the code are followed by more."""

    def __init__(self, port: int, script: Script[int]) -> None:
        super().__init__(port, script, 1)
        self._rest = b""

    def answered(self, data: bytes) -> bool:
        *lines, self._rest = (self._rest + data).split(b"\r\n")
        for line in lines:
            assert line[:1] in b"23", line
            self.awaited -= line[3:4] != b"-"
        return self.awaited == 0


def one_by_one(messages: int) -> Script[int]:
    yield HELLO
    for _ in range(messages):
        yield from ((line, 1) for line in (*ENVELOPE, LETTER))
    yield GOODBYE


def pipelined(messages: int) -> Script[int]:
    yield HELLO
    for _ in range(messages):
        yield b"".join(ENVELOPE), len(ENVELOPE)
        yield LETTER, 1
    yield GOODBYE


WAYS: dict[str, tuple[Callable[[int], Script[int]], bool]] = {
    "20 connections": (one_by_one, False),
    "pipelined": (pipelined, False),
    "a connection for each": (one_by_one, True),
}
"""What a client says, and whether it comes again for each message."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--python", default=sys.executable, metavar="INTERPRETER")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--be", choices=PEERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.be:
        PEERS[options.be]()
        return
    figures: dict[str, dict[str, list[float]]] = {way: {} for way in WAYS}
    with ExitStack() as stack:
        servers = {name: stack.enter_context(server) for name, server in found(options.python).items()}
        for _ in range(options.rounds):
            for way in WAYS:
                for name, (port, pid) in servers.items():
                    cost = measured(way, port, pid, options.messages)
                    figures[way].setdefault(name, []).append(cost)
    medians = {way: {name: statistics.median(costs) for name, costs in row.items()} for way, row in figures.items()}
    print(json.dumps(medians) if options.json else table(medians))


def measured(way: str, port: int, pid: int, messages: int) -> float:
    """Microseconds of the server's CPU time for a message."""
    talk, again = WAYS[way]
    visits = messages if again else CONNECTIONS
    each = messages // visits
    clients = repeat(lambda: Client(port, talk(each)), visits)
    return load(pid, CONNECTIONS, clients) / (each * visits) * 1e6


def table(medians: dict[str, dict[str, float]]) -> str:
    """Figures, and how many times as much as ours each is."""
    lines = [f"{'µs of CPU a message':24}{'':14}{'x ours':>10}"]
    for way, row in medians.items():
        lines += [f"{way:24}{name:14}{cost:8.1f}{cost / row[OURS]:8.2f}" for name, cost in row.items()]
    return "\n".join(lines)


# Servers


def found(python: str) -> dict[str, AbstractContextManager[tuple[int, int]]]:
    """The servers that this machine has."""
    servers: dict[str, AbstractContextManager[tuple[int, int]]] = {OURS: ours()}
    for name in PEERS:
        check = subprocess.run([python, "-c", f"import {name}"], stderr=subprocess.DEVNULL, check=False)
        if check.returncode == 0:
            servers[name] = started([python, __file__, "--be", name])
    if shutil.which("smtp-sink"):
        servers["smtp-sink"] = sink()
    return servers


@contextmanager
def ours() -> Iterator[tuple[int, int]]:
    with tempfile.TemporaryDirectory() as folder:
        words = "-m sandbox serve --headless --json --domain sur.example --user luis:secreto --offset 20000 --record"
        environment = os.environ | {"MAIL_SANDBOX_HOME": folder}
        with process([sys.executable, *words.split(), folder], environment) as (child, line):
            yield json.loads(line)["ports"]["smtp"], child.pid


@contextmanager
def started(words: list[str]) -> Iterator[tuple[int, int]]:
    with process(words, None) as (child, line):
        yield int(line), child.pid


@contextmanager
def process(words: list[str], environment: dict[str, str] | None) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server that tells its port in its first line."""
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout is not None
        try:
            yield child, child.stdout.readline()
        finally:
            child.terminate()


@contextmanager
def sink() -> Iterator[tuple[int, int]]:
    port = 20_125
    user = ["-u", "nobody"] if os.getuid() == 0 else []
    with subprocess.Popen(["smtp-sink", *user, f"127.0.0.1:{port}", "512"]) as child:
        while f":{port:04X} " not in Path("/proc/net/tcp").read_text() and child.poll() is None:
            time.sleep(0.01)
        try:
            yield port, child.pid
        finally:
            child.terminate()


def be_aiosmtpd() -> None:
    import asyncio

    from aiosmtpd.controller import UnthreadedController
    from aiosmtpd.handlers import Sink

    loop = asyncio.new_event_loop()
    controller = UnthreadedController(Sink(), "127.0.0.1", 0, loop=loop)
    controller.begin()
    print(controller.server.sockets[0].getsockname()[1], flush=True)
    loop.run_forever()


def be_twisted() -> None:
    from twisted.internet import defer, reactor
    from twisted.mail import smtp
    from zope.interface import implementer

    @implementer(smtp.IMessage)
    class Nothing:
        def lineReceived(self, line: bytes) -> None: ...

        def eomReceived(self) -> object:
            return defer.succeed(None)

        def connectionLost(self) -> None: ...

    @implementer(smtp.IMessageDelivery)
    class Anything:
        def receivedHeader(self, *_said: object) -> bytes:
            return b"Received: here"

        def validateFrom(self, _hello: object, origin: object) -> object:
            return origin

        def validateTo(self, _user: object) -> object:
            return Nothing

    class Factory(smtp.SMTPFactory):
        protocol = smtp.ESMTP

        def buildProtocol(self, address: object) -> object:
            protocol = super().buildProtocol(address)
            protocol.delivery = Anything()
            return protocol

    port = reactor.listenTCP(0, Factory(), interface="127.0.0.1")
    print(port.getHost().port, flush=True)
    reactor.run()


PEERS = {"aiosmtpd": be_aiosmtpd, "twisted": be_twisted}


if __name__ == "__main__":
    main()
