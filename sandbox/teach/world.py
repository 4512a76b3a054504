"""The lesson's world as its file describes it: domains and their users, hosts, mail that is there at the start."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from sandbox.teach.faults import wrong
from sandbox.teach.fields import (
    Account,
    Clock,
    Domain,
    Flag,
    Host,
    KnownDomain,
    MailboxName,
    MailFile,
    Model,
    Password,
    Slug,
    SpecialUse,
    User,
    Word,
    known_host,
    one_or_more,
)
from sandbox.teach.network import FlawName

__all__ = ["PROFILES", "ActorSpec", "DomainSpec", "HostSpec", "ServerSpec", "WorldSpec"]

Profile = Literal["strict", "lenient"]
PROFILES: tuple[Profile, ...] = ("strict", "lenient")


class MxSpec(Model):
    """One MX record of a domain."""

    preference: int = Field(ge=0, le=65_535)
    host: Host


def _separator(value: str) -> str:
    """RFC 9051 section 7.3.1 has it a quoted character; a letter or a digit would split names that have one."""
    if len(value) != 1 or not value.isascii() or not value.isprintable() or value.isalnum() or value in ' *%"\\':
        raise wrong("bad_separator")
    return value


class DomainSpec(Model):
    """A mail domain: where its mail goes, its users with their passwords, and the mailboxes behind its other names.

    A list sends on in its own name, an alias in the sender's. `separator` stands between the levels of a mailbox's name
    (RFC 9051 section 5.1.1); `uid_validity` is the UIDVALIDITY of its first mailbox.
    """

    mx: list[MxSpec] = Field(default_factory=list, max_length=16)
    users: dict[Account, Password] = Field(default_factory=dict, max_length=200)
    aliases: dict[Account, list[Word]] = Field(default_factory=dict, max_length=200)
    lists: dict[Account, list[Word]] = Field(default_factory=dict, max_length=200)
    separator: Annotated[str, AfterValidator(_separator)] = "/"
    uid_validity: int | None = Field(None, ge=1, le=4_000_000_000)


class ServerSpec(Model):
    """How a host's servers of one protocol are set up.

    `tls` offers STARTTLS or STLS, `clear_auth` takes passwords before that, `without` leaves capabilities out (by the
    name they have on the wire), `login_delay` is POP3's LOGIN-DELAY in seconds (RFC 2449 section 6.5).

    For SMTP: `size` is the most octets of a message, `recipients` the most of a transaction, `hops` the most Received
    lines, `private` keeps VRFY and EXPN silent, and `careless` takes a line feed alone for the end of a line.

    For IMAP: `capabilities` are all that the server has, `literal_minus` lets only small literals come unasked (RFC
    7888 section 5), `append_limit` is the most octets of a message (RFC 7889), `quota` the most octets of a user's mail
    (RFC 9208). Without `clear_auth` the server says LOGINDISABLED before TLS.
    """

    tls: bool = False
    clear_auth: bool = True
    without: list[Word] = Field(default_factory=list, max_length=64)
    login_delay: int = Field(0, ge=0, le=86_400)
    size: int | None = Field(None, ge=1, le=100_000_000)
    recipients: int | None = Field(None, ge=1, le=1000)
    hops: int | None = Field(None, ge=1, le=100)
    private: bool = False
    careless: bool = False
    capabilities: list[Word] | None = Field(None, max_length=64)
    literal_minus: bool = False
    append_limit: int | None = Field(None, ge=1, le=100_000_000)
    quota: int | None = Field(None, ge=1, le=100_000_000)


class StoredSpec(Model):
    """A message in a mailbox: a file, the flags it has, and its internal date, which is the world's start if it is left
    out."""

    file: MailFile
    flags: list[Flag] = Field(default_factory=list, max_length=32)
    date: Clock | None = None


StoredMail = Annotated[
    StoredSpec,
    BeforeValidator(
        lambda value: {"file": value} if isinstance(value, str) else value, json_schema_input_type=str | StoredSpec
    ),
]


class MailboxSpec(Model):
    """A mailbox: what it is for, whether it is subscribed, and what is in it."""

    use: Annotated[
        list[SpecialUse], BeforeValidator(one_or_more, json_schema_input_type=str | list[str]), Field(max_length=8)
    ] = Field(default_factory=list)
    subscribed: bool = False
    mail: list[StoredMail] = Field(default_factory=list, max_length=500)


Mailbox = Annotated[
    MailboxSpec,
    BeforeValidator(
        lambda value: {"mail": value} if isinstance(value, list) else value,
        json_schema_input_type=list[StoredMail] | MailboxSpec,
    ),
]


class HostSpec(Model):
    """A host: its full name, the domain whose mail it holds, what it serves, and how its servers are set up.

    `certificate` says what is wrong with the one it shows when TLS begins.
    """

    name: Domain
    domain: KnownDomain
    roles: list[Literal["mx", "submission", "pop3", "imap"]] = Field(min_length=1)
    servers: dict[Literal["smtp", "pop3", "imap"], ServerSpec] = Field(default_factory=dict)
    certificate: FlawName = "none"


class WorldSpec(Model):
    """All that is there when the lesson starts.

    `maildrop` puts mail into INBOX; `mailboxes` gives a user mailboxes, each with its mail, `{Archive: [exam.eml]}`.
    Those above a mailbox are there, too.

    `profile` names how strict the servers are. Where a lesson lists both, the learner meets the first, and `prove`
    tries every one.
    """

    clock: Clock = "2026-03-02T09:00:00Z"
    profile: Annotated[
        list[Profile], BeforeValidator(one_or_more, json_schema_input_type=Profile | list[Profile]), Field(min_length=1)
    ] = Field(default_factory=lambda: list(PROFILES))
    domains: dict[Domain, DomainSpec] = Field(default_factory=dict, max_length=32)
    hosts: dict[Slug, HostSpec] = Field(default_factory=dict, max_length=64)
    maildrop: dict[User, list[MailFile]] = Field(default_factory=dict, max_length=200)
    mailboxes: dict[User, dict[MailboxName, Mailbox]] = Field(default_factory=dict, max_length=200)


def _host_and_port(value: str, info: ValidationInfo) -> str:
    host, colon, port = value.partition(":")
    if not host or not colon or not port.isascii() or not port.isdigit() or not 0 < int(port[:6]) < 65_536:
        raise wrong("bad_host")
    known_host(host, info)
    return value


class ActorSpec(Model):
    """Who holds one end of a connection, which protocol it speaks, and to where: `norte:110`."""

    by: Literal["learner", "engine", "observer"]
    proto: Literal["smtp", "pop3", "imap"]
    to: Annotated[str, AfterValidator(_host_and_port)]

    @property
    def host(self) -> str:
        """The short name of the host."""
        return self.to.partition(":")[0]

    @property
    def port(self) -> int:
        """The port, which also says whether TLS comes first (465, 993, 995)."""
        return int(self.to.partition(":")[2])
