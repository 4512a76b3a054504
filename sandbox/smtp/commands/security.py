"""STARTTLS (RFC 3207) and AUTH (RFC 4954)."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from sandbox.auth import find
from sandbox.core.effects import Effect, StartTls
from sandbox.core.grammar import opt, seq
from sandbox.core.registry import Owes, Starts
from sandbox.core.replies import Answer, Outcome
from sandbox.smtp import grammar as g
from sandbox.smtp import replies
from sandbox.smtp.sasl import authenticate, mechanisms
from sandbox.smtp.session import Session
from sandbox.smtp.states import CONNECTED, READY, REGISTRY


@REGISTRY.command(
    b"STARTTLS",
    args=g.TRAILING,
    states={READY},
    then={Outcome.OK: CONNECTED},
    ref="3207#4",
    answers=(replies.TLS_GO, replies.TLS_ACTIVE, replies.NOT_IN_TRANSACTION),
    capability=b"STARTTLS",
    starts=Starts.TLS,
)
def starttls(session: Session) -> Answer:
    """Protect the line: the octets after the 220 belong to a TLS handshake.

    Both sides forget what they learnt in clear text, so EHLO has to be said again.
    """
    return replies.TLS_ACTIVE() if session.secure else replies.TLS_GO().then(StartTls())


@REGISTRY.command(
    b"AUTH",
    args=seq(g.SEP, g.MECHANISM, opt(seq(g.SEP, g.INITIAL)), g.TRAILING),
    states={READY},
    ref="4954#4",
    answers=(
        replies.AUTHENTICATED,
        replies.CHALLENGE,
        replies.BAD_CREDENTIALS,
        replies.CANCELLED,
        replies.NOT_BASE64,
        replies.MALFORMED,
        replies.SERVER_FIRST,
        replies.AUTH_TOO_LONG,
        replies.NO_MECHANISM,
        replies.NEEDS_TLS,
        replies.AUTH_ALREADY,
        replies.AUTH_ENOUGH,
        replies.NOT_IN_TRANSACTION,
    ),
    capability=b"AUTH",
    owes=Owes.LINES,
)
def auth(session: Session, name: bytes, initial: bytes | None) -> Generator[Effect, Any, Answer]:
    """Prove who you are with a SASL mechanism: the server may ask back, in base64.

    EHLO lists the mechanisms. A line with only * gives up.
    """
    if session.user is not None:
        return replies.AUTH_ALREADY()
    mechanism = find(name)
    if mechanism is None:
        return replies.NO_MECHANISM(name=name.decode("ascii"))
    if name not in mechanisms(session):
        return replies.NEEDS_TLS()
    if initial is not None and not mechanism.takes_initial:
        return replies.SERVER_FIRST(name=name.decode("ascii"))
    return (yield from authenticate(session, mechanism, initial))
