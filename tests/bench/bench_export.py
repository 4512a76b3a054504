"""How fast captures are written and opened, beside scapy, a bare writer and tshark. Prints a table, or JSON.

python tests/bench/bench_export.py [--events 100000] [--json]

Every figure is CPU time, and every ratio is taken within one run: machines differ, and are noisy. scapy writes a
thirtieth of the packets, and its time is scaled: the whole would take a minute.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import resource
import shutil
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sandbox.record.export.packets import Packets
from sandbox.record.export.pcapng import FORMAT
from sandbox.record.format import Header, append_event, append_header
from sandbox.record.reader import Transcript
from sandbox.wire.trace import AnyEvent, Data, Open, Side
from sandbox.world.protocols import PROTOCOLS

BEGAN = 1_767_261_600_000_000_000
SCAPY = 30
SCREEN = 60
PREFACE: tuple[tuple[Side, bytes], ...] = (
    ("S", b"+OK ready\r\n"),
    ("C", b"USER ana\r\n"),
    ("S", b"+OK\r\n"),
    ("C", b"PASS secreto\r\n"),
    ("S", b"+OK\r\n"),
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    events = dialogue(options.events)
    with tempfile.TemporaryDirectory() as folder:
        figures = written(events, Path(folder)) | opened(Path(folder))
    if options.json:
        print(json.dumps(figures))
    else:
        print("\n".join(f"{name:58} {value:10,.3f}" for name, value in figures.items()))


def dialogue(count: int) -> list[AnyEvent]:
    """A client that reads and deletes one message after the other; no two messages are the same."""
    events: list[AnyEvent] = [Open(1, BEGAN, "c1", "pop3", "laptop", "mail.norte.example", 110)]
    said = list(PREFACE)
    while len(said) < count - 1:
        number = len(said) // 5
        text = b"Subject: Invitation %d\r\nFrom: Ana <ana@norte.example>\r\n\r\nSee you there?\r\n.\r\n" % number
        said += [
            ("C", b"RETR %d\r\n" % number),
            ("S", b"+OK 1320 octets\r\n"),
            ("S", text),
            ("C", b"DELE %d\r\n" % number),
            ("S", b"+OK message %d marked as deleted\r\n" % number),
        ]
    for seq, (side, raw) in enumerate(said[: count - 1], 2):
        events.append(Data(seq, BEGAN + seq * 1_000_000, "c1", side, "app", raw))
    return events


def written(events: list[AnyEvent], folder: Path) -> dict[str, float]:
    """Write the same packets in four ways."""
    buffer = bytearray()
    append_header(buffer, Header(title="bench"))
    for event in events:
        append_event(buffer, event)
    (folder / "bench.jsonl").write_bytes(buffer)
    with Transcript.open(folder / "bench.jsonl") as transcript, (folder / "bench.pcapng").open("wb") as file:
        FORMAT.write(transcript, PROTOCOLS, io.BytesIO())  # once for what is imported and remembered
        ours = spent(lambda: FORMAT.write(transcript, PROTOCOLS, file))
        bare = spent(lambda: FORMAT.write(transcript, {}, io.BytesIO()))
    packets = Packets()
    made = spent(lambda: [packets.take(event) for event in events])
    template = spent(lambda: written_by_template(events))
    scapy = spent(lambda: written_by_scapy(events[: len(events) // SCAPY], folder / "scapy.pcapng")) * SCAPY
    return {
        "export with explanations, s": ours,
        "export without explanations, s": bare,
        "packets alone, not written, s": made,
        "bare struct writer, s": template,
        "scapy, s (scaled)": scapy,
        "with explanations : struct writer": ours / template,
        "without explanations : struct writer": bare / template,
        "packets alone : struct writer": made / template,
        "scapy : with explanations": scapy / ours,
        "scapy : without explanations": scapy / bare,
    }


def written_by_template(events: list[AnyEvent]) -> None:
    """The least that Python can do: known headers, patched, with right checksums, one block each."""
    head = struct.Struct("<IIIIIII14sHHHHHH8s4sIIHHHH").pack
    file = io.BytesIO()
    seq = {"C": 1, "S": 1}
    addresses, ports = bytes([198, 18, 0, 1, 198, 18, 0, 2]), struct.pack("!HH", 49152, 110)
    base = int.from_bytes(addresses) + 6 + int.from_bytes(ports) + 64240
    for event in events:
        if isinstance(event, Data):
            raw, side, at = event.raw, event.side, event.at
            other = "S" if side == "C" else "C"
            size = len(raw)
            whole, pad = 54 + size, -(54 + size) % 4
            words = int.from_bytes(raw) << 8 if size & 1 else int.from_bytes(raw)
            check = -(base + 20 + size + seq[side] + seq[other] + 0x5018 + words) % 65535
            ip = -(0x4500 + 40 + size + 0x4006 + int.from_bytes(addresses)) % 65535
            block = (6, 32 + whole + pad, 0, at >> 32, at & 0xFFFFFFFF, whole, whole)
            network = (bytes(14), 0x4500, 40 + size, 0, 0x4000, 0x4006, ip, addresses)
            transport = (ports, seq[side], seq[other], 0x5018, 64240, check, 0)
            file.write(head(*block, *network, *transport) + raw + bytes(pad) + struct.pack("<I", 32 + whole + pad))
            seq[side] += size


def written_by_scapy(events: list[AnyEvent], path: Path) -> None:
    """The same by scapy's layers and its writer."""
    from scapy.layers.inet import IP, TCP
    from scapy.layers.l2 import Ether
    from scapy.packet import Raw
    from scapy.utils import PcapNgWriter

    seq = {"C": 1, "S": 1}
    ends = {"C": ("198.18.0.1", "198.18.0.2", 49152, 110), "S": ("198.18.0.2", "198.18.0.1", 110, 49152)}
    writer = PcapNgWriter(str(path))
    for event in events:
        if isinstance(event, Data):
            source, target, sport, dport = ends[event.side]
            acked = seq["S" if event.side == "C" else "C"]
            tcp = TCP(sport=sport, dport=dport, flags="PA", seq=seq[event.side], ack=acked)
            packet = Ether() / IP(src=source, dst=target) / tcp / Raw(event.raw)
            packet.time = event.at / 1e9
            writer.write(packet)
            seq[event.side] += len(event.raw)
    writer.close()


