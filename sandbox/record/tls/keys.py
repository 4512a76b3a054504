"""From secrets to keys, and from records to what is in them.

TLS 1.3: RFC 8446 sections 7.1, 7.3 and 5.2. TLS 1.2: RFC 5246 sections 5, 6.3 and 6.2.3.3, for the ciphers of RFC 5288
(GCM), RFC 6655 (CCM) and RFC 7905 (ChaCha20).
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from sandbox.record.tls.records import Record
from sandbox.record.tls.suites import Suite

MASTER: Final = 48
"""Octets of a master secret (RFC 5246 section 8.1)."""
_LINE: Final = re.compile(r"([A-Z0-9_]{1,64}) ([0-9a-fA-F]{64}) ((?:[0-9a-fA-F]{2}){32,64})\s*")
_IV: Final = 12
_SALT: Final = 4
"""Octets of the nonce that come from the handshake; eight more are in every record (RFC 5288 section 3)."""
_HASHES: Final = {"sha256": hashes.SHA256, "sha384": hashes.SHA384}


class KeyLog:
    """The lines of a key log (SSLKEYLOGFILE): label, random of the client, secret. Other lines are passed over."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self._secrets: dict[tuple[str, bytes], bytes] = {}
        for line in lines:
            found = _LINE.fullmatch(line)
            if found is not None:
                self._secrets[found[1], bytes.fromhex(found[2])] = bytes.fromhex(found[3])

    def secret(self, label: str, random: bytes) -> bytes | None:
        """A secret of the connection whose client sent `random`."""
        return self._secrets.get((label, random))


class Seal(Protocol):
    """What opens the records of one side, in their order."""

    def open(self, record: Record) -> tuple[int, bytes] | None:
        """The content type inside, and the octets; None where the key does not fit."""


class Seal13:
    """TLS 1.3: the content type is inside, behind the content, and so is padding (RFC 8446 section 5.2)."""

    def __init__(self, suite: Suite, secret: bytes) -> None:
        self._suite, self._secret = suite, secret
        self._aead = _aead(suite, expand_label(suite.hash, secret, b"key", suite.key))
        self._iv = expand_label(suite.hash, secret, b"iv", _IV)
        self._count = 0

    def open(self, record: Record) -> tuple[int, bytes] | None:
        """Count the record, and open it."""
        nonce = _mixed(self._iv, self._count)
        self._count += 1
        inner = (_decrypt(self._aead, nonce, record.fragment, record.header) or b"").rstrip(b"\0")
        return (inner[-1], inner[:-1]) if inner else None

    def updated(self) -> Seal13:
        """After a KeyUpdate (RFC 8446 section 7.2)."""
        return Seal13(self._suite, expand_label(self._suite.hash, self._secret, b"traffic upd", len(self._secret)))


class Seal12:
    """TLS 1.2 with an AEAD cipher (RFC 5246 section 6.2.3.3)."""

    def __init__(self, suite: Suite, key: bytes, iv: bytes) -> None:
        self._aead = _aead(suite, key)
        self._iv = iv
        self._tag = 8 if suite.cipher == "CCM_8" else 16
        self._count = 0

    def open(self, record: Record) -> tuple[int, bytes] | None:
        """Count the record, and open it."""
        count = self._count.to_bytes(8)
        fragment = record.fragment
        if len(self._iv) == _SALT:
            nonce, fragment = self._iv + fragment[: _IV - _SALT], fragment[_IV - _SALT :]
        else:
            nonce = _mixed(self._iv, self._count)
        self._count += 1
        length = max(len(fragment) - self._tag, 0)
        octets = _decrypt(self._aead, nonce, fragment, count + record.header[:3] + length.to_bytes(2))
        return None if octets is None else (record.kind, octets)


def seals12(suite: Suite, master: bytes, client: bytes, server: bytes) -> tuple[Seal12, Seal12]:
    """The seals of both sides, from the master secret and the randoms (RFC 5246 section 6.3)."""
    fixed = _IV if suite.cipher == "CHACHA20" else _SALT
    block = prf(suite.hash, master, b"key expansion" + server + client, 2 * (suite.key + fixed))
    keys, ivs = block[: 2 * suite.key], block[2 * suite.key :]
    return (
        Seal12(suite, keys[: suite.key], ivs[:fixed]),
        Seal12(suite, keys[suite.key :], ivs[fixed:]),
    )


def expand_label(digest: str, secret: bytes, label: bytes, length: int) -> bytes:
    """HKDF-Expand-Label with an empty context (RFC 8446 section 7.1)."""
    label = b"tls13 " + label
    info = length.to_bytes(2) + bytes((len(label),)) + label + b"\0"
    return HKDFExpand(_HASHES[digest](), length, info).derive(secret)


def prf(digest: str, secret: bytes, seed: bytes, length: int) -> bytes:
    """The pseudorandom function of TLS 1.2, its label already before `seed` (RFC 5246 section 5)."""
    output, link = b"", seed
    while len(output) < length:
        link = hmac.digest(secret, link, digest)
        output += hmac.digest(secret, link + seed, digest)
    return output[:length]


_Aead = AESGCM | AESCCM | ChaCha20Poly1305


def _aead(suite: Suite, key: bytes) -> _Aead:
    if suite.cipher == "CHACHA20":
        return ChaCha20Poly1305(key)
    if suite.cipher == "GCM":
        return AESGCM(key)
    return AESCCM(key, 8 if suite.cipher == "CCM_8" else 16)


def _mixed(iv: bytes, count: int) -> bytes:
    """The nonce of a record: the initialization vector, exclusive or its number (RFC 8446 section 5.3)."""
    return (int.from_bytes(iv) ^ count).to_bytes(_IV)


def _decrypt(aead: _Aead, nonce: bytes, octets: bytes, about: bytes) -> bytes | None:
    """Open; None where the tag does not fit, or there are fewer octets than a nonce and a tag have."""
    try:
        return aead.decrypt(nonce, octets, about)
    except (InvalidTag, ValueError):
        return None
