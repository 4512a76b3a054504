"""A protocol as a value. `wire` and everything above work with these and never name SMTP, POP3 or IMAP."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sandbox.core.client import Behaviour
from sandbox.core.endpoint import Server
from sandbox.core.registry import Registry, Starts, State
from sandbox.core.replies import Outcome, Reply
from sandbox.core.tracker import Kind, Tracker, Unit

Offers = Callable[[Unit, State], frozenset[bytes] | None]


@dataclass(frozen=True, slots=True)
class Routine:
    """Something a mail program does with this protocol: a name to call it by, what it does, and the script.

    `run(**settings)` makes the behaviour; `settings` tells which keyword arguments it wants and what they mean.
    """

    name: str
    about: str
    run: Callable[..., Behaviour]
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Service:
    """A port that a protocol is served on: its IANA name ("submission"), its number, and whether TLS comes first.

    `role` is what a host has to be to offer it ("mx", "submission", "pop3", "imap").
    """

    name: str
    port: int
    role: str
    tls: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Protocol:
    """Everything that is to be known of one protocol.

    `server` is called with `host`, `store`, `accounts`, `courier` and `service` by keyword and gives a server's
    endpoint for one connection. `services` are the ports it is served on, the one that learners start with first.
    `offers` reads a server's unit: the capabilities that it lists, in capital letters, if they hold in a state; None if
    it lists none.
    """

    name: str
    title: str
    services: tuple[Service, ...]
    registry: Registry
    states: tuple[State, ...]
    server: Callable[..., Server]
    tracker: Callable[[], Tracker]
    replies: tuple[Reply, ...]
    offers: Offers
    routines: tuple[Routine, ...] = field(default=())

    def offered(self, units: Iterable[Unit], state: State) -> frozenset[bytes] | None:
        """The capabilities that a server has listed last, seen from `state`; None if it has not. `units` are those of a
        connection, the newest first. What was said before TLS is forgotten (RFC 3207 section 4.2, RFC 2595 section 4).
        """
        for unit in units:
            row = unit.exchange.command
            if unit.kind is Kind.REPLY and unit.outcome is Outcome.OK and row is not None and row.starts is Starts.TLS:
                return None
            found = self.offers(unit, state) if unit.side == "S" else None
            if found is not None:
                return found
        return None

    @property
    def port(self) -> int:
        """The port of the first service."""
        return self.services[0].port

    def service(self, port: int) -> Service | None:
        """The service on that port."""
        return next((service for service in self.services if service.port == port), None)

    def routine(self, name: str) -> Routine | None:
        """The routine of that name."""
        return next((routine for routine in self.routines if routine.name == name), None)

    def state(self, name: str) -> State | None:
        """The state of that name, in any case of letters."""
        return next((state for state in self.states if state.name.casefold() == name.casefold()), None)
