"""How SMTP hands over mail: an envelope, and the courier that takes it (RFC 5321 section 2.3.1).

An SMTP server knows neither a store nor a queue. It asks a `Courier` about each recipient and gives it the mail; how
the courier fares is a value for each recipient, which the server puts into replies of its own.
"""

from __future__ import annotations

from enum import Enum
from typing import Protocol

import msgspec

from sandbox.core.message import Msg

__all__ = ["Body", "Courier", "Envelope", "Fate", "ForwardPath", "Notify", "Result", "Return"]


class Body(Enum):
    """What the content may hold: the BODY parameter (RFC 6152 section 2, RFC 3030 section 3)."""

    SEVEN_BIT = "7BIT"
    EIGHT_BIT = "8BITMIME"
    BINARY = "BINARYMIME"


class Notify(Enum):
    """When to tell the sender about a recipient: the NOTIFY parameter (RFC 3461 section 4.1)."""

    NEVER = "NEVER"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    DELAY = "DELAY"


class Return(Enum):
    """How much of a failed message to send back: the RET parameter (RFC 3461 section 4.3)."""

    FULL = "FULL"
    HEADERS = "HDRS"


class ForwardPath(msgspec.Struct, frozen=True):
    """A recipient: `local@domain` (or Postmaster alone), and what RCPT said beside it (RFC 3461 section 4).

    `notify` is empty where NOTIFY was not given; `orcpt` is the original recipient, as `type;address`, decoded.
    """

    mailbox: str
    notify: tuple[Notify, ...] = ()
    orcpt: str | None = None


class Envelope(msgspec.Struct, frozen=True):
    """What MAIL and RCPT said. `reverse_path` is empty for the null path of notifications (RFC 5321 section 4.5.5).

    `envid` is the sender's name for this envelope (RFC 3461 section 4.4), decoded; `auth` who submitted it, as the AUTH
    parameter has it (RFC 4954 section 5), empty for `<>`.
    """

    reverse_path: str
    forward_paths: tuple[ForwardPath, ...] = ()
    body: Body = Body.SEVEN_BIT
    smtputf8: bool = False
    size: int | None = None
    ret: Return | None = None
    envid: str | None = None
    auth: str | None = None


class Fate(Enum):
    """What becomes of mail for one recipient."""

    ACCEPTED = "accepted"
    """It is stored, or its way on is this server's responsibility now (RFC 5321 section 6.1)."""
    UNKNOWN = "unknown"
    """The domain is ours, but nobody there has this name: 550."""
    FOREIGN = "foreign"
    """The domain is not ours, and we do not relay to it: 550."""
    NOWHERE = "nowhere"
    """The domain does not exist: 550."""
    FULL = "full"
    """There is no room for this mail: 452, or 552 where waiting would not help."""
    LATER = "later"
    """It cannot be taken now, but may be later: 450 or 451."""
    REFUSED = "refused"
    """Somebody decided against it: 550."""


class Result(msgspec.Struct, frozen=True):
    """The fate of a mail with one of its recipients, and more about it in words, if there is more to say."""

    recipient: ForwardPath
    fate: Fate
    about: Msg | None = None


class Courier(Protocol):
    """Takes mail from an SMTP server. Never raises on what a client sent."""

    def expand(self, mailbox: str) -> tuple[str, ...]:
        """The mailboxes behind a mailbox of ours, whose domain may be left out: itself for a user, the members for a
        list or an alias (RFC 5321 section 3.9); none where there is no such mailbox here.
        """

    def check(self, envelope: Envelope, recipient: ForwardPath) -> Result:
        """Foresee the fate of a recipient, for the reply to RCPT. `envelope` holds the recipients accepted before."""

    def deliver(self, envelope: Envelope, content: bytes) -> tuple[Result, ...]:
        """Deliver, and say how it went for each recipient, in their order.

        `content` is unstuffed. Where the fate is `ACCEPTED` the mail is safe when this returns.
        """
