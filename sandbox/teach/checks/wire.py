"""`wire`: what went over the wire since the step began."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, model_validator

from sandbox.teach.checks.base import Check
from sandbox.teach.evidence import ANY, Evidence, Exchange, Reply, same_word, same_words
from sandbox.teach.faults import wrong
from sandbox.teach.fields import Actor, Model, Word, Words

__all__ = ["WireCheck", "WirePattern"]


class ReplyPattern(Model):
    """What a reply must be like. A field that is not given may be anything.

    `status` is the word or the number that decides, or SMTP's enhanced status code: `550` and `5.7.1` are both right.
    """

    status: Words | None = None
    accepted: bool | None = None
    code: Words | None = None
    about: list[Word] | None = None
    args: list[Word] | None = None
    line: list[Word] | None = None

    def matches(self, reply: Reply | None) -> bool:
        """Whether the reply is there and like this. `line` asks for one line of several with these words."""
        return (
            reply is not None
            and (self.status is None or any(_is_status(status, reply) for status in self.status))
            and (self.accepted is None or self.accepted == reply.accepted)
            and (self.code is None or any(same_word(code, reply.code) for code in self.code))
            and (self.about is None or same_words(self.about, reply.about))
            and (self.args is None or same_words(self.args, reply.words))
            and (self.line is None or any(same_words(self.line, line) for line in reply.lines))
        )


def _is_status(wanted: str, reply: Reply) -> bool:
    return same_word(wanted, reply.status) or wanted == reply.enhanced


class ExchangePattern(Model):
    """A command and its reply. A verb alone stands for that command, accepted.

    `tag` is IMAP's, in the case in which it was written; `pipelined` says whether the command went out before the one
    in front of it had been answered.
    """

    verb: Words
    args: list[Word] | None = None
    tag: Word | None = None
    pipelined: bool | None = None
    reply: ReplyPattern | None = None

    def matches(self, exchange: Exchange) -> bool:
        """Whether the exchange is like this."""
        return (
            any(same_word(verb, exchange.verb) for verb in self.verb)
            and (self.args is None or same_words(self.args, exchange.args))
            and (self.tag is None or self.tag == exchange.tag)
            and (self.pipelined is None or self.pipelined == exchange.pipelined)
            and (self.reply is None or self.reply.matches(exchange.reply))
        )


def _accepted(value: Any) -> Any:
    return {"verb": value, "reply": {"accepted": True}} if isinstance(value, str) else value


AcceptedPattern = Annotated[ExchangePattern, BeforeValidator(_accepted, json_schema_input_type=str | ExchangePattern)]


class WirePattern(Model):
    """An exchange to look for, or several in order.

    `after` asks for it later than another exchange; `order` for all of these, one after the other, with anything
    between them. Where `after` and `order` name a verb only, its command must have been accepted.
    """

    on: Actor = ""
    verb: Words | None = None
    args: list[Word] | None = None
    tag: Word | None = None
    pipelined: bool | None = None
    reply: ReplyPattern | None = None
    after: AcceptedPattern | None = None
    order: list[AcceptedPattern] | None = Field(None, min_length=2)

    @model_validator(mode="after")
    def _sensible(self) -> WirePattern:
        if (self.verb is None) == (self.order is None):
            raise wrong("no_goal_wire")
        return self

    def found(self, exchanges: Sequence[Exchange]) -> Iterator[Exchange]:
        """The exchanges that are like this one, in order; for an `order`, its last one."""
        rest = iter(exchanges)
        if self.after is not None and not any(self.after.matches(exchange) for exchange in rest):
            return
        if self.order is not None:
            last = None
            for pattern in self.order:
                last = next((exchange for exchange in rest if pattern.matches(exchange)), None)
                if last is None:
                    return
            if last is not None:
                yield last
        elif self.verb is not None:
            fields = {name: getattr(self, name) for name in ExchangePattern.model_fields}
            pattern = ExchangePattern.model_construct(**fields)
            yield from filter(pattern.matches, rest)

    def captured(self, exchanges: Sequence[Exchange]) -> str | None:
        """The word that the pattern's `_` stands for in the last exchange that is like it."""
        for exchange in reversed(list(self.found(exchanges))):
            for wanted, words in (
                (self.args, exchange.args),
                (self.reply and self.reply.args, exchange.reply and exchange.reply.words),
            ):
                if wanted and words and ANY in wanted:
                    return words[wanted.index(ANY)]
        return None


class WireCheck(Check):
    """`{wire: {on: laptop, verb: STAT, reply: {status: "+OK", args: ["2", _]}}}`"""

    KEY: ClassVar[str] = "wire"
    wire: WirePattern

    def holds(self, seen: Evidence) -> bool:
        """Whether there has been such an exchange since the step began."""
        return next(self.wire.found(seen.exchanges(self.wire.on)), None) is not None

    def lasting(self) -> bool:
        """What has been said stays said."""
        return True
