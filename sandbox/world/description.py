"""What a world is before anything happens: domains, hosts, users, mail, the clock's start and the seed. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from sandbox.world.authority import Flaw
from sandbox.world.clock import SECOND

START: Final = int(datetime(2026, 3, 2, 9, tzinfo=UTC).timestamp()) * SECOND
"""When worlds begin that do not say: a Monday morning."""


@dataclass(frozen=True, slots=True)
class DomainDescription:
    """A mail domain: its users with their passwords, and its MX records (preference, short name of the host).

    Without MX records the hosts of the domain that serve as `mx` stand for it. `aliases` and `lists` give the mailboxes
    behind a name; a list sends on in its own name. `separator` stands between the levels of its mailboxes' names;
    `uid_validity` is the UIDVALIDITY of the first mailbox, each further one has a higher one.
    """

    name: str
    users: Mapping[str, str] = field(default_factory=dict)
    mx: tuple[tuple[int, str], ...] = ()
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    separator: str = "/"
    uid_validity: int | None = None


@dataclass(frozen=True, slots=True)
class HostDescription:
    """A host: its short name in the world, its full name, whose mail it holds, what it serves.

    `roles` are "mx", "submission", "pop3" and "imap". `settings` are wishes for its servers, by protocol; `flaw` is
    what is wrong with its certificate.
    """

    short: str
    name: str
    domain: str
    roles: tuple[str, ...]
    settings: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    flaw: Flaw = Flaw.NONE


@dataclass(frozen=True, slots=True)
class MailboxDescription:
    """A mailbox that a user has at the start beside INBOX, or what is to be said of INBOX itself: its special uses (RFC
    6154) and whether it is subscribed."""

    user: str
    name: str
    special_use: tuple[str, ...] = ()
    subscribed: bool = False


@dataclass(frozen=True, slots=True)
class MailDescription:
    """A message that is there at the start. `content` has CRLF line ends; without `date` it came when the world
    began."""

    user: str
    content: bytes
    mailbox: str = "INBOX"
    flags: tuple[str, ...] = ()
    date: int | None = None


@dataclass(frozen=True, slots=True)
class WorldDescription:
    """Everything a world is built from. The same description and the same inputs give the same bytes."""

    domains: tuple[DomainDescription, ...]
    hosts: tuple[HostDescription, ...]
    mail: tuple[MailDescription, ...] = ()
    seed: str = "0"
    start: int = START
    strict: bool = False
    mailboxes: tuple[MailboxDescription, ...] = ()


def canonical(content: bytes) -> bytes:
    """Mail from a file: every line end becomes CRLF, as on the wire (RFC 5322 section 2.1)."""
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
