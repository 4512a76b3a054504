"""`store`: what mail is stored, now, whatever any session sees of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from sandbox.teach.checks.base import Check
from sandbox.teach.evidence import Evidence, StoredMail
from sandbox.teach.fields import Amount, MailFile, Model, User, Word, one_or_more

__all__ = ["StoreCheck"]

MailFiles = Annotated[
    list[MailFile], BeforeValidator(one_or_more, json_schema_input_type=str | list[str]), Field(min_length=1)
]


class StorePattern(Model):
    """What a mailbox must be like. A field that is not given may be anything.

    `flags` gives the flags that a message must have, by its place in the mailbox (1 is the oldest); `holds` and `lacks`
    name mail files; `body` is text that some message contains; `folders` are mailboxes that the user must have.
    """

    user: User
    mailbox: Word = "INBOX"
    count: Amount | None = None
    uids: list[int] | None = None
    flags: dict[Word, list[Word]] | None = None
    holds: MailFiles | None = None
    lacks: MailFiles | None = None
    body: Word | None = None
    folders: list[Word] | None = None

    def matches(self, seen: Evidence) -> bool:
        """Whether the mailbox is there and like this."""
        mail = seen.mail(self.user, self.mailbox)
        if mail is None:
            return False
        contents = [message.content for message in mail]
        return (
            (self.count is None or self.count == len(mail))
            and (self.uids is None or self.uids == [message.uid for message in mail])
            and (self.flags is None or all(_flagged(mail, place, flags) for place, flags in self.flags.items()))
            and all(seen.fixture(name) in contents for name in self.holds or ())
            and all(seen.fixture(name) not in contents for name in self.lacks or ())
            and (self.body is None or any(self.body.encode() in content for content in contents))
            and (self.folders is None or set(self.folders) <= set(seen.mailboxes(self.user)))
        )


def _flagged(mail: Sequence[StoredMail], place: str, flags: list[str]) -> bool:
    """Whether the message at the place has all the flags, in whatever case they are written."""
    if not place.isdecimal() or not 0 < int(place) <= len(mail):
        return False
    return {flag.casefold() for flag in flags} <= {flag.casefold() for flag in mail[int(place) - 1].flags}


class StoreCheck(Check):
    """`{store: {user: ana, count: 2, lacks: invoice.eml}}`"""

    KEY: ClassVar[str] = "store"
    store: StorePattern

    def holds(self, seen: Evidence) -> bool:
        """Whether the store is like this."""
        return self.store.matches(seen)
