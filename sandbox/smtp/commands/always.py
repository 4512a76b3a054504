"""What may be said at any time: NOOP, HELP, QUIT (RFC 5321 section 4.1.1)."""

from __future__ import annotations

from sandbox.core.grammar import opt, seq
from sandbox.core.replies import Answer, Outcome
from sandbox.smtp import grammar as g
from sandbox.smtp import replies
from sandbox.smtp.session import Session
from sandbox.smtp.states import CLOSED, IDLE, REGISTRY


@REGISTRY.command(
    b"NOOP",
    args=seq(opt(seq(g.SEP, g.TEXT)), g.TRAILING),
    states=IDLE,
    ref="5321#4.1.1.9",
    answers=(replies.NOTHING_DONE,),
)
def noop(_session: Session, _text: bytes | None) -> Answer:
    """Do nothing, and get an answer: the line is alive."""
    return replies.NOTHING_DONE()


@REGISTRY.command(
    b"HELP",
    args=seq(opt(seq(g.SEP, g.TOPIC)), g.TRAILING),
    states=IDLE,
    ref="5321#4.1.1.8",
    answers=(replies.COMMANDS, replies.HELP_ON, replies.NO_HELP),
    capability=b"HELP",
)
def help_(session: Session, topic: bytes | None) -> Answer:
    """Ask the server for its commands, or for how one of them is written."""
    rows = [row for row in REGISTRY if row.capability is None or session.offers(row.capability)]
    if topic is None:
        return replies.COMMANDS(*(row.verb for row in rows))
    row = next((row for row in rows if row.verb == topic), None)
    if row is None:
        return replies.NO_HELP(topic=topic.decode("ascii", "replace"))
    return replies.HELP_ON(row.summary.encode("ascii", "replace"), usage=row.usage)


@REGISTRY.command(
    b"QUIT",
    args=g.TRAILING,
    states=IDLE,
    then={Outcome.OK: CLOSED},
    ref="5321#4.1.1.10",
    answers=(replies.BYE,),
)
def quit_(session: Session) -> Answer:
    """End the session. A transaction that is not finished is given up; mail that was accepted is not.

    QUIT sends nothing: the message went its way when the server answered 250 to the final dot.
    """
    return replies.BYE(host=session.host.name)
