"""LOGIN (draft-murchison-sasl-login): name and password in two messages. Obsolete, never standardized, everywhere."""

from __future__ import annotations

from sandbox.auth.accounts import check_password
from sandbox.auth.mechanism import (
    ClientEnd,
    ClientSide,
    Mechanism,
    ServerEnd,
    ServerSide,
    Side,
    credentials,
    malformed,
    unexpected,
)
from sandbox.auth.outcome import Failure, Success
from sandbox.core.grammar import Span
from sandbox.core.message import N_
from sandbox.core.refs import Ref

__all__ = ["LOGIN"]

NAME = b"LOGIN"
REF = Ref("draft-murchison-sasl-login-00#2")
CLIENT_REF = Ref("draft-murchison-sasl-login-00#2.1")
SERVER_REF = Ref("draft-murchison-sasl-login-00#2.2")

#: Not the draft's "User Name" and "Password": it allows these, since a widely deployed client waits for them.
USERNAME, PASSWORD = b"Username:", b"Password:"


def server(side: ServerSide) -> ServerEnd:
    """Ask for the name, then for the password."""
    name = yield USERNAME
    password = yield PASSWORD
    if not name or not password or b"\0" in name + password:
        return malformed(NAME, REF)
    return check_password(side.accounts, name, password)


def client(side: ClientSide) -> ClientEnd:
    """Answer the two prompts whatever they say: section 2.1 has their contents ignored."""
    known = credentials(side, takes_authzid=False)
    if isinstance(known, Failure):
        return known
    challenge: bytes | None = b""
    for answer in (b"", known.name, known.password):
        if challenge is None:
            return malformed(NAME, CLIENT_REF)
        challenge = yield answer
    return malformed(NAME, CLIENT_REF) if challenge is not None else Success(side.name, side.name)


def explain(side: Side, raw: bytes, n: int | None) -> list[Span]:
    """Label the prompt, the name or the password. Which of the two it is, only their order tells."""
    if not raw or (n or 0) > 1:
        return unexpected(raw, REF)
    if side == "S":
        about = N_("the server's prompt; clients go by its place, not by its words")
        return [Span(0, len(raw), "prompt", SERVER_REF, about)]
    if n == 0:
        return [Span(0, len(raw), "username", CLIENT_REF, N_("the user to log in"))]
    if n == 1:
        return [Span(0, len(raw), "password", CLIENT_REF, N_("the password itself: base64 hides nothing"), secret=True)]
    about = N_("the user to log in if this is the first answer, the password itself if it is the second")
    return [Span(0, len(raw), "answer", CLIENT_REF, about, secret=True)]


LOGIN = Mechanism(
    NAME,
    server,
    client,
    explain,
    REF,
    N_("Asks for the name, then for the password, and gets both readable. Older than PLAIN, and obsolete since."),
    plaintext=True,
    client_first=False,
    takes_initial=True,
)
