"""The keys of SCRAM, derived from a prepared password (RFC 5802 section 3)."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

__all__ = ["ScramKeys", "derive"]


@dataclass(frozen=True, slots=True)
class ScramKeys:
    """What a SCRAM server keeps of a user: enough to check a client, too little to pose as one."""

    salt: bytes
    iterations: int
    stored_key: bytes
    server_key: bytes


def derive(secret: bytes, salt: bytes, iterations: int, hash_name: str) -> tuple[bytes, ScramKeys]:
    """Return ClientKey, which only a client computes, and what a server keeps. `hash_name` is one that hashlib knows.

    SaltedPassword := Hi(Normalize(password), salt, i), where Hi is PBKDF2 with HMAC
    ClientKey      := HMAC(SaltedPassword, "Client Key")
    StoredKey      := H(ClientKey)
    ServerKey      := HMAC(SaltedPassword, "Server Key")
    """
    salted = hashlib.pbkdf2_hmac(hash_name, secret, salt, iterations)
    client_key = hmac.digest(salted, b"Client Key", hash_name)
    stored_key = hashlib.new(hash_name, client_key).digest()
    return client_key, ScramKeys(salt, iterations, stored_key, hmac.digest(salted, b"Server Key", hash_name))
