"""What the TLS pane shows of a connection: its records, the chosen one from outside and from inside."""

from __future__ import annotations

from bisect import bisect_right

from sandbox.core.message import N_, Msg
from sandbox.record.tls.connection import Agreement, Connection
from sandbox.record.tls.decrypt import Opened
from sandbox.record.tls.handshake import Dissected
from sandbox.record.tls.messages import TLS13
from sandbox.record.tls.names import CONTENT_TYPES, version_name
from sandbox.record.tls.records import APPLICATION_DATA
from sandbox.tui.sessions.dialogue import Dialogue
from sandbox.tui.tlsview import ClearLine, Text, TlsField, TlsPart, TlsRecord, TlsView
from sandbox.wire.observer import Explained
from sandbox.wire.trace import Tls

_AROUND = 100
"""Records before and after the chosen one that are listed."""
_WIRE = 512
"""Octets of a record that are shown."""
_CLEAR = 12
"""Lines in clear text that are shown."""

_NOT_KEPT = Msg(N_("The records of TLS are not in this transcript: only what the ends said."))
_CUT = Msg(N_("This connection is too long to show all of its records: the last ones are missing."))


class TlsViews:
    """Answers for any line of a dialogue."""

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue
        self._generation = -1
        self._connections: dict[str, tuple[Connection, int]] = {}

    def view(self, conn: str, line: int, record: int) -> TlsView | None:
        """TLS on a connection at a line; `record` is chosen there, -1: the one that carried the line."""
        if self._dialogue.watched(conn) is None:
            return None
        connection = self._read(conn)
        moment = self._dialogue.moment(line)
        total = bisect_right(connection.records, moment, key=lambda opened: opened.record.seq)
        if not total:
            return self._clear(conn, line, moment)
        chosen = min(record, total - 1) if record >= 0 else self._carrier(conn, connection, line, total)
        first = max(chosen - _AROUND, 0)
        listed = connection.records[first : min(chosen + _AROUND, total)]
        opened = connection.records[chosen]
        return TlsView(
            _summary(connection.agreement),
            tuple(self._listed(conn, connection, each) for each in listed),
            first,
            total,
            chosen,
            opened.record.octets[:_WIRE],
            tuple(_outside(connection, opened)),
            tuple(self._inside(conn, connection, opened)),
            tuple(_part(part) for part in connection.parts(opened)),
            notice=_CUT if self._dialogue.sealed.cut(conn) and line < 0 else "",
        )

    def _read(self, conn: str) -> Connection:
        """The connection, with all events that came since it was last asked for."""
        sealed = self._dialogue.sealed
        if sealed.generation != self._generation:
            self._connections.clear()
            self._generation = sealed.generation
        connection, count = self._connections.get(conn) or (Connection(), 0)
        events = sealed.of(conn)
        for event in events[count:]:
            connection.feed(event)
        self._connections[conn] = connection, len(events)
        return connection

    def _carrier(self, conn: str, connection: Connection, line: int, total: int) -> int:
        """The record that a line came in. For the line about the handshake, the first; for any other note, the last."""
        unit = self._dialogue.unit(line)
        numbers = range(total - 1, -1, -1)
        if unit is not None:
            side = unit.unit.side
            return next((at for at in numbers if connection.records[at].record.side == side), total - 1)
        seq = self._dialogue.moment(line)
        shaken = any(isinstance(event, Tls) and event.seq == seq for event in self._dialogue.sealed.of(conn))
        return 0 if shaken and line >= 0 else total - 1

    def _listed(self, conn: str, connection: Connection, opened: Opened) -> TlsRecord:
        record = opened.record
        at = self._dialogue.trace.since(record.at)
        kind = CONTENT_TYPES.get(record.kind, "")
        version = version_name(record.version) if kind else ""
        what = self._said(conn, opened) or connection.what(opened)
        return TlsRecord(record.side, at, kind, version, len(record.octets), what, opened.sealed)

    def _inside(self, conn: str, connection: Connection, opened: Opened) -> list[Text]:
        said = self._said(conn, opened)
        if opened.fault is None and not self._packed(conn, opened):
            return [connection.what(opened), *(Msg(part.about) for part in connection.parts(opened)[1:] if part.about)]
        return [*([said] if said else []), opened.fault or Msg(N_("It is compressed inside (COMPRESS=DEFLATE)."))]

    def _said(self, conn: str, opened: Opened) -> str:
        """What the trace has where octets cannot be read: its lines say what the ends got out of them."""
        record, trace = opened.record, self._dialogue.trace
        if record.kind != APPLICATION_DATA or not (opened.fault or self._packed(conn, opened)):
            return ""
        for line in range(trace.line_of(record.seq), min(trace.line_of(record.seq) + 64, len(trace))):
            unit = self._dialogue.unit(line)
            if unit is not None and unit.unit.side == record.side and trace.name_of(line) == conn:
                return unit.unit.raw[:_WIRE].decode("utf-8", "backslashreplace")
        return ""

    def _packed(self, conn: str, opened: Opened) -> bool:
        first = self._dialogue.sealed.packed(conn)
        return first is not None and opened.record.seq >= first - 1 and opened.kind == APPLICATION_DATA

    def _clear(self, conn: str, line: int, moment: int) -> TlsView:
        """Before TLS, or without it: what everybody on the way has read."""
        events = self._dialogue.sealed.of(conn)
        ended = next((event for event in events if isinstance(event, Tls) and event.seq <= moment), None)
        if ended is not None and ended.version:
            return TlsView((ended.version, ended.cipher), notice=_NOT_KEPT)
        units = self._dialogue.until(line, conn)[-_CLEAR:]
        reason = (Msg(N_("the TLS handshake failed: {reason}"), reason=Msg(ended.reason)),) if ended is not None else ()
        return TlsView(reason, clear=tuple(map(_clear_line, units)))


