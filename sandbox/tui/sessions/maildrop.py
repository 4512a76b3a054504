"""What a POP3 session sees: the maildrop as it was when the login succeeded, and the marks that it set since."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.core.message import N_, Msg
from sandbox.core.replies import Outcome
from sandbox.core.tracker import Kind
from sandbox.mail.changes import Locked
from sandbox.mail.store import Stored
from sandbox.tui.ports import Text
from sandbox.tui.sessions.dialogue import Dialogue
from sandbox.tui.sessions.visit import Key, Visit, find
from sandbox.wire.observer import Explained

_MARKED = Msg(N_("marked"))
_REMOVED = Msg(N_("removed"))


@dataclass(slots=True)
class MaildropVisit(Visit):
    """An open maildrop; `marks` has the marked numbers with when."""

    marks: dict[int, int] = field(default_factory=dict)

    @property
    def seen(self) -> int:
        """What STAT counts."""
        return len(self.stored) - len(self.marks)

    @property
    def numbers(self) -> list[str]:
        """Those of messages without a mark (RFC 1939 section 5, DELE)."""
        return [str(number) for number in range(1, len(self.stored) + 1) if number not in self.marks]

    def remark(self, number: int, now: Stored | None) -> Text:
        """Marked, or removed."""
        if now is None:
            return _REMOVED
        return _MARKED if number in self.marks and not self.over else ""

    def since(self, number: int) -> int:
        """When it was marked."""
        return self.marks.get(number, 0)

    def follow(self, item: Explained) -> None:
        """Move the marks as a positive reply does."""
        unit = item.unit
        request = unit.exchange.request
        if request is None or request.fault is not None:
            return
        if request.verb == b"DELE" and unit.kind is Kind.REPLY:
            self.marks[request.values[0]] = item.seq
        elif request.verb == b"RSET":
            self.marks.clear()
        elif request.verb == b"QUIT":
            self.over = True


class Maildrops:
    """The visits of a dialogue's POP3 connections."""

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue
        self._logins: dict[tuple[str, int], tuple[Key, list[Stored]] | None] = {}

    def visit(self, conn: str, line: int) -> Visit | None:
        """The newest visit of a connection at a moment (`line`; -1 is now); None before anybody logged in."""
        found: MaildropVisit | None = None
        command = 0
        for item in self._dialogue.until(line, conn):
            unit = item.unit
            if unit.kind is Kind.COMMAND:
                command = item.first
            elif unit.state_before.name == "AUTHORIZATION" and unit.state_after.name == "TRANSACTION":
                found = self._open(command, item)
            elif found is not None and unit.outcome is Outcome.OK:
                found.follow(item)
        return found

    def _open(self, command: int, login: Explained) -> MaildropVisit | None:
        """The visit that a login began: the lock, taken between command and reply, says whose maildrop it is."""
        where = (login.conn, login.seq)
        if where not in self._logins:
            self._logins[where] = self._snapshot(command, login.seq)
        opened = self._logins[where]
        return MaildropVisit(opened[0], list(opened[1])) if opened is not None else None

    def _snapshot(self, command: int, seq: int) -> tuple[Key, list[Stored]] | None:
        for event in reversed(self._dialogue.told.changes(command, seq)):
            if isinstance(event.change, Locked):
                key = Key(event.host, event.change.user, event.change.mailbox)
                mailbox = find(self._dialogue.told.at(seq), key)
                return (key, list(mailbox.snapshot())) if mailbox is not None else None
        return None
