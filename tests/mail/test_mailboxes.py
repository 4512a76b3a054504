"""The mailboxes of a user, and the users of a store."""

from __future__ import annotations

import pytest

from sandbox.mail.changes import Change, MailboxCreated, MailboxDeleted, MailboxRenamed, SpecialUseChanged
from sandbox.mail.errors import (
    InboxIsPermanent,
    InvalidName,
    InvalidSpecialUse,
    LimitReached,
    MailboxExists,
    NoSuchMailbox,
    NoSuchUser,
    RenameIntoItself,
    StoreError,
    UserExists,
)
from sandbox.mail.memory import Limits, MemoryStore
from sandbox.mail.memory.tree import MemoryMailboxes


def names(mailboxes: MemoryMailboxes) -> list[str]:
    return [mailbox.name for mailbox in mailboxes.listing()]


def test_users(store: MemoryStore, ana: MemoryMailboxes) -> None:
    luis = store.add_user("luis")
    assert store.users == ("ana", "luis")
    assert store.mailboxes("luis") is luis
    assert (ana.user, luis.user) == ("ana", "luis")
    assert ana.inbox.uid_validity != luis.inbox.uid_validity
    with pytest.raises(UserExists):
        store.add_user("ana")
    with pytest.raises(NoSuchUser) as refused:
        store.mailboxes("eva")
    assert str(refused.value) == "Nobody called eva has mail here."
    assert refused.value.ref.known


def test_inbox_has_one_mailbox_in_any_case(ana: MemoryMailboxes) -> None:
    assert ana.get("inbox") is ana.get("INBOX") is ana.get("InBoX") is ana.inbox


def test_creating(ana: MemoryMailboxes, changes: list[Change]) -> None:
    mailbox = ana.create("Old", ["\\archive"])
    assert (mailbox.name, mailbox.mailbox_id, mailbox.special_use) == ("Old", "F2", ("\\Archive",))
    assert ana.get("Old") is mailbox
    assert changes == [MailboxCreated("ana", "Old", "F2", 2, ("\\Archive",))]


def test_creating_what_lies_above(ana: MemoryMailboxes) -> None:
    ana.create("a/b/c", ["\\Sent"])
    ana.create("a/b/d")
    assert names(ana) == ["INBOX", "a", "a/b", "a/b/c", "a/b/d"]
    assert ana.get("a/b").special_use == ()


@pytest.mark.parametrize("name", ["inbox", "Old", "INBOX"])
def test_creating_what_exists(ana: MemoryMailboxes, name: str) -> None:
    ana.create("Old")
    with pytest.raises(MailboxExists):
        ana.create(name)


def test_what_cannot_be_created(ana: MemoryMailboxes, changes: list[Change]) -> None:
    with pytest.raises(InvalidName):
        ana.create("a//b")
    with pytest.raises(InvalidSpecialUse):
        ana.create("a", ["\\Inbox"])
    assert changes == []


@pytest.mark.parametrize("name", ["nowhere", "", "a//b"])
def test_missing_mailboxes(ana: MemoryMailboxes, name: str) -> None:
    for operation in (ana.get, ana.delete, lambda name: ana.set_special_use(name, [])):
        with pytest.raises(NoSuchMailbox):
            operation(name)


def test_the_separator_is_a_setting() -> None:
    store = MemoryStore(lambda: 0, separator=".")
    assert store.separator == "."
    ana = store.add_user("ana")
    ana.create("a.b/c")
    assert names(ana) == ["INBOX", "a", "a.b/c"]


def test_uid_validity_is_never_used_again() -> None:
    ana = MemoryStore(lambda: 0, first_uid_validity=1000).add_user("ana")
    first = ana.create("Old")
    assert (ana.inbox.uid_validity, first.uid_validity) == (1000, 1001)
    ana.delete("Old")
    second = ana.create("Old")
    assert (second.uid_validity, second.mailbox_id) == (1002, "F3")


def test_deleting_leaves_the_inferiors(ana: MemoryMailboxes, changes: list[Change]) -> None:
    ana.create("a/b")
    del changes[:]
    assert ana.has_inferiors("a")
    ana.delete("a")
    assert changes == [MailboxDeleted("ana", "a")]
    assert names(ana) == ["INBOX", "a/b"]
    assert ana.has_inferiors("a")
    assert not ana.has_inferiors("a/b")
    ana.create("a")
    assert names(ana) == ["INBOX", "a", "a/b"]


