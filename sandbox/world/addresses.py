"""Where to listen, and who can connect there."""

from __future__ import annotations

import ipaddress
from typing import Final

LOOPBACK: Final = "127.0.0.1"


def to_listen(host: str) -> str:
    """The address of a host to listen on: one, since a port has one number."""
    return LOOPBACK if host == "localhost" else host


def is_loopback(host: str) -> bool:
    """Whether only programs on this machine can connect there; False for a name, which may lead anywhere."""
    try:
        return ipaddress.ip_address(to_listen(host)).is_loopback
    except ValueError:
        return False
