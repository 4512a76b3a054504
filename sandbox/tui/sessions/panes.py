"""What all sessions that have a dialogue answer the panes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.tui.ports import Anatomy, Heading, MailboxView, StateView, Text
from sandbox.tui.sessions.dialogue import Dialogue
from sandbox.tui.sessions.explain import anatomy, facts, state_view
from sandbox.tui.sessions.mailbox import Mailboxes
from sandbox.tui.sessions.packet import Segments
from sandbox.tui.tlsview import TlsView

if TYPE_CHECKING:
    from sandbox.tui.sessions.tls import TlsViews


class Panes:
    """Answers for any line; -1 is now, on connection `conn` (the one that is typed to, or the newest)."""

    def __init__(self, dialogue: Dialogue, segments: Segments) -> None:
        self.dialogue = dialogue
        self.packets = segments.view
        self.mailboxes = Mailboxes(dialogue)
        self.conn = ""
        self._tls: TlsViews | None = None

    def heading(self, title: Text, line: int, recording: int = -1) -> Heading:
        """The line at the top, for the connection of a line."""
        watched = self.dialogue.watched(self._conn(line))
        if watched is None:
            return Heading("", title)
        opened = watched.open
        tls = watched.tls.version if watched.tls is not None else ""
        ends = f"{opened.server}:{opened.port}"
        return Heading(watched.protocol.title, title, opened.client, ends, tls=tls, recording=recording)

    def state(self, line: int) -> StateView | None:
        """The protocol state at a line."""
        conn = self._conn(line)
        watched = self.dialogue.watched(conn)
        if watched is None:
            return None
        units = self.dialogue.until(line, conn)
        state = units[-1].unit.state_after if units else watched.protocol.states[0]
        if line < 0:
            state = watched.state
        offered = watched.protocol.offered((item.unit for item in reversed(units)), state)
        return state_view(watched, state, offered, facts(self.dialogue, conn, line))

    def mailbox(self, line: int) -> MailboxView | None:
        """The mailbox at a line."""
        conn = self._conn(line)
        return self.mailboxes.view(conn, line) if self.dialogue.watched(conn) is not None else None

    def anatomy(self, line: int) -> Anatomy | None:
        """What a line is made of; for -1 the newest line that is no note."""
        if line < 0:
            lines = reversed(range(len(self.dialogue.trace)))
            line = next((number for number in lines if self.dialogue.unit(number) is not None), -1)
        return anatomy(self.dialogue, line)

    def tls(self, line: int, record: int) -> TlsView | None:
        """TLS at a line."""
        if self._tls is None:
            from sandbox.tui.sessions.tls import TlsViews  # start-up: `cryptography` takes its time

            self._tls = TlsViews(self.dialogue)
        return self._tls.view(self._conn(line), line, record)

    def _conn(self, line: int) -> str:
        return self.dialogue.conn_of(line, self.conn)
