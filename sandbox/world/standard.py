"""The world of free play and of every lesson that asks for none: three domains, a few people, a little mail."""

from __future__ import annotations

from typing import Final

from sandbox.resources import lessons
from sandbox.world.description import (
    DomainDescription,
    HostDescription,
    MailDescription,
    WorldDescription,
    canonical,
)

PASSWORD: Final = "secreto"
"""Everybody's. It is a sandbox."""

_ROLES: Final = ("mx", "submission", "pop3", "imap")
_MAIL: Final = {
    "ana": ("invoice", "exam", "report"),
    "luis": ("newsletter", "recipe"),
    "mar": ("welcome",),
    "nico": ("dinner",),
}


def standard(seed: str = "0", *, strict: bool = False, tls: bool = False) -> WorldDescription:
    """The description, with mail for ana, luis, mar and nico. With `tls` all servers offer STARTTLS or STLS."""
    settings = {protocol: {"tls": tls} for protocol in ("smtp", "pop3", "imap")}
    return WorldDescription(
        domains=(
            DomainDescription(
                "norte.example", dict.fromkeys(("ana", "luis", "mar", "eva"), PASSWORD), ((10, "norte"),)
            ),
            DomainDescription(
                "sur.example", dict.fromkeys(("nico", "sofia"), PASSWORD), ((10, "sur"), (20, "sur-backup"))
            ),
            DomainDescription("oeste.example", dict.fromkeys(("pedidos", "news"), PASSWORD), ((10, "oeste"),)),
        ),
        hosts=(
            HostDescription("norte", "mail.norte.example", "norte.example", _ROLES, settings),
            HostDescription("sur", "mail.sur.example", "sur.example", _ROLES, settings),
            HostDescription("sur-backup", "backup.sur.example", "sur.example", ("mx",), settings),
            HostDescription("oeste", "mail.oeste.example", "oeste.example", _ROLES, settings),
        ),
        mail=tuple(
            MailDescription(user, canonical((lessons() / "mail" / f"{name}.eml").read_bytes()))
            for user, names in _MAIL.items()
            for name in names
        ),
        seed=seed,
        strict=strict,
    )
