"""The mailbox pane: the stored messages, and beside them what every session that has the mailbox open sees of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Protocol

from sandbox.core.message import N_, Msg
from sandbox.core.tracker import Kind
from sandbox.mail.changes import Expunged, FlagsChanged, MessageAdded
from sandbox.mail.memory import MemoryStore
from sandbox.mail.memory.mailbox import MemoryMailbox
from sandbox.mail.names import INBOX
from sandbox.mail.store import Stored
from sandbox.tui.ports import Folder, Looking, Mail, MailboxView, Seen
from sandbox.tui.sessions.dialogue import Dialogue
from sandbox.tui.sessions.maildrop import Maildrops
from sandbox.tui.sessions.selected import Selections
from sandbox.tui.sessions.visit import Key, Visit, find

_NOTHING_SAID: Final = Msg(N_("This transcript says nothing about stored mail."))
_NOBODY_LOOKS: Final = Msg(N_("No session has a mailbox open; this is everybody's mail."))
_NOT_SEEN: Final = Seen(0, Msg(N_("not seen yet")))


class Visits(Protocol):
    """What the sessions of one protocol have open."""

    def visit(self, conn: str, line: int) -> Visit | None:
        """Of a connection at a moment (`line`; -1 is now)."""


class Mailboxes:
    """Answers the pane, for any connection at any moment."""

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue
        self._visits: dict[str, Visits] = {"pop3": Maildrops(dialogue), "imap": Selections(dialogue)}

    def view(self, conn: str, line: int) -> MailboxView:
        """The mailbox that a connection has open, else all there is."""
        here = self.visit(conn, line)
        stores = self._dialogue.told.at(self._dialogue.moment(line))
        if not stores:
            return MailboxView("", notice=_NOTHING_SAID)
        mailbox = find(stores, here.key) if here is not None else None
        if here is None or mailbox is None:
            return _everybody(stores)
        visits = [(conn, here), *self._others(conn, here.key, line)]
        stores = self._dialogue.told.at(self._dialogue.moment(line))  # the visits may have moved them
        mailbox = find(stores, here.key) or mailbox
        since = self._since(conn, line)
        changed = self._changed(here.key, since, self._dialogue.moment(line))
        sessions = tuple(self._looking(other, visit, line) for other, visit in visits)
        mails = tuple(_mails(mailbox, [visit for _conn, visit in visits], changed, since))
        folders = tuple(_folders(stores[here.key.host], here.key.user, mailbox))
        return MailboxView(_name(here.key), mails, len(mailbox), sessions, folders)

    def visit(self, conn: str, line: int) -> Visit | None:
        """The mailbox that a connection has open."""
        watched = self._dialogue.watched(conn)
        visits = self._visits.get(watched.open.proto) if watched is not None else None
        found = visits.visit(conn, line) if visits is not None else None
        if found is not None and watched is not None and watched.ended and line < 0:
            found.over = True
        return found

    def _others(self, conn: str, key: Key, line: int) -> Iterator[tuple[str, Visit]]:
        """The other sessions that have this mailbox open."""
        for other, watched in self._dialogue.observer.watched.items():
            if other != conn and watched.open.proto in self._visits:
                visit = self.visit(other, line)
                if visit is not None and not visit.over and visit.key == key:
                    yield other, visit

    def _looking(self, conn: str, visit: Visit, line: int) -> Looking:
        watched = self._dialogue.watched(conn)
        assert watched is not None  # it has a visit
        return Looking(watched.open.client, -1 if visit.over else visit.seen)

    def _since(self, conn: str, line: int) -> int:
        """When the last command of a connection came."""
        commands = [item.first for item in self._dialogue.until(line, conn) if item.unit.kind is Kind.COMMAND]
        return commands[-1] if commands else 0

    def _changed(self, key: Key, since: int, until: int) -> set[int]:
        """The uids of a mailbox that something happened to between two moments."""
        uids: set[int] = set()
        for event in self._dialogue.told.changes(since, until):
            change = event.change
            if isinstance(change, MessageAdded | FlagsChanged | Expunged) and key == (
                event.host,
                change.user,
                change.mailbox,
            ):
                uids.update(_touched(change))
        return uids


def _touched(change: MessageAdded | FlagsChanged | Expunged) -> tuple[int, ...]:
    if isinstance(change, MessageAdded):
        return (change.uid,)
    return change.uids if isinstance(change, Expunged) else tuple(uid for uid, _flags in change.changed)


def _mails(mailbox: MemoryMailbox, visits: list[Visit], changed: set[int], since: int) -> Iterator[Mail]:
    """All messages that the store or a session has, by uid."""
    known = {stored.uid: stored for visit in visits for stored in visit.stored}
    known.update({stored.uid: stored for stored in mailbox})
    numbers = [{stored.uid: number for number, stored in enumerate(visit.stored, 1)} for visit in visits]
    for uid in sorted(known):
        now = mailbox.get(uid)
        seen = []
        fresh = uid in changed
        for visit, places in zip(visits, numbers, strict=True):
            number = places.get(uid, 0)
            seen.append(
                Seen(number, visit.remark(number, now)) if number else _NOT_SEEN if now is not None else Seen(0)
            )
            fresh = fresh or (number > 0 and visit.since(number) > since)
        yield _mail(now or known[uid], tuple(seen), gone=now is None, fresh=fresh)


def _everybody(stores: Mapping[str, MemoryStore]) -> MailboxView:
    """All that is stored, with whose it is; no session sees it so."""
    mails, folders = [], []
    for store in stores.values():
        for user in store.users:
            for box in store.mailboxes(user).listing():
                place = user if box.name == INBOX else f"{user}/{box.name}"
                mails += [_mail(stored, (), place) for stored in box]
            folders += [Folder(user, 0, (), 0, 0, True), *_folders(store, user, None, 1)]
    plain = all(folder.name == INBOX or not folder.depth for folder in folders)
    return MailboxView("", tuple(mails), len(mails), (), () if plain else tuple(folders), _NOBODY_LOOKS)


def _folders(store: MemoryStore, user: str, here: MemoryMailbox | None, depth: int = 0) -> Iterator[Folder]:
    """The tree of a user."""
    boxes = store.mailboxes(user)
    subscribed = set(boxes.subscriptions())
    for box in boxes.listing():
        *above, name = box.name.split(store.separator)
        listed = box.name in subscribed
        yield Folder(name, depth + len(above), box.special_use, len(box), box.unseen, listed, box is here)


def _name(key: Key) -> str:
    return key.user if key.mailbox == INBOX else f"{key.user}/{key.mailbox}"


def _mail(stored: Stored, seen: tuple[Seen, ...], place: str = "", *, gone: bool = False, fresh: bool = False) -> Mail:
    header = stored.message.fields()
    sender, subject = header.text(b"From") or "", header.text(b"Subject") or ""
    return Mail(str(stored.uid), stored.size, sender, subject, stored.flags, seen, place, gone, fresh)
