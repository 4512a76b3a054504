"""Cipher suites by number (RFC 8446 appendix B.4, RFC 5246 appendix A.5, RFC 5289, RFC 7905), as IANA names them.

A name says everything that is needed to open records: the cipher, its key and the hash.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_ECDHE_ECDSA, _ECDHE_RSA, _DHE_RSA, _RSA = "ECDHE_ECDSA", "ECDHE_RSA", "DHE_RSA", "RSA"

SUITES: Final[dict[int, str]] = {
    0x00FF: "TLS_EMPTY_RENEGOTIATION_INFO_SCSV",
    0x1301: "TLS_AES_128_GCM_SHA256",
    0x1302: "TLS_AES_256_GCM_SHA384",
    0x1303: "TLS_CHACHA20_POLY1305_SHA256",
    0x1304: "TLS_AES_128_CCM_SHA256",
    0x1305: "TLS_AES_128_CCM_8_SHA256",
    0x5600: "TLS_FALLBACK_SCSV",
} | {
    number: f"TLS_{exchange}_WITH_{cipher}"
    for exchange, rows in {
        _ECDHE_ECDSA: {
            0xC009: "AES_128_CBC_SHA",
            0xC00A: "AES_256_CBC_SHA",
            0xC023: "AES_128_CBC_SHA256",
            0xC024: "AES_256_CBC_SHA384",
            0xC02B: "AES_128_GCM_SHA256",
            0xC02C: "AES_256_GCM_SHA384",
            0xC0AC: "AES_128_CCM",
            0xC0AD: "AES_256_CCM",
            0xC0AE: "AES_128_CCM_8",
            0xC0AF: "AES_256_CCM_8",
            0xCCA9: "CHACHA20_POLY1305_SHA256",
        },
        _ECDHE_RSA: {
            0xC013: "AES_128_CBC_SHA",
            0xC014: "AES_256_CBC_SHA",
            0xC027: "AES_128_CBC_SHA256",
            0xC028: "AES_256_CBC_SHA384",
            0xC02F: "AES_128_GCM_SHA256",
            0xC030: "AES_256_GCM_SHA384",
            0xCCA8: "CHACHA20_POLY1305_SHA256",
        },
        _DHE_RSA: {
            0x0033: "AES_128_CBC_SHA",
            0x0039: "AES_256_CBC_SHA",
            0x0067: "AES_128_CBC_SHA256",
            0x006B: "AES_256_CBC_SHA256",
            0x009E: "AES_128_GCM_SHA256",
            0x009F: "AES_256_GCM_SHA384",
            0xCCAA: "CHACHA20_POLY1305_SHA256",
        },
        _RSA: {
            0x000A: "3DES_EDE_CBC_SHA",
            0x002F: "AES_128_CBC_SHA",
            0x0035: "AES_256_CBC_SHA",
            0x003C: "AES_128_CBC_SHA256",
            0x003D: "AES_256_CBC_SHA256",
            0x009C: "AES_128_GCM_SHA256",
            0x009D: "AES_256_GCM_SHA384",
        },
    }.items()
    for number, cipher in rows.items()
}

_AEAD: Final = re.compile(r"(?:WITH|TLS)_(AES_(128|256)_(GCM|CCM_8|CCM)|CHACHA20_POLY1305)(?:_SHA(256|384))?")


class Suite(NamedTuple):
    """What a suite needs to open records. `cipher` is "GCM", "CCM", "CCM_8" or "CHACHA20"; `key` counts octets."""

    name: str
    cipher: str
    key: int
    hash: str


def suite_name(number: int) -> str:
    """The name of a suite; its number, and GREASE (RFC 8701), where it has none here."""
    grease = number & 0x0F0F == 0x0A0A and number >> 8 == number & 0xFF
    return "GREASE" if grease else SUITES.get(number, f"0x{number:04x}")


def suite(number: int) -> Suite | None:
    """A suite that can be opened; None for one that is no AEAD, or is not known."""
    name = suite_name(number)
    found = _AEAD.search(name)
    if found is None:
        return None
    return Suite(name, found[3] or "CHACHA20", int(found[2] or 256) // 8, f"sha{found[4] or 256}")
