"""Dialogues as RFCs write them, played against a server's endpoint in every chunking.

    S: +OK ...                    a line the server says; `...` stands for anything within the line
    C: STAT                       a line the client sends, with CRLF
    C| NOOP\\n                     octets exactly so (Python escapes), nothing added
    *  closed                     the server has closed the connection

Consecutive client lines are one write. Each dialogue runs as written, octet by octet, and cut at random.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

from sandbox.core.effects import Close, Commit, Deliver, Outside, StartTls
from sandbox.core.endpoint import Server

Chunking = Callable[[bytes], Iterator[bytes]]


def whole(data: bytes) -> Iterator[bytes]:
    yield data


def octets(data: bytes) -> Iterator[bytes]:
    for index in range(len(data)):
        yield data[index : index + 1]


def shuffled(seed: int) -> Chunking:
    source = random.Random(seed)

    def cut(data: bytes) -> Iterator[bytes]:
        while data:
            size = source.randint(1, len(data))
            yield data[:size]
            data = data[size:]

    return cut


CHUNKINGS: list[Chunking] = [whole, octets, *(shuffled(seed) for seed in range(5))]


def perform(server: Server) -> bytes:
    """Take what the server has to say, performing its wishes as a faultless world would."""
    said = server.data_to_send()
    while events := server.events_received():
        for event in events:
            if isinstance(event, Commit | StartTls):
                server.resume(event, True)
            elif isinstance(event, Deliver):
                server.resume(event, event.courier.deliver(event.envelope, event.content))
            elif isinstance(event, Outside) and not isinstance(event, Close):
                server.resume(event)
        said += server.data_to_send()
    return said


def check(make: Callable[[], Server], text: str) -> Server:
    """Play `text` in every chunking. Returns the server of the last run, for a look at its state."""
    for chunking in CHUNKINGS:
        server = play(make(), text, chunking)
    return server


def play(server: Server, text: str, chunking: Chunking = whole) -> Server:
    server.start()
    pending = perform(server)
    for side, lines in _groups(text):
        if side == "C":
            assert not pending, f"said and not expected: {pending!r}"
            for chunk in chunking(b"".join(lines)):
                server.receive_data(chunk)
                pending += perform(server)
        elif side == "S":
            for line in lines:
                said, end, pending = pending.partition(b"\r\n")
                assert end, f"expected {line!r}, the server said no more than {said!r}"
                assert _fits(line, said), f"expected {line!r}, the server said {said!r}"
        else:
            assert server.closing, "the server has not closed"
    assert not pending, f"said and not expected: {pending!r}"
    return server


def _groups(text: str) -> Iterator[tuple[str, list[bytes]]]:
    group: tuple[str, list[bytes]] | None = None
    for raw in text.strip("\n").splitlines():
        line = raw.strip()
        if not line:
            continue
        mark, rest = line[:2], line[2:].removeprefix(" ")
        side = mark[0]
        octets_ = rest.encode().decode("unicode_escape").encode("latin-1") if mark == "C|" else rest.encode()
        if mark == "C:":
            octets_ += b"\r\n"
        if group is None or group[0] != side:
            if group is not None:
                yield group
            group = (side, [])
        group[1].append(octets_)
    if group is not None:
        yield group


def _fits(wanted: bytes, said: bytes) -> bool:
    pattern = b".*".join(re.escape(part) for part in wanted.split(b"..."))
    return re.fullmatch(pattern, said, re.DOTALL) is not None
