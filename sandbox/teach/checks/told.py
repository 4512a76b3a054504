"""`told`: what an IMAP server told without a tag since the step began, whatever command it came with, or none."""

from __future__ import annotations

from typing import ClassVar

from sandbox.teach.checks.base import Check
from sandbox.teach.evidence import Evidence, Told, same_word, same_words
from sandbox.teach.fields import Actor, Amount, Model, Word, Words

__all__ = ["ToldCheck"]


class ToldPattern(Model):
    r"""Untagged data to look for. A field that is not given may be anything.

    `* 2 FETCH (FLAGS (\Seen) UID 5)` has the word FETCH, the number 2 and the items FLAGS, \Seen, UID and 5:
    parentheses, brackets and quotation marks only part them. `args` are all the items, `has` some of them, `lacks` are
    not among them. `during` is the verb of the command at work, so IDLE for news that came while the client listened.
    """

    on: Actor = ""
    word: Words
    number: Amount | None = None
    args: list[Word] | None = None
    has: Words | None = None
    lacks: Words | None = None
    during: Words | None = None

    def matches(self, told: Told) -> bool:
        """Whether this was told."""
        return (
            any(same_word(word, told.word) for word in self.word)
            and (self.number is None or self.number == told.number)
            and (self.args is None or same_words(self.args, told.items))
            and all(_among(item, told) for item in self.has or ())
            and not any(_among(item, told) for item in self.lacks or ())
            and (self.during is None or any(same_word(verb, told.during) for verb in self.during))
        )


def _among(item: str, told: Told) -> bool:
    return any(same_word(item, word) for word in told.items)


class ToldCheck(Check):
    """`{told: {on: phone, word: EXPUNGE, number: 2, during: IDLE}}`"""

    KEY: ClassVar[str] = "told"
    told: ToldPattern

    def holds(self, seen: Evidence) -> bool:
        """Whether the server has told this since the step began."""
        return any(map(self.told.matches, seen.told(self.told.on)))

    def lasting(self) -> bool:
        """What has been told stays told."""
        return True
