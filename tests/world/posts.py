"""A world with two domains for the tests of the post, and how to send and read in it."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Sequence
from email.message import EmailMessage

from sandbox.smtp import SMTP
from sandbox.smtp.client import Transfer
from sandbox.wire.trace import Data, Note, Open
from sandbox.world.description import DomainDescription, HostDescription, WorldDescription
from sandbox.world.faults import WorldFault
from sandbox.world.inputs import Send, Strike, Wait
from sandbox.world.world import World

MINUTE = 60 * 10**9
HOUR = 60 * MINUTE
LETTER = b"From: ana@norte.example\r\nSubject: hola\r\n\r\nHola\r\n.punto\r\n"


def two(**changes: object) -> World:
    """norte.example has ana, eva, an alias and a list; sur.example has luis and two mail exchangers."""
    description = WorldDescription(
        (
            DomainDescription(
                "norte.example",
                {"ana": "secreto", "eva": "clave"},
                ((10, "norte"),),
                aliases={
                    "jefe": ("luis@sur.example",),
                    "oficina": ("ana", "eva"),
                    "vuelta": ("vuelta@sur.example",),
                    "fuera": ("x@nirgends.example",),
                },
                lists={"todos": ("ana", "luis@sur.example", "todos")},
            ),
            DomainDescription(
                "sur.example",
                {"luis": "llave"},
                ((20, "mx2"), (10, "mx1")),
                aliases={"vuelta": ("vuelta@norte.example",)},
            ),
            DomainDescription("vacio.example"),
            DomainDescription("oeste.example", mx=((5, "norte"),)),
            DomainDescription("este.example", {"mar": "sal"}, ((5, "norte"), (1, "este"))),
        ),
        (
            HostDescription("norte", "mail.norte.example", "norte.example", ("mx", "submission", "pop3")),
            HostDescription("mx1", "mx1.sur.example", "sur.example", ("mx", "pop3"), {"smtp": {"hops": 5}}),
            HostDescription("mx2", "mx2.sur.example", "sur.example", ("mx",)),
            HostDescription("este", "mail.este.example", "este.example", ("mx",)),
        ),
        **changes,  # type: ignore[arg-type]
    )
    return World(description)


def submit(
    world: World, recipients: Sequence[str], letter: bytes = LETTER, sender: str = "ana@norte.example"
) -> Transfer:
    """Send as ana by submission. Her program can be any number of times on the line."""
    world.connect("laptop", "smtp", "norte", 587)
    routine = SMTP.routine("submit")
    assert routine is not None
    done = world.run("laptop", routine.run(sender, recipients, letter, "ana", "secreto"))
    assert isinstance(done, Transfer)
    return done


def say(world: World, port: int, *lines: str, host: str = "norte") -> list[str]:
    """Say lines to a server; returns the first word of each reply, the status behind it included."""
    world.connect("laptop", "smtp", host, port)
    link = world.link("laptop")
    before = len(link.client.units)
    for line in lines:
        world.do(Send("laptop", line.encode() + b"\r\n"))
    said = [unit.raw.decode() for unit in link.client.units[before:] if unit.side == "S" and unit.outcome is not None]
    return [" ".join(line.split()[:2]) for line in said]


def strike(world: World, fault: WorldFault) -> None:
    world.do(Strike(fault))


def wait(world: World, by: int) -> None:
    world.do(Wait(by))


def inbox(world: World, user: str) -> list[bytes]:
    """The messages of a user, as they were put away."""
    return [stored.message.content for stored in world.mailboxes(user).inbox]


def parsed(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def sessions(world: World) -> list[tuple[str, str]]:
    """Who connected to whom, in order."""
    return [(event.actor, event.server) for event in world.journal.events if isinstance(event, Open)]


def notes(world: World) -> list[str]:
    return [event.text.format(**event.params) for event in world.journal.events if isinstance(event, Note)]


def octets(world: World) -> list[tuple[str, str, bytes]]:
    return [(event.conn, event.side, event.raw) for event in world.journal.events if isinstance(event, Data)]
