"""Opening what a connection sealed, with the lines of its key log.

    for opened in decrypt(records, lines):      # records of both sides, in the order they came
        if opened.kind == APPLICATION_DATA: ...  # opened.octets are what opened.record.side's program sent

It follows both ends as they go: which secret is in force is told by the messages that were seen, so the handshake has
to be among the records. What cannot be opened is handed on closed, and says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from sandbox.core.message import N_, Msg
from sandbox.record.tls.keys import MASTER, KeyLog, Seal, Seal13, seals12
from sandbox.record.tls.messages import (
    CLIENT_HELLO,
    FINISHED,
    KEY_UPDATE,
    SERVER_HELLO,
    TLS12,
    TLS13,
    Chosen,
    Message,
    MessageReader,
    chosen,
    client_random,
)
from sandbox.record.tls.records import APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE, NO_RECORD, Record
from sandbox.record.tls.suites import Suite, suite, suite_name
from sandbox.wire.trace import Side

_SIDES: Final[dict[Side, str]] = {"C": "CLIENT", "S": "SERVER"}
_NO_KEYS: Final = N_("sealed, and its key is not known here")
_OTHER_KEYS: Final = N_("sealed, and the keys that are known do not open it")
_NO_AEAD: Final = N_("sealed with {cipher}, which is not opened here")


class Opened(NamedTuple):
    """A record and what was in it.

    `kind` is the content type inside, or that of the record while it is closed; `octets` are the content, empty where
    it stayed closed, and then `fault` says why. `messages` are the handshake messages that end in this record.
    """

    record: Record
    kind: int
    octets: bytes
    sealed: bool = False
    messages: tuple[Message, ...] = ()
    fault: Msg | None = None


def decrypt(records: Iterable[Record], lines: Iterable[str]) -> Iterator[Opened]:
    """Open the records of one connection, both sides in the order they came, with the lines of a key log."""
    opener = Opener(lines)
    return (opener.open(record) for record in records)


class _Half:
    """How one side seals what it sends."""

    def __init__(self) -> None:
        self.changed = False
        """It changed the cipher (TLS 1.2): from there on every record is sealed."""
        self.seal: Seal | None = None
        self.next: Seal | None = None
        """What is in force after ChangeCipherSpec (TLS 1.2) or after Finished (TLS 1.3)."""
        self.messages = MessageReader()


class Opener:
    """Opens the records of one connection, one after the other."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self._log = KeyLog(lines)
        self._halves: dict[Side, _Half] = {"C": _Half(), "S": _Half()}
        self._random = b""
        self._closed = Msg(_NO_KEYS)
        self.chosen: Chosen | None = None
        """What the server settled on; None before its ServerHello."""

    def open(self, record: Record) -> Opened:
        """The next record."""
        half = self._halves[record.side]
        if not self._is_sealed(record, half):
            return Opened(record, record.kind, record.fragment, False, self._read(half, record, record.fragment))
        if half.seal is None:
            return Opened(record, record.kind, b"", True, fault=self._closed)
        inside = half.seal.open(record)
        if inside is None:
            return Opened(record, record.kind, b"", True, fault=Msg(_OTHER_KEYS))
        kind, octets = inside
        return Opened(record, kind, octets, True, self._read(half, record._replace(kind=kind), octets))

    @property
    def _new(self) -> bool:
        """Whether this is TLS 1.3."""
        return self.chosen is not None and self.chosen.version == TLS13

    def _is_sealed(self, record: Record, half: _Half) -> bool:
        """Application data always is; TLS 1.3 hides all else behind that type, TLS 1.2 changes the cipher."""
        return record.kind == APPLICATION_DATA or (half.changed and record.kind != NO_RECORD)

    def _read(self, half: _Half, record: Record, octets: bytes) -> tuple[Message, ...]:
        """Take what was in a record, and see what it changes. Returns the handshake messages."""
        if record.kind == CHANGE_CIPHER_SPEC and self.chosen is not None and not self._new:
            half.changed, half.seal = True, half.next
        if record.kind != HANDSHAKE:
            return ()
        messages = half.messages.receive(octets)
        for message in messages:
            if message.kind == CLIENT_HELLO and record.side == "C":
                self._random = client_random(message.body)
            elif message.kind == SERVER_HELLO and record.side == "S":
                self._settle(chosen(message.body))
            elif message.kind == FINISHED and self._new and half.next is not None:
                half.seal, half.next = half.next, None
            elif message.kind == KEY_UPDATE and isinstance(half.seal, Seal13):
                half.seal = half.seal.updated()
        return messages

    def _settle(self, settled: Chosen | None) -> None:
        """Version and suite are known: get the keys ready."""
        self.chosen = settled
        if settled is None or settled.retry:
            return
        kind = suite(settled.suite)
        if kind is None:
            self._closed = Msg(_NO_AEAD, cipher=suite_name(settled.suite))
        elif settled.version == TLS13:
            for side, name in _SIDES.items():
                half = self._halves[side]
                half.seal = self._seal(kind, f"{name}_HANDSHAKE_TRAFFIC_SECRET")
                half.next = self._seal(kind, f"{name}_TRAFFIC_SECRET_0")
        elif settled.version == TLS12:
            master = self._log.secret("CLIENT_RANDOM", self._random)
            if master is not None and len(master) == MASTER:
                client, server = seals12(kind, master, self._random, settled.random)
                self._halves["C"].next, self._halves["S"].next = client, server

    def _seal(self, kind: Suite, label: str) -> Seal13 | None:
        secret = self._log.secret(label, self._random)
        return Seal13(kind, secret) if secret is not None else None
