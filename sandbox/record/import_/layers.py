"""What lies between the octets on the wire and those of the protocol: TLS, from the start or on request, and DEFLATE.

TLS is opened with the secrets that came with the capture, where there are some; else its records are all that is kept.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from sandbox.core.message import N_
from sandbox.record.import_.base import Intake
from sandbox.wire.tls import HELLO_RANDOM
from sandbox.wire.trace import Side, Tls

if TYPE_CHECKING:
    from sandbox.record.tls.decrypt import Opener
    from sandbox.record.tls.messages import Message
    from sandbox.record.tls.records import RecordReader

CLOSED: Final = N_("TLS begins here. The file has no keys for it, so only the records can be shown.")
BROKEN_OFF: Final = N_("one end broke the handshake off with an alert")
GAP: Final = N_("TLS cannot be opened behind a gap: only the records can be shown.")
SWOLLEN: Final = N_("The compressed octets cannot be read from here on.")

_HELLO: Final = re.compile(rb"\x16\x03[\x00-\x04]")
_ASKED: Final = re.compile(rb"(?:^|[ \n])(?:STARTTLS|STLS) *\r\n", re.IGNORECASE)
_BEGUN: Final = re.compile(rb"(?:^|(?<=\n))" + _HELLO.pattern)
_COMPRESS: Final = re.compile(rb"(?:^|\n)(\S{1,64}) COMPRESS DEFLATE\r\n\Z", re.IGNORECASE)
_BLOCK: Final = 1 << 16
MAX_INFLATED: Final = 1 << 24
"""Octets that one chunk may become: a thousand times what it was is an attack."""


def is_hello(octets: bytes) -> bool:
    """Whether a client begins TLS with these octets (RFC 8446 section 5.1: a handshake record)."""
    return _HELLO.match(octets) is not None


class Layers:
    """Peels one connection, and hands on what is on each layer."""

    def __init__(self, intake: Intake, conn: str, secrets: Callable[[str], Sequence[str]]) -> None:
        """`secrets` gives the lines of the key log for a client's random, in hexadecimal."""
        self._intake, self._conn = intake, conn
        self._secrets = secrets
        self._tls: _TlsLayer | None = None
        self._asked = False
        """The client asked for TLS; clear text may still come before it begins."""
        self._inflate: dict[Side, zlib._Decompress | None] = {}
        self._tag = b""
        """The tag of the command that asked for compression."""

    @property
    def tls(self) -> _TlsLayer | None:
        """TLS, if it has begun."""
        return self._tls

    def carry(self, side: Side, octets: bytes) -> None:
        """Octets of the wire."""
        if self._tls is not None:
            self._intake.journal.data(self._conn, side, octets, "tls")
            for inside in self._tls.receive(side, octets):
                self._inner(side, inside)
            return
        hello = self._hello(octets) if side == "C" else -1
        if hello < 0:
            self._inner(side, octets)
            return
        if hello:
            self._inner(side, octets[:hello])
        self.begin_tls()
        self.carry(side, octets[hello:])

    def _hello(self, octets: bytes) -> int:
        """Where the client begins TLS, which it has asked for; -1 if it does not in these octets."""
        asked = None if self._asked else _ASKED.search(octets)
        if asked is None and not self._asked:
            return -1
        self._asked = True
        hello = _BEGUN.search(octets, asked.end() if asked is not None else 0)
        return hello.start() if hello is not None else -1

    def begin_tls(self) -> None:
        """The next octets are those of TLS."""
        self._tls = _TlsLayer(self._intake, self._conn, self._secrets)

    def gap(self, side: Side) -> None:
        """Octets of the wire are missing: what is ciphered or compressed behind them cannot be read."""
        if self._tls is not None:
            self._tls.gap(side)
        if self._inflate.get(side) is not None:
            self._fail(side)

    def end(self) -> None:
        """There is no more."""
        if self._tls is not None:
            self._tls.end()

    def _inner(self, side: Side, octets: bytes) -> None:
        """Octets below TLS."""
        if side in self._inflate:
            self._intake.journal.data(self._conn, side, octets, "deflate")
            octets = self._inflated(side, octets)
            if octets:
                self._intake.say(self._conn, side, octets)
            return
        if self._tag and side == "S" and (agreed := self._agreement(octets)):
            self._intake.say(self._conn, side, octets[:agreed])
            for each in ("C", "S"):
                self._inflate[each] = zlib.decompressobj(-zlib.MAX_WBITS)
            if octets[agreed:]:
                self._inner(side, octets[agreed:])
            return
        self._intake.say(self._conn, side, octets)
        if side == "C":
            wanted = _COMPRESS.search(octets[-100:])
            self._tag = wanted[1] if wanted else self._tag

    def _agreement(self, octets: bytes) -> int:
        """Where the reply ends that agrees to compress (RFC 4978 section 3); 0 if it is not there."""
        tag, self._tag = self._tag, self._tag
        found = re.search(rb"(?:^|\n)%s (OK|NO|BAD)[^\n]*\n" % re.escape(tag), octets, re.IGNORECASE)
        if found is None:
            return 0
        self._tag = b""
        return found.end() if found[1].upper() == b"OK" else 0

    def _inflated(self, side: Side, octets: bytes) -> bytes:
        stream = self._inflate[side]
        if stream is None:
            return b""
        try:
            inflated = stream.decompress(octets, MAX_INFLATED)
        except zlib.error:
            self._fail(side)
            return b""
        if stream.unconsumed_tail:
            self._fail(side)
        return inflated

    def _fail(self, side: Side) -> None:
        self._inflate[side] = None
        self._intake.note(self._conn, SWOLLEN)


