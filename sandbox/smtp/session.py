"""An SMTP session: who the client says it is, who it proved to be, and the mail transaction under way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.auth.accounts import Accounts
from sandbox.core.effects import Close
from sandbox.core.host import Host
from sandbox.core.protocol import Service
from sandbox.core.replies import Answer
from sandbox.mail.courier import Body, Courier, Envelope, ForwardPath
from sandbox.smtp import replies

SECOND: Final = 1_000_000_000
DEFAULT_SIZE: Final = 26_214_400
"""Octets a message may have, unless the world says otherwise."""
DEFAULT_RECIPIENTS: Final = 1000
"""Recipients a transaction may have; RFC 5321 section 4.5.3.1.8 asks for 100 at least."""
DEFAULT_HOPS: Final = 100
"""Received lines from which on a message counts as going round (RFC 5321 section 6.3)."""
MAX_ERRORS: Final = 100
"""Commands that were no commands before the server hangs up."""
MAX_FAILURES: Final = 5
"""Failed authentications before the server hangs up; RFC 4954 section 9 asks for three at least."""


@dataclass(slots=True)
class Transaction:
    """What MAIL, RCPT and BDAT have brought so far (the buffers of RFC 5321 section 4.1.1)."""

    reverse_path: str
    parameters: dict[bytes, Any]
    recipients: list[ForwardPath] = field(default_factory=list)
    chunks: list[bytes] = field(default_factory=list)
    received: int = 0
    """Octets of the chunks."""
    failed: bool = False
    """A chunk went wrong: RFC 3030 section 2 leaves RSET as the only way on."""

    @property
    def body(self) -> Body:
        """What octets were announced."""
        body: Body = self.parameters.get(b"BODY", Body.SEVEN_BIT)
        return body

    @property
    def smtputf8(self) -> bool:
        """Whether addresses and header fields may go beyond ASCII."""
        return b"SMTPUTF8" in self.parameters


class Session:
    """What handlers work on."""

    def __init__(self, host: Host, accounts: Accounts, courier: Courier, service: Service) -> None:
        self.host, self.accounts, self.courier, self.service = host, accounts, courier, service
        self.secure = False
        self.client = ""
        """The name that EHLO or HELO gave."""
        self.extended = False
        """EHLO was said, and not HELO."""
        self.user: str | None = None
        """Who AUTH proved to be there."""
        self.transaction: Transaction | None = None
        self.errors = 0
        self.failures = 0
        self.peer: Callable[[], str] = str
        self.offers: Callable[[bytes], bool] = lambda _capability: True

    # Who is there

    @property
    def submission(self) -> bool:
        """Whether this is a door for the server's own users (RFC 6409), and no relay."""
        return self.service.role == "submission"

    @property
    def may_send_password(self) -> bool:
        """Whether a readable password is accepted at this moment."""
        return self.secure or self.host.clear_auth

    def greet(self, client: str, *, extended: bool) -> None:
        """EHLO or HELO: take the client's name down, and clear everything (RFC 5321 section 4.1.4)."""
        self.client, self.extended = client, extended
        self.reset()

    def forget(self) -> None:
        """TLS began: nothing that was learnt in clear text counts (RFC 3207 section 4.2)."""
        self.client, self.extended, self.user = "", False, None
        self.secure = True
        self.reset()

    def failed_authentication(self, answer: Answer) -> Answer:
        """Count a failure; one too many ends the session."""
        self.failures += 1
        return replies.AUTH_ENOUGH().then(Close()) if self.failures >= MAX_FAILURES else answer

    def erred(self, answer: Answer) -> Answer:
        """Count a command that was none; one too many ends the session (RFC 5321 section 7.8)."""
        self.errors += 1
        return replies.ENOUGH(host=self.host.name).then(Close()) if self.errors >= MAX_ERRORS else answer

    # The transaction

    @property
    def limit(self) -> int:
        """Octets that a message may have."""
        return self._number("size", DEFAULT_SIZE)

    @property
    def most_recipients(self) -> int:
        """Recipients that a transaction may have."""
        return self._number("recipients", DEFAULT_RECIPIENTS)

    @property
    def most_hops(self) -> int:
        """Received lines that a message may have."""
        return self._number("hops", DEFAULT_HOPS)

    def _number(self, name: str, default: int) -> int:
        value = self.host.setting(name, default)
        return value if isinstance(value, int) else default

    def reset(self) -> None:
        """Give the transaction up (RFC 5321 section 4.1.1.5)."""
        self.transaction = None

    def begin(self, reverse_path: str, parameters: dict[bytes, Any]) -> None:
        """MAIL: open a transaction."""
        self.transaction = Transaction(reverse_path, parameters)

    @property
    def open(self) -> Transaction:
        """The transaction; there is one in every state that a handler asks for it in."""
        assert self.transaction is not None
        return self.transaction

    def envelope(self) -> Envelope:
        """The transaction as the courier wants it."""
        mail = self.open
        given = mail.parameters
        auth: str | None = None
        if b"AUTH" in given:
            # a submitter that the client names is believed only where the client proved to be that one itself
            # (RFC 4954 section 5)
            claimed = given[b"AUTH"]
            auth = claimed.text if claimed is not None and claimed.local == self.user else ""
        return Envelope(
            mail.reverse_path,
            tuple(mail.recipients),
            mail.body,
            mail.smtputf8,
            given.get(b"SIZE"),
            given.get(b"RET"),
            given.get(b"ENVID"),
            auth,
        )