def _clear_line(item: Explained) -> ClearLine:
    """A unit of one line with its secrets; of several lines, the first."""
    unit = item.unit
    octets, _end, rest = unit.raw[:_WIRE].partition(b"\r\n")
    secrets = ((span.start, min(span.stop, len(octets))) for span in unit.spans if span.secret)
    more = b" ..." if rest or len(unit.raw) > _WIRE else b""
    return ClearLine(unit.side, octets + more, tuple(each for each in secrets if each[0] < each[1]))


def _summary(agreement: Agreement) -> tuple[Text, ...]:
    """Version, cipher, key exchange, the name that was asked for, the chain; or why it failed."""
    if agreement.reason:
        failed = Msg(N_("the TLS handshake failed: {reason}"), reason=Msg(agreement.reason))
        return (failed, *([agreement.server_name] if agreement.server_name else []))
    chain = [
        subject
        if issuer in ("", subject)
        else Msg(N_("{subject}, vouched for by {issuer}"), subject=subject, issuer=issuer)
        for subject, issuer in agreement.chain
    ]
    parts: list[Text] = [agreement.version, agreement.cipher, agreement.exchange, agreement.server_name, *chain]
    return tuple(part for part in parts if part)


def _outside(connection: Connection, opened: Opened) -> list[Text]:
    """What an eavesdropper can tell from a record."""
    record, agreement = opened.record, connection.agreement
    sides = {"C": N_("the client sends {count} octets"), "S": N_("the server sends {count} octets")}
    told: list[Text] = [Msg(sides[record.side], count=len(record.octets))]
    if not opened.sealed:
        told.append(Msg(N_("all of it can be read: nothing is sealed yet")))
        if opened is connection.records[0] and agreement.server_name:
            told.append(Msg(N_("the client wants {name}"), name=agreement.server_name))
    else:
        if opened.fault is None and opened.kind == APPLICATION_DATA:
            hint = N_("their number gives away that {count} of them are content")
            told.append(Msg(hint, count=len(opened.octets)))
        if agreement.server_name:
            told.append(Msg(N_("known from the ClientHello: it goes to {name}"), name=agreement.server_name))
        if agreement.chain and connection.version != TLS13:
            subject = agreement.chain[0][0]
            told.append(Msg(N_("TLS 1.2 showed the certificate in clear text: {subject}"), subject=subject))
    return told


def _part(part: Dissected) -> TlsPart:
    fields = tuple(TlsField(field.name, field.value, Msg(field.about), field.ref, field.depth) for field in part.fields)
    return TlsPart(part.name, Msg(part.about), part.ref, fields)
