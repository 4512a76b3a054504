"""TLS over memory: one end is a filter, so that handshake and records pass through our hands and into the trace.

The same `TlsEnd` serves both ends of a connection in memory and the server's end of a socket. TLS 1.2 (RFC 5246) and
1.3 (RFC 8446) are the standard library's, by OpenSSL; nothing here does cryptography.
"""

from __future__ import annotations

import os
import ssl
import tempfile
from contextlib import suppress
from typing import Final, Protocol
from weakref import WeakKeyDictionary, finalize

from sandbox.core.effects import Discarded
from sandbox.core.message import N_
from sandbox.wire.trace import Journal, Layer, Note, Side, Tls

RECORD: Final = 16_384
"""Octets that one record carries at most (RFC 8446 section 5.1)."""
MAX_LOG: Final = 1 << 20
"""Octets of a key log that are read at once; a handshake leaves less than two thousand."""
HELLO_RANDOM: Final = slice(11, 43)
"""Where the first record of a client has its random: behind the headers of record and message, and a version (RFC 8446
section 4.1.2)."""

HUNG_UP: Final = N_("the client hung up during the handshake")
TOO_SLOW: Final = N_("the client did not finish the handshake in time")

_UNVERIFIED: Final = {
    9: N_("the certificate is not valid yet"),
    10: N_("the certificate has expired"),
    18: N_("the certificate is self-signed, and not one that the client trusts"),
    19: N_("the client does not trust the authority that signed the certificate"),
    20: N_("the client does not trust the authority that signed the certificate"),
    21: N_("the client does not trust the authority that signed the certificate"),
    62: N_("the certificate is for another name than the one that was asked for"),
    64: N_("the certificate is for another address than the one that was asked for"),
}
"""OpenSSL's verification errors, as a client finds them (X509_V_ERR_*)."""

_REASONS: Final = {
    "TLSV1_ALERT_UNKNOWN_CA": N_("the client does not trust the authority that signed the certificate"),
    "SSLV3_ALERT_BAD_CERTIFICATE": N_("the client does not accept the certificate"),
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": N_("the client does not accept the certificate"),
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": N_("the client says that the certificate has expired"),
    "TLSV1_ALERT_PROTOCOL_VERSION": N_("the two ends have no version of TLS in common"),
    "UNSUPPORTED_PROTOCOL": N_("the two ends have no version of TLS in common"),
    "VERSION_TOO_LOW": N_("the two ends have no version of TLS in common"),
    "NO_SHARED_CIPHER": N_("the two ends have no cipher in common"),
    "WRONG_VERSION_NUMBER": N_("clear text came where a TLS handshake belongs"),
    "HTTP_REQUEST": N_("clear text came where a TLS handshake belongs"),
    "PACKET_LENGTH_TOO_LONG": N_("clear text came where a TLS handshake belongs"),
    "RECORD_LAYER_FAILURE": N_("clear text came where a TLS handshake belongs"),
}
"""OpenSSL's reasons and the alerts it was sent (RFC 8446 section 6.2), in words."""


def why(error: ssl.SSLError) -> str:
    """The reason of a failure: a message id where we have words for it, else OpenSSL's own."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _UNVERIFIED.get(error.verify_code, error.verify_message)
    reason = error.reason or ""
    return _REASONS.get(reason) or reason.replace("_", " ").lower() or str(error)


class TlsEnd:
    """One end of TLS. First `handshake` takes the flights of the other end, until `established` or `failure`."""

    layer: Layer = "tls"

    def __init__(self, context: ssl.SSLContext, *, server_side: bool = False, server_name: str | None = None) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.object = context.wrap_bio(self._incoming, self._outgoing, server_side, server_name)
        self.established = False
        self.ended = False
        """The other end said close_notify: it will send no more (RFC 8446 section 6.1)."""
        self.failure = ""
        """Why the handshake failed, or what was wrong with a record; see `why`."""
        self.unverified = False
        """The handshake failed since this end does not believe the other's certificate."""
        self.first = b""
        """The beginning of the other end's first flight."""
        self.answered = False
        """This end has sent a flight, and with it what it is: a server its certificate."""

    def handshake(self, octets: bytes = b"") -> bytes:
        """Take a flight, or none to begin. Returns what is due: the next flight, or the alert that says why not."""
        if len(self.first) < HELLO_RANDOM.stop:
            self.first += octets[: HELLO_RANDOM.stop]
        self._incoming.write(octets)
        try:
            self.object.do_handshake()
            self.established = True
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError as error:
            self.failure = why(error)
            self.unverified = isinstance(error, ssl.SSLCertVerificationError)
        flight = self.due()
        self.answered = self.answered or (bool(flight) and not self.failure)
        return flight

    def due(self) -> bytes:
        """What this end has to say of its own: alerts, and answers to what is no application data."""
        return self._outgoing.read()

    def send(self, data: bytes) -> bytes:
        """The records that carry `data`."""
        for start in range(0, len(data), RECORD):
            self.object.write(data[start : start + RECORD])
        return self.due()

    def receive(self, octets: bytes) -> bytes:
        """What records carried; empty while one is incomplete. Sets `ended` or `failure` where there is no more."""
        self._incoming.write(octets)
        parts: list[bytes] = []
        try:
            while self._incoming.pending or self.object.pending():
                part = self.object.read(RECORD)
                if not part:
                    self.ended = True
                    break
                parts.append(part)
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self.ended = True
        except ssl.SSLError as error:
            self.failure = why(error)
        return b"".join(parts)

    def close(self) -> bytes:
        """The closing alert, close_notify. Nothing may be sent after it. Empty where the handshake never ended."""
        if self.established and not self.failure:
            try:
                with suppress(ssl.SSLWantReadError):  # ours is said; nobody has to wait for the other's
                    self.object.unwrap()
            except ssl.SSLError as error:
                self.failure = why(error)
        return self.due()


