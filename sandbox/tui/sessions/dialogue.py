"""A journal on its way to the screen: events become lines of the trace, and every line knows its unit.

Live sessions, lessons, replays and real servers all feed their events through here, so a line looks the same wherever
it comes from, and what the panes say about it is what the observer says.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable

from sandbox.core.message import N_, Msg
from sandbox.core.replies import Outcome
from sandbox.core.tracker import Kind, Unit
from sandbox.i18n.safe import safe
from sandbox.record.stores import Told
from sandbox.record.words import fits
from sandbox.tui.panes.trace.model import CONTENT, FAULT, NEGATIVE, NOTE, TLS, TraceModel
from sandbox.tui.sessions.sealed import Sealed
from sandbox.wire.observer import Explained, Observer, Watched
from sandbox.wire.trace import AnyEvent, Close, Data, Journal, Note, Open, Restore, StoreChange, Tls, live

_REFUSALS = (Outcome.NO, Outcome.BAD)
_BROKEN = (Kind.UNASKED, Kind.LOST, Kind.DROPPED)
_QUOTED = 48
_LATEST = (1 << 63) - 1


class Dialogue:
    """Events in, lines and explanations out. The observer may be somebody's who already follows the journal."""

    def __init__(self, observer: Observer, trace: TraceModel | None = None) -> None:
        self.trace = TraceModel() if trace is None else trace
        self.observer = observer
        self.told = Told()
        self.sealed = Sealed()
        self.explained: list[Explained] = []
        self._numbers: dict[str, list[int]] = {}
        self._taken: dict[str, int] = {}
        self.seq = 0
        self.followers: list[Callable[[AnyEvent], None]] = []
        """Told of each event, after it was taken."""

    def follow(self, journal: Journal) -> Callable[[], None]:
        """Take what is left standing of the journal, then each event as it comes, always after the observer.

        Returns the way to stop.
        """
        for event in live(journal.events):
            self.take(event)
        return journal.subscribe(self.take)

    def feed(self, event: AnyEvent) -> None:
        """Show the observer the next event, and take it."""
        self.observer.feed(event)
        self.take(event)

    def take(self, event: AnyEvent) -> None:
        """Take the next event, which the observer has seen."""
        if isinstance(event, Restore):
            self._go_back(event.to)
            self._taken = {conn: len(watched.explained) for conn, watched in self.observer.watched.items()}
        self.seq = max(self.seq, event.seq)
        if isinstance(event, Open):
            self.trace.add_connection(event.conn, event.client, event.server)
            self._say(event, Msg(_OPENED, client=event.client, server=event.server, port=event.port), signals=3)
        elif isinstance(event, StoreChange):
            self.told.add(event)
        elif isinstance(event, Restore):
            self._say_back()
        self.sealed.take(event)
        for item in self._completed(event):
            self._add(item)
        self._remark(event)
        for follower in self.followers:
            follower(event)

    def _completed(self, event: AnyEvent) -> list[Explained]:
        """What the observer got out of an event."""
        watched = self.observer.watched.get(event.conn)
        if watched is None:
            return []
        first = last = self._taken.get(event.conn, 0)
        while last < len(watched.explained) and watched.explained[last].seq <= event.seq:
            last += 1
        self._taken[event.conn] = last
        return watched.explained[first:last]

    def keep(self, most: int) -> None:
        """Bound the trace: when it has more lines than `most`, the older half of those goes, and what it was about."""
        trace = self.trace
        if len(trace) <= most:
            return
        line = len(trace) - most // 2
        line = trace.line_of(trace.seq[line])
        seq, units = trace.seq[line] - 1, bisect_left(self.explained, trace.seq[line], key=lambda item: item.seq)
        del self.explained[:units]
        gone = set()
        for conn, numbers in list(self._numbers.items()):
            self._numbers[conn] = [number - units for number in numbers if number >= units]
            watched = self.observer.watched.get(conn)
            if not self._numbers[conn] and (watched is None or watched.ended):
                gone.add(conn)
        gone -= {trace.name_of(at) for at in range(line, len(trace))}
        for conn in gone:
            del self._numbers[conn]
            self._taken.pop(conn, None)
            self.observer.watched.pop(conn, None)
            self.sealed.forget(conn)
        trace.drop(line, units, gone)
        self.told.keep(seq)

    def note(self, conn: str, at: int, text: Msg) -> None:
        """A sentence for the screen that is in no journal: a line that was refused before it went out, say."""
        self._note(conn, at, text)

    # Asking

    def watched(self, conn: str) -> Watched | None:
        """What the observer knows of a connection."""
        return self.observer.watched.get(conn)

    def unit(self, line: int) -> Explained | None:
        """The unit that a line is part of; None for a note."""
        if line < 0 or self.trace.side[line] == NOTE:
            return None
        return self.explained[self.trace.unit[line]]

    def until(self, line: int, conn: str) -> list[Explained]:
        """The units of a connection up to and with a line's; all of them for -1."""
        if line < 0:
            stop = len(self.explained)
        elif self.trace.side[line] == NOTE:
            stop = bisect_right(self.explained, self.trace.seq[line], key=lambda item: item.seq)
        else:
            stop = self.trace.unit[line] + 1
        numbers = self._numbers.get(conn, [])
        return [self.explained[number] for number in numbers[: bisect_left(numbers, stop)]]

    def moment(self, line: int) -> int:
        """The journal's number at a line; the newest for -1."""
        return self.seq if line < 0 else self.trace.seq[line]

    def conn_of(self, line: int, default: str) -> str:
        """The connection of a line; `default` for -1."""
        return default if line < 0 else self.trace.name_of(line)

    def lines_of(self, line: int) -> tuple[int, int]:
        """Where the line stands within its unit's octets: first and last (exclusive)."""
        first = 0
        before = line - 1
        while before >= 0 and self.trace.unit[before] == self.trace.unit[line] and self.trace.side[before] != NOTE:
            first += self.trace.start[before + 1] - self.trace.start[before]
            before -= 1
        return first, first + self.trace.start[line + 1] - self.trace.start[line]

    # Inside

    def _go_back(self, seq: int) -> None:
        self.trace.truncate(seq)
        count = bisect_right(self.explained, seq, key=lambda item: item.seq)
        del self.explained[count:]
        for numbers in self._numbers.values():
            del numbers[bisect_left(numbers, count) :]
        self.told.truncate(seq)
        self.sealed.truncate(seq)

    def _add(self, item: Explained) -> None:
        number = len(self.explained)
        self.explained.append(item)
        self._numbers.setdefault(item.conn, []).append(number)
        unit = item.unit
        flags = _flags(unit) | (TLS if self._under_tls(item.conn) else 0)
        at = _time(item.at)
        for raw in _lines(unit.raw):
            self.trace.append_line(item.conn, unit.side, at, raw, unit.exchange.number, flags, self.seq, number)

    def _under_tls(self, conn: str) -> bool:
        watched = self.observer.watched[conn]
        return watched.tls is not None and bool(watched.tls.version)

    def _remark(self, event: AnyEvent) -> None:
        """What is no octet of the dialogue, and still happened."""
        if isinstance(event, Tls):
            if event.version:
                self._say(event, self.sealed.secured(event), TLS, signals=0)
            else:
                self._say(event, Msg(_UNSECURED, reason=Msg(safe(event.reason))))
        elif isinstance(event, Close):
            self._say(event, Msg(_CUT if event.cut else _CLOSED[event.side]), signals=1 if event.cut else 3)
        elif isinstance(event, Note):
            self._say(event, Msg(event.text, **event.params) if fits(event) else Msg(_ANYTHING, text=event.text))
        elif isinstance(event, Data) and event.lost:
            quoted = safe(event.raw[:_QUOTED]) + ("…" if len(event.raw) > _QUOTED else "")
            self._say(event, Msg(_LOST[event.side], octets=quoted))

    def _say_back(self) -> None:
        """Time travel shows, at the place where it led to: the next one, further back, takes the note away again."""
        if len(self.trace):
            last = self.trace.name_of(len(self.trace) - 1)
            self._note(last, self.trace.at[-1], Msg(_BACK))

    def _say(self, event: AnyEvent, text: Msg, flags: int = 0, signals: int | None = None) -> None:
        self._note(event.conn, event.at, text, flags, signals)

    def _note(self, conn: str, at: int, text: Msg, flags: int = 0, signals: int | None = None) -> None:
        if not conn and len(self.trace):  # it concerns no connection: it stands where it happened
            conn = self.trace.name_of(len(self.trace) - 1)
        if self.trace.knows(conn):
            self.trace.append_note(conn, _time(at), text, flags, self.seq, signals)