def test_inbox_is_permanent(ana: MemoryMailboxes) -> None:
    with pytest.raises(InboxIsPermanent):
        ana.delete("inbox")
    with pytest.raises(InboxIsPermanent):
        ana.rename("Inbox", "Old")


def test_renaming_takes_the_inferiors_along(ana: MemoryMailboxes, changes: list[Change]) -> None:
    ana.create("a/b/c")
    ana.create("ab")
    mailbox = ana.get("a/b")
    mailbox.append(b"")
    before = (mailbox.mailbox_id, mailbox.uid_validity, mailbox.uids())
    ana.subscribe("a/b")
    del changes[:]
    ana.rename("a", "x/y")
    assert names(ana) == ["INBOX", "ab", "x", "x/y", "x/y/b", "x/y/b/c"]
    assert ana.get("x/y/b") is mailbox
    assert (mailbox.mailbox_id, mailbox.uid_validity, mailbox.uids()) == before
    assert ana.subscriptions() == ("a/b",)
    assert changes[1:] == [
        MailboxRenamed("ana", "a", "x/y"),
        MailboxRenamed("ana", "a/b", "x/y/b"),
        MailboxRenamed("ana", "a/b/c", "x/y/b/c"),
    ]


def test_renaming_a_name_that_has_inferiors_only(ana: MemoryMailboxes) -> None:
    ana.create("a/b")
    ana.delete("a")
    ana.rename("a", "inbox/z")
    assert names(ana) == ["INBOX", "INBOX/z/b"]


@pytest.mark.parametrize(
    ("name", "new_name", "error"),
    [
        ("a", "b", MailboxExists),
        ("a", "a", MailboxExists),
        ("a", "INBOX", MailboxExists),
        ("a", "c", MailboxExists),  # a/z would become c/z, which exists
        ("a", "a/z/y", RenameIntoItself),
        ("nowhere", "x", NoSuchMailbox),
        ("a", "x" * 999, InvalidName),
        ("a", "", InvalidName),
    ],
)
def test_renaming_that_cannot_be(ana: MemoryMailboxes, name: str, new_name: str, error: type[StoreError]) -> None:
    for existing in ("a/z", "b", "c/z"):
        ana.create(existing)
    ana.delete("c")
    before = names(ana)
    with pytest.raises(error):
        ana.rename(name, new_name)
    assert names(ana) == before


def test_special_uses_can_change(ana: MemoryMailboxes, changes: list[Change]) -> None:
    mailbox = ana.create("Gesendet")
    del changes[:]
    ana.set_special_use("Gesendet", ["\\sent"])
    ana.set_special_use("Gesendet", ["\\Sent"])
    assert mailbox.special_use == ("\\Sent",)
    assert changes == [SpecialUseChanged("ana", "Gesendet", ("\\Sent",))]


def test_subscriptions_are_names(ana: MemoryMailboxes, changes: list[Change]) -> None:
    for name in ("b", "a/b", "inbox", "b"):
        ana.subscribe(name)
    assert ana.subscriptions() == ("INBOX", "a/b", "b")
    ana.create("b")
    ana.delete("b")
    ana.unsubscribe("InBox")
    ana.unsubscribe("never")
    assert ana.subscriptions() == ("a/b", "b")
    assert [type(change).__name__ for change in changes].count("Unsubscribed") == 1
    with pytest.raises(InvalidName):
        ana.subscribe("")


def test_a_user_cannot_fill_the_store_with_names() -> None:
    ana = MemoryStore(lambda: 0, limits=Limits(mailboxes=3)).add_user("ana")
    with pytest.raises(LimitReached):
        ana.create("a/b/c")
    assert names(ana) == ["INBOX"]
    ana.create("a/b")
    with pytest.raises(LimitReached):
        ana.rename("a/b", "c/d")
    for name in ("1", "2", "3"):
        ana.subscribe(name)
    with pytest.raises(LimitReached) as refused:
        ana.subscribe("4")
    assert str(refused.value) == "The limit of 3 is reached: subscriptions of a user."
