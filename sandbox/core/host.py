"""What a server may know of the place it runs in. Cores import no clock and no randomness; they are handed both
here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


def _untranslated(language: str, text: str) -> str:
    return text


@dataclass(slots=True)
class Host:
    """A server's surroundings.

    `now` gives nanoseconds since 1970 (the world's clock, or the real one under `serve`), `random(n)` n octets.
    `translate(language, text)` puts a reply's message id into one of `languages` (RFC 6856 LANG).
    `settings` are a world's wishes for one protocol, such as capabilities to leave out.
    """

    name: str
    now: Callable[[], int]
    random: Callable[[int], bytes]
    strict: bool = False
    tls: bool = False
    """STARTTLS or STLS can be offered."""
    clear_auth: bool = True
    """Passwords may be sent before TLS protects the line."""
    languages: tuple[str, ...] = ("en",)
    translate: Callable[[str, str], str] = _untranslated
    settings: dict[str, Any] = field(default_factory=dict)
    memory: dict[object, object] = field(default_factory=dict)
    """What the servers of this host remember from one connection to the next (the time of a login)."""

    def setting(self, name: str, default: object = None) -> object:
        """A world's setting, or `default`."""
        return self.settings.get(name, default)
