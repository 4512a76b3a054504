"""A small world for POP3's tests."""

from __future__ import annotations

from sandbox.core.endpoint import Server
from sandbox.pop3 import POP3
from sandbox.world.description import DomainDescription, HostDescription, MailDescription, WorldDescription
from sandbox.world.world import World

FIRST = b"From: a@b.example\r\nSubject: one\r\n\r\nhello\r\n.dot\r\n"
SECOND = b"Subject: two\r\n\r\n" + b"".join(b"line %d\r\n" % number for number in range(5))


def world(strict: bool = False, **settings: object) -> World:
    return World(
        WorldDescription(
            (DomainDescription("norte.example", {"ana": "secreto", "luis": "clave"}),),
            (HostDescription("norte", "mail.norte.example", "norte.example", ("pop3",), {"pop3": settings}),),
            (MailDescription("ana", FIRST), MailDescription("ana", SECOND)),
            strict=strict,
        )
    )


def server(strict: bool = False, of: World | None = None, **settings: object) -> Server:
    home = of or world(strict, **settings)
    station = home.stations["norte"]
    return POP3.server(host=station.host("pop3"), store=station.site.store, accounts=station.site.accounts)
