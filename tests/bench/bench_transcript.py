"""How fast transcripts are written, opened, searched, replayed and looked at. Prints a table, or JSON with `--json`.

python tests/bench/bench_transcript.py [--events 1000000] [--json]
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sandbox.record.format import Header
from sandbox.record.reader import Transcript
from sandbox.record.replay import Replay
from sandbox.record.writer import Recorder
from sandbox.tui.sessions.reel import Reel
from sandbox.wire.trace import Data, Journal, Open
from sandbox.world.protocols import PROTOCOLS

LINES = (
    ("C", b"RETR 12\r\n"),
    ("S", b"+OK 1320 octets\r\n"),
    ("S", b"Subject: Invitation to the summer party\r\nFrom: Ana <ana@norte.example>\r\n\r\nSee you there?\r\n.\r\n"),
    ("C", b"DELE 12\r\n"),
    ("S", b"+OK message 12 marked as deleted\r\n"),
)
SCREEN = 60


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--open", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--show", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.open:
        print(json.dumps(opened(options.open) | replayed(options.open, options.events // 10)))
        return
    if options.show:
        print(json.dumps(shown(options.show)))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.jsonl"
        figures = written(path, options.events)
        figures["file, MB"] = path.stat().st_size / 1e6
        for work in ("--open", "--show"):
            # A process of its own: its memory is what that takes.
            words = [sys.executable, __file__, work, str(path), "--events", str(options.events)]
            done = subprocess.run(words, capture_output=True, text=True, check=True)
            figures |= json.loads(done.stdout)
    if options.json:
        print(json.dumps(figures))
    else:
        print("\n".join(f"{name:45} {value:12,.3f}" for name, value in figures.items()))


def written(path: Path, events: int) -> dict[str, float]:
    """Record events through a journal, as a server does."""
    journal = Journal(lambda: 1_767_261_600_000_000_000, keep=1000)
    journal.add(Open(*journal.stamp(), "c1", "pop3", "laptop", "mail.norte.example", 110))
    bare = _fill(journal, events // 10) / (events // 10)
    recorder = Recorder(path, Header(title="bench"), replace=True)
    journal = Journal(lambda: 1_767_261_600_000_000_000, keep=1000)
    recorder.follow(journal)
    journal.add(Open(*journal.stamp(), "c1", "pop3", "laptop", "mail.norte.example", 110))
    took = _fill(journal, events - 1)
    recorder.close()
    return {
        "journal alone, µs an event": bare * 1e6,
        "journal and recorder, µs an event": took / events * 1e6,
    }


def _fill(journal: Journal, events: int) -> float:
    began = time.process_time()
    for number in range(events):
        side, raw = LINES[number % len(LINES)]
        journal.data("c1", side, raw)
    return time.process_time() - began


def opened(path: Path) -> dict[str, float]:
    """Open to a first screen, jump to the end, search, read everything."""
    floor = _memory()
    began = time.perf_counter()
    transcript = Transcript.open(path)
    screen = list(transcript.events(0, SCREEN))
    first = time.perf_counter() - began
    assert isinstance(screen[-1], Data)
    memory = _memory() - floor
    began = time.perf_counter()
    list(transcript.events(len(transcript) - SCREEN))
    last = time.perf_counter() - began
    began = time.perf_counter()
    for _event in transcript.events():
        pass
    everything = time.perf_counter() - began
    figures = {
        "open to the first screen, s": first,
        "memory of that, MB": memory,
        "memory of the process, MB": _memory(),
        "a screen at the end, ms": last * 1e3,
        "decode all, µs an event": everything / len(transcript) * 1e6,
    }
    for pattern in (rb"summer party", rb"no such words", rb"DELE \d+", rb"^no .* such$"):
        began = time.perf_counter()
        for _number in transcript.search(re.compile(pattern)):
            pass
        figures[f"search {pattern.decode()}, s"] = time.perf_counter() - began
    return figures


def replayed(path: Path, events: int) -> dict[str, float]:
    """One long dialogue: walk to its end, then jump and step about in it."""
    transcript = Transcript.open(path)
    replay = Replay(transcript, PROTOCOLS)
    end = min(events, len(replay))
    figures = {f"replay: first jump over {end:,} events, s": _moved(replay, end)}
    for name, to in (
        ("back by one", end - 1),
        ("to the middle", end // 2),
        ("to the beginning", 1),
        ("to the end", end),
    ):
        figures[f"replay: {name}, ms"] = _moved(replay, to) * 1e3
    return figures


def shown(path: Path) -> dict[str, float]:
    """The same on the screen: what a key costs that goes far, the first time and when the way is known."""
    with Transcript.open(path) as transcript:
        reel = Reel(transcript, None)
        nowhere = re.compile(rb"no such words")
        errands = {
            "search for nothing": lambda: reel.to_match(nowhere, None, 1),
            "to the end, first": lambda: reel.to_end(),
            "to the middle": lambda: reel.to_line(reel.lines // 2),
            "back to the end": lambda: reel.to_end(),
        }
        figures = {}
        for name, errand in errands.items():
            began, longest = time.perf_counter(), 0.0
            before = began
            for _done in errand():
                longest, before = max(longest, time.perf_counter() - before), time.perf_counter()
            figures[f"screen: {name}, s"] = time.perf_counter() - began
            figures[f"screen: {name}, longest piece, ms"] = longest * 1e3
    return figures | {"screen: memory of the process, MB": _memory()}


def _moved(replay: Replay, position: int) -> float:
    """Seconds until the states and the mail at a position are known."""
    began = time.perf_counter()
    replay.go(position)
    replay.states()
    replay.hosts()
    return time.perf_counter() - began


def _memory() -> float:
    """The most memory that this process had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


if __name__ == "__main__":
    main()
