"""Who is told what, when, and what a watcher that misbehaves does not break."""

from __future__ import annotations

import pytest

from sandbox.mail.changes import Change, MailboxCreated, MessageAdded, Subscribed
from sandbox.mail.memory import MemoryStore
from sandbox.mail.memory.mailbox import MemoryMailbox
from sandbox.mail.memory.tree import MemoryMailboxes
from sandbox.mail.watchers import Watchers


def name(text: str) -> Subscribed:
    return Subscribed("ana", text)


def test_a_mailbox_tells_only_its_own_changes(ana: MemoryMailboxes) -> None:
    other = ana.create("Other")
    heard: list[Change] = []
    cancel = ana.inbox.watch(heard.append)
    other.append(b"x")
    assert heard == []
    ana.inbox.append(b"y")
    assert [type(change) for change in heard] == [MessageAdded]
    cancel()
    cancel()
    ana.inbox.append(b"z")
    assert len(heard) == 1


def test_watching_goes_on_under_another_name_and_hears_of_the_end(ana: MemoryMailboxes) -> None:
    heard: list[str] = []
    ana.create("a").watch(lambda change: heard.append(type(change).__name__))
    ana.rename("a", "b")
    ana.get("b").append(b"")
    ana.delete("b")
    assert heard == ["MailboxRenamed", "MessageAdded", "MailboxDeleted"]


def test_watchers_hear_in_the_order_in_which_they_began() -> None:
    watchers = Watchers()
    order: list[str] = []
    watchers.watch("F1", lambda _: order.append("mailbox"))
    watchers.watch(None, lambda _: order.append("first"))
    watchers.watch(None, lambda _: order.append("second"))
    watchers.announce("F1", name("x"))
    assert order == ["first", "second", "mailbox"]


def test_a_change_made_by_a_watcher_is_told_after_the_one_at_hand(ana: MemoryMailboxes, changes: list[Change]) -> None:
    heard: list[str] = []

    def copy_on(change: Change) -> None:
        if isinstance(change, MessageAdded) and change.mailbox == "INBOX":
            ana.inbox.copy([change.uid], "Copies")

    ana.create("Copies")
    ana.inbox.watch(copy_on)
    ana.inbox.watch(lambda change: heard.append(change.mailbox))  # type: ignore[union-attr]
    ana.get("Copies").watch(lambda change: heard.append(change.mailbox))  # type: ignore[union-attr]
    ana.inbox.append(b"x")
    assert heard == ["INBOX", "Copies"]
    assert [change.mailbox for change in changes if isinstance(change, MessageAdded)] == ["INBOX", "Copies"]


def test_a_watcher_sees_a_copy_or_a_rename_only_when_it_is_whole(ana: MemoryMailboxes, inbox: MemoryMailbox) -> None:
    target = ana.create("a")
    ana.create("a/b")
    counts: list[int] = []
    names: list[list[str]] = []
    target.watch(lambda _: counts.append(len(target) + len(inbox)))
    inbox.copy([1, 2], "a")
    assert counts == [5, 5]
    inbox.move([2, 3], "a")
    assert counts[2:] == [5, 5]
    target.watch(lambda _: names.append([mailbox.name for mailbox in ana.listing()]))
    ana.rename("a", "c/d")
    assert names == [["INBOX", "c", "c/d", "c/d/b"]]


def test_a_watcher_that_raises_stops_nobody_and_nothing(ana: MemoryMailboxes, changes: list[Change]) -> None:
    def fail(change: Change) -> None:
        raise ValueError(change.mailbox)  # type: ignore[union-attr]

    heard: list[Change] = []
    ana.inbox.watch(fail)
    ana.inbox.watch(heard.append)
    with pytest.raises(ExceptionGroup) as failed:
        ana.inbox.append(b"x")
    assert [str(error) for error in failed.value.exceptions] == ["INBOX"]
    assert len(ana.inbox) == 1
    assert len(heard) == 1
    with pytest.raises(ExceptionGroup):
        ana.inbox.move([1], "INBOX")
    assert ana.inbox.uids() == (2,)


def test_who_is_cancelled_while_others_are_told_hears_no_more() -> None:
    watchers = Watchers()
    heard: list[Change] = []
    watchers.watch(None, lambda _: cancel())
    cancel = watchers.watch(None, heard.append)
    watchers.announce(None, name("x"))
    assert heard == []


def test_a_failed_operation_still_announces_what_was_done_before_it() -> None:
    watchers = Watchers()
    heard: list[Change] = []
    watchers.watch(None, heard.append)

    def fail_midway() -> None:
        with watchers.together():
            watchers.announce(None, name("x"))
            with watchers.together():
                watchers.announce("F1", name("y"))
            assert heard == []
            raise KeyError

    with pytest.raises(KeyError):
        fail_midway()
    assert heard == [name("x"), name("y")]


def test_a_user_comes_with_an_inbox(store: MemoryStore, changes: list[Change]) -> None:
    store.add_user("luis")
    assert [type(change).__name__ for change in changes] == ["UserAdded", "MailboxCreated"]
    created = changes[1]
    assert isinstance(created, MailboxCreated)
    assert created.mailbox == "INBOX"
