"""The POP3 server's side: how requests are read, answers written, and which capabilities are offered."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Final

from sandbox.auth.accounts import Accounts
from sandbox.core.endpoint import Server
from sandbox.core.host import Host
from sandbox.core.registry import Command
from sandbox.core.replies import Answer, Outcome
from sandbox.core.request import Request, read_request
from sandbox.mail.dots import stuff_lines
from sandbox.mail.store import Store
from sandbox.pop3 import replies
from sandbox.pop3.commands import REGISTRY
from sandbox.pop3.grammar import VERB
from sandbox.pop3.session import SECOND, Session
from sandbox.pop3.states import AUTHORIZATION, CLOSED

_STATUS: Final = {Outcome.OK: b"+OK", Outcome.NO: b"-ERR", Outcome.BAD: b"-ERR", Outcome.CONTINUE: b"+"}

STRICT_LINE: Final = 255
"""Octets of a command, its end included (RFC 2449 section 4)."""
LENIENT_LINE: Final = 2048
RESPONSE_LINE: Final = 512
"""Octets of the first line of a response (RFC 2449 section 4)."""
AUTH_LINE: Final = 12288
"""Octets of a line of a SASL exchange (RFC 5034 section 4)."""
AUTOLOGOUT: Final = 600 * SECOND
"""The autologout timer: RFC 1939 section 3 asks for ten minutes at least."""


class Pop3Server(Server):
    """One connection to a POP3 server."""

    initial, closed = AUTHORIZATION, CLOSED
    line_limit = AUTH_LINE

    def __init__(self, host: Host, store: Store, accounts: Accounts) -> None:
        # the timestamp has digits and a dot only: a client is known that takes no other characters
        serial = int.from_bytes(host.random(4), "big")
        timestamp = f"<{serial}.{host.now() // SECOND}@{host.name}>".encode()
        super().__init__(host)
        self.session: Session = Session(host, store, accounts, timestamp, f"pop3-{serial}")
        self.session.offers = self.has

    def greeting(self) -> Answer:
        return replies.GREETING(host=self.host.name, timestamp=self.session.timestamp.decode())

    def read(self) -> Generator[object, Any, Request]:
        raw = yield from self.reader.line(STRICT_LINE if self.host.strict else LENIENT_LINE)
        request = read_request(REGISTRY, VERB, raw, strict=self.host.strict)
        if request.verb != b"PASS":
            self.session.claimed = None
        return request

    def has(self, capability: bytes) -> bool:
        """Whether a capability is on at this moment."""
        without = self.host.setting("without", ())
        if isinstance(without, tuple | list) and capability.decode() in without:
            return False
        if capability == b"STLS":
            return self.host.tls and not self.secure and self.state == AUTHORIZATION
        if capability == b"LANG":
            return len(self.host.languages) > 1
        return True

    def offers(self, command: Command) -> bool:
        # a server that has TLS knows STLS at all times, and says why it is not possible now
        capability = command.capability
        return capability is None or self.has(capability) or (capability == b"STLS" and self.secure)

    def refuse(self, request: Request) -> Answer:
        row = request.command
        if row is None or not self.offers(row):
            return replies.UNKNOWN(verb=request.verb.decode("ascii"))
        if request.fault is not None:
            return replies.SYNTAX(usage=row.usage)
        return replies.STATE(verb=row.name, state=self.state.name)

    def too_long(self) -> Answer:
        self.session.claimed = None
        return replies.TOO_LONG()

    def encode(self, answer: Answer, request: Request | None) -> bytes:
        reply = answer.reply
        head = _STATUS[reply.outcome]
        if reply.code:
            head += b" [" + reply.code + b"]"
        text = self.host.translate(self.session.language, reply.text).format(**answer.params)
        line = head + b" " + _one_line(text)
        if len(line) > RESPONSE_LINE - 2:
            line = line[: RESPONSE_LINE - 2]
        if answer.block is not None:
            return line + b"\r\n" + answer.block
        row = request.command if request is not None else None
        if reply.outcome is Outcome.OK and request is not None and row is not None and row.multiline(request.values):
            return line + b"\r\n" + stuff_lines(answer.lines)
        return line + b"\r\n"

    def secured(self) -> None:
        self.session.secure = True

    def idle_limit(self) -> int:
        return AUTOLOGOUT

    def lost(self) -> None:
        super().lost()
        self.session.release()


def _one_line(text: str) -> bytes:
    """Words for a reply: no control character may end the line or reach a terminal."""
    if not text.isprintable():
        text = "".join(char if char.isprintable() else "?" for char in text)
    return text.encode()
