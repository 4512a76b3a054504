"""COMPRESS=DEFLATE (RFC 4978): what is said from here on travels compressed, below the protocol and above TLS."""

from __future__ import annotations

from sandbox.core.effects import Compress
from sandbox.core.grammar import SP, seq, token
from sandbox.core.message import N_
from sandbox.core.registry import Starts
from sandbox.core.replies import Answer
from sandbox.imap import replies
from sandbox.imap.capabilities import capability
from sandbox.imap.session import Session, command
from sandbox.imap.states import LOGGED_IN

_CAPABILITY = b"COMPRESS=DEFLATE"

capability(
    _CAPABILITY,
    "4978",
    about=N_("what both sides say can be compressed"),
    show=lambda session: b"" if session.compressed else _CAPABILITY,
)


@command(
    b"COMPRESS",
    # compress = "COMPRESS" SP algorithm
    args=seq(SP, token(b"DEFLATE", about=N_("the algorithm: DEFLATE, which gzip uses, too"), ref="4978#5")),
    states=LOGGED_IN,
    ref="4978#3",
    answers=(replies.COMPRESSION_BEGINS, replies.COMPRESSION_ACTIVE),
    capability=_CAPABILITY,
    starts=Starts.DEFLATE,
)
def compress(session: Session) -> Answer:
    """Compress the connection: the octets after the OK are packed with DEFLATE, in both directions."""
    if session.compressed:
        return replies.COMPRESSION_ACTIVE()
    session.compressed = True
    return replies.COMPRESSION_BEGINS().then(Compress())
