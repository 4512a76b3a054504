"""AUTH's dialogue with the client (RFC 5034 section 4): challenges behind `+ `, responses on lines of their own."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from sandbox.auth import find
from sandbox.auth.conversation import ServerConversation
from sandbox.auth.mechanism import ServerSide
from sandbox.auth.outcome import Failure, Kind
from sandbox.core.effects import Ask, Effect
from sandbox.core.replies import Answer
from sandbox.pop3 import replies
from sandbox.pop3.session import SECOND, Session


def authenticate(session: Session, name: bytes, initial: bytes | None) -> Generator[Effect, Any, Answer]:
    """Run a mechanism that is on offer, and open the maildrop if it succeeds."""
    mechanism = find(name)
    assert mechanism is not None
    host = session.host
    conversation = ServerConversation(
        mechanism, ServerSide(session.accounts, host.random, host.now() // SECOND, host.name)
    )
    step = conversation.begin(initial)
    while isinstance(step, bytes):
        step = conversation.respond((yield Ask(replies.PROMPT(challenge=step.decode("ascii")))))
    if isinstance(step, Failure):
        return _REFUSALS.get(step.kind, replies.BAD_CREDENTIALS)()
    return session.log_in(step)


_REFUSALS = {
    Kind.CANCELLED: replies.CANCELLED,
    Kind.ENCODING: replies.NOT_BASE64,
    Kind.MALFORMED: replies.MALFORMED,
    Kind.TOO_LONG: replies.TOO_LONG,
}
