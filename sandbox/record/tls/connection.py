"""All of TLS on one connection, from the events of its journal: its records, what is in them, what was agreed on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from sandbox.core.message import N_, Msg
from sandbox.core.refs import Ref
from sandbox.record.tls.certificate import short_name
from sandbox.record.tls.decrypt import Opened, Opener
from sandbox.record.tls.fields import Cursor, Field, Short
from sandbox.record.tls.handshake import Dissected, dissect, message_name
from sandbox.record.tls.hello import Exchange, asked_for
from sandbox.record.tls.messages import CERTIFICATE, CLIENT_HELLO, SERVER_HELLO, SERVER_KEY_EXCHANGE, TLS13, Message
from sandbox.record.tls.names import ALERT_LEVELS, ALERTS, CONTENT_TYPES, version_name
from sandbox.record.tls.records import ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE, NO_RECORD, RecordReader
from sandbox.record.tls.suites import suite_name
from sandbox.wire.trace import Data, Side, Tls

_CHAIN: Final = 8
"""Certificates of a chain that are named."""


class Agreement(NamedTuple):
    """What the ends agreed on, as far as it can be told; empty where it cannot. `chain` has (subject, issuer)."""

    version: str = ""
    cipher: str = ""
    exchange: str = ""
    server_name: str = ""
    chain: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    """Why the handshake failed: a message id, or words of the other end's library."""


class Connection:
    """TLS on one connection. Feed it the connection's `tls` octets and its `Tls` event, in order."""

    def __init__(self, events: Iterable[Data | Tls] = ()) -> None:
        self.records: list[Opened] = []
        self._octets: list[Data] = []
        self._secrets: list[str] = []
        self._ended: Tls | None = None
        self._begin()
        for event in events:
            self.feed(event)

    def _begin(self) -> None:
        self.records.clear()
        self._readers: dict[Side, RecordReader] = {"C": RecordReader("C"), "S": RecordReader("S")}
        self._opener = Opener(self._secrets)
        self._name = ""
        self._exchange = Exchange()
        self._chain: tuple[bytes, ...] = ()

    def feed(self, event: Data | Tls) -> None:
        """The next event. The keys come after the handshake, which is then read again with them."""
        if isinstance(event, Data):
            self._octets.append(event)
            self._read(event)
            return
        self._ended = event
        if event.secrets:
            self._secrets += event.secrets
            self._begin()
            for octets in self._octets:
                self._read(octets)

    def _read(self, event: Data) -> None:
        for record in self._readers[event.side].receive(event.raw, event.seq, event.at):
            opened = self._opener.open(record)
            self.records.append(opened)
            for message in opened.messages:
                self._note(message)

    def _note(self, message: Message) -> None:
        if message.kind == CLIENT_HELLO:
            self._name = asked_for(message.body) or self._name
        elif message.kind in (SERVER_HELLO, SERVER_KEY_EXCHANGE):
            self._exchange = self._exchange.told(message)
        elif message.kind == CERTIFICATE and not self._chain:
            self._chain = _certificates(message.body, self.version == TLS13)

    @property
    def version(self) -> int:
        """TLS's number of the version that the server chose; 0 before."""
        return self._opener.chosen.version if self._opener.chosen is not None else 0

    @property
    def agreement(self) -> Agreement:
        """What was agreed on, by the records, or else by what the journal says of the handshake."""
        ended, settled = self._ended, self._opener.chosen
        chain = (ended.certificates if ended is not None else ()) or self._chain
        return Agreement(
            version_name(settled.version) if settled is not None else "",
            suite_name(settled.suite) if settled is not None else "",
            self._exchange.name,
            self._name or (ended.server_name if ended is not None else ""),
            tuple(short_name(der) for der in chain[:_CHAIN]),
            ended.reason if ended is not None else "",
        )

    # A record in words

    def what(self, opened: Opened) -> Msg | str:
        """What a record is, in a few words; for application data, the octets as text."""
        if opened.fault is not None:
            return opened.fault
        if opened.kind == HANDSHAKE:
            return ", ".join(message_name(message) for message in opened.messages) or Msg(_PART)
        if opened.kind == ALERT:
            return _alert(opened.octets).name
        if opened.kind == APPLICATION_DATA:
            return opened.octets.decode("utf-8", "backslashreplace") if opened.octets else Msg(_EMPTY)
        if opened.kind == CHANGE_CIPHER_SPEC:
            return Msg(_MEANS_NOTHING if self.version == TLS13 else _CHANGES)
        return Msg(_CLEAR)

    def parts(self, opened: Opened) -> tuple[Dissected, ...]:
        """A record taken apart: its header, then each message that ends in it."""
        header = self._header(opened)
        if opened.fault is not None:
            return (header,)
        if opened.kind == HANDSHAKE:
            side, version = opened.record.side, self.version
            return (header, *(dissect(message, side, version) for message in opened.messages))
        return (header, *(part for part in (self._other(opened),) if part is not None))

    def _other(self, opened: Opened) -> Dissected | None:
        if opened.kind == ALERT:
            return _alert(opened.octets)
        if opened.kind == CHANGE_CIPHER_SPEC:
            about, ref = (_MIDDLEBOX, "8446#D.4") if self.version == TLS13 else (_SPEC, "5246#7.1")
            return Dissected("ChangeCipherSpec", about, Ref(ref), ())
        return None

    def _header(self, opened: Opened) -> Dissected:
        record = opened.record
        if record.kind == NO_RECORD:
            return Dissected("", _CLEAR, Ref("8446#5.1"), (Field("length", str(len(record.fragment))),))
        new = self.version == TLS13
        ref = Ref(("8446#5.2" if opened.sealed else "8446#5.1") if new or not self.version else "5246#6.2.1")
        about = _INNER if new and opened.sealed else _KINDS[record.kind]
        old = _LEGACY if new else ""
        fields = [
            Field("type", f"{record.kind} {CONTENT_TYPES[record.kind]}", about, ref),
            Field("legacy_record_version" if new else "version", version_name(record.version), old, ref),
            Field("length", str(len(record.fragment)), _TELLTALE if opened.sealed else _LENGTH, ref),
        ]
        if opened.sealed and new and opened.fault is None:
            name = CONTENT_TYPES.get(opened.kind, str(opened.kind))
            fields.append(Field("inner type", f"{opened.kind} {name}", _KINDS.get(opened.kind, ""), ref))
        name = "TLSCiphertext" if opened.sealed else "TLSPlaintext"
        return Dissected(name, _SEALED if opened.sealed else _OPEN, ref, tuple(fields))


