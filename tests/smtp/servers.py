"""A server for SMTP's tests, and a courier that keeps what it is given."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from sandbox.auth.accounts import Account, AccountTable
from sandbox.core.host import Host
from sandbox.core.message import Msg
from sandbox.mail.courier import Envelope, Fate, ForwardPath, Result
from sandbox.smtp import SERVICES
from sandbox.smtp.server import SmtpServer

NOW = 1_772_442_000 * 10**9
"""Monday, 2 March 2026, 09:00 UTC."""
RELAY, SUBMISSION, SUBMISSIONS = SERVICES


@dataclass
class Desk:
    """Has mailboxes for ana and luis, a list, and fates for names that ask for one."""

    relays: bool = False
    delivered: list[tuple[Envelope, bytes]] = field(default_factory=list)
    outcome: Fate = Fate.ACCEPTED

    def expand(self, mailbox: str) -> tuple[str, ...]:
        local, _, domain = mailbox.partition("@")
        if domain not in ("", "norte.example"):
            return ()
        members = {"ana": ("ana",), "luis": ("luis",), "todos": ("ana", "luis"), "ñandú": ("ñandú",)}.get(local, ())
        return tuple(f"{member}@norte.example" for member in members)

    def check(self, envelope: Envelope, recipient: ForwardPath) -> Result:
        local, _, domain = recipient.mailbox.partition("@")
        if domain == "nowhere.example":
            return Result(recipient, Fate.NOWHERE)
        if domain not in ("", "norte.example", "[192.0.2.10]"):
            return Result(recipient, Fate.ACCEPTED if self.relays else Fate.FOREIGN)
        fates = {"full": Fate.FULL, "later": Fate.LATER, "refused": Fate.REFUSED}
        if local in fates:
            return Result(recipient, fates[local], Msg("words of the courier") if local == "refused" else None)
        known = self.expand(recipient.mailbox) or local.lower() == "postmaster" or domain.startswith("[")
        return Result(recipient, Fate.ACCEPTED if known else Fate.UNKNOWN)

    def deliver(self, envelope: Envelope, content: bytes) -> tuple[Result, ...]:
        if self.outcome is Fate.ACCEPTED:
            self.delivered.append((envelope, content))
        return tuple(Result(recipient, self.outcome) for recipient in envelope.forward_paths)


def server(
    strict: bool = False,
    desk: Desk | None = None,
    service: object = RELAY,
    tls: bool = False,
    clear_auth: bool = True,
    **settings: object,
) -> SmtpServer:
    host = Host(
        "mail.norte.example",
        lambda: NOW,
        random.Random(7).randbytes,
        strict=strict,
        tls=tls,
        clear_auth=clear_auth,
        settings=settings,
    )
    accounts = AccountTable([Account("ana", "secreto"), Account("luis", "clave")], bytes(16))
    made = SmtpServer(host, accounts, desk or Desk(), service)  # type: ignore[arg-type]
    made.peer = "198.51.100.10"
    return made


GREETED = """
    S: 220 mail.norte.example ESMTP mail-sandbox
    C: HELO laptop.example
    S: 250 mail.norte.example
"""
HELLO = """
    S: 220 mail.norte.example ESMTP mail-sandbox
    C: EHLO laptop.example
    S: 250-mail.norte.example greets laptop.example
    S: 250-PIPELINING
    S: 250-SIZE 26214400
    S: 250-8BITMIME
    S: 250-SMTPUTF8
    S: 250-CHUNKING
    S: 250-BINARYMIME
    S: 250-DSN
    S: 250-EXPN
    S: 250-HELP
    S: 250 ENHANCEDSTATUSCODES
"""
OPEN = (
    HELLO
    + """
    C: MAIL FROM:<eva@sur.example>
    S: 250 2.1.0 sender <eva@sur.example> ok
    C: RCPT TO:<ana@norte.example>
    S: 250 2.1.5 recipient <ana@norte.example> ok
"""
)
AGAIN = HELLO.split("\n", 2)[2]
"""EHLO and its reply, without the greeting."""
