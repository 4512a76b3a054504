"""Accounts: who may log in, and what a server must know of them for each mechanism.

Passwords are kept as they are. APOP (RFC 1939 section 7) and CRAM-MD5 (RFC 2195 section 2) cannot do with less, which
is one of the things that a sandbox is there to show; what is derived from them is computed once and kept.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from sandbox.auth.outcome import WRONG_CREDENTIALS, Failure, Kind, Outcome, Success
from sandbox.auth.prepare import prepare
from sandbox.auth.scram_keys import ScramKeys, derive
from sandbox.core.message import N_, Msg
from sandbox.core.refs import Ref

__all__ = ["Account", "AccountTable", "Accounts", "authorize", "check_password"]

#: What RFC 5802 section 5.1 and RFC 7677 section 3 ask of a server at least. More would protect a stolen table better,
#: and make every program that logs in wait.
ITERATIONS = 4096

SALT_OCTETS = 16


@dataclass(frozen=True)
class Account:
    """A user. `may_act_as` holds the names of other accounts that this one may take on as authorization identity.

    Raises ValueError if the name or the password is empty or cannot be prepared (see `sandbox.auth.prepare`).
    """

    name: str
    password: str
    may_act_as: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for what, text in (("name", self.name), ("password", self.password)):
            if prepare(text) is None:
                raise ValueError(f"an account's {what} is empty or has what SASLprep prohibits: {text!r}")

    @cached_property
    def secret(self) -> bytes:
        """The prepared password in UTF-8: the key that APOP, CRAM-MD5 and SCRAM start from."""
        return (prepare(self.password) or "").encode()

    @cached_property
    def digest(self) -> bytes:
        """The hash of `secret` that `verify` compares, so that both sides are of one length."""
        return hashlib.sha256(self.secret).digest()


class Accounts(Protocol):
    """What the mechanisms ask of a server's user database."""

    def lookup(self, name: str) -> Account | None:
        """Return the account of that name, which need not be prepared; None if there is none."""

    def verify(self, name: str, password: str) -> Account | None:
        """Return the account if the password is right. Takes as long for an unknown name as for a wrong password."""

    def scram_keys(self, name: str, hash_name: str) -> ScramKeys:
        """Return the keys of a user for "sha1" or "sha256".

        For an unknown name, keys that nobody can meet and a salt that stays the same, so that names cannot be probed.
        """


class AccountTable:
    """Accounts in memory.

    Names are compared prepared and without regard to case, as mail servers commonly do: SASLprep folds no case, and RFC
    5321 section 2.4 leaves the names of mailboxes to their host. An account keeps the spelling it was made with.

    `salt_key` is the secret that salts are derived from: the same key gives the same salts, in every run.
    Raises ValueError if two accounts have one name.
    """

    def __init__(self, accounts: Iterable[Account], salt_key: bytes, iterations: int = ITERATIONS) -> None:
        self._salt_key = salt_key
        self._iterations = iterations
        self._accounts: dict[str, Account] = {}
        self._keys: dict[tuple[str, str], ScramKeys] = {}
        for account in accounts:
            if self._accounts.setdefault(folded(account.name), account) is not account:
                raise ValueError(f"two accounts have the name {account.name!r}")

    def lookup(self, name: str) -> Account | None:
        """Return the account of that name; None if there is none."""
        return self._accounts.get(folded(name))

    def verify(self, name: str, password: str) -> Account | None:
        """Return the account if the password is right; None if it is wrong or the name unknown, after equal work."""
        account = self.lookup(name)
        presented = hashlib.sha256((prepare(password) or "").encode()).digest()
        expected = account.digest if account else NO_DIGEST
        return account if hmac.compare_digest(presented, expected) else None

    def scram_keys(self, name: str, hash_name: str) -> ScramKeys:
        """Return the keys of a user for "sha1" or "sha256", computed once; keys that fit nobody for an unknown name."""
        account = self.lookup(name)
        salt = self.salt(folded(name), hash_name)
        if account is None:
            return ScramKeys(salt, self._iterations, b"", b"")
        key = (account.name, hash_name)
        if key not in self._keys:
            self._keys[key] = derive(account.secret, salt, self._iterations, hash_name)[1]
        return self._keys[key]

    def salt(self, name: str, hash_name: str) -> bytes:
        """Return the salt for a folded name: one for each name and hash function, with or without such an account."""
        return hmac.digest(self._salt_key, f"{hash_name}\0{name}".encode(), "sha256")[:SALT_OCTETS]


#: Compared in place of the digest of an account that does not exist, so that this takes as long.
NO_DIGEST = bytes(32)


def folded(name: str) -> str:
    """Return the key under which a name is kept; empty, which no account has, if it cannot be prepared."""
    return (prepare(name) or "").casefold()


def check_password(accounts: Accounts, name: bytes, password: bytes, authzid: str = "") -> Outcome:
    """Judge a name and a password as they came over the wire (PASS, LOGIN, SASL PLAIN and LOGIN).

    Octets that are not UTF-8 are the name or the password of nobody.
    """
    try:
        account = accounts.verify(name.decode(), password.decode())
    except UnicodeDecodeError:
        account = None
    return authorize(accounts, account, authzid) if account else WRONG_CREDENTIALS


def authorize(accounts: Accounts, account: Account, authzid: str) -> Outcome:
    """Decide whom an authenticated user acts as: itself if it names nobody (RFC 4422 section 3.4.1), or one it may."""
    if not authzid:
        return Success(account.name, account.name)
    other = accounts.lookup(authzid)
    if other is not None and (other == account or other.name in account.may_act_as):
        return Success(account.name, other.name)
    reason = Msg(N_("{user} may not act as {other}."), user=account.name, other=authzid)
    return Failure(reason, Kind.AUTHORIZATION, Ref("4422#3.4.1"))
