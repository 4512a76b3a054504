"""The world of free play: one domain, four people, their mail."""

from __future__ import annotations

from sandbox.resources import lessons
from sandbox.world.description import DomainDescription, HostDescription, MailDescription, WorldDescription, canonical

PASSWORD = "secreto"
_USERS = ("ana", "luis", "mar", "eva")
_MAIL = {
    "ana": ("invoice", "exam", "dinner", "report"),
    "luis": ("newsletter", "recipe"),
    "mar": ("welcome",),
}


def playground(*, strict: bool) -> WorldDescription:
    """Host `norte` with POP3; everybody's password is the same."""
    folder = lessons() / "mail"
    mail = tuple(
        MailDescription(user, canonical((folder / f"{name}.eml").read_bytes()))
        for user, names in _MAIL.items()
        for name in names
    )
    domain = DomainDescription("norte.example", dict.fromkeys(_USERS, PASSWORD), ((10, "norte"),))
    host = HostDescription("norte", "mail.norte.example", "norte.example", ("mx", "submission", "pop3", "imap"))
    return WorldDescription((domain,), (host,), mail, strict=strict)
