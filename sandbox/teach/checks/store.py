"""`store`: what mail is stored, now, whatever any session sees of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from sandbox.mail.header import Header
from sandbox.teach.checks.base import Check
from sandbox.teach.evidence import Evidence, StoredMail
from sandbox.teach.fields import Amount, Flag, MailboxName, MailFile, Model, SpecialUse, User, Word, one_or_more

__all__ = ["StoreCheck"]

MailFiles = Annotated[
    list[MailFile], BeforeValidator(one_or_more, json_schema_input_type=str | list[str]), Field(min_length=1)
]
Flags = Annotated[list[Flag], BeforeValidator(one_or_more, json_schema_input_type=str | list[str]), Field(min_length=1)]


class MessagePattern(Model):
    """What a message must be like: its UID, the file it came from, words of header fields, flags it has or lacks."""

    uid: Amount | None = None
    file: MailFile | None = None
    header: dict[Word, Word] | None = None
    flags: Flags | None = None
    without: Flags | None = None

    def matches(self, message: StoredMail, seen: Evidence) -> bool:
        """Whether the message is like this."""
        flags = _folded(message.flags)
        return (
            (self.uid is None or self.uid == message.uid)
            and (self.file is None or seen.fixture(self.file) == message.content)
            and all(_says(message.content, name, text) for name, text in (self.header or {}).items())
            and _folded(self.flags or ()) <= flags
            and not _folded(self.without or ()) & flags
        )


def _folded(flags: Any) -> set[str]:
    return {flag.casefold() for flag in flags}


def _says(content: bytes, name: str, text: str) -> bool:
    """Whether the first header field of this name contains the text, as people read it, in any case."""
    head = content.partition(b"\r\n\r\n")[0]
    value = Header(head, 0, len(head)).text(name.encode())
    return value is not None and text.casefold() in value.casefold()


Messages = Annotated[
    list[MessagePattern],
    BeforeValidator(one_or_more, json_schema_input_type=MessagePattern | list[MessagePattern]),
    Field(min_length=1, max_length=32),
]


class StorePattern(Model):
    """What a mailbox must be like. A field that is not given may be anything.

    `flags` gives the flags that a message must have, by its place in the mailbox (1 is the oldest); `messages` says of
    each of them that there is one like it; `holds` and `lacks` name mail files; `body` is text that some message
    contains; `use` is what the mailbox is for; `folders` are mailboxes that the user must have.
    """

    user: User
    mailbox: MailboxName = "INBOX"
    count: Amount | None = None
    at_least: Amount | None = None
    at_most: Amount | None = None
    uids: list[int] | None = None
    flags: dict[Word, list[Word]] | None = None
    messages: Messages | None = None
    holds: MailFiles | None = None
    lacks: MailFiles | None = None
    body: Word | None = None
    use: SpecialUse | None = None
    subscribed: bool | None = None
    folders: list[MailboxName] | None = None

    def matches(self, seen: Evidence) -> bool:
        """Whether the mailbox is there and like this."""
        mail = seen.mail(self.user, self.mailbox)
        return mail is not None and self._numbers(mail) and self._contents(mail, seen) and self._mailbox(seen)

    def _numbers(self, mail: Sequence[StoredMail]) -> bool:
        return (
            (self.count is None or self.count == len(mail))
            and (self.at_least is None or self.at_least <= len(mail))
            and (self.at_most is None or len(mail) <= self.at_most)
            and (self.uids is None or self.uids == [message.uid for message in mail])
        )

    def _contents(self, mail: Sequence[StoredMail], seen: Evidence) -> bool:
        contents = [message.content for message in mail]
        return (
            (self.flags is None or all(_flagged(mail, place, flags) for place, flags in self.flags.items()))
            and all(any(pattern.matches(message, seen) for message in mail) for pattern in self.messages or ())
            and all(seen.fixture(name) in contents for name in self.holds or ())
            and all(seen.fixture(name) not in contents for name in self.lacks or ())
            and (self.body is None or any(self.body.encode() in content for content in contents))
        )

    def _mailbox(self, seen: Evidence) -> bool:
        return (
            (self.use is None or self.use in seen.special_use(self.user, self.mailbox))
            and (self.subscribed is None or self.subscribed == (self.mailbox in seen.subscriptions(self.user)))
            and (self.folders is None or set(self.folders) <= set(seen.mailboxes(self.user)))
        )


def _flagged(mail: Sequence[StoredMail], place: str, flags: list[str]) -> bool:
    """Whether the message at the place has all the flags, in whatever case they are written."""
    if not place.isdecimal() or not 0 < int(place) <= len(mail):
        return False
    return _folded(flags) <= _folded(mail[int(place) - 1].flags)


class StoreCheck(Check):
    """`{store: {user: ana, count: 2, lacks: invoice.eml}}`"""

    KEY: ClassVar[str] = "store"
    store: StorePattern

    def holds(self, seen: Evidence) -> bool:
        """Whether the store is like this."""
        return self.store.matches(seen)
