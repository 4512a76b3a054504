"""`queue`: mail under way between servers, now."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sandbox.teach.checks.base import Check
from sandbox.teach.evidence import Evidence, QueuedMail, same_word
from sandbox.teach.fields import Amount, Host, KnownDomain, Model, Word, Words

__all__ = ["QueueCheck"]


class QueuePattern(Model):
    """Which waiting mail is meant. A field that is not given may be anything; without `count` one mail must be there.

    `host` keeps the mail; `from` is the envelope's sender (empty for a report), `to` one of its recipients, `domain`
    where it is to go. `attempts` is how often it was tried, `last` the reply code or the enhanced status of what was
    said to the last attempt.
    """

    count: Amount | None = None
    host: Host | None = None
    sender: Word | None = Field(None, alias="from")
    to: Word | None = None
    domain: KnownDomain | None = None
    attempts: Amount | None = None
    last: Words | None = None

    def matches(self, mail: QueuedMail) -> bool:
        """Whether this mail is meant."""
        return (
            (self.host is None or self.host == mail.host)
            and (self.sender is None or same_word(self.sender, mail.sender))
            and (self.to is None or any(same_word(self.to, each) for each in mail.recipients))
            and (self.domain is None or same_word(self.domain, mail.domain))
            and (self.attempts is None or self.attempts == mail.attempts)
            and (self.last is None or any(same_word(word, said) for word in self.last for said in mail.last))
        )


class QueueCheck(Check):
    """`{queue: {host: norte, domain: sur.example, attempts: 1, last: 451}}`"""

    KEY: ClassVar[str] = "queue"
    queue: QueuePattern

    def holds(self, seen: Evidence) -> bool:
        """Whether so many mails wait that are like this."""
        found = sum(map(self.queue.matches, seen.queue()))
        return found > 0 if self.queue.count is None else found == self.queue.count
