"""The protocols that worlds speak, by name. One line here makes a protocol known to everything above."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Final

from sandbox.core.protocol import Protocol

_PLACES: Final = {
    "smtp": ("sandbox.smtp", "SMTP"),
    "pop3": ("sandbox.pop3", "POP3"),
    "imap": ("sandbox.imap", "IMAP"),
}
"""Where each protocol is defined."""


class _Protocols(Mapping[str, Protocol]):
    """Imports a protocol when it is first asked for: a POP3 lesson does not wait for IMAP."""

    def __getitem__(self, name: str) -> Protocol:
        module, attribute = _PLACES[name]
        protocol: Protocol = getattr(import_module(module), attribute)
        return protocol

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)


PROTOCOLS: Final[Mapping[str, Protocol]] = _Protocols()
