"""Accounts: names, passwords, derived keys, and who may act as whom."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.auth.accounts import Account, AccountTable, authorize, check_password
from sandbox.auth.outcome import WRONG_CREDENTIALS, Failure, Kind, Success
from tests.auth.support import ACCOUNTS


@pytest.mark.parametrize("name", ["ana", "ANA", "Ana", "an\u00ada", "\uff41na"])
def test_names_are_compared_prepared_and_without_case(name: str) -> None:
    account = ACCOUNTS.lookup(name)
    assert account is not None
    assert account.name == "ana"


@pytest.mark.parametrize("name", ["", "an", "ana ", "ana\0", "\u00ad", "x" * 5000, "\ud800"])
def test_other_names_are_nobody(name: str) -> None:
    assert ACCOUNTS.lookup(name) is None
    assert ACCOUNTS.verify(name, "secreto") is None


def test_passwords_are_compared_prepared_and_with_case() -> None:
    assert ACCOUNTS.verify("José Luis", "contrasen\u0303a con\u00a0espacios") is ACCOUNTS.lookup("jose\u0301 luis")
    for wrong in ("Secreto", "secreto ", "", "secret", "\0"):
        assert ACCOUNTS.verify("ana", wrong) is None


@given(st.text(), st.text())
def test_strangers_stay_outside(name: str, password: str) -> None:
    account = ACCOUNTS.verify(name, password)
    assert account is None or account.password == password


@pytest.mark.parametrize(("name", "password"), [("", "x"), ("x", ""), ("x\0y", "x"), ("x", "\n"), ("x", "\u00ad")])
def test_an_account_nobody_could_log_in_to_cannot_be_made(name: str, password: str) -> None:
    with pytest.raises(ValueError, match="SASLprep prohibits"):
        Account(name, password)


def test_two_accounts_cannot_have_one_name() -> None:
    with pytest.raises(ValueError, match="two accounts have the name 'ANA'"):
        AccountTable([Account("ana", "a"), Account("ANA", "b")], b"")


def test_keys_depend_on_name_hash_and_salt_key_and_on_nothing_else() -> None:
    def table(key: bytes) -> AccountTable:
        return AccountTable([Account("ana", "secreto"), Account("luis", "secreto")], key)

    one = table(b"a").scram_keys("ana", "sha256")
    assert one == table(b"a").scram_keys("ANA", "sha256")
    others = [
        table(b"b").scram_keys("ana", "sha256"),
        table(b"a").scram_keys("luis", "sha256"),
        table(b"a").scram_keys("ana", "sha1"),
    ]
    assert len({one.salt, *(keys.salt for keys in others)}) == 4
    assert len({one.stored_key, *(keys.stored_key for keys in others)}) == 4


def test_keys_are_derived_once() -> None:
    table = AccountTable([Account("ana", "secreto")], b"")
    assert table.scram_keys("ana", "sha1") is table.scram_keys("Ana", "sha1")


def test_a_strangers_salt_looks_like_any_other_and_stays() -> None:
    keys, known = ACCOUNTS.scram_keys("nadie", "sha256"), ACCOUNTS.scram_keys("ana", "sha256")
    assert (len(keys.salt), keys.iterations) == (len(known.salt), known.iterations)
    assert keys.salt == ACCOUNTS.scram_keys("Nadie", "sha256").salt
    assert (keys.stored_key, keys.server_key) == (b"", b"")


def test_check_password_takes_octets() -> None:
    assert check_password(ACCOUNTS, b"ana", b"secreto") == Success("ana", "ana")
    assert check_password(ACCOUNTS, "josé luis".encode(), "contraseña con espacios".encode()) == Success(
        "José Luis", "José Luis"
    )
    for name, password in ((b"ana", b"wrong"), (b"nadie", b"secreto"), (b"\xff", b"secreto"), (b"ana", b"\xff")):
        assert check_password(ACCOUNTS, name, password) == WRONG_CREDENTIALS


def test_whom_a_user_may_act_as() -> None:
    ana, postmaster = ACCOUNTS.lookup("ana"), ACCOUNTS.lookup("postmaster")
    assert ana is not None
    assert postmaster is not None
    assert authorize(ACCOUNTS, ana, "") == Success("ana", "ana")
    assert authorize(ACCOUNTS, ana, "ANA") == Success("ana", "ana")
    assert authorize(ACCOUNTS, postmaster, "ana") == Success("postmaster", "ana")
    for who, whom in ((ana, "postmaster"), (ana, "nadie"), (postmaster, "tim")):
        outcome = authorize(ACCOUNTS, who, whom)
        assert isinstance(outcome, Failure)
        assert outcome.kind is Kind.AUTHORIZATION
        assert str(outcome.reason) == f"{who.name} may not act as {whom}."