def _certificates(body: bytes, new: bool) -> tuple[bytes, ...]:
    """The certificates of a Certificate message, in DER."""
    cursor = Cursor(body)
    found: list[bytes] = []
    try:
        if new:
            cursor.vector(1)
        chain = Cursor(cursor.vector(3))
        while len(chain) and len(found) < _CHAIN:
            found.append(chain.vector(3))
            if new:
                chain.vector(2)
    except Short:
        return tuple(found)
    return tuple(found)


def _alert(octets: bytes) -> Dissected:
    """An alert has two octets: a level and a description (RFC 8446 section 6)."""
    ref = Ref("8446#6.1" if octets[1:] == b"\0" else "8446#6")
    if len(octets) != 2:
        return Dissected("alert", "", ref, ())
    level, number = octets
    name, about = ALERTS.get(number, (f"alert {number}", ""))
    fields = (
        Field("level", f"{level} {ALERT_LEVELS.get(level, '')}".strip(), _LEVEL, ref),
        Field("description", f"{number} {name}", about, ref),
    )
    return Dissected(name, about, ref, fields)


_PART: Final = N_("a part of a longer message")
_EMPTY: Final = N_("nothing")
_CLEAR: Final = N_("clear text: this is no record of TLS")
_CHANGES: Final = N_("from the next record on this end seals what it sends")
_MEANS_NOTHING: Final = N_("for the look of it: it means nothing in TLS 1.3")
_MIDDLEBOX: Final = N_("It means nothing in TLS 1.3, and is sent so that old machines on the way see what they expect.")
_SPEC: Final = N_("From the next record on this end seals what it sends with the new keys.")
_OPEN: Final = N_("A record that anybody can read.")
_SEALED: Final = N_("A sealed record: only who has the keys can read it, and nobody can change it unnoticed.")
_LEVEL: Final = N_("of no use any more: the description says whether it is the end")
_LENGTH: Final = N_("octets that follow")
_TELLTALE: Final = N_("octets that follow: how long the content is cannot be hidden well")
_LEGACY: Final = N_("says 1.2, whatever was agreed on, for the sake of old machines on the way")
_INNER: Final = N_("always this one when sealed: the real type is inside")
_KINDS: Final = {
    CHANGE_CIPHER_SPEC: N_("the cipher changes"),
    ALERT: N_("something is over, or went wrong"),
    HANDSHAKE: N_("the ends introduce themselves and agree on keys"),
    APPLICATION_DATA: N_("octets of the protocol inside"),
}