class _TlsLayer:
    """TLS on a connection: cuts records, opens what can be opened, says once what was agreed on."""

    def __init__(self, intake: Intake, conn: str, secrets: Callable[[str], Sequence[str]]) -> None:
        from sandbox.record.tls.records import RecordReader  # start-up: most captures are clear text

        self._intake, self._conn = intake, conn
        self._secrets = secrets
        self._lines: Sequence[str] = ()
        self._readers: dict[Side, RecordReader] = {"C": RecordReader("C"), "S": RecordReader("S")}
        self._opener: Opener | None = None
        self._gaps: set[Side] = set()
        self._told = False
        self._name = ""
        """The server that the client asked for."""
        self._alerted = False
        """An end broke the handshake off."""
        self.opened = False
        """Whether anything of the protocol came out."""

    def receive(self, side: Side, octets: bytes) -> list[bytes]:
        """Octets of the wire; returns what the protocol said in the records that they complete."""
        from sandbox.record.tls.decrypt import Opener
        from sandbox.record.tls.records import ALERT, APPLICATION_DATA

        if self._opener is None:
            self._lines = self._secrets(octets[HELLO_RANDOM].hex()) if side == "C" else ()
            self._opener = Opener(self._lines)
        inside: list[bytes] = []
        if side in self._gaps:
            return inside
        for record in self._readers[side].receive(octets):
            opened = self._opener.open(record)
            self._read(opened.messages)
            self._alerted = self._alerted or record.kind == ALERT
            if record.kind == APPLICATION_DATA and side == "C":
                self._tell()
            if opened.sealed and opened.fault is None and opened.kind == APPLICATION_DATA and opened.octets:
                self.opened = True
                inside.append(opened.octets)
        return inside

    def gap(self, side: Side) -> None:
        """Records of `side` are missing: their numbers are part of the keys (RFC 8446 section 5.3)."""
        if side not in self._gaps:
            self._gaps.add(side)
            self._intake.note(self._conn, GAP)

    def end(self) -> None:
        """No more records come."""
        self._tell()

    def _read(self, messages: Iterable[Message]) -> None:
        """See which server the client asks for."""
        from sandbox.record.tls.hello import asked_for
        from sandbox.record.tls.messages import CLIENT_HELLO

        for message in messages:
            if message.kind == CLIENT_HELLO:
                self._name = asked_for(message.body)

    def _tell(self) -> None:
        """Say what was agreed on, as soon as the handshake is over."""
        if self._told:
            return
        self._told = True
        chosen = self._opener.chosen if self._opener is not None else None
        if self._alerted:
            stamp = self._intake.journal.stamp()
            self._intake.journal.add(Tls(*stamp, self._conn, server_name=self._name, reason=BROKEN_OFF))
            return
        if chosen is not None:
            from sandbox.record.tls.names import version_name
            from sandbox.record.tls.suites import suite_name

            seq, at = self._intake.journal.stamp()
            version = version_name(chosen.version)
            event = Tls(seq, at, self._conn, version, suite_name(chosen.suite), self._name, secrets=tuple(self._lines))
            self._intake.journal.add(event)
        if not self._lines:
            self._intake.note(self._conn, CLOSED)