def opened(folder: Path) -> dict[str, float]:
    """Open the transcript to a first screen and search it; tshark does so with the capture."""

    def first_screen() -> None:
        with Transcript.open(folder / "bench.jsonl") as transcript:
            assert len(list(transcript.events(0, SCREEN))) == SCREEN

    def found() -> None:
        with Transcript.open(folder / "bench.jsonl") as transcript:
            assert list(transcript.search(re.compile(rb"Invitation 7777\r")))

    ours, searched = spent(first_screen), spent(found)
    figures = {"open to the first screen, s": ours, "open and search, s": searched}
    if shutil.which("tshark") is None:
        return figures
    capture = str(folder / "bench.pcapng")
    followed = spent_by(["tshark", "-r", capture, "-q", "-z", "follow,tcp,ascii,0"])
    filtered = spent_by(["tshark", "-r", capture, "-Y", 'frame contains "Invitation 7777\\r"'])
    return figures | {
        "tshark, follow the stream, s": followed,
        "tshark, filter, s": filtered,
        "tshark follow : open to the first screen": followed / ours,
        "tshark filter : open and search": filtered / searched,
    }


def spent(work: Callable[[], object]) -> float:
    """CPU seconds of this process."""
    began = time.process_time()
    work()
    return time.process_time() - began


def spent_by(command: list[str]) -> float:
    """CPU seconds of another program."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
