"""Captures as an import format: from packets to conversations."""

from __future__ import annotations

from typing import BinaryIO, Final

from sandbox.core.message import N_, Msg
from sandbox.record.import_.base import Importer, Intake
from sandbox.record.import_.capture import Capture, recognises
from sandbox.record.import_.conversation import Conversation
from sandbox.record.import_.flows import Flow, Flows
from sandbox.record.import_.identify import Ports
from sandbox.record.import_.packets import LINKS, segment

TICK: Final = (1 << 12) - 1
OTHER_LINKS: Final = N_("{count} packets are of link types that are not read here: {links}.")


class Secrets:
    """The lines of key logs, by the client's random."""

    def __init__(self, lines: list[str]) -> None:
        """`lines` may grow."""
        self._lines = lines
        self._read = 0
        self._by_random: dict[str, list[str]] = {}

    def __call__(self, random: str) -> list[str]:
        """The lines for a random in hexadecimal."""
        for line in self._lines[self._read :]:
            words = line.split(" ")
            if len(words) == 3:
                self._by_random.setdefault(words[1].lower(), []).append(line)
        self._read = len(self._lines)
        return self._by_random.get(random, [])


def read(file: BinaryIO, intake: Intake) -> None:
    """Read a capture."""
    capture = Capture(file)
    capture.keep(intake.key_log)
    ports, secrets = Ports(intake.protocols), Secrets(capture.secrets)

    def begin(flow: Flow) -> Conversation:
        return Conversation(flow, intake, ports, capture.names, secrets)

    flows = Flows(begin)
    others: dict[int, int] = {}
    for at, link, octets, size in capture.frames():
        if capture.count & TICK == 0:
            intake.progress(file.tell())
        found = segment(link, octets, size)
        if found is not None:
            flows.feed(at, found)
        elif link not in LINKS:
            others[link] = others.get(link, 0) + 1
    flows.end()
    intake.packets = capture.count
    if others:
        links = ", ".join(map(str, sorted(others)))
        intake.remarks.append(Msg(OTHER_LINKS, count=sum(others.values()), links=links))
    if capture.damage:
        intake.remarks.append(Msg(capture.damage, number=capture.count))


FORMAT: Final = Importer("pcap", recognises, read)
