"""What lies in a store, told as if it had just come: for those who begin to follow a store that is not empty."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.mail.changes import (
    Change,
    FlagsChanged,
    Locked,
    MailboxCreated,
    MessageAdded,
    RecentTaken,
    Subscribed,
    UserAdded,
)
from sandbox.mail.store import Mailbox, Store

__all__ = ["retold"]


def retold(store: Store) -> Iterator[Change]:
    """Changes that give an empty store what this one holds; what it announces later fits behind them.

    Messages lie in the same order under the same uids; how the mailboxes came to be so is not told: mod-sequences are
    counted anew up to the highest, and what was expunged is forgotten.
    """
    for user in store.users:
        yield UserAdded(user)
    mailboxes = [(user, mailbox) for user in store.users for mailbox in store.mailboxes(user).listing()]
    told: set[str] = set()
    for user, mailbox in sorted(mailboxes, key=lambda each: each[1].uid_validity):
        yield MailboxCreated(user, mailbox.name, mailbox.mailbox_id, mailbox.uid_validity, mailbox.special_use)
        yield from _messages(user, mailbox, told)
    for user in store.users:
        for name in store.mailboxes(user).subscriptions():
            yield Subscribed(user, name)


def _messages(user: str, mailbox: Mailbox, told: set[str]) -> Iterator[Change]:
    """The messages of a mailbox; the octets of those in `told` have been given before."""
    modseq, name = 1, mailbox.name
    for modseq, stored in enumerate(mailbox, 2):
        content = None if stored.message_id in told else stored.message.content
        told.add(stored.message_id)
        yield MessageAdded(
            user,
            name,
            stored.uid,
            stored.message_id,
            stored.thread_id,
            stored.flags,
            stored.internal_date,
            stored.save_date,
            modseq,
            stored.size,
            content,
            stored.internal_zone,
        )
    recent = mailbox.recent_uids()
    seen = recent[0] if recent else next((stored.uid + 1 for stored in reversed(mailbox.snapshot())), 1)
    if seen > 1:
        yield RecentTaken(user, name, seen)
    if mailbox.highest_modseq > modseq:
        yield FlagsChanged(user, name, mailbox.highest_modseq, ())
    if mailbox.locked_by is not None:
        yield Locked(user, name, mailbox.locked_by)
