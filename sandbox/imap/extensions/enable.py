"""ENABLE (RFC 5161; RFC 9051 section 6.3.1): the client says what it understands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sandbox.core.grammar import SP, many, seq
from sandbox.core.message import N_
from sandbox.core.replies import Answer
from sandbox.imap import replies
from sandbox.imap.capabilities import capability, has
from sandbox.imap.grammar import atom
from sandbox.imap.session import Session, command
from sandbox.imap.states import AUTHENTICATED

ENABLES: Final[dict[bytes, Callable[[Session], None]]] = {}
"""What can be enabled, and how; in capitals."""

_NAMES: Final[dict[bytes, bytes]] = {}

capability(b"ENABLE", "5161", about=N_("the client can say which extensions it understands"), early=True)


def enables(name: bytes, enable: Callable[[Session], None]) -> None:
    """Let `name` be enabled."""
    ENABLES[name.upper()] = enable
    _NAMES[name.upper()] = name


@command(
    b"ENABLE",
    args=many(seq(SP, atom("capability", N_("an extension that the client understands"), "5161#3.1")), least=1),
    states={AUTHENTICATED},
    ref="9051#6.3.1",
    answers=(replies.COMPLETED,),
    capability=b"ENABLE",
)
def enable(session: Session, names: list[bytes]) -> Answer:
    """Say which extensions you understand, so that the server may use them. It cannot be taken back."""
    known = [name for name in dict.fromkeys(map(bytes.upper, names)) if name in ENABLES and has(session, _NAMES[name])]
    for name in known:
        ENABLES[name](session)
    listed = b"".join(b" " + _NAMES[name] for name in known)
    return replies.COMPLETED(b"* ENABLED" + listed + b"\r\n", verb="ENABLE")


def _rev2(session: Session) -> None:
    session.enabled.rev2 = session.enabled.utf8 = True


enables(b"IMAP4rev2", _rev2)
