"""What happened to stored mail, as values.

A store announces each change after it is complete. The announcements of a store, applied in order to an empty one,
rebuild it: so they carry every fact that cannot be derived, and a message's octets once (`MessageAdded.content` is None
where the store already holds a message with that id). They are msgspec structs, and go into JSON as they are.

Mailboxes appear by the name they had at that moment. Times are nanoseconds since 1970-01-01T00:00Z.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from sandbox.mail.flags import Flags

__all__ = [
    "Change",
    "Expunged",
    "FlagsChanged",
    "Locked",
    "MailboxCreated",
    "MailboxDeleted",
    "MailboxRenamed",
    "MessageAdded",
    "RecentTaken",
    "SpecialUseChanged",
    "Subscribed",
    "Unlocked",
    "Unsubscribed",
    "UserAdded",
]


class _Change(msgspec.Struct, frozen=True, gc=False, tag_field="change", tag=True):
    user: str


class UserAdded(_Change, frozen=True, gc=False):
    """A user can have mailboxes now. The INBOX follows as a change of its own."""


class MailboxCreated(_Change, frozen=True, gc=False):
    """An empty mailbox exists."""

    mailbox: str
    mailbox_id: str
    uid_validity: int
    special_use: tuple[str, ...] = ()


class MailboxDeleted(_Change, frozen=True, gc=False):
    """A mailbox and its messages are gone; mailboxes inferior to it are not."""

    mailbox: str


class MailboxRenamed(_Change, frozen=True, gc=False):
    """One mailbox has another name. Inferior mailboxes, which follow, have changes of their own."""

    mailbox: str
    new_name: str


class SpecialUseChanged(_Change, frozen=True, gc=False):
    """A mailbox serves these special uses from now on (RFC 6154)."""

    mailbox: str
    special_use: tuple[str, ...]


class Subscribed(_Change, frozen=True, gc=False):
    """A name is on the user's list of subscriptions."""

    mailbox: str


class Unsubscribed(_Change, frozen=True, gc=False):
    """A name is off the user's list of subscriptions."""

    mailbox: str


class MessageAdded(_Change, frozen=True, gc=False):
    """A message is in a mailbox: appended, delivered, copied or moved there. `size` is in octets, `internal_zone` in
    minutes east of UTC."""

    mailbox: str
    uid: int
    message_id: str
    thread_id: str
    flags: Flags
    internal_date: int
    save_date: int
    modseq: int
    size: int
    content: bytes | None = None
    internal_zone: int = 0


class FlagsChanged(_Change, frozen=True, gc=False):
    """One operation changed the flags of these messages: (uid, all its flags now), by ascending uid."""

    mailbox: str
    modseq: int
    changed: tuple[tuple[int, Flags], ...]


class Expunged(_Change, frozen=True, gc=False):
    """One operation removed these messages, by ascending uid."""

    mailbox: str
    modseq: int
    uids: tuple[int, ...]


class RecentTaken(_Change, frozen=True, gc=False):
    """A session was told first of all messages with a uid lower than `below` (\\Recent, RFC 3501 section 2.3.2)."""

    mailbox: str
    below: int


class Locked(_Change, frozen=True, gc=False):
    """`owner` has the mailbox for itself (RFC 1939 section 4)."""

    mailbox: str
    owner: str


class Unlocked(_Change, frozen=True, gc=False):
    """`owner` gave the mailbox back."""

    mailbox: str
    owner: str


Change: TypeAlias = (
    UserAdded
    | MailboxCreated
    | MailboxDeleted
    | MailboxRenamed
    | SpecialUseChanged
    | Subscribed
    | Unsubscribed
    | MessageAdded
    | FlagsChanged
    | Expunged
    | RecentTaken
    | Locked
    | Unlocked
)
