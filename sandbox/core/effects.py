"""What a handler may yield: wishes, resolved by the endpoint itself or by whoever carries its bytes.

`Ask`, `Block`, `Data`, `Idle`, `Octets` and `Say` concern the peer and are resolved by `core.endpoint`. The others need
the outside world: they come out of `Endpoint.events_received()`, and `Endpoint.resume(effect, result)` brings the
result back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.core.replies import Answer


class Effect:
    """A wish. Effects are compared by identity."""

    __slots__ = ()


@dataclass(slots=True, eq=False)
class Say(Effect):
    """Send an answer now, before the final one."""

    answer: Answer


@dataclass(slots=True, eq=False)
class Data(Effect):
    """Send octets as they are, before the final answer; the handler goes on once little enough waits to be sent."""

    octets: bytes


@dataclass(slots=True, eq=False)
class Ask(Effect):
    """Send a continuation request, read one line. Result: the line without its end; None where it was too long."""

    prompt: Answer


@dataclass(slots=True, eq=False)
class Block(Effect):
    """Send a go-ahead, read a dot-terminated block of at most `limit` octets.

    Result: the block as it came, dot-stuffed and with its last line; None where it was over the limit.
    """

    prompt: Answer
    limit: int


@dataclass(slots=True, eq=False)
class Octets(Effect):
    """Read `count` octets. Result: the octets; with `keep` False they are dropped as they come and the result is
    empty."""

    count: int
    keep: bool = True


@dataclass(slots=True, eq=False)
class Idle(Effect):
    """Send a go-ahead, then pass on news as it comes until the client sends a line. Result: that line without its
    end."""

    prompt: Answer


class Outside(Effect):
    """An effect that the transport performs."""

    __slots__ = ()


@dataclass(slots=True, eq=False)
class StartTls(Outside):
    """Begin a TLS handshake. Result: True when the connection is protected, False when the handshake failed."""


@dataclass(slots=True, eq=False)
class Compress(Outside):
    """Begin compression (RFC 4978). Result: True.

    `early` are octets that came behind the command: whoever sent them did not wait, so they have to be compressed
    already.
    """

    early: bytes = b""


@dataclass(slots=True, eq=False)
class Commit(Outside):
    """Make the changes of the store durable before the reply goes out. Result: True, or False where the disk
    refused."""


@dataclass(slots=True, eq=False)
class Deliver(Outside):
    """Hand a message to the server's courier: `courier.deliver(envelope, content)`. Result: what became of each
    recipient."""

    courier: Any
    envelope: Any
    content: bytes


@dataclass(slots=True, eq=False)
class Close(Outside):
    """Close the connection once everything is sent. Result: none is awaited."""


@dataclass(frozen=True, slots=True)
class Discarded:
    """Report, no wish: octets that were thrown away unread, such as clear text pipelined behind STARTTLS."""

    octets: bytes
