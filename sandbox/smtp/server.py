"""The SMTP server's side: how requests are read, replies written, and which extensions are offered."""

from __future__ import annotations

from collections.abc import Generator
from functools import lru_cache
from typing import Any, Final

from sandbox.auth.accounts import Accounts
from sandbox.core.endpoint import Server
from sandbox.core.host import Host
from sandbox.core.protocol import Service
from sandbox.core.reader import TooLong
from sandbox.core.registry import Command, State
from sandbox.core.replies import Answer, Reply
from sandbox.core.request import Request, read_request
from sandbox.mail.courier import Courier
from sandbox.smtp import replies
from sandbox.smtp.commands import REGISTRY
from sandbox.smtp.grammar import VERB
from sandbox.smtp.session import SECOND, Session
from sandbox.smtp.states import BDAT, CLOSED, CONNECTED, MAIL, READY

LINE: Final = 512
"""Octets of a command line, its end included (RFC 5321 section 4.5.3.1.4)."""
EXTRA: Final = {
    # SIZE (RFC 1870 section 3), BODY with BINARYMIME (RFC 3030 section 3), AUTH (RFC 4954 section 3), SMTPUTF8
    # (RFC 6531 section 3.1), and what RFC 3461 section 4 lets RET and ENVID be long
    b"MAIL": 26 + 17 + 16 + 500 + 10 + 9 + 107,
    # NOTIFY and ORCPT (RFC 3461 section 4)
    b"RCPT": 29 + 507,
    # RFC 6531 section 3.1
    b"VRFY": 10,
    b"EXPN": 10,
}
"""By how much the extensions allow a command to be longer."""
LENIENT_LINE: Final = 4096
SHORT: Final = 128
"""Octets of a line up to which what it says is remembered."""
AUTH_LINE: Final = 12288
"""Octets of a line of a SASL exchange (RFC 4954 section 4)."""
REPLY_LINE: Final = 512
"""Octets of a reply line, its end included (RFC 5321 section 4.5.3.1.5)."""
TIMEOUT: Final = 300 * SECOND
"""Silence after which the server gives up (RFC 5321 section 4.5.3.2.7)."""


class SmtpServer(Server):
    """One connection to an SMTP server: a relay or, where the service says so, a door for submission."""

    initial, closed = CONNECTED, CLOSED
    line_limit = AUTH_LINE

    def __init__(self, host: Host, accounts: Accounts, courier: Courier, service: Service) -> None:
        super().__init__(host)
        self.session: Session = Session(host, accounts, courier, service)
        self.session.offers = self.has
        self.session.peer = lambda: self.peer

    def greeting(self) -> Answer:
        return replies.GREETING(host=self.host.name)

    def read(self) -> Generator[object, Any, Request]:
        raw = yield from self.reader.line(AUTH_LINE)
        request = _understood(raw, self.host.strict)
        if len(raw) > LINE and len(raw) > self._line_limit(request.verb):
            raise TooLong(len(raw))
        return request

    def _line_limit(self, verb: bytes) -> int:
        if verb == b"AUTH":
            return AUTH_LINE
        return LINE + EXTRA.get(verb, 0) if self.host.strict else LENIENT_LINE

    def has(self, capability: bytes) -> bool:
        """Whether an extension is on at this moment."""
        without = self.host.setting("without", ())
        if without and isinstance(without, tuple | list) and capability.decode("ascii") in without:
            return False
        if capability == b"STARTTLS":
            return self.host.tls and not self.secure
        if capability == b"AUTH":
            return self.session.submission
        if capability == b"BINARYMIME":
            return self.has(b"CHUNKING")
        return True

    def offers(self, command: Command) -> bool:
        return self._knows(command) and not (self.host.settings and self._busy.get(command.name))

    def _knows(self, command: Command) -> bool:
        # a server that has TLS knows STARTTLS at all times, and says why it is not possible now
        capability = command.capability
        return capability is None or self.has(capability) or (capability == b"STARTTLS" and self.secure)

    @property
    def _busy(self) -> dict[str, int]:
        """How often more each command is to be put off: a wish of the world's."""
        busy = self.host.setting("busy")
        return busy if isinstance(busy, dict) else {}

    def refuse(self, request: Request) -> Answer:
        row = request.command
        if row is None:
            return self.session.erred(replies.UNKNOWN(verb=request.verb.decode("ascii")))
        if not self._knows(row):
            return self.session.erred(replies.NOT_OFFERED(verb=row.name))
        if self.state not in row.states:
            return self.session.erred(_out_of_order(row, self.state))
        fault = request.fault
        if fault is None:
            self._busy[row.name] -= 1
            return replies.BUSY(verb=row.name)
        reply = _address_syntax(request) if fault.ref in _ADDRESS_RULES else replies.SYNTAX
        where = f"{fault.ref.document} section {fault.ref.section}" if fault.ref.section else fault.ref.document
        return self.session.erred(reply(why=str(fault.want), section=where))

    def too_long(self) -> Answer:
        return self.session.erred(replies.TOO_LONG())

    def encode(self, answer: Answer, request: Request | None) -> bytes:
        reply = answer.reply
        text = reply.text.format(**answer.params) if answer.params else reply.text
        utf8 = request is not None and request.verb in (b"VRFY", b"EXPN") and request.values[1:] == (True,)
        if not answer.lines:
            return _single(reply.code, text, utf8)
        code, _, status = reply.code.partition(b" ")
        prefix = status + b" " if status else b""
        room = REPLY_LINE - 6 - len(prefix)
        *lines, last = _one_line(text, utf8), *answer.lines
        said = [b"%b-%b%b\r\n" % (code, prefix, line[:room]) for line in lines]
        said.append(b"%b %b%b\r\n" % (code, prefix, last[:room]))
        return b"".join(said)

    def secured(self) -> None:
        self.session.forget()

    def idle_limit(self) -> int:
        return TIMEOUT

    def going_down(self) -> Answer:
        return replies.SHUTDOWN(host=self.host.name)

    def timed_out(self) -> Answer:
        return replies.TIMEOUT(host=self.host.name)


