"""EHLO and HELO (RFC 5321 section 4.1.1.1), and what EHLO offers."""

from __future__ import annotations

from sandbox.core.grammar import seq
from sandbox.core.replies import Answer, Outcome
from sandbox.smtp import grammar as g
from sandbox.smtp import replies
from sandbox.smtp.sasl import mechanisms
from sandbox.smtp.session import Session
from sandbox.smtp.states import IDLE, READY, REGISTRY

_GREETED = {Outcome.OK: READY}


@REGISTRY.command(
    b"EHLO",
    args=seq(g.SEP, g.EHLO_NAME, g.TRAILING),
    states=IDLE,
    then=_GREETED,
    ref="5321#4.1.1.1",
    answers=(replies.EXTENDED_HELLO,),
)
def ehlo(session: Session, client: str) -> Answer:
    """Say who you are, and ask which extensions the server has.

    It also gives up any transaction that is open. Nobody checks the name.
    """
    session.greet(client, extended=True)
    return replies.EXTENDED_HELLO(*extensions(session), host=session.host.name, client=client)


def extensions(session: Session) -> list[bytes]:
    """The lines of EHLO's reply at this moment, behind the first."""
    names = b" ".join(mechanisms(session))
    offered = {
        b"PIPELINING": b"PIPELINING",
        b"SIZE": b"SIZE %d" % session.limit,
        b"8BITMIME": b"8BITMIME",
        b"SMTPUTF8": b"SMTPUTF8",
        b"CHUNKING": b"CHUNKING",
        b"BINARYMIME": b"BINARYMIME",
        b"DSN": b"DSN",
        b"STARTTLS": b"STARTTLS",
        b"AUTH": b"AUTH " + names if names else b"",
        b"EXPN": b"EXPN",
        b"HELP": b"HELP",
        b"ENHANCEDSTATUSCODES": b"ENHANCEDSTATUSCODES",
    }
    return [line for name, line in offered.items() if line and session.offers(name)]


@REGISTRY.command(
    b"HELO",
    args=seq(g.SEP, g.HELO_NAME, g.TRAILING),
    states=IDLE,
    then=_GREETED,
    ref="5321#4.1.1.1",
    answers=(replies.HELLO,),
)
def helo(session: Session, client: str) -> Answer:
    """Say who you are, in the old way that knows no extensions."""
    session.greet(client, extended=False)
    return replies.HELLO(host=session.host.name)