class KeyLog:
    """The secrets of a server's connections, for those who want to decrypt a capture (SSLKEYLOGFILE).

    OpenSSL writes them to a path and nowhere else (Python 3.11), so they go to a file that only this user can read. It
    loses its name at once and so leaves nothing behind, and is emptied whenever it has been read.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        number, path = tempfile.mkstemp(prefix="mail-sandbox-")
        try:
            context.keylog_filename = path
        finally:
            os.unlink(path)
        self._file = number
        finalize(self, os.close, number)
        self._lines: dict[str, list[str]] = {}

    def take(self, end: TlsEnd) -> tuple[str, ...]:
        """The lines of one server's end, which are known by the client's random."""
        written = os.pread(self._file, MAX_LOG, 0)
        os.ftruncate(self._file, 0)
        for line in written.decode("ascii", "replace").splitlines():
            words = line.split(" ")
            if len(words) == 3:
                self._lines.setdefault(words[1], []).append(line)
        return tuple(self._lines.pop(end.first[HELLO_RANDOM].hex(), ()))


class TlsServer:
    """What a server needs for TLS: a context with its key, and the certificates it shows (DER, its own first)."""

    def __init__(self, context: ssl.SSLContext, certificates: tuple[bytes, ...]) -> None:
        self.certificates = certificates
        self._context = context
        self._keys = KeyLog(context)
        self._names: WeakKeyDictionary[ssl.SSLObject, str] = WeakKeyDictionary()
        context.sni_callback = self._note_name

    def _note_name(self, end: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        self._names[end] = name or ""

    def begin(self) -> TlsEnd:
        """The server's end of a new handshake."""
        return TlsEnd(self._context, server_side=True)

    def report(self, journal: Journal, conn: str, end: TlsEnd, reason: str = "") -> None:
        """Write down how a handshake ended: what was agreed on, or why it failed."""
        reason = reason or end.failure
        cipher = end.object.cipher() if not reason else None
        seq, at = journal.stamp()
        journal.add(
            Tls(
                seq,
                at,
                conn,
                version="" if reason else (end.object.version() or "").replace("TLSv", "TLS "),
                cipher=cipher[0] if cipher else "",
                server_name=self._names.get(end.object, ""),
                reason=reason,
                certificates=self.certificates if end.answered else (),
                secrets=self._keys.take(end),
            )
        )


class Line(Protocol):
    """What a handshake in memory needs of the connection it happens on."""

    def carry_record(self, side: Side, octets: bytes) -> None:
        """A flight of `side` travels: write it down, let time pass."""


def shake_hands(line: Line, client: TlsEnd, server: TlsEnd) -> bool:
    """Carry the flights of a handshake in memory until neither end has more to say. Returns whether it succeeded."""
    ends: dict[Side, TlsEnd] = {"C": client, "S": server}
    side: Side = "C"
    octets = client.handshake()
    while octets:
        line.carry_record(side, octets)
        side = "S" if side == "C" else "C"
        end = ends[side]
        if end.established:
            end.receive(octets)  # session tickets, or the alert of a client that changed its mind
            octets = end.due()
        else:
            octets = end.handshake(octets)
    return client.established and server.established and not (client.failure or server.failure)


def note_discarded(journal: Journal, conn: str, discarded: Discarded) -> None:
    """Write down that clear text behind the go-ahead was thrown away, as it must be (RFC 3207 section 6, RFC 2595
    section 2.1)."""
    seq, at = journal.stamp()
    text = N_("{count} octets of clear text behind the go-ahead were thrown away unread")
    journal.add(Note(seq, at, conn, text, {"count": len(discarded.octets)}))
