"""The lesson's world as its file describes it: domains and their users, hosts, mail that is there at the start."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from sandbox.teach.faults import wrong
from sandbox.teach.fields import (
    Account,
    Clock,
    Domain,
    Host,
    KnownDomain,
    MailFile,
    Model,
    Password,
    Slug,
    User,
    Word,
    known_host,
    one_or_more,
)

__all__ = ["PROFILES", "ActorSpec", "DomainSpec", "HostSpec", "ServerSpec", "WorldSpec"]

Profile = Literal["strict", "lenient"]
PROFILES: tuple[Profile, ...] = ("strict", "lenient")


class MxSpec(Model):
    """One MX record of a domain."""

    preference: int = Field(ge=0, le=65_535)
    host: Host


class DomainSpec(Model):
    """A mail domain: where its mail goes, its users with their passwords, and the mailboxes behind its other names.

    A list sends on in its own name, an alias in the sender's.
    """

    mx: list[MxSpec] = Field(default_factory=list, max_length=16)
    users: dict[Account, Password] = Field(default_factory=dict, max_length=200)
    aliases: dict[Account, list[Word]] = Field(default_factory=dict, max_length=200)
    lists: dict[Account, list[Word]] = Field(default_factory=dict, max_length=200)


class ServerSpec(Model):
    """How a host's servers of one protocol are set up.

    `tls` offers STARTTLS or STLS, `clear_auth` takes passwords before that, `without` leaves capabilities out (by the
    name they have on the wire), `login_delay` is POP3's LOGIN-DELAY in seconds (RFC 2449 section 6.5).

    For SMTP: `size` is the most octets of a message, `recipients` the most of a transaction, `hops` the most Received
    lines, `private` keeps VRFY and EXPN silent, and `careless` takes a line feed alone for the end of a line.
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


class HostSpec(Model):
    """A host: its full name, the domain whose mail it holds, what it serves, and how its servers are set up."""

    name: Domain
    domain: KnownDomain
    roles: list[Literal["mx", "submission", "pop3", "imap"]] = Field(min_length=1)
    servers: dict[Literal["smtp", "pop3", "imap"], ServerSpec] = Field(default_factory=dict)


class WorldSpec(Model):
    """All that is there when the lesson starts.

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
