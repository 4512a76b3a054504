"""Captures for tests: how they are made, and what independent peers say of them."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from sandbox.core.protocol import Protocol
from sandbox.record.export.pcapng import FORMAT
from sandbox.record.reader import Transcript
from sandbox.wire.trace import AnyEvent, Close, Data, Open
from sandbox.world.protocols import PROTOCOLS
from tests.record.worlds import transcript_of

TSHARK = shutil.which("tshark")
needs_tshark = pytest.mark.skipif(TSHARK is None, reason="tshark is not installed")
CHECKED = ("-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-o", "smtp.decryption:TRUE")
"""Checksums are looked at, and base64 in SMTP is read: without that, its dissector warns of what it did not try."""
RECOGNISED = {
    "pop3": ("pop.request.command", "pop.response.indicator"),
    "smtp": ("smtp.req.command", "smtp.response.code"),
    "imap": ("imap.request.command", "imap.response.status"),
}
"""Fields that tshark finds where it recognises requests and responses of each protocol."""
TROUBLE = (
    "tcp.analysis.flags || _ws.malformed || _ws.expert.severity >= 0x600000 || tcp.checksum.status == 0"
    " || ip.checksum.status == 0"
)


def exported(transcript: Transcript, protocols: Mapping[str, Protocol] = PROTOCOLS) -> bytes:
    file = io.BytesIO()
    FORMAT.write(transcript, protocols, file)
    return file.getvalue()


def capture_of(events: Iterable[AnyEvent]) -> bytes:
    return exported(transcript_of(events))


def tshark(capture: bytes, folder: Path, *options: str) -> str:
    """What tshark prints about a capture."""
    assert TSHARK is not None
    path = folder / "capture.pcapng"
    path.write_bytes(capture)
    done = subprocess.run([TSHARK, "-r", str(path), *CHECKED, *options], capture_output=True, text=True, check=True)
    return done.stdout


def followed(capture: bytes, folder: Path, streams: int = 1, layer: str = "tcp") -> list[dict[str, bytes]]:
    """The octets of the first connections, as "Follow stream" shows them, by side."""
    options = [option for stream in range(streams) for option in ("-z", f"follow,{layer},raw,{stream}")]
    found: dict[int, dict[str, bytes]] = {}
    sides: dict[str, bytes] = {}
    for line in tshark(capture, folder, "-q", *options).splitlines():
        octets = line.strip()
        if line.startswith("Filter: "):
            sides = found[int(octets.rpartition(" ")[2])] = {"C": b"", "S": b""}
        elif octets and not set(octets) - set("0123456789abcdef"):
            sides["S" if line.startswith("\t") else "C"] += bytes.fromhex(octets)
    return [found[stream] for stream in range(streams)]


def spoken(events: Iterable[AnyEvent], conn: str, layer: str = "app") -> dict[str, bytes]:
    """The octets that arrived, by side."""
    sides = {"C": b"", "S": b""}
    for event in events:
        if isinstance(event, Data) and event.conn == conn and event.layer == layer and not event.lost:
            sides[event.side] += event.raw
    return sides


def on_the_wire(events: Iterable[AnyEvent], conn: str) -> dict[str, bytes]:
    """The octets that a network saw, by side: in clear text, and from the first record on what TLS made of them."""
    sides = {"C": b"", "S": b""}
    layer = "app"
    for event in events:
        if isinstance(event, Data) and event.conn == conn and not event.lost:
            layer = "tls" if event.layer == "tls" else layer
            if event.layer == layer:
                sides[event.side] += event.raw
    return sides


def dialogue(
    *parts: tuple[str, bytes], client: str = "", server: str = "", end: str = "C", cut: bool = False
) -> list[AnyEvent]:
    """A connection in which `parts` are said, a millisecond each."""
    opened = Open(1, 0, "c1", "pop3", "laptop", "mail", 110, client_address=client, server_address=server)
    events: list[AnyEvent] = [opened]
    for side, raw in parts:
        seq = len(events) + 1
        events.append(Data(seq, seq * 1_000_000, "c1", side, "app", raw))  # type: ignore[arg-type]
    seq = len(events) + 1
    events.append(Close(seq, seq * 1_000_000, "c1", end, cut))  # type: ignore[arg-type]
    return events
