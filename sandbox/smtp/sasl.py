"""AUTH's dialogue with the client (RFC 4954 section 4): challenges behind `334 `, responses on lines of their own."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Final

from sandbox.auth import MECHANISMS
from sandbox.auth.conversation import ServerConversation
from sandbox.auth.mechanism import Mechanism, ServerSide
from sandbox.auth.outcome import Failure, Kind
from sandbox.core.effects import Ask, Effect
from sandbox.core.replies import Answer
from sandbox.smtp import replies
from sandbox.smtp.session import SECOND, Session


def mechanisms(session: Session) -> list[bytes]:
    """The SASL mechanisms on offer: those that send a readable password only where that is accepted."""
    return [row.name for row in MECHANISMS if session.may_send_password or not row.plaintext]


def authenticate(session: Session, mechanism: Mechanism, initial: bytes | None) -> Generator[Effect, Any, Answer]:
    """Run a mechanism, and remember who the client is if it succeeds."""
    host = session.host
    side = ServerSide(session.accounts, host.random, host.now() // SECOND, host.name)
    conversation = ServerConversation(mechanism, side)
    step = conversation.begin(initial)
    while isinstance(step, bytes):
        step = conversation.respond((yield Ask(replies.CHALLENGE(challenge=step.decode("ascii")))))
    if isinstance(step, Failure):
        refusal = _REFUSALS.get(step.kind)
        return refusal() if refusal is not None else session.failed_authentication(replies.BAD_CREDENTIALS())
    session.user = step.authzid
    return replies.AUTHENTICATED(name=step.authzid)


_REFUSALS: Final = {
    Kind.CANCELLED: replies.CANCELLED,
    Kind.ENCODING: replies.NOT_BASE64,
    Kind.MALFORMED: replies.MALFORMED,
    Kind.TOO_LONG: replies.AUTH_TOO_LONG,
}
"""What is no wrong guess, and so is not counted as one."""
