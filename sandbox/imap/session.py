"""An IMAP session: who is logged in, what the client understands, and the view of the selected mailbox."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Generator
from typing import Any, Final, Protocol

from sandbox.auth.accounts import Accounts
from sandbox.core.effects import Commit, Effect
from sandbox.core.host import Host
from sandbox.core.replies import Answer, Reply
from sandbox.imap import replies
from sandbox.imap.cache import Cache
from sandbox.imap.format import condition
from sandbox.imap.names import decode_name, encode_name
from sandbox.imap.states import REGISTRY
from sandbox.imap.view import Enabled, Hearing, View
from sandbox.mail.errors import (
    InboxIsPermanent,
    InvalidFlag,
    InvalidName,
    InvalidSpecialUse,
    LimitReached,
    MailboxExists,
    NoSuchMailbox,
    RenameIntoItself,
    StoreError,
)
from sandbox.mail.store import Mailbox, Mailboxes, Store


class Refused(Exception):
    """Raised by what handlers call: the command ends with this answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        self.answer = answer


class Notices(Protocol):
    """What NOTIFY has set up (RFC 5465): news of other mailboxes than the one that is open."""

    def news(self) -> bytes:
        """What happened since it was last asked, in responses."""

    def close(self) -> None:
        """Stop watching."""


class Session:
    """What handlers work on."""

    def __init__(self, host: Host, store: Store, accounts: Accounts, changed: Callable[[], None]) -> None:
        self.host, self.store, self.accounts = host, store, accounts
        self.secure = False
        self.compressed = False
        self.user: str | None = None
        self.enabled = Enabled()
        self.hearing = Hearing()
        self.notices: Notices | None = None
        self.view: View | None = None
        self.tag = b""
        """The tag of the command at work."""
        self._ahead = b""
        self.changed = changed
        """To be called when there is something to tell."""
        key = ("imap.cache", store)
        cache = host.memory.setdefault(key, Cache())
        assert isinstance(cache, Cache)
        self.cache = cache

    def know_condstore(self) -> None:
        """The client has given a CONDSTORE enabling command (RFC 7162 section 3.1): the first one is answered with the
        mod-sequence of the mailbox that is open."""
        if self.enabled.condstore:
            return
        self.enabled.condstore = True
        if self.view is not None:
            modseq = self.view.mailbox.highest_modseq
            self.put_ahead(condition(replies.UNTAGGED_HIGHESTMODSEQ, modseq=modseq))

    def put_ahead(self, octets: bytes) -> None:
        """Let a response stand before the other data of the command at work."""
        self._ahead += octets

    def ahead(self) -> bytes:
        """Take what has to stand before the other data of the command at work."""
        ahead, self._ahead = self._ahead, b""
        return ahead

    @property
    def may_send_password(self) -> bool:
        """Whether a readable password is accepted at this moment."""
        return self.secure or self.host.clear_auth

    @property
    def mailboxes(self) -> Mailboxes:
        """The user's mailboxes."""
        assert self.user is not None
        return self.store.mailboxes(self.user)

    @property
    def selected(self) -> View:
        """The view of the selected mailbox; handlers of the SELECTED state call it."""
        assert self.view is not None
        return self.view

    @property
    def writable(self) -> View:
        """The same, for changing messages. Raises `Refused` after EXAMINE."""
        if self.selected.read_only:
            raise Refused(replies.CANNOT_WRITE())
        return self.selected

    def open(self, mailbox: Mailbox, read_only: bool) -> View:
        """Select a mailbox."""
        self.view = View(mailbox, read_only, self.enabled, self.hearing, self.changed)
        return self.view

    def close(self) -> None:
        """Let the selected mailbox go, if there is one."""
        if self.view is not None:
            self.view.close()
            self.view = None

    # Names

    def name(self, octets: bytes) -> str:
        """The name that a client spelled. Raises `Refused`."""
        utf8 = self.enabled.utf8
        try:
            return decode_name(octets, utf8)
        except ValueError:
            raise Refused(replies.NOT_UTF8() if utf8 else replies.BAD_NAME()) from None

    def spell(self, name: str) -> bytes:
        """A name for the client."""
        return encode_name(name, self.enabled.utf8)

    def mailbox(self, octets: bytes) -> Mailbox:
        """The mailbox of that name. Raises `Refused`, `NoSuchMailbox`."""
        return self.mailboxes.get(self.name(octets))

    def target(self, octets: bytes) -> Mailbox:
        """The mailbox to put messages in. Raises `Refused`, with TRYCREATE where it could be created."""
        try:
            return self.mailbox(octets)
        except NoSuchMailbox as error:
            raise Refused(replies.TRYCREATE(reason=str(error.about))) from None


_REFUSALS: Final[dict[type[StoreError], Reply]] = {
    NoSuchMailbox: replies.NONEXISTENT,
    MailboxExists: replies.ALREADYEXISTS,
    InvalidName: replies.REFUSED,
    InboxIsPermanent: replies.REFUSED,
    RenameIntoItself: replies.REFUSED,
    InvalidFlag: replies.BAD_FLAG,
    InvalidSpecialUse: replies.BAD_USE,
    LimitReached: replies.LIMIT,
}
"""What the store refuses, in IMAP's words."""


def refusal(error: StoreError) -> Answer:
    """The answer to what the store refuses."""
    return _REFUSALS.get(type(error), replies.REFUSED)(reason=str(error.about))


Handling = Generator[Effect, Any, Answer]
"""What a handler is that waits for something."""


def command(verb: bytes, **columns: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Define a command of IMAP: what the store refuses while its handler runs is answered in IMAP's words.

    `columns` are those of `Registry.command`.
    """
    define = REGISTRY.command(verb, **columns)
    return lambda handler: define(_guarded(handler))


def _guarded(handler: Callable[..., Any]) -> Callable[..., Any]:
    if inspect.isgeneratorfunction(handler):

        @functools.wraps(handler)
        def waits(*args: Any) -> Handling:
            try:
                answer: Answer = yield from handler(*args)
            except StoreError as error:
                return refusal(error)
            except Refused as refused:
                return refused.answer
            return answer

        return waits

    @functools.wraps(handler)
    def answers(*args: Any) -> Answer:
        try:
            answer: Answer = handler(*args)
        except StoreError as error:
            return refusal(error)
        except Refused as refused:
            return refused.answer
        return answer

    return answers


def durable(answer: Answer) -> Handling:
    """The answer, once what was changed is on disk; else that it is not."""
    return answer if (yield Commit()) else replies.NOT_DURABLE()
