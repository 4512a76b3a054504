"""What an IMAP session sees of its selected mailbox (RFC 9051 section 2.3.1.2): the sequence numbers that it was told
of, the flags that it was told, and which messages are recent for it (RFC 3501 section 2.3.2).

Between two responses the store may move on; that the session does not know it yet is what there is to see.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from sandbox.core.message import N_, Msg
from sandbox.core.replies import Outcome
from sandbox.core.tracker import Kind
from sandbox.mail.changes import Expunged, FlagsChanged, MessageAdded
from sandbox.mail.store import Stored
from sandbox.tui.ports import Text
from sandbox.tui.sessions.dialogue import Dialogue
from sandbox.tui.sessions.visit import Key, Visit, find
from sandbox.wire.observer import Explained
from sandbox.wire.trace import StoreChange

_UIDVALIDITY: Final = re.compile(rb"\* OK \[UIDVALIDITY ([0-9]{1,10})\]", re.IGNORECASE)
_NUMBERED: Final = re.compile(rb"\* ([0-9]{1,10}) (EXISTS|RECENT|EXPUNGE|FETCH)\b", re.IGNORECASE)
_VANISHED: Final = re.compile(rb"\* VANISHED (?:\(EARLIER\) )?([0-9:,]+)", re.IGNORECASE)
_FLAGS: Final = re.compile(rb"[( ]FLAGS \(([^()]*)\)", re.IGNORECASE)
_LITERAL: Final = re.compile(rb"\{([0-9]{1,10})\}\r\n")
_QUOTED: Final = re.compile(rb'"(?:[^"\\]|\\.)*"')
_OPENING: Final = (b"SELECT", b"EXAMINE")
_RECENT: Final = "\\Recent"

_NOT_TOLD: Final = Msg(N_("gone, not told yet"))
_OLDER: Final = N_("was told {flags}")
_NO_FLAGS: Final = Msg(N_("no flags"))


@dataclass(slots=True)
class SelectedVisit(Visit):
    """A selected mailbox. `told` has the flags that the session last heard of, by uid; `recent` the uids that are
    recent for it."""

    told: dict[int, frozenset[str]] = field(default_factory=dict)
    recent: set[int] = field(default_factory=set)
    waiting: list[Stored] = field(default_factory=list)
    """Messages that came and that the session was not told of."""

    def remark(self, number: int, now: Stored | None) -> Text:
        """Recent, expunged by another session, or known with flags that it has no longer."""
        if now is None:
            return _NOT_TOLD
        told = self.told.get(now.uid)
        recent = _RECENT if now.uid in self.recent else ""
        if told is None or told == frozenset(now.flags):
            return recent
        flags: Text = " ".join([recent, *sorted(told)]).strip()
        return Msg(_OLDER, flags=flags or _NO_FLAGS)

    def follow(self, raw: bytes) -> None:
        """Learn from an untagged response."""
        numbered = _NUMBERED.match(raw)
        if numbered is not None:
            number, word = int(numbered[1]), numbered[2].upper()
            if word == b"EXISTS":
                missing = max(number - len(self.stored), 0)
                self.stored += self.waiting[:missing]
                del self.waiting[:missing]
            elif word == b"RECENT":
                fresh = max(number - len(self.recent), 0)
                self.recent.update(stored.uid for stored in self.stored[len(self.stored) - fresh :])
            elif 0 < number <= len(self.stored):
                self._told_of(number, word, raw)
            return
        vanished = _VANISHED.match(raw)
        if vanished is not None:
            spans = [_span(part) for part in vanished[1].split(b",")]
            gone = {item.uid for item in self.stored for low, high in spans if low <= item.uid <= high}
            self._forget(gone)

    def _told_of(self, number: int, word: bytes, raw: bytes) -> None:
        uid = self.stored[number - 1].uid
        if word == b"EXPUNGE":
            self._forget({uid})
            return
        flags = _FLAGS.search(_outside(raw))
        if flags is not None:
            words = flags[1].decode("ascii", "replace").split()
            self.told[uid] = frozenset(word for word in words if word.lower() != _RECENT.lower())

    def _forget(self, gone: set[int]) -> None:
        self.stored = [stored for stored in self.stored if stored.uid not in gone]
        self.recent -= gone

    def did(self, changes: list[StoreChange]) -> None:
        """Flags that the session's own command changed are known to it, also where it asked for silence."""
        for event in changes:
            if isinstance(event.change, FlagsChanged) and _key(event) == self.key:
                self.told.update({uid: frozenset(flags) for uid, flags in event.change.changed})


