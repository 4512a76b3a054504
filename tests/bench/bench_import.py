"""How fast captures are imported, beside tshark (follow) and scapy (PcapReader). Prints a table, or JSON with `--json`.

python tests/bench/bench_import.py [--packets 100000] [--json]
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sandbox.record.export.pcapng import FORMAT
from sandbox.record.format import Header, append_event, append_header
from sandbox.record.import_ import import_
from sandbox.record.import_.capture import Capture
from sandbox.record.reader import Transcript
from sandbox.wire.trace import AnyEvent, Data, Open
from sandbox.world.protocols import PROTOCOLS

LINES = (
    ("C", b"RETR 12\r\n"),
    ("S", b"+OK 120 octets\r\n"),
    ("S", b"Subject: Invitation\r\nFrom: Ana <ana@norte.example>\r\n\r\nSee you there?\r\n.\r\n"),
    ("C", b"DELE 12\r\n"),
    ("S", b"+OK message 12 marked as deleted\r\n"),
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--packets", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.pcapng"
        path.write_bytes(capture(options.packets))
        figures = ours(path) | peers(path, options.packets)
    if options.json:
        print(json.dumps(figures))
    else:
        print("\n".join(f"{name:45} {value:12,.3f}" for name, value in figures.items()))


def capture(packets: int) -> bytes:
    """A capture of POP3 sessions of a thousand packets each."""
    buffer = bytearray()
    append_header(buffer, Header(title="bench"))
    for number in range(1, packets + 1):
        conn = f"c{number // 1000}"
        event: AnyEvent
        if number % 1000 == 1:
            event = Open(number, number * 1_000_000, conn, "pop3", "laptop", "mail.norte.example", 110)
        else:
            side, raw = LINES[number % len(LINES)]
            event = Data(number, number * 1_000_000, conn, side, "app", raw)  # type: ignore[arg-type]
        append_event(buffer, event)
    file = io.BytesIO()
    FORMAT.write(Transcript.read(io.BytesIO(buffer), "bench"), {}, file)
    return file.getvalue()


def ours(path: Path) -> dict[str, float]:
    """Microseconds a packet: reading alone, and the whole import."""
    with path.open("rb") as file:
        began = time.perf_counter()
        count = sum(1 for _frame in Capture(file).frames())
        reading = time.perf_counter() - began
    with path.open("rb") as file, tempfile.TemporaryFile() as target:
        began = time.perf_counter()
        import_(file, path.name, target, PROTOCOLS)  # type: ignore[arg-type]
        whole = time.perf_counter() - began
    return {"packets": count, "read, µs a packet": reading / count * 1e6, "import, µs a packet": whole / count * 1e6}


def peers(path: Path, packets: int) -> dict[str, float]:
    """The same capture in the hands of others, those that are installed."""
    figures: dict[str, float] = {}
    tshark = shutil.which("tshark")
    if tshark is not None:
        command = [tshark, "-r", str(path), "-q", "-z", "follow,tcp,raw,0"]
        figures["tshark follow, µs a packet"] = _seconds(command) / packets * 1e6
    script = f"from scapy.all import PcapNgReader\nfor packet in PcapNgReader({str(path)!r}): pass"
    figures["scapy PcapReader, µs a packet"] = _seconds([sys.executable, "-c", script]) / packets * 1e6
    return figures


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
