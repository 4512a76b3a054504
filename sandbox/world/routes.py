"""The world's DNS, as far as mail asks it: which hosts exchange mail for a domain (RFC 5321 section 5.1)."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from sandbox.core.message import N_, Msg
from sandbox.smtp.client import Verdict
from sandbox.world.sites import Site, Station

if TYPE_CHECKING:
    from sandbox.world.world import World

_NO_DOMAIN = Verdict("550", "5.1.2", "no such domain")
_NO_HOST = Verdict("550", "5.4.4", "the domain has no host that takes mail")
_LOOP = Verdict("550", "5.4.6", "the mail exchanger is this host itself")
_NO_DNS = Verdict("451", "4.4.3", "the name server does not answer")


class Routes:
    """Looks up mail exchangers. `late` holds domains whose name server is slow (nanoseconds), or silent (None)."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._chance = random.Random(f"{world.description.seed}/mx")
        self.late: dict[str, int | None] = {}

    def site(self, domain: str) -> Site | None:
        """The domain of that name."""
        folded = domain.casefold()
        return next((site for name, site in self._world.sites.items() if name.casefold() == folded), None)

    def records(self, site: Site) -> list[tuple[int, str]]:
        """The domain's MX records; where it has none, its own hosts stand for it with preference 0."""
        if site.domain.mx:
            return list(site.domain.mx)
        hosts = self._world.stations.items()
        return [(0, short) for short, host in hosts if host.site is site and "mx" in host.description.roles]

    def stands_in(self, station: Station, domain: str) -> bool:
        """Whether a host is named as exchanger of a domain that is not its own."""
        site = self.site(domain)
        return site is not None and any(short == station.description.short for _, short in self.records(site))

    def exchangers(self, station: Station, domain: str) -> list[str] | Verdict:
        """The hosts to try from a host on, best first, by their short names; or why there is none."""
        site = self.site(domain)
        if site is None:
            return _NO_DOMAIN
        if site.domain.name in self.late:
            late = self.late[site.domain.name]
            if late is None:
                self._world.note(Msg(N_("no name server answers about {domain}"), domain=domain))
                return _NO_DNS
            self._world.clock.advance(late)
        records = self.records(site)
        self._tell(station, site, records)
        if not records:
            return _NO_HOST
        # a host that finds itself in the list may only pass mail on to better ones
        own = [preference for preference, short in records if short == station.description.short]
        records = [record for record in records if not own or record[0] < min(own)]
        if not records:
            return _LOOP
        # exchangers of one preference share the load
        self._chance.shuffle(records)
        return [short for _, short in sorted(records, key=lambda record: record[0])]

    def _tell(self, station: Station, site: Site, records: list[tuple[int, str]]) -> None:
        names = [
            f"{preference} {self._world.stations[short].description.name}" for preference, short in sorted(records)
        ]
        text = N_("{host} asks for the mail exchangers of {domain}: {answer}")
        answer = ", ".join(names) or "-"
        host = station.description.name
        self._world.note(Msg(text, host=host, domain=site.domain.name, answer=answer))
