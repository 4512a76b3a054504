"""The services that `serve` offers and where they listen. One line here makes a service of a known protocol real.

The protocols say the same of themselves, and a test holds the two equal. It is told twice since ports shall listen
before the protocols are imported, which takes longer than all the rest.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Offer(NamedTuple):
    """A service: its protocol, its standard port, and whether TLS comes first."""

    protocol: str
    port: int
    tls: bool = False


SERVICES: Final = {
    "smtp": Offer("smtp", 25),
    "submission": Offer("smtp", 587),
    "submissions": Offer("smtp", 465, tls=True),
    "pop3": Offer("pop3", 110),
    "pop3s": Offer("pop3", 995, tls=True),
    "imap": Offer("imap", 143),
    "imaps": Offer("imap", 993, tls=True),
}
"""By the names that IANA gave them."""
