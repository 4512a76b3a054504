"""`state`: the protocol states of sessions, now."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from sandbox.teach.checks.base import Check
from sandbox.teach.evidence import Evidence, same_word
from sandbox.teach.fields import Actor, MailboxName, Model, Word, Words

__all__ = ["StateCheck"]


class SessionPattern(Model):
    """What a session must be like. A field that is not given may be anything.

    For IMAP: the open `mailbox`, as people read its name; whether it is open for reading only; capabilities that the
    client has `enabled`; and the verb of the command that the server is `busy` with, IDLE above all.
    """

    state: Words | None = None
    mailbox: MailboxName | None = None
    read_only: bool | None = None
    enabled: list[Word] | None = None
    busy: Word | None = None

    def matches(self, seen: Evidence, actor: str) -> bool:
        """Whether the actor's session is like this."""
        now = seen.standing(actor)
        return (
            (self.state is None or any(same_word(state, seen.state(actor)) for state in self.state))
            and (self.mailbox is None or self.mailbox == now.mailbox)
            and (self.read_only is None or self.read_only == now.read_only)
            and {word.upper() for word in self.enabled or ()} <= now.enabled
            and (self.busy is None or same_word(self.busy, now.busy))
        )


def _states(value: Any) -> Any:
    return value if isinstance(value, dict) else {"state": value}


Session = Annotated[SessionPattern, BeforeValidator(_states, json_schema_input_type=str | list[str] | SessionPattern)]


class StateCheck(Check):
    """`{state: {laptop: TRANSACTION}}`, or `{state: {phone: {mailbox: INBOX, busy: IDLE}}}`

    With a list of states any of them will do.
    """

    KEY: ClassVar[str] = "state"
    state: dict[Actor, Session] = Field(min_length=1)

    def holds(self, seen: Evidence) -> bool:
        """Whether each of the sessions is as it is named here."""
        return all(pattern.matches(seen, actor) for actor, pattern in self.state.items())
