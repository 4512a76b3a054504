"""How much CPU time an IMAP server takes for what mail programs ask most, and how much memory for a message.

Our `serve`, with the whole trace in memory, takes turns with the peers that are installed, Dovecot and pymap: only
figures taken side by side mean anything. Two mailboxes are filled by APPEND first, one with large messages and one
with many. Prints a table, ratios to the first peer with it, or JSON with `--json`.

python tests/bench/bench_imap.py [--many 10000] [--large 1000] [--rounds 3] [--peers dovecot,pymap] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

USER = PASSWORD = "bench"
LISTENERS = 100
FEW = 500
"""How often what is done to a single message is done."""
Figures = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--many", type=int, default=10_000, help="small messages")
    parser.add_argument("--large", type=int, default=1_000, help="messages of 4 KiB")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default="dovecot,pymap")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--weigh", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve())
    elif options.weigh:
        print(json.dumps(weigh(options.many, options.large)))
    else:
        report(compare(options), options.json)


def compare(options: argparse.Namespace) -> dict[str, Figures]:
    """The medians of all servers."""
    medians: dict[str, Figures] = {}
    with ExitStack() as running:
        places = {"ours": running.enter_context(ours())}
        for name in options.peers.split(","):
            if name in PEERS and shutil.which(name):
                places[name] = running.enter_context(PEERS[name]())
        for port, _pid in places.values():
            fill(port, options.many, options.large)
        rounds: dict[str, dict[str, list[float]]] = {name: {} for name in places}
        for _ in range(options.rounds):
            for name, (port, pid) in places.items():
                for work, figure in measured(port, pid, options.many, options.large):
                    rounds[name].setdefault(work, []).append(figure)
        for name, works in rounds.items():
            medians[name] = {work: statistics.median(figures) for work, figures in works.items()}
    words = [sys.executable, __file__, "--weigh", "--many", str(options.many), "--large", str(options.large)]
    medians["ours"] |= json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
    return medians


def report(medians: dict[str, Figures], as_json: bool) -> None:
    """Print what was found."""
    if as_json:
        print(json.dumps(medians))
        return
    names = list(medians)
    print(f"{'':52}" + "".join(f"{name:>12}" for name in names) + (f"{'ratio':>9}" if len(names) > 1 else ""))
    for work in medians["ours"]:
        figures = [medians[name].get(work) for name in names]
        row = "".join(f"{figure:12,.2f}" if figure is not None else f"{'':12}" for figure in figures)
        other = figures[1] if len(figures) > 1 else None
        print(f"{work:52}{row}" + (f"{medians['ours'][work] / other:9.2f}" if other else ""))


# Servers: each gives its port and the process at the root of its tree


@contextmanager
def started(words: list[str], port: int | None = None) -> Iterator[tuple[int, int]]:
    """A server at work. Without `port`, it says on its first line which one it has."""
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        if port is None:
            assert process.stdout is not None
            port = json.loads(process.stdout.readline())["ports"]["imap"]
        wait_for(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.communicate()


@contextmanager
def ours() -> Iterator[tuple[int, int]]:
    with started([sys.executable, __file__, "--serve"]) as place:
        yield place


async def serve() -> None:
    """Serve until ended."""
    from sandbox.cli.attend import Attendant, spare_the_collector
    from sandbox.world.serve import Options, Serving
    from sandbox.world.services import SERVICES

    attend = Attendant(None, None, True, True)
    with tempfile.TemporaryDirectory() as authority:
        options = Options(ports=dict.fromkeys(SERVICES, 0), users={USER: PASSWORD}, attend=attend)
        serving = Serving(options, Path(authority))
        ended = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
        await serving.start()
        spare_the_collector()
        await ended.wait()
        await serving.stop()


@contextmanager
def dovecot() -> Iterator[tuple[int, int]]:
    """Dovecot with maildirs, nothing synced to the disk: CPU time is what is measured."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        base.chmod(0o755)
        (base / "mail").mkdir()
        (base / "mail").chmod(0o777)
        owner = 65_534 if os.getuid() == 0 else os.getuid()
        (base / "dovecot.conf").write_text(
            f"""
base_dir = {base}/run
log_path = {base}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_fsync = never
mail_location = maildir:{base}/mail/%u
mail_max_userip_connections = 1000
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner} home={base}/mail/%u
}}
service imap-login {{
  service_count = 0
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""
        )
        program = shutil.which("dovecot")
        assert program is not None
        with started([program, "-F", "-c", str(base / "dovecot.conf")], port) as place:
            yield place


@contextmanager
def pymap() -> Iterator[tuple[int, int]]:
    port = free_port()
    place = ["--no-tls", "--no-service", "admin", "--host", "127.0.0.1", "--port", str(port)]
    program = shutil.which("pymap")
    assert program is not None
    with started([program, *place, "dict", "--demo-user", USER, "--demo-password", PASSWORD], port) as found:
        yield found


PEERS = {"dovecot": dovecot, "pymap": pymap}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(port: int) -> None:
    """Come back when somebody listens."""
    ends = time.monotonic() + 20
    while True:
        try:
            Client(port).close()
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.1)
        else:
            return


# A client of few words


class Client:
    """One connection."""

    def __init__(self, port: int, *, log_in: bool = True) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), 60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._until(b"* OK", lambda tail: tail.endswith(b"\r\n"))
        if log_in:
            self.do(b"LOGIN %s %s" % (USER.encode(), PASSWORD.encode()))

    def do(self, command: bytes) -> None:
        """Send a command and read to its end."""
        self.socket.sendall(b"t " + command + b"\r\n")
        self._finish(command)

    def append(self, mailbox: bytes, message: bytes) -> None:
        self.socket.sendall(b"t APPEND %s {%d}\r\n" % (mailbox, len(message)))
        self._until(b"+", lambda tail: tail.startswith(b"+") or b"\r\n+" in tail)
        self.socket.sendall(message + b"\r\n")
        self._finish(b"APPEND")

    def listen(self) -> None:
        self.socket.sendall(b"t IDLE\r\n")
        self._until(b"+", lambda tail: b"+" in tail)

    def hear(self) -> None:
        """Read until a new message is told."""
        self._until(b"EXISTS", lambda tail: b" EXISTS\r\n" in tail)

    def close(self) -> None:
        self.socket.close()

    def _finish(self, command: bytes) -> None:
        tail = self._until(command, lambda tail: tail.endswith(b"\r\n") and _last(tail).startswith(b"t "))
        if not _last(tail).startswith(b"t OK"):
            raise SystemExit(f"{command!r} was refused: {_last(tail)!r}")

    def _until(self, wanted: bytes, met: Callable[[bytes], bool]) -> bytes:
        tail = b""
        while not met(tail):
            data = self.socket.recv(1 << 20)
            if not data:
                raise ConnectionError(f"the server left before {wanted!r}")
            tail = (tail + data)[-1000:]
        return tail


def _last(tail: bytes) -> bytes:
    return tail[:-2].rpartition(b"\r\n")[2]


def message(number: int, size: int) -> bytes:
    """A message of `size` octets."""
    head = (
        b"From: Ana <ana@norte.example>\r\nTo: %s@example.test\r\nSubject: Note %d\r\n"
        b"Date: Thu, 1 Jan 2026 10:00:00 +0000\r\nMessage-ID: <%d@norte.example>\r\n\r\n"
    ) % (USER.encode(), number, number)
    return (head + (b"x" * 62 + b"\r\n") * (size // 64 + 1))[: size - 2] + b"\r\n"


def fill(port: int, many: int, large: int) -> None:
    client = Client(port)
    for mailbox, count, size in ((b"Large", large, 4096), (b"Many", many, 400), (b"Target", 0, 0)):
        client.do(b"CREATE " + mailbox)
        for number in range(count):
            client.append(mailbox, message(number, size))
    client.close()


# Measuring


def measured(port: int, pid: int, many: int, large: int) -> Iterator[tuple[str, float]]:
    """What is measured in one round, in microseconds of CPU time."""

    def cost(units: int, *commands: bytes) -> float:
        before = cpu_seconds(pid)
        for command in commands:
            client.do(command)
        return (cpu_seconds(pid) - before) / units * 1e6

    client = Client(port)
    client.do(b"SELECT Large")
    yield f"FETCH 1:{large} BODY.PEEK[], a message", cost(large, b"FETCH 1:* BODY.PEEK[]")
    singles = [b"FETCH %d BODY.PEEK[]" % number for number in range(1, min(large, FEW) + 1)]
    yield "FETCH of one message", cost(len(singles), *singles)
    client.do(b"SELECT Many")
    yield f"NOOP, {many:,} messages", cost(2000, *[b"NOOP"] * 2000)
    yield "FETCH 1:* FLAGS, a message", cost(many, b"FETCH 1:* (FLAGS)")
    client.do(b"FETCH 1:1000 (ENVELOPE)")
    yield "FETCH ENVELOPE once more, a message", cost(min(many, 1000), b"FETCH 1:1000 (ENVELOPE)")
    yield "SEARCH UNSEEN, a message", cost(many, b"SEARCH UNSEEN")
    client.do(b'SEARCH SUBJECT "note 77"')
    yield "SEARCH SUBJECT once more, a message", cost(many, b'SEARCH SUBJECT "note 77"')
    both = [b"STORE 1:* %sFLAGS (\\Flagged)" % sign for sign in (b"+", b"-")]
    yield "STORE 1:* FLAGS, a message", cost(2 * many, *both)
    singles = [b"STORE %d FLAGS.SILENT (\\Seen)" % number for number in range(1, min(many, FEW) + 1)]
    yield "STORE of one message", cost(len(singles), *singles)
    client.do(b"STORE 1:* -FLAGS.SILENT (\\Seen)")
    before = cpu_seconds(pid)
    for number in range(FEW):
        client.append(b"Target", message(number, 4096))
    yield "APPEND of 4 KiB", (cpu_seconds(pid) - before) / FEW * 1e6
    client.close()
    yield from listened(port, pid)


def listened(port: int, pid: int) -> Iterator[tuple[str, float]]:
    """LOGIN, and how news spread to those who IDLE."""
    before = cpu_seconds(pid)
    listeners = [Client(port) for _ in range(LISTENERS)]
    yield "connection and LOGIN", (cpu_seconds(pid) - before) / LISTENERS * 1e6
    for listener in listeners:
        listener.do(b"SELECT Target")
        listener.listen()
    sender = Client(port)
    before, began = cpu_seconds(pid), time.perf_counter()
    sender.append(b"Target", message(0, 400))
    for listener in listeners:
        listener.hear()
    took = time.perf_counter() - began
    yield f"IDLE to {LISTENERS}, a session", (cpu_seconds(pid) - before) / LISTENERS * 1e6
    yield f"IDLE to {LISTENERS}, ms until the last hears", took * 1e3
    for client in (*listeners, sender):
        client.close()


def weigh(many: int, large: int) -> Figures:
    """What our store takes for a message: octets beside 1.5 times its own."""
    import tracemalloc

    from sandbox.mail.memory import MemoryStore

    tracemalloc.start()
    inbox = MemoryStore(time.time_ns).add_user(USER).inbox
    before, raw = tracemalloc.get_traced_memory()[0], 0
    for count, size in ((large, 4096), (many, 400)):
        for number in range(count):
            content = message(number, size)
            raw += len(content)
            inbox.append(content)
    held = tracemalloc.get_traced_memory()[0] - before
    return {
        "memory, octets a message": held / (many + large),
        "memory, octets a message beside its own": (held - raw) / (many + large),
    }


def cpu_seconds(root: int) -> float:
    """The CPU time that a process and its descendants took so far (Linux)."""
    parents: dict[int, list[int]] = {}
    ended: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text("latin-1").rpartition(")")[2].split()
            except OSError:  # it has just ended
                continue
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
            ended[int(entry.name)] = (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
    total, pending = 0.0, [root]
    while pending:
        pid = pending.pop()
        pending += parents.get(pid, [])
        total += ended.get(pid, 0.0)
        try:
            total += int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
        except OSError:  # likewise
            continue
    return total


if __name__ == "__main__":
    os.environ.setdefault("MAIL_SANDBOX_HOME", tempfile.mkdtemp())
    main()
