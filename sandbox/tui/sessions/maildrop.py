"""The mailbox pane of a POP3 session: the stored messages, and what the session sees of them.

Nothing here asks the server. The maildrop is what the store held when the login succeeded, and the marks follow from
the commands and their replies, so the view is right at any moment of any transcript.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.core.message import N_, Msg
from sandbox.core.replies import Outcome
from sandbox.core.tracker import Kind
from sandbox.mail.changes import Expunged, Locked
from sandbox.mail.header import Header
from sandbox.mail.message import body_offset
from sandbox.tui.ports import Mail, MailboxView
from sandbox.tui.sessions.dialogue import Dialogue
from sandbox.tui.sessions.stock import INBOX, Item, Shelf, Stock
from sandbox.wire.observer import Explained

_KEY = tuple[str, str, str]


@dataclass(slots=True)
class Visit:
    """An open maildrop as its session sees it: its messages by number from 1, and the marked numbers with when."""

    key: _KEY
    items: list[Item]
    marks: dict[int, int] = field(default_factory=dict)
    over: bool = False


class Maildrops:
    """The visits of a dialogue's connections."""

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue
        self._logins: dict[tuple[str, int], tuple[_KEY, list[Item]] | None] = {}

    def visit(self, conn: str, line: int) -> Visit | None:
        """The newest visit of a connection at a moment (`line`; -1 is now); None before anybody logged in."""
        found: Visit | None = None
        command = 0
        for item in self._dialogue.until(line, conn):
            unit = item.unit
            if unit.kind is Kind.COMMAND:
                command = item.first
            elif unit.state_before.name == "AUTHORIZATION" and unit.state_after.name == "TRANSACTION":
                found = self._open(command, item)
            elif found is not None and unit.outcome is Outcome.OK:
                _follow(found, item)
        watched = self._dialogue.watched(conn)
        if found is not None and line < 0 and watched is not None and watched.ended:
            found.over = True
        return found

    def view(self, conn: str, line: int) -> MailboxView:
        """The pane at a moment."""
        dialogue = self._dialogue
        here = self.visit(conn, line)
        stock = dialogue.shelves.at(dialogue.moment(line))
        if here is None or not stock.shelves:
            return self.everybody(line)
        commands = [item.first for item in dialogue.until(line, conn) if item.unit.kind is Kind.COMMAND]
        since = commands[-1] if commands else 0
        shelf = stock.shelves.get(here.key) or Shelf(here.key[1], here.key[2])
        removed = self._removed(here.key, since, dialogue.moment(line))
        known = {item.uid for item in here.items}
        mails = [_seen(stock, shelf, here, number, since, removed) for number in range(1, len(here.items) + 1)]
        later = [item for item in shelf.items.values() if item.uid not in known]
        mails += [_mail(stock, item, 0, Msg(N_("not seen yet"))) for item in later]
        seen = -1 if here.over else len(here.items) - len(here.marks)
        return MailboxView(shelf.user, tuple(mails), len(shelf.items), seen)

    def everybody(self, line: int) -> MailboxView:
        """All that is stored at a moment, with whose it is; no session sees it so."""
        stock = self._dialogue.shelves.at(self._dialogue.moment(line))
        if not stock.shelves:
            return MailboxView("", notice=Msg(N_("This transcript says nothing about stored mail.")))
        shelves = stock.shelves.values()
        mails = [_mail(stock, item, 0, _whose(shelf, item)) for shelf in shelves for item in shelf.items.values()]
        notice = Msg(N_("No session has a mailbox open; this is everybody's mail."))
        return MailboxView("", tuple(mails), len(mails), notice=notice)

    def _open(self, command: int, login: Explained) -> Visit | None:
        """The visit that a login began: the lock, taken between command and reply, says whose maildrop it is."""
        where = (login.conn, login.seq)
        if where not in self._logins:
            self._logins[where] = self._snapshot(command, login.seq)
        opened = self._logins[where]
        return Visit(*opened) if opened is not None else None

    def _snapshot(self, command: int, seq: int) -> tuple[_KEY, list[Item]] | None:
        for event in reversed(self._dialogue.shelves.changes(command, seq)):
            if isinstance(event.change, Locked):
                key = (event.host, event.change.user, event.change.mailbox)
                shelf = self._dialogue.shelves.at(seq).shelves.get(key)
                return (key, [shelf.items[uid] for uid in sorted(shelf.items)]) if shelf is not None else None
        return None

    def _removed(self, key: _KEY, since: int, until: int) -> set[int]:
        """The uids that a maildrop lost between two moments."""
        gone: set[int] = set()
        for event in self._dialogue.shelves.changes(since, until):
            change = event.change
            if isinstance(change, Expunged) and (event.host, change.user, change.mailbox) == key:
                gone.update(change.uids)
        return gone


def _follow(here: Visit, item: Explained) -> None:
    """Move the marks as a positive reply does."""
    unit = item.unit
    request = unit.exchange.request
    if request is None or request.fault is not None:
        return
    if request.verb == b"DELE" and unit.kind is Kind.REPLY:
        here.marks[request.values[0]] = item.seq
    elif request.verb == b"RSET":
        here.marks.clear()
    elif request.verb == b"QUIT":
        here.over = True


def _seen(stock: Stock, shelf: Shelf, here: Visit, number: int, since: int, removed: set[int]) -> Mail:
    """A message that has a number in the session."""
    item = here.items[number - 1]
    if item.uid not in shelf.items:
        return _mail(stock, item, number, Msg(N_("removed")), gone=True, fresh=item.uid in removed)
    marked = here.marks.get(number, 0)
    mark = Msg(N_("marked")) if marked and not here.over else ""
    return _mail(stock, item, number, mark, fresh=marked > since)


def _whose(shelf: Shelf, item: Item) -> str:
    """User, mailbox where it is not the INBOX, flags."""
    place = shelf.user if shelf.name == INBOX else f"{shelf.user}/{shelf.name}"
    return " ".join([place, *sorted(item.flags)])


def _mail(stock: Stock, item: Item, number: int, mark: Msg | str, *, gone: bool = False, fresh: bool = False) -> Mail:
    content = stock.content(item)
    header = Header(content, 0, body_offset(content))
    sender, subject = header.text(b"From") or "", header.text(b"Subject") or ""
    return Mail(number, str(item.uid), item.size, sender, subject, mark, gone, fresh)
