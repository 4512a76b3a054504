"""The lines of a trace, in columns: a million of them cost about 100 octets each, their own octets included.

A *line* is what one side sent up to CRLF (or less: the rest of a chunk). A *row* is an exchange, a command and its
replies; a very long one continues in further rows, so that no row is expensive to lay out. Lines of a row are chained
in the order they came. How the lines of a row stand beside each other is said in `layout.py`; the heights kept here
are those of rows in which nothing wraps.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Iterator, Sequence

from rich.cells import cell_len

from sandbox.core.message import Msg
from sandbox.i18n.safe import safe

CLIENT, SERVER, NOTE = 0, 1, 2
"""Who a line is from; a note is ours (a connection opened, a cable cut) and spans both columns."""

TLS, FAULT, NEGATIVE, CONTENT, PLAIN = 1, 2, 4, 8, 16
"""Flags of a line: under TLS; wrong by the grammar; a refusal; body octets; printable ASCII (set by the model)."""

LONGEST = 4096
"""Characters of a line that the trace shows. The bytes pane shows all of it."""

_ROW_LINES = 256
_WIDEST = 0xFFFF
_SIDES = {"C": CLIENT, "S": SERVER}


class _Connection:
    """What the model remembers of one connection."""

    __slots__ = ("client", "exchanges", "name", "rows", "server")

    def __init__(self, name: str, client: str, server: str) -> None:
        self.name, self.client, self.server = name, client, server
        self.exchanges = array("q")
        self.rows = array("I")


class TraceModel:
    """An append-only trace (`truncate` goes back in time). Views register with `watch`."""

    def __init__(self) -> None:
        self._connections: list[_Connection] = []
        self._index: dict[str, int] = {}
        self._watchers: list[set[int]] = []
        self.generation = 0
        """Changes when rows went away: a view must lay out everything again."""
        self.describe: Callable[[int], Sequence[tuple[int, str]]] = _nothing
        """Puts the segments of a note that has some into words: side and text of each."""
        self.masked: Callable[[int, bytes], bytes] = _as_it_is
        """What is shown in place of a line's octets, as many as they are."""
        self.elsewhere: Callable[[re.Pattern[bytes], str | None, int], bool] = _not_at_all
        """Looks for the next match (1; the one before, -1) among lines that are not here, on one connection or on all.
        Returns whether there are any."""
        self.began: int | None = None
        """When what the lines are of began, if not with the first of them."""
        self._empty()

    def _empty(self) -> None:
        self.at, self.seq, self.unit = array("q"), array("Q"), array("I")
        self.side, self.flags = bytearray(), bytearray()
        self.conn, self.width = array("I"), array("H")
        self.row, self.next = array("I"), array("i")
        self.start, self.octets = array("Q", [0]), bytearray()
        self.head, self.tail = array("I"), array("I")
        self.client_rows, self.server_rows, self.count = array("I"), array("I"), array("H")
        self.client_width, self.server_width = array("H"), array("H")
        self.first_row: dict[int, int] = {}
        self.notes: dict[int, Msg] = {}
        self.signals: dict[int, int] = {}
        """Notes of something that segments did, with the number of segments that can be shown below them."""

    def __len__(self) -> int:
        return len(self.side)

    def since(self, at: int) -> int:
        """Nanoseconds from the beginning to a time."""
        began = self.began if self.began is not None else self.at[0] if len(self) else 0
        return at - began

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.head)

    def clear(self) -> None:
        """Forget all lines; connections stay."""
        self._empty()
        for connection in self._connections:
            connection.exchanges, connection.rows = array("q"), array("I")
        self._changed()

    def watch(self) -> set[int]:
        """A set that collects the rows which got more lines; its owner empties it. New rows are counted."""
        touched: set[int] = set()
        self._watchers.append(touched)
        return touched

    # Connections

    def add_connection(self, name: str, client: str, server: str) -> int:
        """Name the ends of a connection; returns its index. Adding it again renames the ends."""
        if name in self._index:
            known = self._connections[self._index[name]]
            known.client, known.server = client, server
        else:
            self._index[name] = len(self._connections)
            self._connections.append(_Connection(name, client, server))
        return self._index[name]

    @property
    def connections(self) -> list[str]:
        """Names of all connections, in the order they appeared."""
        return [connection.name for connection in self._connections]

    def knows(self, name: str) -> bool:
        """Whether there is a connection of that name."""
        return name in self._index

    def ends(self, name: str) -> tuple[str, str]:
        """Who talks to whom on a connection: (client, server)."""
        connection = self._connections[self._index[name]]
        return connection.client, connection.server

    def name_of(self, line: int) -> str:
        """The connection a line belongs to."""
        return self._connections[self.conn[line]].name

    # Lines

    def append_line(
        self, conn: str, side: str, at: int, raw: bytes, exchange: int, flags: int = 0, seq: int = 0, unit: int = 0
    ) -> int:
        """Add a line and return its index.

        `side` is "C" or "S", `at` nanoseconds, `exchange` pairs a command with its replies within the connection, `seq`
        is the journal event it came with (never less than that of the line before), `unit` is the caller's own number.
        """
        index = self._index[conn]
        who = _SIDES[side]
        row = self._row_for(self._connections[index], exchange)
        body = raw[:-2] if raw.endswith(b"\r\n") else raw
        if len(body) < LONGEST and body.isascii() and body.decode("ascii").isprintable():
            flags |= PLAIN
            width = len(body)
        else:
            width = min(cell_len(shorten(safe(body))), _WIDEST)
        line = self._store(row, index, who, at, raw, width, flags, seq, unit)
        self._grow(row, who, width)
        return line

    def append_note(
        self, conn: str, at: int, note: Msg, flags: int = 0, seq: int = 0, signals: int | None = None
    ) -> int:
        """Add a sentence of ours, on a row of its own, and return its line. `signals`: see there."""
        row = self._new_row()
        line = self._store(row, self._index[conn], NOTE, at, b"", 0, flags, seq, 0)
        self._grow(row, NOTE, 0)
        self.notes[line] = note
        if signals is not None:
            self.signals[line] = signals
        return line

    def raw(self, line: int) -> bytes:
        """The octets of a line, as they passed, CRLF included."""
        return bytes(self.octets[self.start[line] : self.start[line + 1]])

    def text(self, line: int) -> str:
        """A line as it is shown, before wrapping: without CRLF, safe, bounded."""
        raw = self.masked(line, self.raw(line))
        if self.flags[line] & PLAIN:
            return raw.decode("ascii").rstrip("\r\n")
        return shorten(safe(raw[:-2] if raw.endswith(b"\r\n") else raw))

    def lines(self, row: int) -> Iterator[int]:
        """The lines of a row in the order they came."""
        line = self.head[row]
        while line >= 0:
            yield line
            line = self.next[line]

    def command_of(self, row: int) -> int:
        """The line that began the exchange which `row` belongs to: a command, or else what the server said first."""
        return self.head[self.first_row.get(row, row)]

    def line_of(self, seq: int) -> int:
        """The first line that came with journal event `seq` or later; the number of lines if there is none."""
        return bisect_left(self.seq, seq)

    def truncate(self, seq: int) -> None:
        """Go back in time: keep the lines of journal events up to `seq`."""
        lines = bisect_right(self.seq, seq)
        if lines == len(self):
            return
        rows = bisect_left(self.head, lines)
        shortened = {row for row in self.row[lines:] if row < rows}
        for column in (self.at, self.seq, self.unit, self.side, self.flags, self.conn, self.width, self.row, self.next):
            del column[lines:]
        del self.octets[self.start[lines] :], self.start[lines + 1 :]
        for column in (self.head, self.tail, self.client_rows, self.server_rows, self.count):
            del column[rows:]
        del self.client_width[rows:], self.server_width[rows:]
        self.first_row = {row: first for row, first in self.first_row.items() if row < rows}
        self.notes = {line: note for line, note in self.notes.items() if line < lines}
        self.signals = {line: count for line, count in self.signals.items() if line < lines}
        for connection in self._connections:
            kept = [at for at, row in enumerate(connection.rows) if row < rows]
            connection.exchanges = array("q", (connection.exchanges[at] for at in kept))
            connection.rows = array("I", (connection.rows[at] for at in kept))
        for row in shortened:
            self._rechain(row, lines)
        self._changed()

    def drop(self, line: int, units: int, gone: Container[str] = ()) -> None:
        """Forget the lines before `line` and connections that are `gone`, and count units from `units` on."""
        exchanges: dict[int, int] = {}
        for connection in self._connections:
            exchanges.update(zip(connection.rows, connection.exchanges, strict=True))
        kept = [(self.name_of(at), self.raw(at), exchanges.get(self.row[at], 0)) for at in range(line, len(self))]
        columns = list(zip(self.side, self.at, self.flags, self.seq, self.unit, strict=True))[line:]
        notes = {at - line: note for at, note in self.notes.items()}
        signals = {at - line: count for at, count in self.signals.items()}
        self._connections = [connection for connection in self._connections if connection.name not in gone]
        self._index = {connection.name: at for at, connection in enumerate(self._connections)}
        self.clear()
        for (name, raw, exchange), (side, at, flags, seq, unit) in zip(kept, columns, strict=True):
            if side == NOTE:
                self.append_note(name, at, notes[len(self)], flags, seq, signals.get(len(self)))
            else:
                self.append_line(name, "CS"[side], at, raw, exchange, flags, seq, unit - units)

    # Rows

    def _row_for(self, connection: _Connection, exchange: int) -> int:
        """The row that the next line of an exchange goes to: the exchange's latest, or a new one."""
        exchanges, rows = connection.exchanges, connection.rows
        at = len(exchanges)
        if at and exchanges[-1] > exchange:
            at = bisect_right(exchanges, exchange)
        known = at > 0 and exchanges[at - 1] == exchange
        if known and self.count[rows[at - 1]] < _ROW_LINES:
            return rows[at - 1]
        row = self._new_row()
        if known:
            before = rows[at - 1]
            self.first_row[row] = self.first_row.get(before, before)
        exchanges.insert(at, exchange)
        rows.insert(at, row)
        return row

    def _new_row(self) -> int:
        row = self.rows
        self.head.append(len(self))
        self.tail.append(0)
        for column in (self.client_rows, self.server_rows, self.count, self.client_width, self.server_width):
            column.append(0)
        return row

    def _store(
        self, row: int, conn: int, side: int, at: int, raw: bytes, width: int, flags: int, seq: int, unit: int
    ) -> int:
        line = len(self.side)
        self.at.append(at)
        self.side.append(side)
        self.flags.append(flags)
        self.conn.append(conn)
        self.row.append(row)
        self.width.append(width)
        self.seq.append(seq)
        self.unit.append(unit)
        self.next.append(-1)
        self.octets += raw
        self.start.append(len(self.octets))
        if self.count[row]:
            self.next[self.tail[row]] = line
            for touched in self._watchers:
                touched.add(row)
        self.tail[row] = line
        return line

    def _grow(self, row: int, side: int, width: int) -> None:
        """Account for a line just chained to `row`: the same rules as `layout.place`, for lines that do not wrap."""
        client, server = self.client_rows[row], self.server_rows[row]
        if side == CLIENT:
            self.client_rows[row] = max(client, server) + 1
            self.client_width[row] = max(self.client_width[row], width)
        else:
            self.server_rows[row] = max(client - 1, server) + 1
            self.server_width[row] = max(self.server_width[row], width)
        self.count[row] += 1

    def _rechain(self, row: int, lines: int) -> None:
        kept = []
        line = self.head[row]
        while 0 <= line < lines:
            kept.append(line)
            line = self.next[line]
        self.next[kept[-1]] = -1
        self.tail[row] = kept[-1]
        self.client_rows[row] = self.server_rows[row] = self.count[row] = 0
        self.client_width[row] = self.server_width[row] = 0
        for line in kept:
            self._grow(row, self.side[line], self.width[line])

    def _changed(self) -> None:
        self.generation += 1
        for touched in self._watchers:
            touched.clear()


def _nothing(_line: int) -> Sequence[tuple[int, str]]:
    return ()


def _as_it_is(_line: int, raw: bytes) -> bytes:
    return raw


def _not_at_all(_pattern: re.Pattern[bytes], _conn: str | None, _step: int) -> bool:
    return False


def shorten(text: str) -> str:
    """A shown line of bounded length; what is left out is counted."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} … +{len(text) - LONGEST}"
