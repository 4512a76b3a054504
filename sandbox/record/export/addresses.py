"""Which addresses and ports a connection has in a capture: its own, or made-up ones where it had none."""

from __future__ import annotations

import ipaddress
from itertools import count
from typing import Final, TypeAlias

from sandbox.record.export.frames import End
from sandbox.wire.trace import Open

_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_FIRST: Final[dict[int, int]] = {
    4: int(ipaddress.IPv4Address("198.18.0.1")),
    6: int(ipaddress.IPv6Address("2001:db8::1")),
}
"""Addresses that belong to nobody: for benchmarks (RFC 2544 appendix C.2.2), for documentation (RFC 3849)."""
_MANY: Final = 0x1FFFE
_EPHEMERAL: Final = range(49152, 65536)
"""Dynamic ports (RFC 6335 section 6)."""


class Addresses:
    """Gives every connection its ends. The same opens in the same order get the same ends."""

    def __init__(self) -> None:
        self._given: dict[tuple[int, str], bytes] = {}
        self._ports = count()
        self._taken: set[tuple[End, End]] = set()
        self._named: set[tuple[bytes, str]] = set()

    def ends(self, opened: Open) -> tuple[End, End]:
        """The client's and the server's end."""
        client, server = _parsed(opened.client_address), _parsed(opened.server_address)
        known = client or server
        version = known.version if known is not None else 4
        addresses = self._address(client, version, opened.client), self._address(server, version, opened.server)
        port = opened.client_port if _is_port(opened.client_port) else self._port()
        served = End(addresses[1], opened.port if _is_port(opened.port) else self._port())
        ends = End(addresses[0], port), served
        if ends in self._taken:  # to Wireshark it would be the same connection once more
            ends = End(addresses[0], self._port()), served
        self._taken.add(ends)
        return ends

    def names(self, opened: Open, ends: tuple[End, End]) -> list[tuple[bytes, str]]:
        """What the ends are called, as far as it is news; an address written out is no name."""
        named = [
            (end.address, name)
            for end, name in zip(ends, (opened.client, opened.server), strict=True)
            if name and _parsed(name) is None
        ]
        news = [each for each in dict.fromkeys(named) if each not in self._named]
        self._named.update(news)
        return news

    def _address(self, own: _Address | None, version: int, name: str) -> bytes:
        if own is not None and own.version == version:
            return own.packed
        given = self._given.get((version, name))
        if given is None:
            number = _FIRST[version] + len(self._given) % _MANY
            given = self._given[version, name] = number.to_bytes(4 if version == 4 else 16)
        return given

    def _port(self) -> int:
        return _EPHEMERAL[next(self._ports) % len(_EPHEMERAL)]


def _is_port(number: int) -> bool:
    return 0 < number < 65536


def _parsed(text: str) -> _Address | None:
    """An address as it is written; None if it is none. IPv4 inside IPv6 is IPv4."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
