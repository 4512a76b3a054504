"""Commands of the NOT AUTHENTICATED state (RFC 9051 section 6.2)."""

from __future__ import annotations

from sandbox.auth import MECHANISMS, find
from sandbox.auth.accounts import check_password
from sandbox.auth.conversation import ServerConversation
from sandbox.auth.mechanism import ServerSide
from sandbox.auth.outcome import Failure, Kind
from sandbox.auth.outcome import Outcome as Judgement
from sandbox.core.effects import Ask, StartTls
from sandbox.core.grammar import SP, opt, seq, term
from sandbox.core.message import N_
from sandbox.core.registry import Owes, Starts
from sandbox.core.replies import Answer, Outcome
from sandbox.imap import format as wire
from sandbox.imap import replies
from sandbox.imap.capabilities import capability_text, mechanisms
from sandbox.imap.grammar import AUTH_TYPE, astring
from sandbox.imap.session import Handling, Session, command
from sandbox.imap.states import AUTHENTICATED, NOT_AUTHENTICATED

_IN = {NOT_AUTHENTICATED}
_THEN = {Outcome.OK: AUTHENTICATED}
_ENDS = (replies.LOGGED_IN, replies.BAD_CREDENTIALS, replies.NOT_AUTHORIZED, replies.NEED_TLS)

USERID = astring("userid", N_("the name of the user"), "9051#6.2.3")
PASSWORD = astring("password", N_("the password, readable by anybody on the line"), "9051#6.2.3", secret=True)
# initial-resp = (base64 / "=")
INITIAL_RESP = term(
    "initial-resp",
    rb"=|[A-Za-z0-9+/]+={0,2}",
    "9051#6.2.2",
    N_("the mechanism's first message, in base64; = stands for an empty one"),
    secret=True,
)


@command(
    b"STARTTLS",
    states=_IN,
    ref="9051#6.2.1",
    answers=(replies.TLS_BEGINS, replies.TLS_ACTIVE),
    capability=b"STARTTLS",
    starts=Starts.TLS,
)
def starttls(session: Session) -> Answer:
    """Protect the line: the octets after the OK belong to a TLS handshake.

    Everything learnt before, CAPABILITY included, has to be asked again.
    """
    return replies.TLS_ACTIVE() if session.secure else replies.TLS_BEGINS().then(StartTls())


@command(
    b"AUTHENTICATE",
    args=seq(SP, AUTH_TYPE, opt(seq(SP, INITIAL_RESP))),
    states=_IN,
    then=_THEN,
    ref="9051#6.2.2",
    answers=(
        *_ENDS,
        replies.PROMPT,
        replies.NO_MECHANISM,
        replies.CANCELLED,
        replies.NOT_BASE64,
        replies.MALFORMED,
    ),
    owes=Owes.LINES,
)
def authenticate(session: Session, name: bytes, initial: bytes | None) -> Handling:
    """Log in with a SASL mechanism: the server may ask back, in base64."""
    if name not in mechanisms(session):
        known = any(row.name == name for row in MECHANISMS)
        return replies.NEED_TLS() if known else replies.NO_MECHANISM(name=name.decode("ascii"))
    mechanism = find(name)
    assert mechanism is not None
    host = session.host
    side = ServerSide(session.accounts, host.random, host.now() // wire.SECOND, host.name)
    conversation = ServerConversation(mechanism, side)
    step = conversation.begin(initial)
    while isinstance(step, bytes):
        step = conversation.respond((yield Ask(replies.PROMPT(challenge=step.decode("ascii")))))
    return _conclude(session, step)


@command(b"LOGIN", args=seq(SP, USERID, SP, PASSWORD), states=_IN, then=_THEN, ref="9051#6.2.3", answers=_ENDS)
def login(session: Session, name: bytes, password: bytes) -> Answer:
    """Log in with a name and a password, readable for everybody on the line unless TLS protects it."""
    if not session.may_send_password:
        return replies.NEED_TLS()
    return _conclude(session, check_password(session.accounts, name, password))


def _conclude(session: Session, outcome: Judgement) -> Answer:
    """Open the session for whom the credentials stand, or say why not."""
    if isinstance(outcome, Failure):
        return _REFUSALS.get(outcome.kind, replies.BAD_CREDENTIALS)()
    session.store.mailboxes(outcome.authzid)
    session.user = outcome.authzid
    return replies.LOGGED_IN(name=outcome.authzid, capabilities=capability_text(session))


_REFUSALS = {
    Kind.CANCELLED: replies.CANCELLED,
    Kind.ENCODING: replies.NOT_BASE64,
    Kind.MALFORMED: replies.MALFORMED,
    Kind.TOO_LONG: replies.MALFORMED,
    Kind.AUTHORIZATION: replies.NOT_AUTHORIZED,
}
