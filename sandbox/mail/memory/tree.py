"""The mailboxes of one user, in memory."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.core.message import N_, Msg
from sandbox.mail.changes import (
    Change,
    MailboxCreated,
    MailboxDeleted,
    MailboxRenamed,
    SpecialUseChanged,
    Subscribed,
    Unsubscribed,
)
from sandbox.mail.errors import (
    Inapplicable,
    InboxIsPermanent,
    InvalidName,
    LimitReached,
    MailboxExists,
    NoSuchMailbox,
    RenameIntoItself,
)
from sandbox.mail.memory.base import Base
from sandbox.mail.memory.mailbox import MemoryMailbox
from sandbox.mail.names import INBOX, hierarchical, normal_name, special_uses, superiors
from sandbox.mail.threads import ThreadIndex

__all__ = ["MemoryMailboxes"]

MAX_UID_VALIDITY = 2**32 - 1


class MemoryMailboxes:
    """Implements `sandbox.mail.store.Mailboxes`."""

    __slots__ = ("_base", "_mailboxes", "_subscribed", "_threads", "user")

    def __init__(self, base: Base, user: str) -> None:
        self._base = base
        self.user = user
        self._mailboxes: dict[str, MemoryMailbox] = {}
        self._subscribed: set[str] = set()
        self._threads = ThreadIndex(base.limits.threads)

    # Facts

    @property
    def inbox(self) -> MemoryMailbox:
        """See `Mailboxes.inbox`."""
        return self.get(INBOX)

    def get(self, name: str) -> MemoryMailbox:
        """See `Mailboxes.get`."""
        found = self._mailboxes.get(name)
        if found is not None:
            return found
        try:
            return self._mailboxes[self._normal(name)]
        except (KeyError, InvalidName):
            raise NoSuchMailbox(mailbox=name) from None

    def listing(self) -> tuple[MemoryMailbox, ...]:
        """See `Mailboxes.listing`."""
        return tuple([self._mailboxes[name] for name in self._sorted(self._mailboxes)])

    def has_inferiors(self, name: str) -> bool:
        """See `Mailboxes.has_inferiors`."""
        prefix = self._normal(name) + self._base.separator
        return any(other.startswith(prefix) for other in self._mailboxes)

    def subscriptions(self) -> tuple[str, ...]:
        """See `Mailboxes.subscriptions`."""
        return tuple(self._sorted(self._subscribed))

    # Plans

    def create(self, name: str, special_use: Iterable[str] = ()) -> MemoryMailbox:
        """See `Mailboxes.create`."""
        name = self._normal(name)
        uses = special_uses(special_use)
        if name in self._mailboxes:
            raise MailboxExists(mailbox=name)
        above = self._missing_above(name)
        self._require_room(len(above) + 1)
        with self._base.watchers.together():
            for superior in above:
                self._create(superior, ())
            return self._create(name, uses)

    def delete(self, name: str) -> None:
        """See `Mailboxes.delete`."""
        self.perform_mailbox_deleted(MailboxDeleted(self.user, self.get(name).name))

    def rename(self, name: str, new_name: str) -> None:
        """See `Mailboxes.rename`."""
        name, new_name = self._normal(name), self._normal(new_name)
        if name == INBOX:
            raise InboxIsPermanent
        separator = self._base.separator
        if (new_name + separator).startswith(name + separator):
            raise MailboxExists(mailbox=name) if new_name == name else RenameIntoItself(mailbox=name, new_name=new_name)
        moves = {
            old: self._normal(new_name + old[len(name) :])
            for old in self._sorted(self._mailboxes)
            if (old + separator).startswith(name + separator)
        }
        if not moves:
            raise NoSuchMailbox(mailbox=name)
        taken = next((new for new in [new_name, *moves.values()] if new in self._mailboxes), None)
        if taken is not None:
            raise MailboxExists(mailbox=taken)
        above = self._missing_above(new_name)
        self._require_room(len(above))
        with self._base.watchers.together():
            for superior in above:
                self._create(superior, ())
            for old, new in moves.items():
                self.perform_mailbox_renamed(MailboxRenamed(self.user, old, new))

    def set_special_use(self, name: str, special_use: Iterable[str]) -> None:
        """See `Mailboxes.set_special_use`."""
        mailbox, uses = self.get(name), special_uses(special_use)
        if uses != mailbox.special_use:
            self.perform_special_use_changed(SpecialUseChanged(self.user, mailbox.name, uses))

    def subscribe(self, name: str) -> None:
        """See `Mailboxes.subscribe`."""
        name = self._normal(name)
        if name not in self._subscribed:
            self.perform_subscribed(Subscribed(self.user, name))

    def unsubscribe(self, name: str) -> None:
        """See `Mailboxes.unsubscribe`."""
        name = self._normal(name)
        if name in self._subscribed:
            self.perform_unsubscribed(Unsubscribed(self.user, name))

    def create_inbox(self) -> None:
        """Create INBOX, which every user has from the first."""
        self._create(INBOX, ())

    # Deeds

    def perform_mailbox_created(self, change: MailboxCreated) -> MemoryMailbox:
        """Create the mailbox, nothing above it.

        Raises `Inapplicable`, `InvalidName`, `InvalidSpecialUse`, `MailboxExists`, `LimitReached`.
        """
        base = self._base
        self._require_normal(change.mailbox)
        if change.mailbox in self._mailboxes:
            raise MailboxExists(mailbox=change.mailbox)
        self._require_room(1)
        in_turn = base.next_uid_validity <= change.uid_validity <= MAX_UID_VALIDITY
        if not in_turn or not base.mailbox_ids.is_new(change.mailbox_id):
            raise Inapplicable(why=Msg(N_("the ids of a mailbox have been used before")))
        if special_uses(change.special_use) != change.special_use:
            raise Inapplicable(why=Msg(N_("the special uses are out of order")))
        base.mailbox_ids.note(change.mailbox_id)
        base.next_uid_validity = change.uid_validity + 1
        mailbox = self._mailboxes[change.mailbox] = MemoryMailbox(base, self._threads, self.get, change)
        base.watchers.announce(change.mailbox_id, change)
        return mailbox

    def perform_mailbox_deleted(self, change: MailboxDeleted) -> None:
        """Delete the mailbox. Raises `InboxIsPermanent`, `NoSuchMailbox`."""
        if change.mailbox == INBOX:
            raise InboxIsPermanent
        mailbox = self.exactly(change.mailbox)
        del self._mailboxes[change.mailbox]
        mailbox.abandon()
        self._base.watchers.announce(mailbox.mailbox_id, change)

    def perform_mailbox_renamed(self, change: MailboxRenamed) -> None:
        """Rename the one mailbox. Raises `InboxIsPermanent`, `NoSuchMailbox`, `InvalidName`, `MailboxExists`."""
        if change.mailbox == INBOX:
            raise InboxIsPermanent
        mailbox = self.exactly(change.mailbox)
        self._require_normal(change.new_name)
        if change.new_name in self._mailboxes:
            raise MailboxExists(mailbox=change.new_name)
        self._mailboxes[change.new_name] = self._mailboxes.pop(change.mailbox)
        mailbox.name = change.new_name
        self._base.watchers.announce(mailbox.mailbox_id, change)

    def perform_special_use_changed(self, change: SpecialUseChanged) -> None:
        """Set the special uses. Raises `NoSuchMailbox`, `InvalidSpecialUse`, `Inapplicable`."""
        mailbox = self.exactly(change.mailbox)
        if special_uses(change.special_use) != change.special_use:
            raise Inapplicable(why=Msg(N_("the special uses are out of order")))
        mailbox.special_use = change.special_use
        self._base.watchers.announce(mailbox.mailbox_id, change)

    def perform_subscribed(self, change: Subscribed) -> None:
        """Put the name on the list. Raises `InvalidName`, `LimitReached`."""
        self._require_normal(change.mailbox)
        if len(self._subscribed) >= self._base.limits.mailboxes:
            raise LimitReached(limit=self._base.limits.mailboxes, what=Msg(N_("subscriptions of a user")))
        self._subscribed.add(change.mailbox)
        self._announce(change)

    def perform_unsubscribed(self, change: Unsubscribed) -> None:
        """Take the name off the list."""
        self._subscribed.discard(change.mailbox)
        self._announce(change)

    # Parts of them

    def _announce(self, change: Change) -> None:
        self._base.watchers.announce(None, change)

    def _create(self, name: str, uses: tuple[str, ...]) -> MemoryMailbox:
        base = self._base
        return self.perform_mailbox_created(
            MailboxCreated(self.user, name, base.mailbox_ids.upcoming(), base.next_uid_validity, uses)
        )

    def exactly(self, name: str) -> MemoryMailbox:
        """Return the mailbox of this name, taken as it is. Raises `NoSuchMailbox`."""
        mailbox = self._mailboxes.get(name)
        if mailbox is None:
            raise NoSuchMailbox(mailbox=name)
        return mailbox

    def _missing_above(self, name: str) -> list[str]:
        return [superior for superior in superiors(name, self._base.separator) if superior not in self._mailboxes]

    def _normal(self, name: str) -> str:
        return normal_name(name, self._base.separator)

    def _require_normal(self, name: str) -> None:
        if self._normal(name) != name:
            raise InvalidName(mailbox=name)

    def _require_room(self, wanted: int) -> None:
        limit = self._base.limits.mailboxes
        if len(self._mailboxes) + wanted > limit:
            raise LimitReached(limit=limit, what=Msg(N_("mailboxes of a user")))

    def _sorted(self, names: Iterable[str]) -> list[str]:
        return sorted(names, key=lambda name: hierarchical(name, self._base.separator))
