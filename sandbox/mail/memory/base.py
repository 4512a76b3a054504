"""What the mailboxes of a memory store share: settings, counters, contents, watchers."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from sandbox.core.message import N_, Msg
from sandbox.mail.errors import Inapplicable
from sandbox.mail.message import Message
from sandbox.mail.watchers import Watchers

__all__ = ["Base", "Contents", "Ids", "Limits"]


class Limits(msgspec.Struct, frozen=True):
    """How much a store takes before it refuses (or, for memories of the past, forgets)."""

    mailboxes: int = 10_000
    """For each user, and as many subscriptions."""
    messages: int = 200_000
    """In each mailbox: copying all of it into itself again and again has to end somewhere."""
    keywords: int = 1_000
    """In each mailbox."""
    vanished: int = 10_000
    """Ranges of expunged uids that each mailbox remembers."""
    threads: int = 50_000
    """Message ids of each user that are remembered at least."""


class Ids:
    """Ids that are a letter and a number: the letter keeps kinds apart (RFC 8474 section 5.2), the number never comes
    again.
    """

    __slots__ = ("_last", "_letter", "_next", "_shape")

    def __init__(self, letter: str) -> None:
        self._letter = letter
        self._last = 0
        self._next = f"{letter}1"
        self._shape = re.compile(rf"{letter}([1-9][0-9]{{0,17}})", re.ASCII)

    def upcoming(self) -> str:
        """Return the id to be given next. It is used up when `note` sees it."""
        return self._next

    def is_new(self, text: str) -> bool:
        """Tell whether an id is later than all that were used. Raises `Inapplicable` if it is no id of this kind."""
        return text == self._next or self._number(text) > self._last

    def note(self, text: str) -> None:
        """Take an id as used. Raises `Inapplicable` if it is no id of this kind."""
        number = self._last + 1 if text == self._next else self._number(text)
        if number > self._last:
            self._last = number
            self._next = f"{self._letter}{number + 1}"

    def _number(self, text: str) -> int:
        match = self._shape.fullmatch(text)
        if match is None:
            raise Inapplicable(why=Msg(N_("{id} is not an id that this store gives"), id=text))
        return int(match[1])


class Contents:
    """The messages that mailboxes hold, each once however many copies there are, until the last copy is gone."""

    __slots__ = ("_copies", "_messages")

    def __init__(self) -> None:
        self._messages: dict[str, Message] = {}
        self._copies: dict[str, int] = {}

    def get(self, message_id: str) -> Message | None:
        """Return a message that some mailbox holds."""
        return self._messages.get(message_id)

    def hold(self, message_id: str, message: Message) -> None:
        """Count one more mailbox that holds the message."""
        if message_id in self._messages:
            self._copies[message_id] = self._copies.get(message_id, 1) + 1
        else:
            self._messages[message_id] = message

    def release(self, message_id: str) -> None:
        """Count one mailbox less."""
        copies = self._copies.pop(message_id, 1)
        if copies == 1:
            del self._messages[message_id]
        elif copies > 2:
            self._copies[message_id] = copies - 1


class Base:
    """The shared part of one memory store."""

    __slots__ = (
        "contents",
        "limits",
        "mailbox_ids",
        "message_ids",
        "next_uid_validity",
        "now",
        "separator",
        "thread_ids",
        "watchers",
    )

    def __init__(self, now: Callable[[], int], separator: str, first_uid_validity: int, limits: Limits) -> None:
        self.now = now
        self.separator = separator
        self.next_uid_validity = first_uid_validity
        self.limits = limits
        self.contents = Contents()
        self.mailbox_ids = Ids("F")
        self.message_ids = Ids("M")
        self.thread_ids = Ids("T")
        self.watchers = Watchers()
