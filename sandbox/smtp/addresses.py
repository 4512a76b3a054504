"""Mailboxes as SMTP writes them (RFC 5321 sections 4.1.2 and 4.1.3, RFC 6531 section 3.3), as values."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache

_DOT_STRING = re.compile(r"[\w!#$%&'*+/=?^`{|}~\-\x80-\U0010ffff]+(?:\.[\w!#$%&'*+/=?^`{|}~\-\x80-\U0010ffff]+)*")
_QUOTED_PAIR = re.compile(rb"\\(.)", re.DOTALL)
_SPECIAL = re.compile(r'(["\\])')


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox: its local part without quoting, and its domain or address literal; no domain for Postmaster alone."""

    local: str
    domain: str

    @property
    def text(self) -> str:
        """The mailbox with as little quoting as possible: all quoted forms of a local part are one (section 4.1.2)."""
        return f"{self.local_text}@{self.domain}" if self.domain else self.local_text

    @property
    def local_text(self) -> str:
        """The local part alone, quoted where it must be."""
        if _DOT_STRING.fullmatch(self.local):
            return self.local
        return '"' + _SPECIAL.sub(r"\\\1", self.local) + '"'


@lru_cache(maxsize=4096)
def mailbox(text: str) -> Mailbox:
    """The mailbox that `Mailbox.text` wrote."""
    local, at, domain = text.rpartition("@")
    if not at or domain.endswith('"'):
        local, domain = text, ""
    return Mailbox(unquoted(local.encode()) if local.startswith('"') else local, domain)


def unquoted(octets: bytes) -> str:
    """What a quoted string stands for. Raises `UnicodeDecodeError`."""
    return _QUOTED_PAIR.sub(rb"\1", octets[1:-1]).decode()


def address_literal(octets: bytes) -> str:
    """An address literal, checked. Raises ValueError where the numbers are no address."""
    text = octets[1:-1].decode("ascii")
    if text[:5].upper() == "IPV6:":
        ipaddress.IPv6Address(text[5:])
        # "::" stands for two groups of zeros at least (section 4.1.3)
        groups = [group for group in text[5:].split(":") if group]
        if "::" in text and len(groups) + ("." in groups[-1] if groups else 0) > 6:
            raise ValueError(text)
    else:
        ipaddress.IPv4Address(text)
    return octets.decode("ascii")
