"""How an authentication ends, as values: nothing here raises at what a peer sends."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sandbox.core.message import N_, Msg
from sandbox.core.refs import Ref

__all__ = ["CANCELLED", "WRONG_CREDENTIALS", "Failure", "Kind", "Outcome", "Success"]


class Kind(StrEnum):
    """Why an authentication failed, as far as a protocol has different replies for it."""

    CREDENTIALS = "credentials"  #: unknown name or wrong password; a server must not tell which
    ENCODING = "encoding"  #: the line is not base64
    TOO_LONG = "too long"  #: the line is longer than any message of a mechanism needs
    MALFORMED = "malformed"  #: not the message that the mechanism expects
    AUTHORIZATION = "authorization"  #: the password is right, but this user may not act as the other
    UNSUPPORTED = "unsupported"  #: the peer insists on something this end does not have
    CANCELLED = "cancelled"  #: the client gave up with "*"
    UNTRUSTED = "untrusted"  #: seen by a client: the server did not prove what it should


@dataclass(frozen=True, slots=True)
class Success:
    """The client is who it says: `authcid` logged in, and acts as `authzid` (RFC 4422 section 2).

    Both are names of accounts in the server's own spelling; a client's end reports them as it sent them.
    """

    authcid: str
    authzid: str


@dataclass(frozen=True, slots=True)
class Failure:
    """The authentication failed: why in words, which kind, and the section that says so."""

    reason: Msg
    kind: Kind
    ref: Ref


Outcome = Success | Failure

#: The one answer to an unknown name and to a wrong password: telling them apart would tell which names exist.
WRONG_CREDENTIALS = Failure(Msg(N_("No account has this name and this password.")), Kind.CREDENTIALS, Ref("4422#3.6"))

#: RFC 4422 section 3.5: the client may abort at any of its turns.
CANCELLED = Failure(Msg(N_("The client cancelled the authentication.")), Kind.CANCELLED, Ref("4422#3.5"))
