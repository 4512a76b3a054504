"""xtext (RFC 3461 section 4): how a parameter carries octets that the syntax of parameters forbids."""

from __future__ import annotations

import re

_HEXCHAR = re.compile(rb"\+([0-9A-Fa-f]{2})")


def decode(octets: bytes) -> str:
    """What xtext stands for. Raises ValueError where that is not text, or not printable."""
    text = _HEXCHAR.sub(lambda found: bytes([int(found[1], 16)]), octets).decode()
    if not text.isprintable():
        raise ValueError(text)
    return text


def encode(text: str) -> str:
    """`text` as xtext: "+", "=", space and everything beyond ASCII become `+HH`."""
    return "".join(
        chr(octet) if 33 <= octet <= 126 and octet not in b"+=" else f"+{octet:02X}" for octet in text.encode()
    )
