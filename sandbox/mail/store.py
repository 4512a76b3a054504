"""The store as the protocols see it: three small interfaces that memory and a database can both serve.

A `Store` has `Mailboxes` for each user, which have messages. Everything raises `StoreError` and its subclasses, and
nothing else, on what it refuses; then nothing has changed. Uids are ascending wherever several are returned. Uids that
are given but not there are passed over, as RFC 9051 section 6.4.9 has it for the UID commands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import NamedTuple, Protocol

import msgspec

from sandbox.mail.changes import Change
from sandbox.mail.flags import Flags
from sandbox.mail.message import Message
from sandbox.mail.watchers import Cancel, Watcher

__all__ = ["CopiedUids", "How", "Mailbox", "Mailboxes", "Store", "Stored"]


class Stored(msgspec.Struct, frozen=True, gc=False):
    """A message where it lies, as it was when asked for. Keeps its content even if the mailbox drops it.

    `message_id` names the immutable content and stays with copies, `thread_id` the conversation (RFC 8474 section 5).
    `internal_date` and `save_date` (RFC 8514) are nanoseconds since 1970; `internal_zone` has the minutes east of UTC
    that came with the former.
    """

    uid: int
    message_id: str
    thread_id: str
    message: Message
    flags: Flags
    internal_date: int
    save_date: int
    modseq: int
    internal_zone: int = 0

    @property
    def size(self) -> int:
        """Octets of the message (RFC822.SIZE, POP3 LIST)."""
        return self.message.size


class CopiedUids(NamedTuple):
    """What COPYUID says (RFC 4315 section 3): the messages `source[i]` are now `target[i]` in a mailbox of that
    UIDVALIDITY.
    """

    uid_validity: int
    source: tuple[int, ...]
    target: tuple[int, ...]


class How(Enum):
    """What a change of flags does with the flags a message has (RFC 9051 section 6.4.6)."""

    SET = "FLAGS"
    ADD = "+FLAGS"
    REMOVE = "-FLAGS"


class Mailbox(Protocol):
    """One mailbox. After its deletion all methods that change or look up messages raise `NoSuchMailbox`."""

    @property
    def name(self) -> str:
        """Its name now."""

    @property
    def mailbox_id(self) -> str:
        """MAILBOXID (RFC 8474 section 4): the same under every name."""

    @property
    def special_use(self) -> tuple[str, ...]:
        """Its special uses (RFC 6154)."""

    @property
    def uid_validity(self) -> int:
        """UIDVALIDITY; no two mailboxes of a store ever have the same."""

    @property
    def uid_next(self) -> int:
        """UIDNEXT: the uid that the next message will have at least."""

    @property
    def highest_modseq(self) -> int:
        """HIGHESTMODSEQ (RFC 7162 section 3.1.2.1)."""

    @property
    def keywords(self) -> Flags:
        """The keywords that its messages have or have had."""

    @property
    def size(self) -> int:
        """Octets of all messages."""

    @property
    def unseen(self) -> int:
        """How many messages lack \\Seen."""

    @property
    def deleted(self) -> int:
        """How many messages have \\Deleted."""

    @property
    def locked_by(self) -> str | None:
        """Who holds the lock. The lock is a fact for sessions to respect: the mailbox itself stops nobody."""

    def __len__(self) -> int:
        """How many messages there are."""

    def __iter__(self) -> Iterator[Stored]:
        """The messages by uid. The mailbox must not change meanwhile: take a `snapshot` where it may."""

    def snapshot(self) -> tuple[Stored, ...]:
        """Return all messages as they are now."""

    def uids(self) -> tuple[int, ...]:
        """Return all uids."""

    def get(self, uid: int) -> Stored | None:
        """Return the message as it is now."""

    def unique_id(self, uid: int) -> str:
        """Return the unique-id of a message: 3 to 21 characters from digits and a dot, never used again (RFC 1939
        section 7).
        """

    def append(
        self, content: bytes, flags: Iterable[str] = (), internal_date: int | None = None, internal_zone: int = 0
    ) -> Stored:
        """Add a message; its internal date is now unless given. Raises `LimitReached`, `InvalidFlag`."""

    def change_flags(self, uids: Iterable[int], how: How, flags: Iterable[str]) -> list[Stored]:
        """Change flags in one operation, with one new mod-sequence; return the messages whose flags did change."""

    def expunge(self, uids: Iterable[int]) -> tuple[int, ...]:
        """Remove messages, whatever their flags; return those that were there."""

    def copy(self, uids: Iterable[int], to: str) -> CopiedUids:
        """Copy messages, with their flags and internal dates, to another mailbox of the user: all or none."""

    def move(self, uids: Iterable[int], to: str) -> CopiedUids:
        """Copy messages and expunge them here (RFC 6851): all or none."""

    def vanished(self, since: int) -> tuple[range, ...]:
        """Return the uids expunged after the mod-sequence `since`.

        Where that is further back than the mailbox remembers: every uid that is not there, as RFC 7162 section 3.2.6
        allows.
        """

    def recent_uids(self) -> tuple[int, ...]:
        """Return the messages that no session has taken as its \\Recent ones yet."""

    def take_recent(self) -> tuple[int, ...]:
        """Return `recent_uids`; from now on they are recent for nobody else."""

    def lock(self, owner: str) -> bool:
        """Take the exclusive lock of RFC 1939 section 4; False if it is taken, also if `owner` itself has it."""

    def unlock(self, owner: str) -> bool:
        """Give the lock back; False if `owner` does not have it."""

    def watch(self, watcher: Watcher) -> Cancel:
        """Call `watcher` after each change of this mailbox, its renaming and deletion included; see
        `sandbox.mail.watchers`.
        """


class Mailboxes(Protocol):
    """The mailboxes of one user. INBOX always exists, in any case of its letters."""

    @property
    def user(self) -> str:
        """Whose they are."""

    @property
    def inbox(self) -> Mailbox:
        """INBOX, which is the POP3 maildrop too."""

    def get(self, name: str) -> Mailbox:
        """Return a mailbox. Raises `NoSuchMailbox`, also for what cannot be a name."""

    def listing(self) -> tuple[Mailbox, ...]:
        """Return all: INBOX first, else by name, each directly followed by its inferiors."""

    def has_inferiors(self, name: str) -> bool:
        """Tell whether mailboxes exist below the name, which need not be a mailbox itself."""

    def create(self, name: str, special_use: Iterable[str] = ()) -> Mailbox:
        """Create a mailbox, and those above it that are missing.

        Raises `MailboxExists`, `InvalidName`, `InvalidSpecialUse`, `LimitReached`.
        """

    def delete(self, name: str) -> None:
        """Delete a mailbox and its messages, none below it. Raises `NoSuchMailbox`, `InboxIsPermanent`."""

    def rename(self, name: str, new_name: str) -> None:
        """Rename a mailbox and all below it; create what is missing above the new name. Subscriptions stay as they are.

        The name need not be a mailbox, if some exist below it. Raises `NoSuchMailbox`, `MailboxExists`, `InvalidName`,
        `InboxIsPermanent`, `RenameIntoItself`, `LimitReached`.
        """

    def set_special_use(self, name: str, special_use: Iterable[str]) -> None:
        """Set the special uses of a mailbox. Raises `NoSuchMailbox`, `InvalidSpecialUse`."""

    def subscriptions(self) -> tuple[str, ...]:
        """Return the subscribed names, ordered as `listing` is. They need not be mailboxes (RFC 9051 section 6.3.7)."""

    def subscribe(self, name: str) -> None:
        """Put a name on the list. Raises `InvalidName`, `LimitReached`."""

    def unsubscribe(self, name: str) -> None:
        """Take a name off the list, if it is there. Raises `InvalidName`."""


class Store(Protocol):
    """All mail of one server."""

    @property
    def separator(self) -> str:
        """The hierarchy separator, one ASCII character."""

    @property
    def users(self) -> tuple[str, ...]:
        """Everyone who has mail here, in the order they were added."""

    def add_user(self, user: str) -> Mailboxes:
        """Give a user an INBOX. Raises `UserExists`."""

    def mailboxes(self, user: str) -> Mailboxes:
        """Return a user's mailboxes. Raises `NoSuchUser`."""

    def apply(self, change: Change) -> None:
        """Make a change that another store announced, and announce it. Raises `Inapplicable` if it does not fit."""

    def watch(self, watcher: Watcher) -> Cancel:
        """Call `watcher` after each change; see `sandbox.mail.watchers`."""
