from __future__ import annotations

from sandbox.auth.accounts import Account, AccountTable
from sandbox.mail.courier import Envelope, Fate, ForwardPath
from sandbox.mail.memory import MemoryStore
from sandbox.world.courier import LocalCourier
from sandbox.world.directory import Directory


def courier(store: MemoryStore) -> LocalCourier:
    accounts = AccountTable([Account("Ana", "x"), Account("luis", "y")], bytes(16))
    directory = Directory(
        "norte.example",
        accounts,
        ["Ana", "luis"],
        {"jefa": ["ana"], "fuera": ["x@sur.example"], "a": ["b"], "b": ["a"]},
        {"todos": ["ana", "jefa", "luis@NORTE.example"]},
    )
    for user in ("Ana", "luis"):
        store.add_user(user)
    return LocalCourier(directory, store, address="192.0.2.1")


def test_names_are_found_in_any_case_and_once() -> None:
    here = courier(MemoryStore(lambda: 0))
    assert here.expand("ANA@Norte.Example") == ("Ana@norte.example",)
    assert here.expand('"ana"') == ("Ana@norte.example",)
    assert here.expand("Jefa") == ("Ana@norte.example",)
    assert here.expand("todos") == ("Ana@norte.example", "luis@norte.example")
    assert here.expand("todos-owner") == here.expand("postmaster") == ("Ana@norte.example",)
    assert here.expand("luis@[192.0.2.1]") == ("luis@norte.example",)
    assert here.expand("luis@[192.0.2.2]") == here.expand("a") == here.expand("nadie-owner") == ()
    assert here.directory.is_list("TODOS@norte.example")
    assert not here.directory.is_list("todos@sur.example")


def test_nobody_is_postmaster_where_nobody_is() -> None:
    empty = Directory("norte.example", AccountTable([], bytes(16)), [])
    assert empty.resolve("postmaster@norte.example") == ()


def test_mail_goes_to_each_place_once_and_to_no_other_domain() -> None:
    store = MemoryStore(lambda: 0)
    here = courier(store)
    paths = tuple(
        map(ForwardPath, ["ana@norte.example", "jefa@norte.example", "fuera@norte.example", "x@sur.example", "nadie"])
    )
    results = here.deliver(Envelope("a@b", paths), b"Subject: x\r\n\r\n")
    assert [result.fate for result in results] == [
        Fate.ACCEPTED,
        Fate.ACCEPTED,
        Fate.ACCEPTED,
        Fate.FOREIGN,
        Fate.UNKNOWN,
    ]
    [stored] = store.mailboxes("Ana").inbox
    assert stored.message.content == b"Return-Path: <a@b>\r\nSubject: x\r\n\r\n"
    here.deliver(Envelope("a@b", (ForwardPath("todos@norte.example"),)), b"x")
    assert (
        store.mailboxes("luis").inbox.snapshot()[0].message.content == b"Return-Path: <todos-owner@norte.example>\r\nx"
    )
