"""What the checks look at: exchanges and octets on the wire, session states, mail stored and waiting, answers.

Effects, never screen text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

__all__ = ["Evidence", "Exchange", "QueuedMail", "Reply", "Standing", "StoredMail", "Told", "same_word"]

ANY, REST = "_", "..."


@dataclass(frozen=True, slots=True)
class Reply:
    """How a server answered a command.

    `status` is the word or number that decides (`+OK`, `NO`, `550`), `accepted` what it means, `code` the response
    code in brackets (`IN-USE`) and `about` its arguments, `enhanced` SMTP's enhanced status code (`5.7.1`), `words`
    what follows on that line, `lines` the words of every other line of the reply, untagged responses included.
    """

    status: str
    accepted: bool
    words: tuple[str, ...] = ()
    code: str = ""
    lines: tuple[tuple[str, ...], ...] = ()
    enhanced: str = ""
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """A command as it went over the wire, and its reply, if there has been one.

    `verb` is in upper case. `tag` is IMAP's; `pipelined` says that the command did not wait for the reply to the one
    before it.
    """

    actor: str
    verb: str
    args: tuple[str, ...] = ()
    reply: Reply | None = None
    tag: str = ""
    pipelined: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What an IMAP server told without a tag: `* 2 EXPUNGE`, `* SEARCH 2 5`.

    `word` is in upper case; `items` are the words behind it, without parentheses, brackets and quotation marks;
    `during` is the verb of the command that was at work, empty if none was.
    """

    word: str
    number: int | None = None
    items: tuple[str, ...] = ()
    during: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """An IMAP session as the wire shows it: the open mailbox, whether it is open for reading only, what the client
    enabled, and the verb of the command that the server is still busy with."""

    mailbox: str = ""
    read_only: bool = False
    enabled: frozenset[str] = frozenset()
    busy: str = ""


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A message in the store."""

    uid: int
    flags: frozenset[str]
    content: bytes


@dataclass(frozen=True, slots=True)
class QueuedMail:
    """A mail in a host's queue. `last` has the reply codes and enhanced status codes that the last attempt met."""

    host: str
    sender: str
    recipients: tuple[str, ...]
    domain: str
    attempts: int = 0
    last: frozenset[str] = frozenset()


class Evidence(Protocol):
    """What has happened.

    `exchanges`, `octets`, `told` and `answer` look since the step began, everything else looks now.
    """

    def exchanges(self, actor: str) -> Sequence[Exchange]:
        """The actor's exchanges since the step began, in order; the step's own actor if none is named."""

    def octets(self, actor: str, side: str, layer: str) -> Sequence[bytes]:
        """What a side ("C" or "S") of each of the actor's connections has sent since the step began, and arrived."""

    def queue(self) -> Sequence[QueuedMail]:
        """The mail that waits in the hosts' queues."""

    def told(self, actor: str) -> Sequence[Told]:
        """What the IMAP server told the actor without a tag since the step began; the step's own actor if none."""

    def standing(self, actor: str) -> Standing:
        """What the actor's IMAP session is about."""

    def state(self, actor: str) -> str:
        """The protocol state of the actor's session, of its last one if it is over; empty if it never had one."""

    def mail(self, user: str, mailbox: str) -> Sequence[StoredMail] | None:
        """What the mailbox holds, in the order of arrival; None if there is no such mailbox."""

    def mailboxes(self, user: str) -> Sequence[str]:
        """The names of the user's mailboxes."""

    def special_use(self, user: str, mailbox: str) -> Sequence[str]:
        """What the mailbox is for (RFC 6154); nothing if there is no such mailbox."""

    def subscriptions(self, user: str) -> Sequence[str]:
        """The names that the user has subscribed to."""

    def fixture(self, name: str) -> bytes:
        """A mail file as it would be stored."""

    @property
    def answer(self) -> tuple[str, ...]:
        """What the learner last answered in this step: ids of options, or the text typed; empty if nothing."""


@dataclass(frozen=True)
class Snapshot:
    """Evidence that is just what it is given: for tests, and for looking at what was."""

    seen: Sequence[Exchange] = ()
    states: Mapping[str, str] = field(default_factory=dict)
    store: Mapping[tuple[str, str], Sequence[StoredMail]] = field(default_factory=dict)
    fixtures: Mapping[str, bytes] = field(default_factory=dict)
    answer: tuple[str, ...] = ()
    here: str = ""
    news: Mapping[str, Sequence[Told]] = field(default_factory=dict)
    standings: Mapping[str, Standing] = field(default_factory=dict)
    uses: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)
    subscribed: Sequence[tuple[str, str]] = ()
    sent: Mapping[tuple[str, str, str], Sequence[bytes]] = field(default_factory=dict)
    waiting: Sequence[QueuedMail] = ()

    def octets(self, actor: str, side: str, layer: str) -> Sequence[bytes]:
        """See `Evidence`."""
        return self.sent.get((actor or self.here, side, layer), ())

    def queue(self) -> Sequence[QueuedMail]:
        """See `Evidence`."""
        return self.waiting

    def exchanges(self, actor: str) -> Sequence[Exchange]:
        """See `Evidence`."""
        return [exchange for exchange in self.seen if exchange.actor == (actor or self.here)]

    def told(self, actor: str) -> Sequence[Told]:
        """See `Evidence`."""
        return self.news.get(actor or self.here, ())

    def standing(self, actor: str) -> Standing:
        """See `Evidence`."""
        return self.standings.get(actor, Standing())

    def state(self, actor: str) -> str:
        """See `Evidence`."""
        return self.states.get(actor, "")

    def mail(self, user: str, mailbox: str) -> Sequence[StoredMail] | None:
        """See `Evidence`."""
        return self.store.get((user, mailbox))

    def mailboxes(self, user: str) -> Sequence[str]:
        """See `Evidence`."""
        return [mailbox for owner, mailbox in self.store if owner == user]

    def special_use(self, user: str, mailbox: str) -> Sequence[str]:
        """See `Evidence`."""
        return self.uses.get((user, mailbox), ())

    def subscriptions(self, user: str) -> Sequence[str]:
        """See `Evidence`."""
        return [mailbox for owner, mailbox in self.subscribed if owner == user]

    def fixture(self, name: str) -> bytes:
        """See `Evidence`."""
        return self.fixtures[name]


def same_word(wanted: str, found: str) -> bool:
    """Whether a word on the wire is the wanted one: `_` is any, letters match in either case, numbers by value."""
    if wanted == ANY or wanted.casefold() == found.casefold():
        return True
    return wanted.isdecimal() and found.isdecimal() and int(wanted[:20]) == int(found[:20])


def same_words(wanted: Sequence[str], found: Sequence[str]) -> bool:
    """Whether the words are the wanted ones; `...` at the end stands for any number of further words."""
    if wanted and wanted[-1] == REST:
        return len(found) >= len(wanted) - 1 and all(map(same_word, wanted[:-1], found))
    return len(wanted) == len(found) and all(map(same_word, wanted, found))
