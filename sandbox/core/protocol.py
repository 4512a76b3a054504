"""A protocol as a value. `wire` and everything above work with these and never name SMTP, POP3 or IMAP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sandbox.core.client import Behaviour
from sandbox.core.endpoint import Server
from sandbox.core.registry import Registry, State
from sandbox.core.replies import Reply
from sandbox.core.tracker import Tracker


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
    """

    name: str
    title: str
    services: tuple[Service, ...]
    registry: Registry
    states: tuple[State, ...]
    server: Callable[..., Server]
    tracker: Callable[[], Tracker]
    replies: tuple[Reply, ...]
    routines: tuple[Routine, ...] = field(default=())

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
