"""A connection of a capture on its way into the journal: what it speaks, what is said, what is missing, its end."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sandbox.core.message import N_
from sandbox.record.import_.base import Intake
from sandbox.record.import_.flows import Flow
from sandbox.record.import_.identify import Ports, Spoken, by_port, by_words
from sandbox.record.import_.layers import Layers, is_hello
from sandbox.wire.tls import HELLO_RANDOM
from sandbox.wire.trace import Data, Side

EARLY: Final = 1 << 16
"""Octets after which it must be clear what is spoken."""
EARLY_PIECES: Final = 64

LACKS: Final[Mapping[Side, str]] = {
    "C": N_("{count} octets that the client sent here are not in the file."),
    "S": N_("{count} octets that the server sent here are not in the file."),
}
MIDDLE: Final = N_("The file begins in the middle of this conversation.")
UNFINISHED: Final = N_("The file ends before this conversation does.")
REFUSED: Final = N_("The server refuses the connection.")
UNANSWERED: Final = N_("Nothing was said on this connection.")

Secrets = Callable[[str], Sequence[str]]


class Conversation:
    """What becomes of a `Flow`: its `Talk`."""

    def __init__(self, flow: Flow, intake: Intake, ports: Ports, names: Mapping[bytes, str], secrets: Secrets) -> None:
        """`names` are those of addresses, `secrets` gives the lines of the key log for a client's random."""
        self._flow, self._intake, self._known = flow, intake, ports
        self._names, self._secrets = names, secrets
        self._early: list[tuple[int, bytes | int, int]] = []
        """What came before it was clear what is spoken: octets, or how many are missing."""
        self._size = 0
        self._foreign = False
        self._conn = ""
        self._client = 0
        self._layers: Layers | None = None

    def octets(self, half: int, octets: bytes, at: int) -> None:
        if self._layers is None:
            self._wait(half, octets, at)
        else:
            self._intake.at(at)
            self._layers.carry(self._side(half), octets)

    def lacking(self, half: int, count: int, at: int) -> None:
        if self._layers is None:
            self._wait(half, count, at)
        else:
            self._intake.at(at)
            side = self._side(half)
            self._intake.found[self._conn].missing[side] += count
            self._intake.note(self._conn, LACKS[side], count=count)
            self._layers.gap(side)

    def over(self, half: int | None, at: int) -> None:
        spoken = self._spoken() if self._layers is None and not self._foreign else None
        if spoken is not None:
            self._begin(spoken)
        if self._layers is None:
            if self._early or self._foreign:
                self._intake.left_out[self._ports[1]] += 1
            return
        self._intake.at(at)
        self._layers.end()
        found = self._intake.found[self._conn]
        if self._layers.tls is not None:
            found.tls = "opened" if self._layers.tls.opened else "closed"
        elif not any((*found.octets.values(), *found.missing.values())):
            self._intake.note(self._conn, REFUSED if self._flow.reset else UNANSWERED)
        if half is None and not self._flow.reset:
            self._intake.note(self._conn, UNFINISHED)
        else:
            self._intake.close(self._conn, None if half is None else self._side(half))

    def _side(self, half: int) -> Side:
        return "C" if half == self._client else "S"

    @property
    def _ports(self) -> tuple[int, int]:
        return int.from_bytes(self._flow.client[-2:]), int.from_bytes(self._flow.server[-2:])

    # What is spoken

    def _wait(self, half: int, octets: bytes | int, at: int) -> None:
        if self._foreign:
            return
        self._early.append((half, octets, at))
        self._size += len(octets) if isinstance(octets, bytes) else 0
        spoken = self._spoken()
        if spoken is not None:
            self._begin(spoken)
        elif self._size > EARLY or len(self._early) > EARLY_PIECES:
            self._foreign = True
            self._early.clear()

    def _spoken(self) -> Spoken | None:
        """What is spoken, as far as it is clear."""
        spoken = by_port(self._ports, self._known, certain=self._flow.syn is not None)
        if spoken is not None:
            return spoken
        said = [(half, octets) for half, octets, _at in self._early if isinstance(octets, bytes)]
        if not said or not is_hello(said[0][1]):
            return by_words(said)
        related = self._known.related(self._ports[1])
        if related:
            return Spoken(related, 0)
        return by_words(self._inside(said)) if self._secrets(said[0][1][HELLO_RANDOM].hex()) else None

    def _inside(self, said: Sequence[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
        """What was said under TLS."""
        inside: list[tuple[int, bytes]] = []

        def note(event: object) -> None:
            if isinstance(event, Data) and event.layer == "app":
                inside.append((0 if event.side == "C" else 1, event.raw))

        trial = Intake(self._intake.protocols, note)
        layers = Layers(trial, trial.open("", "", "", 0), self._secrets)
        layers.begin_tls()
        for half, octets in said:
            layers.carry("S" if half else "C", octets)
        return inside

    def _begin(self, spoken: Spoken) -> None:
        """It is clear what is spoken: write down what came before."""
        flow, early = self._flow, self._early
        self._early, self._client = [], spoken.client
        ends = (flow.client, flow.server) if spoken.client == 0 else (flow.server, flow.client)
        client, server = (str(ipaddress.ip_address(end[:-2])) for end in ends)
        first = next((octets for _half, octets, _at in early if isinstance(octets, bytes)), b"")
        self._intake.at(flow.begun)
        self._conn = self._intake.open(
            spoken.proto,
            self._names.get(ends[0][:-2], client),
            self._names.get(ends[1][:-2], server),
            int.from_bytes(ends[1][-2:]),
            client_port=int.from_bytes(ends[0][-2:]),
            addresses=(client, server),
            tls=is_hello(first),
        )
        if not flow.whole:
            self._intake.note(self._conn, MIDDLE)
        self._layers = Layers(self._intake, self._conn, self._secrets)
        if is_hello(first):
            self._layers.begin_tls()
        for half, octets, at in early:
            if isinstance(octets, bytes):
                self.octets(half, octets, at)
            else:
                self.lacking(half, octets, at)
