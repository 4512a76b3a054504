"""A small world for SMTP's tests: one domain, all three doors."""

from __future__ import annotations

from sandbox.world.description import DomainDescription, HostDescription, WorldDescription
from sandbox.world.world import World


def world(strict: bool = False, **settings: object) -> World:
    return World(
        WorldDescription(
            (
                DomainDescription(
                    "norte.example", {"ana": "secreto", "luis": "clave"}, lists={"todos": ("ana", "luis")}
                ),
            ),
            (
                HostDescription(
                    "norte", "mail.norte.example", "norte.example", ("mx", "submission"), {"smtp": settings}
                ),
            ),
            strict=strict,
        )
    )
