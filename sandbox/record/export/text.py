"""The bare dialogue, as RFCs print it: `C:` and `S:` before every line, and in parentheses what was no line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from sandbox.core.message import N_
from sandbox.i18n import render
from sandbox.i18n.safe import safe
from sandbox.record.export.base import Format, Protocols
from sandbox.record.export.said import heading, shown
from sandbox.record.reader import Transcript
from sandbox.record.words import sentence
from sandbox.wire.trace import AnyEvent, Close, Data, Note, Open, Tls

LONGEST: Final = 1 << 16
"""Octets of a line without an end that are waited for."""


def write(transcript: Transcript, protocols: Protocols, file: BinaryIO) -> None:
    """Write the dialogue, connection by connection as they took turns."""
    file.write(f"{heading(transcript)}\n".encode())
    for line in _Dialogue(protocols).lines(event for _position, event in transcript.live.numbered()):
        file.write(f"{line}\n".encode())


class _Dialogue:
    """Puts chunks together to lines."""

    def __init__(self, protocols: Protocols) -> None:
        self._protocols = protocols
        self._pending: dict[tuple[str, str], bytes] = {}
        self._conn = ""

    def lines(self, events: Iterator[AnyEvent]) -> Iterator[str]:
        """All lines of the dialogue."""
        for event in events:
            if isinstance(event, Close):
                yield from self._rest(event.conn)
            if isinstance(event, Data) and not event.lost:
                if event.layer == "app":
                    yield from self._data(event)
            elif isinstance(event, Open | Tls | Note | Close | Data):
                said = sentence(event, self._protocols)
                if said is not None:
                    yield from self._turn(event.conn, isinstance(event, Open))
                    yield f"({render(said)})"
        for conn in dict.fromkeys(conn for conn, _side in self._pending):
            yield from self._rest(conn)

    def _data(self, event: Data) -> Iterator[str]:
        key = event.conn, event.side
        *whole, rest = (self._pending.pop(key, b"") + event.raw).split(b"\r\n")
        if len(rest) > LONGEST:
            whole, rest = [*whole, rest], b""
        if rest:
            self._pending[key] = rest
        if whole:
            yield from self._turn(event.conn)
        for line in whole:
            yield _said(event.side, line)

    def _rest(self, conn: str) -> Iterator[str]:
        """What never became a line."""
        for side in ("C", "S"):
            rest = self._pending.pop((conn, side), b"")
            if rest:
                yield from self._turn(conn)
                yield _said(side, rest)

    def _turn(self, conn: str, opens: bool = False) -> Iterator[str]:
        """An empty line, and which connection goes on, where another one does."""
        if conn != self._conn or opens:
            self._conn = conn
            yield ""
            if not opens:
                yield f"({safe(conn)})"


def _said(side: str, line: bytes) -> str:
    return f"{side}: {shown(line)}".rstrip(" ")


FORMAT: Final = Format("txt", N_("the dialogue as RFCs print it, with C: and S:"), write)
