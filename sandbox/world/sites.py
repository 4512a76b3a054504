"""The stations of a world: for each domain a store and accounts, for each host the surroundings of its servers."""

from __future__ import annotations

import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any, Final

from sandbox.auth.accounts import Account, AccountTable
from sandbox.core.host import Host
from sandbox.mail.memory import MemoryStore
from sandbox.mail.store import Mailboxes, Store
from sandbox.world.clock import VirtualClock
from sandbox.world.description import DomainDescription, HostDescription, WorldDescription

LANGUAGES: Final = ("en", "es")


def stream(seed: str, purpose: str) -> Callable[[int], bytes]:
    """A source of octets that depends on nothing but the seed and what it is for. Not fit for secrets that matter."""
    return random.Random(f"{seed}/{purpose}").randbytes


class Site:
    """A domain at work: its store and its accounts. `home` is the short name of the host where its mail lies."""

    def __init__(self, domain: DomainDescription, home: str, seed: str, clock: VirtualClock) -> None:
        self.domain = domain
        self.home = home
        first = domain.uid_validity
        if first is None:
            first = 1_000_000_000 + int.from_bytes(stream(seed, f"uidvalidity {domain.name}")(3), "big")
        self.store: Store = MemoryStore(clock.now, separator=domain.separator, first_uid_validity=first)
        accounts = [Account(name, password) for name, password in domain.users.items()]
        self.accounts = AccountTable(accounts, stream(seed, f"salt {domain.name}")(16))

    def owner(self, user: str) -> str | None:
        """The user here whom `name` or `name@domain` means; None if that is nobody of this domain."""
        name, _, domain = user.partition("@")
        return name if name in self.domain.users and domain in ("", self.domain.name) else None

    def mailboxes(self, user: str) -> Mailboxes:
        """A user's mailboxes. Raises `NoSuchUser`."""
        return self.store.mailboxes(user)


class Station:
    """A host at work. `address` is its place in the world's network (RFC 5737's test networks)."""

    def __init__(
        self,
        description: HostDescription,
        site: Site,
        address: str,
        world: WorldDescription,
        clock: VirtualClock,
        translate: Callable[[str, str], str],
    ) -> None:
        self.description = description
        self.site = site
        self.address = address
        self._world, self._clock, self._translate = world, clock, translate
        self._hosts: dict[str, Host] = {}

    def host(self, protocol: str) -> Host:
        """The surroundings for servers of a protocol; one object for all its connections, since hosts remember."""
        if protocol not in self._hosts:
            settings: dict[str, Any] = deepcopy(dict(self.description.settings.get(protocol, {})))
            self._hosts[protocol] = Host(
                self.description.name,
                self._clock.now,
                stream(self._world.seed, f"{self.description.name} {protocol}"),
                strict=self._world.strict,
                tls=bool(settings.pop("tls", False)),
                clear_auth=bool(settings.pop("clear_auth", True)),
                languages=LANGUAGES,
                translate=self._translate,
                settings=settings,
            )
        return self._hosts[protocol]


def build_sites(world: WorldDescription, clock: VirtualClock) -> dict[str, Site]:
    """The sites by domain. A domain's mail lies on the first of its hosts that lets people read it."""
    sites = {}
    for domain in world.domains:
        hosts = [host for host in world.hosts if host.domain == domain.name]
        readable = [host for host in hosts if {"pop3", "imap"} & set(host.roles)]
        home = next((host.short for host in readable or hosts), domain.name)
        sites[domain.name] = Site(domain, home, world.seed, clock)
    return sites


def build_stations(
    world: WorldDescription, sites: dict[str, Site], clock: VirtualClock, translate: Callable[[str, str], str]
) -> dict[str, Station]:
    """The stations by the hosts' short names."""
    return {
        host.short: Station(host, sites[host.domain], f"192.0.2.{number}", world, clock, translate)
        for number, host in enumerate(world.hosts, 10)
    }
