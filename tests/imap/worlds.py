"""Servers to test against: one user, `ana`, with the password `secreto`, and a little mail."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.auth.accounts import Account, AccountTable
from sandbox.core.host import Host
from sandbox.imap import IMAP
from sandbox.imap.server import ImapServer
from sandbox.mail.memory import Limits, MemoryStore
from sandbox.mail.store import Mailbox, Mailboxes
from tests.support.dialogue import perform

SECOND = 1_000_000_000
NOON = 1_700_049_600 * SECOND
"""15 November 2023, 12:00 UTC."""

PLAIN = (
    b"Date: Mon, 13 Nov 2023 10:00:00 +0100\r\n"
    b"From: Luis Mar <luis@sur.example>\r\n"
    b"To: ana@norte.example\r\n"
    b"Subject: =?utf-8?q?Ma=C3=B1ana?=\r\n"
    b"Message-ID: <1@sur.example>\r\n"
    b"\r\n"
    b"hello\r\n"
)
MIXED = (
    b"Date: Tue, 14 Nov 2023 10:00:00 +0000\r\n"
    b"From: eva@norte.example\r\n"
    b"Subject: two parts\r\n"
    b"Message-ID: <2@norte.example>\r\n"
    b"MIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n'
    b"\r\n"
    b"--b\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: base64\r\n"
    b"\r\n"
    b"wqFIb2xhIQ==\r\n"
    b"--b\r\n"
    b"Content-Type: message/rfc822\r\n"
    b"\r\n"
    b"Subject: inner\r\n"
    b"\r\n"
    b"deep\r\n"
    b"--b--\r\n"
)
LATIN = "¡Hola!"


class Home:
    """A host with a store; every call gives one more connection to it. `settings` are the host's."""

    def __init__(
        self,
        *mails: bytes,
        strict: bool = False,
        tls: bool = False,
        clear_auth: bool = True,
        separator: str = "/",
        limits: Limits | None = None,
        **settings: object,
    ) -> None:
        self.now = NOON
        self.host = Host(
            "mail.norte.example",
            lambda: self.now,
            lambda count: bytes(range(count)),
            strict=strict,
            tls=tls,
            clear_auth=clear_auth,
            settings=settings,
        )
        self.store = MemoryStore(lambda: self.now, separator=separator, limits=limits)
        self.ana: Mailboxes = self.store.add_user("ana")
        self.accounts = AccountTable([Account("ana", "secreto"), Account("nobody", "secreto")], b"salt")
        for mail in mails:
            self.inbox.append(mail)

    @property
    def inbox(self) -> Mailbox:
        return self.ana.inbox

    def __call__(self) -> ImapServer:
        made = IMAP.server(host=self.host, store=self.store, accounts=self.accounts)
        assert isinstance(made, ImapServer)
        return made

    def connect(self, said: bytes = b"a LOGIN ana secreto\r\nb SELECT INBOX\r\n") -> Line:
        """A connection on which this has been said."""
        line = Line(self())
        line.say(said)
        return line


class Line:
    """One connection, used by hand."""

    def __init__(self, server: ImapServer) -> None:
        self.server = server
        server.start()
        self.greeting = perform(server)

    def say(self, data: bytes) -> bytes:
        """Send octets; what the server says."""
        self.server.receive_data(data)
        return perform(self.server)

    def hear(self) -> bytes:
        """What the server says without being asked."""
        return perform(self.server)

    def do(self, line: str) -> list[str]:
        """Send a command under the tag `t`; the lines of the answer, the tag taken off the last."""
        said = self.say(b"t " + line.encode() + b"\r\n").decode("utf-8", "surrogateescape")
        lines = said.removesuffix("\r\n").split("\r\n")
        return [*lines[:-1], lines[-1].removeprefix("t ")]


def server(*mails: bytes, **settings: object) -> Callable[[], ImapServer]:
    """A fresh server each time it is called, for `check`."""

    def make() -> ImapServer:
        return Home(*(mails or (PLAIN, MIXED)), **settings)()  # type: ignore[arg-type]

    return make
