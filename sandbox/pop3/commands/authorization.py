"""The AUTHORIZATION state (RFC 1939 section 4, APOP section 7), and QUIT, which ends every state (sections 4 and 6)."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from sandbox.auth import apop
from sandbox.auth.accounts import check_password
from sandbox.core.effects import Close, Commit, Effect
from sandbox.core.grammar import seq
from sandbox.core.replies import Answer, Outcome
from sandbox.pop3 import grammar as g
from sandbox.pop3 import replies
from sandbox.pop3.session import Session
from sandbox.pop3.states import AUTHORIZATION, CLOSED, REGISTRY, TRANSACTION, UPDATE

_LOGGED_IN = {Outcome.OK: TRANSACTION}


@REGISTRY.command(
    b"USER",
    args=seq(g.SEP, g.NAME, g.TRAILING),
    states={AUTHORIZATION},
    ref="1939#7",
    answers=(replies.USER_OK, replies.NEED_TLS, replies.NOT_UTF8),
    capability=b"USER",
)
def user(session: Session, name: bytes) -> Answer:
    """Say whose maildrop you want to open.

    The server answers +OK for any name: it does not tell strangers which mailboxes exist.
    """
    if not session.may_send_password:
        return replies.NEED_TLS()
    try:
        shown = name.decode()
    except UnicodeDecodeError:
        return replies.NOT_UTF8()
    session.claimed = name
    return replies.USER_OK(name=shown)


@REGISTRY.command(
    b"PASS",
    args=seq(g.SEP, g.PASSWORD),
    states={AUTHORIZATION},
    then=_LOGGED_IN,
    ref="1939#7",
    answers=(replies.USER_FIRST, *replies.LOGIN),
    capability=b"USER",
)
def pass_(session: Session, password: bytes) -> Answer:
    """Send the password of the mailbox named by USER, and open it.

    It crosses the line readable for everybody, unless TLS protects it. Spaces belong to the password.
    """
    name, session.claimed = session.claimed, None
    if name is None:
        return replies.USER_FIRST()
    return session.log_in(check_password(session.accounts, name, password))


@REGISTRY.command(
    b"APOP",
    args=seq(g.SEP, g.NAME, g.SEP, g.DIGEST, g.TRAILING),
    states={AUTHORIZATION},
    then=_LOGGED_IN,
    ref="1939#7",
    answers=replies.LOGIN,
)
def apop_(session: Session, name: bytes, digest: bytes) -> Answer:
    """Log in with a digest of the greeting's timestamp and the password, instead of the password.

    The password itself never crosses the line; but the server has to keep it readable, and MD5 is quick to guess
    against.
    """
    return session.log_in(apop.verify(session.accounts, session.timestamp, name, digest.lower()))


@REGISTRY.command(
    b"QUIT",
    args=g.TRAILING,
    states={AUTHORIZATION, TRANSACTION},
    then={(AUTHORIZATION, Outcome.OK): CLOSED, (TRANSACTION, Outcome.OK): UPDATE},
    ref="1939#6",
    answers=(replies.BYE, replies.UPDATED, replies.NOT_REMOVED),
)
def quit_(session: Session) -> Generator[Effect, Any, Answer]:
    """End the session; in the TRANSACTION state, remove the marked messages first.

    Only QUIT leads to the UPDATE state. A session that ends in any other way removes nothing.
    """
    if session.user is None:
        return replies.BYE(host=session.host.name)
    removed = session.update()
    if removed < len(session.marks) or (removed and not (yield Commit())):
        session.release()
        return replies.NOT_REMOVED().then(Close())
    session.release()
    left = len(session.entries) - removed
    return replies.UPDATED(host=session.host.name, removed=removed, left=left).then(Close())
