"""What an import format is, and what all of them fill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Literal

from sandbox.core.message import Msg
from sandbox.core.protocol import Protocol
from sandbox.wire.trace import AnyEvent, Close, Journal, Note, Open, Side


@dataclass(slots=True)
class Found:
    """A conversation that was found. `octets` are the protocol's own, `missing` those that the file does not have."""

    conn: str
    proto: str
    client: str
    server: str
    port: int
    octets: dict[Side, int] = field(default_factory=lambda: {"C": 0, "S": 0})
    missing: dict[Side, int] = field(default_factory=lambda: {"C": 0, "S": 0})
    tls: Literal["", "opened", "closed"] = ""


class Intake:
    """Takes what an importer finds: events go out as they come, numbered, in the order of time.

    `emit` is called with each. What there is to tell of the whole file gathers in `found`, `remarks` (incomplete or
    damaged parts), `left_out` (connections that speak something else, by port) and `packets`.
    """

    def __init__(
        self,
        protocols: Mapping[str, Protocol],
        emit: Callable[[AnyEvent], None],
        key_log: bytes = b"",
        progress: Callable[[int], None] = lambda _octets: None,
    ) -> None:
        """`key_log` has secrets of TLS that are not in the file itself (SSLKEYLOGFILE).

        `progress` is to be told now and then how many octets of the file were read.
        """
        self.progress = progress
        self.key_log = key_log
        self.protocols = protocols
        self.found: dict[str, Found] = {}
        self.remarks: list[Msg] = []
        self.left_out: Counter[int] = Counter()
        self.packets = 0
        self._ids: Counter[str] = Counter()
        self.form = ""
        """The name of the importer that read the file."""
        self._now = 0
        self.journal = Journal(lambda: self._now, keep=0)
        self.journal.subscribe(emit)

    def at(self, time: int) -> None:
        """It is this late, in nanoseconds since 1970. Time does not run backwards."""
        if time > self._now:
            self._now = time

    def open(
        self,
        proto: str,
        client: str,
        server: str,
        port: int,
        *,
        conn: str = "",
        client_port: int = 0,
        addresses: tuple[str, str] = ("", ""),
        tls: bool = False,
    ) -> str:
        """A connection; returns its id, which begins like `conn` if that is given."""
        conn = self._free(conn or f"c{len(self.found) + 1}")
        self.found[conn] = Found(conn, proto, client, server, port)
        stamp = self.journal.stamp()
        self.journal.add(Open(*stamp, conn, proto, client, server, port, client_port, *addresses, tls))
        return conn

    def _free(self, conn: str) -> str:
        """An id that no connection has: a number tells those apart that would have the same."""
        self._ids[conn] += 1
        number = self._ids[conn]
        return conn if number == 1 and conn not in self.found else self._free(f"{conn}-{max(number, 2)}")

    def say(self, conn: str, side: Side, octets: bytes) -> None:
        """Octets of the protocol."""
        self.found[conn].octets[side] += len(octets)
        self.journal.data(conn, side, octets)

    def note(self, conn: str, text: str, **params: str | int) -> None:
        """Something worth saying; `text` is a message id."""
        seq, at = self.journal.stamp()
        self.journal.add(Note(seq, at, conn, text, params))

    def close(self, conn: str, side: Side | None) -> None:
        """The connection ended: `side` closed it, or nobody did."""
        seq, at = self.journal.stamp()
        self.journal.add(Close(seq, at, conn, side or "", cut=side is None))


@dataclass(frozen=True, slots=True)
class Importer:
    """A form that conversations are brought in from.

    `recognises` is asked with the first octets of a file. `read` goes through the file, from its beginning, and fills
    the intake; it never raises for what the file holds: what cannot be read becomes a remark.
    """

    name: str
    recognises: Callable[[bytes], bool]
    read: Callable[[BinaryIO, Intake], None]
