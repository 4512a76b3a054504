"""The store in memory: users, and changes applied from outside."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.mail.changes import (
    Change,
    Expunged,
    FlagsChanged,
    Locked,
    MailboxCreated,
    MailboxDeleted,
    MailboxRenamed,
    MessageAdded,
    RecentTaken,
    SpecialUseChanged,
    Subscribed,
    Unlocked,
    Unsubscribed,
    UserAdded,
)
from sandbox.mail.errors import Inapplicable, NoSuchUser, StoreError, UserExists
from sandbox.mail.memory.base import Base, Limits
from sandbox.mail.memory.mailbox import MemoryMailbox
from sandbox.mail.memory.tree import MemoryMailboxes
from sandbox.mail.watchers import Cancel, Watcher

__all__ = ["MemoryStore"]

_ON_MAILBOXES: dict[type, Callable[..., object]] = {
    MailboxCreated: MemoryMailboxes.perform_mailbox_created,
    MailboxDeleted: MemoryMailboxes.perform_mailbox_deleted,
    MailboxRenamed: MemoryMailboxes.perform_mailbox_renamed,
    SpecialUseChanged: MemoryMailboxes.perform_special_use_changed,
    Subscribed: MemoryMailboxes.perform_subscribed,
    Unsubscribed: MemoryMailboxes.perform_unsubscribed,
}

_ON_MAILBOX: dict[type, Callable[..., object]] = {
    MessageAdded: MemoryMailbox.perform_message_added,
    FlagsChanged: MemoryMailbox.perform_flags_changed,
    Expunged: MemoryMailbox.perform_expunged,
    RecentTaken: MemoryMailbox.perform_recent_taken,
    Locked: MemoryMailbox.perform_locked,
    Unlocked: MemoryMailbox.perform_unlocked,
}


class MemoryStore:
    """Implements `sandbox.mail.store.Store`.

    `now` tells the time in nanoseconds since 1970. The first mailbox has `first_uid_validity`, each further one a
    higher one: a store that forgets everything between two runs needs a start that grows from run to run (RFC 9051
    section 2.3.1.1).
    """

    __slots__ = ("_base", "_users")

    def __init__(
        self,
        now: Callable[[], int],
        *,
        separator: str = "/",
        first_uid_validity: int = 1,
        limits: Limits | None = None,
    ) -> None:
        self._base = Base(now, separator, first_uid_validity, limits or Limits())
        self._users: dict[str, MemoryMailboxes] = {}

    @property
    def separator(self) -> str:
        """See `Store.separator`."""
        return self._base.separator

    @property
    def users(self) -> tuple[str, ...]:
        """See `Store.users`."""
        return tuple(self._users)

    def add_user(self, user: str) -> MemoryMailboxes:
        """See `Store.add_user`."""
        with self._base.watchers.together():
            self._perform_user_added(UserAdded(user))
            self._users[user].create_inbox()
        return self._users[user]

    def mailboxes(self, user: str) -> MemoryMailboxes:
        """See `Store.mailboxes`."""
        found = self._users.get(user)
        if found is None:
            raise NoSuchUser(user=user)
        return found

    def apply(self, change: Change) -> None:
        """See `Store.apply`."""
        try:
            self._perform(change)
        except Inapplicable:
            raise
        except StoreError as error:
            raise Inapplicable(why=error.about) from error

    def watch(self, watcher: Watcher) -> Cancel:
        """See `Store.watch`."""
        return self._base.watchers.watch(None, watcher)

    def _perform(self, change: Change) -> None:
        if isinstance(change, UserAdded):
            self._perform_user_added(change)
            return
        mailboxes = self.mailboxes(change.user)
        on_mailboxes = _ON_MAILBOXES.get(type(change))
        if on_mailboxes is not None:
            on_mailboxes(mailboxes, change)
        else:
            _ON_MAILBOX[type(change)](mailboxes.exactly(change.mailbox), change)

    def _perform_user_added(self, change: UserAdded) -> None:
        if change.user in self._users:
            raise UserExists(user=change.user)
        self._users[change.user] = MemoryMailboxes(self._base, change.user)
        self._base.watchers.announce(None, change)