_ANYTHING = "{text}"
_OPENED = N_("{client} connected to {server}, port {port}")
_UNSECURED = N_("the TLS handshake failed: {reason}")
_BACK = N_("back in time: what had come after this is undone")
_CUT = N_("the line broke: neither end closed it")
_CLOSED = {
    "C": N_("the client closed the connection"),
    "S": N_("the server closed the connection"),
    "": N_("the connection ended"),
}
_LOST = {
    "C": N_("the client sent this, and it never arrived: {octets}"),
    "S": N_("the server sent this, and it never arrived: {octets}"),
}


def _time(at: int) -> int:
    """Nanoseconds that fit a column, whatever a transcript says."""
    return min(max(at, 0), _LATEST)


def _flags(unit: Unit) -> int:
    """How a unit's lines look."""
    request = unit.exchange.request
    if unit.kind in _BROKEN:
        return FAULT
    row = unit.exchange.command
    if unit.kind is Kind.CONTENT or (unit.kind is Kind.LINES and row is not None and row.content):
        return CONTENT
    if unit.kind is Kind.COMMAND:
        if request is None or request.command is None:
            return FAULT
        # a command that announces a literal is well formed to its last octet, and goes on behind it
        return FAULT if request.fault is not None and request.fault.at < len(unit.raw) else 0
    if unit.outcome in _REFUSALS:
        return NEGATIVE
    return 0 if unit.kind in (Kind.LINES, Kind.RESPONSE) or unit.fault is None else FAULT


def _lines(raw: bytes) -> list[bytes]:
    """Octets in lines that keep their CRLF; a bare CR or LF ends none."""
    lines = [line + b"\r\n" for line in raw.split(b"\r\n")]
    lines[-1] = lines[-1][:-2]
    return lines if lines[-1] or len(lines) == 1 else lines[:-1]