def _understood(raw: bytes, strict: bool) -> Request:
    """The request in a line. What is said again and again, as DATA is, or a sender's name, is taken apart once."""
    if len(raw) > SHORT or raw[:4].upper() == b"AUTH":  # a password must not stay in memory
        return read_request(REGISTRY, VERB, raw, strict=strict)
    return _remembered(raw, strict)


@lru_cache(maxsize=1024)
def _remembered(raw: bytes, strict: bool) -> Request:
    """Requests are never changed, so that one can stand for all that are like it."""
    return read_request(REGISTRY, VERB, raw, strict=strict)


_ADDRESS_RULES: Final = frozenset(
    {
        "5321#3.3",
        "5321#4.1.1.2",
        "5321#4.1.1.3",
        "5321#4.1.2",
        "5321#4.1.3",
        "5321#4.5.3.1.1",
        "5321#4.5.3.1.3",
        "6531#3.3",
    }
)
"""The sections that a fault in an address cites."""


def _address_syntax(request: Request) -> Reply:
    by_verb = {b"MAIL": replies.SENDER_SYNTAX, b"RCPT": replies.RECIPIENT_SYNTAX}
    return by_verb.get(request.verb, replies.SYNTAX)


def _out_of_order(row: Command, state: State) -> Answer:
    """Why a command may not come now (RFC 5321 section 4.1.4)."""
    if state == CONNECTED:
        return replies.HELLO_FIRST()
    if state == READY:
        return replies.MAIL_FIRST()
    if row.verb in (b"AUTH", b"STARTTLS"):
        return replies.NOT_IN_TRANSACTION(verb=row.name)
    if row.verb == b"MAIL":
        return replies.NESTED()
    if state == BDAT:
        return replies.CHUNKS_BEGAN()
    assert state == MAIL
    return replies.NO_RECIPIENTS()


@lru_cache(maxsize=1024)
def _single(code: bytes, text: str, utf8: bool) -> bytes:
    """A reply of one line. What is said again and again is put together once."""
    first, *status = code.split(b" ")
    line = b" ".join((*status, _one_line(text, utf8)))
    return b"%b %b\r\n" % (first, line[: REPLY_LINE - 6])


def _one_line(text: str, utf8: bool) -> bytes:
    """Words for a reply: printable, and ASCII unless the client can read more (RFC 6531 section 3.7.4)."""
    if not text.isprintable():
        text = "".join(char if char.isprintable() else "?" for char in text)
    return text.encode("utf-8" if utf8 else "ascii", "replace")
