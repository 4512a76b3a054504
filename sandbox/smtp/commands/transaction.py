"""The mail transaction: MAIL, RCPT, DATA, BDAT, RSET (RFC 5321 section 3.3, RFC 3030 section 2)."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

from sandbox.core.effects import Block, Effect, Octets
from sandbox.core.grammar import seq
from sandbox.core.registry import Owes, State
from sandbox.core.replies import Answer, Outcome
from sandbox.mail.courier import Body, Fate, ForwardPath, Result
from sandbox.mail.dots import unstuff
from sandbox.smtp import grammar as g
from sandbox.smtp import replies
from sandbox.smtp.addresses import Mailbox
from sandbox.smtp.careless import careless_content
from sandbox.smtp.delivery import hand_over
from sandbox.smtp.parameters import MAIL_PARAMETERS, OF_MAIL, OF_RCPT, RCPT_PARAMETERS
from sandbox.smtp.session import Session
from sandbox.smtp.states import BDAT, DATA, IDLE, MAIL, RCPT, READY, REGISTRY


@REGISTRY.command(
    b"MAIL",
    args=seq(g.SEP, g.REVERSE_PATH, MAIL_PARAMETERS, g.TRAILING),
    states={READY},
    then={Outcome.OK: MAIL},
    ref="5321#4.1.1.2",
    answers=(
        replies.SENDER_OK,
        replies.SENDER_SYNTAX,
        replies.AUTH_REQUIRED,
        replies.UNKNOWN_PARAMETER,
        replies.ASCII_SENDER,
        replies.TOO_BIG,
        replies.NESTED,
    ),
)
def mail(session: Session, sender: Mailbox | None, parameters: dict[bytes, Any]) -> Answer:
    """Open a transaction and name the sender: that is where error messages go.

    It belongs to the envelope. The From: line of the message may say something else; nobody compares the two.
    """
    if session.submission and session.user is None:
        return replies.AUTH_REQUIRED()
    unknown = _unknown(session, parameters, OF_MAIL)
    if unknown is not None:
        return unknown
    address = sender.text if sender is not None else ""
    if not address.isascii() and b"SMTPUTF8" not in parameters:
        return replies.ASCII_SENDER()
    if parameters.get(b"SIZE", 0) > session.limit:
        return replies.TOO_BIG(limit=session.limit)
    session.begin(address, parameters)
    return replies.SENDER_OK(mailbox=address)


@REGISTRY.command(
    b"RCPT",
    args=seq(g.SEP, g.FORWARD_PATH, RCPT_PARAMETERS, g.TRAILING),
    states={MAIL, RCPT},
    then={Outcome.OK: RCPT},
    ref="5321#4.1.1.3",
    answers=(
        replies.RECIPIENT_OK,
        replies.RECIPIENT_SYNTAX,
        replies.UNKNOWN_PARAMETER,
        replies.ASCII_RECIPIENT,
        replies.TOO_MANY_RECIPIENTS,
        replies.MAIL_FIRST,
        replies.CHUNKS_BEGAN,
        *replies.FATES,
    ),
)
def rcpt(session: Session, to: Mailbox, parameters: dict[bytes, Any]) -> Answer:
    """Name a recipient; again and again for several.

    Only these get the message: the To: and Cc: lines are for people to read. Each recipient gets an answer of its own.
    """
    unknown = _unknown(session, parameters, OF_RCPT)
    if unknown is not None:
        return unknown
    transaction = session.open
    address = to.text
    if not address.isascii() and not transaction.smtputf8:
        return replies.ASCII_RECIPIENT()
    if len(transaction.recipients) >= session.most_recipients:
        return replies.TOO_MANY_RECIPIENTS()
    recipient = ForwardPath(address, parameters.get(b"NOTIFY", ()), parameters.get(b"ORCPT"))
    result = session.courier.check(session.envelope(), recipient)
    if result.fate is not Fate.ACCEPTED:
        return _refusal(result)
    transaction.recipients.append(recipient)
    return replies.RECIPIENT_OK(mailbox=address)


_DATA: Mapping[Outcome | tuple[State, Outcome], State] = {
    Outcome.CONTINUE: DATA,
    (DATA, Outcome.OK): READY,
    (DATA, Outcome.NO): READY,
}


@REGISTRY.command(
    b"DATA",
    args=g.TRAILING,
    states={RCPT},
    then=_DATA,
    ref="5321#4.1.1.4",
    answers=(
        replies.GO_AHEAD,
        replies.ACCEPTED,
        replies.MAIL_FIRST,
        replies.NO_RECIPIENTS,
        replies.BINARY_NEEDS_BDAT,
        replies.CHUNKS_BEGAN,
        *replies.CONTENT,
    ),
    owes=Owes.BLOCK,
)
def data(session: Session) -> Generator[Effect, Any, Answer]:
    """Send the message: header, empty line, body, and a line with only a dot.

    A line that begins with a dot gets one more in front. With the 250 behind the final dot the server takes over the
    responsibility for the mail.
    """
    if session.open.body is Body.BINARY:
        return replies.BINARY_NEEDS_BDAT()
    if session.host.setting("careless"):
        content = yield from careless_content(2 * session.limit)
    else:
        # dots that were added do not count, so the block may be larger than the message
        block = yield Block(replies.GO_AHEAD(), 2 * session.limit)
        content = unstuff(block) if block is not None else None
    answer = (yield from hand_over(session, content)) if content is not None else _too_big(session)
    session.reset()
    return answer


def _after_chunk(values: tuple[Any, ...]) -> State:
    return READY if values[1] else BDAT


@REGISTRY.command(
    b"BDAT",
    args=seq(g.SEP, g.CHUNK_SIZE, g.LAST, g.TRAILING),
    states={RCPT, BDAT},
    then={Outcome.NO: BDAT},
    leads=_after_chunk,
    ref="3030#2",
    answers=(
        replies.CHUNK_OK,
        replies.ACCEPTED,
        replies.CHUNK_FAILED,
        replies.MAIL_FIRST,
        replies.NO_RECIPIENTS,
        *replies.CONTENT,
    ),
    capability=b"CHUNKING",
    owes=Owes.OCTETS,
)
def bdat(session: Session, count: int, last: bool) -> Generator[Effect, Any, Answer]:
    """Send so many octets of the message as they are; LAST says that they complete it.

    The octets follow at once, without waiting for a go-ahead, and dots in them mean nothing.
    """
    transaction = session.open
    fits = transaction.received + count <= session.limit
    chunk = yield Octets(count, keep=fits and not transaction.failed)
    if transaction.failed:
        return replies.CHUNK_FAILED()
    if not fits:
        transaction.failed = True
        return _too_big(session)
    transaction.received += count
    transaction.chunks.append(chunk)
    if not last:
        return replies.CHUNK_OK(count=count)
    answer = yield from hand_over(session, b"".join(transaction.chunks))
    if answer.reply.outcome is Outcome.OK:
        session.reset()
    else:
        transaction.failed = True
    return answer


@REGISTRY.command(
    b"RSET",
    args=g.TRAILING,
    states=IDLE,
    then={(state, Outcome.OK): READY for state in (READY, MAIL, RCPT, BDAT)},
    ref="5321#4.1.1.5",
    answers=(replies.RESET,),
)
def rset(session: Session) -> Answer:
    """Give up the transaction that is open, and stay connected."""
    session.reset()
    return replies.RESET()


def _unknown(session: Session, parameters: dict[bytes, Any], extensions: Mapping[bytes, bytes]) -> Answer | None:
    """The refusal of the first parameter that was not offered. After HELO none was (RFC 5321 section 2.2.1); lenient
    servers let that pass.
    """
    offered = session.extended or not session.host.strict
    for name, value in parameters.items():
        capability = extensions.get(name)
        known = capability is not None and session.offers(capability)
        if known and value is Body.BINARY:
            known = session.offers(b"BINARYMIME")
        if not (known and offered):
            return replies.UNKNOWN_PARAMETER(name=name.decode("ascii"))
    return None


def _refusal(result: Result) -> Answer:
    """The reply for a recipient that the courier does not take."""
    reply, reason = _FATES[result.fate]
    return reply(mailbox=result.recipient.mailbox, reason=str(result.about) if result.about is not None else reason)


_FATES = {
    Fate.UNKNOWN: (replies.NO_SUCH_USER, ""),
    Fate.FOREIGN: (replies.NO_RELAY, "mail for this domain is not relayed"),
    Fate.NOWHERE: (replies.NO_SUCH_DOMAIN, ""),
    Fate.FULL: (replies.MAILBOX_FULL, ""),
    Fate.LATER: (replies.TRY_LATER, "try again later"),
    Fate.REFUSED: (replies.REFUSED, "refused"),
}


def _too_big(session: Session) -> Answer:
    return replies.TOO_BIG(limit=session.limit)