class Selections:
    """The visits of a dialogue's IMAP connections."""

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue
        self._opened: dict[tuple[str, int], SelectedVisit | None] = {}
        self._arrived: dict[int, Stored] = {}  # by the number of the event that says so

    def visit(self, conn: str, line: int) -> Visit | None:
        """What is selected on a connection at a moment (`line`; -1 is now); None if nothing is."""
        told, found = self._dialogue.told, None
        commands: dict[int, int] = {}
        validity = heard = 0
        for item in self._dialogue.until(line, conn):
            unit = item.unit
            if unit.kind is Kind.COMMAND:
                commands[unit.exchange.number] = item.first
            elif unit.side == "S":
                match = _UIDVALIDITY.match(unit.raw)
                validity = int(match[1]) if match is not None else validity
                command = commands.get(unit.exchange.number, item.first)
                if found is not None:
                    self._arrivals(found, told.changes(heard, item.seq))
                    heard = item.seq
                if unit.outcome is not None and _opens(item):
                    found = self._open(command, item, validity) if unit.outcome is Outcome.OK else None
                    heard = item.seq
                elif unit.state_after.name != "SELECTED":
                    found = None
                elif found is not None:
                    found.follow(unit.raw)
                    if unit.outcome is Outcome.OK:
                        found.did(told.changes(command, item.seq))
        return found

    def _arrivals(self, visit: SelectedVisit, changes: list[StoreChange]) -> None:
        """Messages that came since the last response wait to be told; the session never hears of those that went."""
        for event in changes:
            change = event.change
            if _key(event) != visit.key:
                continue
            if isinstance(change, MessageAdded):
                visit.waiting.append(self._arrival(event, change.uid, visit.key))
            elif isinstance(change, Expunged):
                visit.waiting = [stored for stored in visit.waiting if stored.uid not in change.uids]

    def _arrival(self, event: StoreChange, uid: int, key: Key) -> Stored:
        if event.seq not in self._arrived:
            mailbox = find(self._dialogue.told.at(event.seq), key)
            stored = mailbox.get(uid) if mailbox is not None else None
            assert stored is not None  # it is what the event says
            self._arrived[event.seq] = stored
        return self._arrived[event.seq]

    def _open(self, command: int, item: Explained, validity: int) -> SelectedVisit | None:
        """The visit that SELECT or EXAMINE began. No two mailboxes of a store have the same UIDVALIDITY."""
        where = (item.conn, item.seq)
        if where not in self._opened:
            self._opened[where] = self._snapshot(command, item.seq, validity)
        opened = self._opened[where]
        return SelectedVisit(opened.key, list(opened.stored), recent=set(opened.recent)) if opened is not None else None

    def _snapshot(self, command: int, seq: int, validity: int) -> SelectedVisit | None:
        recent = {
            (host, user, box.name): set(box.recent_uids())
            for host, store in self._dialogue.told.at(command).items()
            for user in store.users
            for box in store.mailboxes(user).listing()
        }
        for host, store in self._dialogue.told.at(seq).items():
            for user in store.users:
                for box in store.mailboxes(user).listing():
                    if box.uid_validity == validity:
                        key = Key(host, user, box.name)
                        return SelectedVisit(key, list(box.snapshot()), recent=recent.get(key, set()))
        return None


def _opens(item: Explained) -> bool:
    request = item.unit.exchange.request
    return request is not None and request.verb in _OPENING and item.unit.kind is Kind.REPLY


def _key(event: StoreChange) -> Key:
    return Key(event.host, event.change.user, getattr(event.change, "mailbox", ""))


def _span(part: bytes) -> tuple[int, int]:
    first, _, last = part.partition(b":")
    low, high = sorted((int(first or b"0"), int(last or first or b"0")))
    return low, high


def _outside(raw: bytes) -> bytes:
    """A response without its literals and quoted strings: what is left are the items and the flags."""
    parts, at = [], 0
    while (literal := _LITERAL.search(raw, at)) is not None:
        parts.append(raw[at : literal.start()])
        at = literal.end() + int(literal[1])
    parts.append(raw[at:])
    return _QUOTED.sub(b"", b"".join(parts))
