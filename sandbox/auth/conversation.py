"""An authentication exchange as a protocol carries it: line by line, in base64, with a way to give up.

SMTP, POP3 and IMAP differ in what they write around these lines ("334 ", "+ ") and in their replies.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

from sandbox.auth.encoding import CANCEL, Base64Fault, decode, decode_initial, encode, encode_initial
from sandbox.auth.mechanism import ClientSide, Mechanism, ServerSide, malformed
from sandbox.auth.outcome import CANCELLED, Failure, Kind, Outcome
from sandbox.core.message import N_, Msg
from sandbox.core.refs import Ref

__all__ = ["ClientConversation", "ServerConversation"]

Sent = TypeVar("Sent")

TOO_LONG = Failure(
    Msg(N_("The line is longer than any message of an authentication exchange.")), Kind.TOO_LONG, Ref("4954#4")
)
SERVER_FIRST = Failure(
    Msg(N_("With this mechanism the server speaks first: there is no initial response.")),
    Kind.MALFORMED,
    Ref("4422#3.4"),
)


class ServerConversation:
    """A server's side of one exchange. Every step gives the text of the next challenge, in base64, or the outcome."""

    def __init__(self, mechanism: Mechanism, side: ServerSide) -> None:
        self._mechanism = mechanism
        self._end = mechanism.server(side)
        self._outcome: Outcome | None = None

    def begin(self, initial: bytes | None) -> bytes | Outcome:
        """Start, with the initial response as the client gave it (encoded, "=" for empty), or None if it gave none."""
        challenge = next(self._end)
        if initial is None:
            return encode(challenge)
        if not self._mechanism.takes_initial:
            return self._close(SERVER_FIRST)
        return self._receive(decode_initial(initial))

    def respond(self, line: bytes | None) -> bytes | Outcome:
        """Take the client's next line, without its end; None stands for a line that was too long to keep."""
        if self._outcome is not None:
            return self._outcome
        if line is None:
            return self._close(TOO_LONG)
        return self._close(CANCELLED) if line == CANCEL else self._receive(decode(line))

    def _receive(self, data: bytes | Base64Fault) -> bytes | Outcome:
        if isinstance(data, Base64Fault):
            return self._close(not_base64(data))
        step = advance(self._end, data)
        return encode(step) if isinstance(step, bytes) else self._close(step)

    def _close(self, outcome: Outcome) -> Outcome:
        self._end.close()
        self._outcome = outcome
        return outcome


class ClientConversation:
    """A client's side of one exchange.

    `outcome` is None while the exchange runs. It may be a failure from the start, where the name or the password
    cannot be sent at all: look before the command goes out.
    """

    def __init__(self, mechanism: Mechanism, side: ClientSide) -> None:
        self._mechanism = mechanism
        self._end = mechanism.client(side)
        self._unsent: bytes | None = None
        self.outcome: Outcome | None = None
        first = start(self._end)
        if not isinstance(first, bytes):
            self.outcome = first
        elif mechanism.client_first:
            self._unsent = first

    def initial(self) -> bytes | None:
        """Return the initial response to send with the command, encoded; None where the server speaks first.

        A protocol that cannot carry one leaves this out, and waits for the empty challenge.
        """
        first, self._unsent = self._unsent, None
        return None if first is None else encode_initial(first)

    def respond(self, challenge: bytes) -> bytes:
        """Return the line that answers a challenge, both in base64; "*" if the exchange has to be given up."""
        if self.outcome is not None:
            return CANCEL
        data = decode(challenge)
        if isinstance(data, Base64Fault):
            return self._give_up(not_base64(data))
        if self._unsent is not None:
            first, self._unsent = self._unsent, None
            return self._give_up(malformed(self._mechanism.name, self._mechanism.ref)) if data else encode(first)
        step = advance(self._end, data)
        return encode(step) if isinstance(step, bytes) else self._give_up(step)

    def succeed(self) -> Outcome:
        """Return the outcome now that the server has reported success: the client may have reasons to disagree."""
        if self.outcome is None:
            step = advance(self._end, None)
            assert not isinstance(step, bytes)
            ended_early = self._unsent is not None
            self.outcome = malformed(self._mechanism.name, self._mechanism.ref) if ended_early else step
        return self.outcome

    def _give_up(self, outcome: Outcome) -> bytes:
        self.outcome = outcome
        return CANCEL


def start(end: Generator[bytes, Sent, Outcome]) -> bytes | Outcome:
    """Run one end up to its first message or to its outcome."""
    try:
        return next(end)
    except StopIteration as stop:
        return result(stop)


def advance(end: Generator[bytes, Sent, Outcome], data: Sent) -> bytes | Outcome:
    """Give one end a message: its next one, or its outcome."""
    try:
        return end.send(data)
    except StopIteration as stop:
        return result(stop)


def result(stop: StopIteration) -> Outcome:
    """Return the outcome that ended a generator."""
    outcome: Outcome = stop.value
    return outcome


def not_base64(fault: Base64Fault) -> Failure:
    """Return the failure for a line that is not base64."""
    reason = Msg(N_("This is not base64: at octet {at}, expected {want}."), at=fault.at + 1, want=fault.want)
    return Failure(reason, Kind.ENCODING, fault.ref)
