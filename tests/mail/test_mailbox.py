"""One mailbox: its messages, flags, numbers, lock and memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.mail.changes import Change, Expunged, FlagsChanged, Locked, MessageAdded, RecentTaken, Unlocked
from sandbox.mail.errors import Inapplicable, InvalidFlag, LimitReached, NoSuchMailbox
from sandbox.mail.flags import DELETED, SEEN
from sandbox.mail.memory import Limits, MemoryStore
from sandbox.mail.memory.mailbox import MemoryMailbox
from sandbox.mail.memory.tree import MemoryMailboxes
from sandbox.mail.store import CopiedUids, How
from tests.mail.conftest import START


def flags(mailbox: MemoryMailbox) -> dict[int, tuple[str, ...]]:
    return {stored.uid: stored.flags for stored in mailbox}


def test_an_empty_mailbox(ana: MemoryMailboxes) -> None:
    inbox = ana.inbox
    assert (len(inbox), inbox.uids(), inbox.snapshot(), inbox.size) == (0, (), (), 0)
    assert (inbox.uid_validity, inbox.uid_next, inbox.highest_modseq) == (1, 1, 1)
    assert inbox.get(1) is None


def test_appending(ana: MemoryMailboxes, changes: list[Change], ticks: Iterator[int]) -> None:
    stored = ana.inbox.append(b"A: b\r\n\r\n", ["work", "\\SEEN", "WORK"], internal_date=7)
    assert (stored.uid, stored.message_id, stored.thread_id, stored.modseq) == (1, "M1", "T1", 2)
    assert (stored.internal_date, stored.save_date, stored.size) == (7, START, 8)
    assert stored.flags == ("\\Seen", "work")
    assert stored.message.content == b"A: b\r\n\r\n"
    assert ana.inbox.get(1) is stored
    assert (ana.inbox.uid_next, ana.inbox.highest_modseq, ana.inbox.keywords) == (2, 2, ("work",))
    assert changes == [MessageAdded("ana", "INBOX", 1, "M1", "T1", ("\\Seen", "work"), 7, START, 2, 8, b"A: b\r\n\r\n")]


def test_the_internal_date_is_now_unless_given(ana: MemoryMailboxes) -> None:
    stored = ana.inbox.append(b"")
    assert stored.internal_date == stored.save_date == START


def test_counts(inbox: MemoryMailbox) -> None:
    inbox.change_flags([1, 2], How.ADD, [SEEN])
    inbox.change_flags([2, 3], How.ADD, [DELETED])
    assert (len(inbox), inbox.unseen, inbox.deleted) == (3, 1, 2)
    inbox.change_flags([2], How.SET, [])
    assert (inbox.unseen, inbox.deleted) == (2, 1)
    sizes = [stored.size for stored in inbox]
    assert inbox.size == sum(sizes)
    inbox.expunge([1, 3])
    assert (len(inbox), inbox.unseen, inbox.deleted, inbox.size) == (1, 1, 0, sizes[1])


@pytest.mark.parametrize(
    ("how", "names", "after"),
    [
        (How.SET, ["\\seen"], ("\\Seen",)),
        (How.ADD, ["\\seen", "A"], ("\\Seen", "\\Flagged", "a")),
        (How.REMOVE, ["\\seen", "A"], ("\\Flagged",)),
        (How.SET, [], ()),
    ],
)
def test_changing_flags(inbox: MemoryMailbox, how: How, names: list[str], after: tuple[str, ...]) -> None:
    inbox.change_flags([2], How.SET, ["\\Flagged", "a"])
    changed = inbox.change_flags([2], how, names)
    assert [stored.flags for stored in changed] == [after]
    assert flags(inbox) == {1: (), 2: after, 3: ()}


def test_one_operation_has_one_mod_sequence_and_one_announcement(inbox: MemoryMailbox, changes: list[Change]) -> None:
    inbox.change_flags([2], How.ADD, [SEEN])
    modseq = inbox.highest_modseq
    del changes[:]
    changed = inbox.change_flags([3, 2, 1, 3, 99], How.ADD, [SEEN])
    assert [(stored.uid, stored.modseq) for stored in changed] == [(1, modseq + 1), (3, modseq + 1)]
    assert changes == [FlagsChanged("ana", "INBOX", modseq + 1, ((1, (SEEN,)), (3, (SEEN,))))]
    assert inbox.highest_modseq == modseq + 1


def test_changing_nothing_is_no_change(inbox: MemoryMailbox, changes: list[Change]) -> None:
    modseq = inbox.highest_modseq
    assert inbox.change_flags([1, 2], How.REMOVE, [SEEN, "unheard-of"]) == []
    assert inbox.change_flags([1, 2], How.SET, []) == []
    assert inbox.change_flags([], How.ADD, [SEEN]) == []
    assert inbox.change_flags([99], How.ADD, [SEEN]) == []
    assert inbox.expunge([99]) == ()
    assert (changes, inbox.highest_modseq, inbox.keywords) == ([], modseq, ())


def test_expunging(inbox: MemoryMailbox, changes: list[Change]) -> None:
    modseq = inbox.highest_modseq
    assert inbox.expunge([3, 1, 1, 99]) == (1, 3)
    assert changes == [Expunged("ana", "INBOX", modseq + 1, (1, 3))]
    assert inbox.uids() == (2,)
    assert (inbox.uid_next, inbox.highest_modseq) == (4, modseq + 1)
    assert inbox.append(b"").uid == 4


def test_a_message_keeps_its_content_for_who_holds_it(inbox: MemoryMailbox) -> None:
    snapshot = inbox.snapshot()
    inbox.expunge(inbox.uids())
    assert [stored.message.body for stored in snapshot] == [b"one\r\n", b"two\r\n", b"three\r\n"]


def test_copying(ana: MemoryMailboxes, inbox: MemoryMailbox, changes: list[Change]) -> None:
    target = ana.create("Old")
    target.append(b"first", ["WORK"])
    inbox.change_flags([2], How.SET, [SEEN, "work"])
    del changes[:]
    assert inbox.copy([3, 2, 99], "Old") == CopiedUids(target.uid_validity, (2, 3), (2, 3))
    source, copy = inbox.get(2), target.get(2)
    assert source is not None
    assert copy is not None
    assert copy.message is source.message
    assert (copy.message_id, copy.thread_id, copy.internal_date) == (
        source.message_id,
        source.thread_id,
        source.internal_date,
    )
    assert copy.save_date > source.save_date
    assert copy.flags == (SEEN, "WORK")  # as the target spells it
    assert [change.content for change in changes if isinstance(change, MessageAdded)] == [None, None]
    assert inbox.uids() == (1, 2, 3)


def test_copying_into_the_same_mailbox(inbox: MemoryMailbox) -> None:
    assert inbox.copy([1], "inbox").target == (4,)
    assert inbox.uids() == (1, 2, 3, 4)


def test_moving(ana: MemoryMailboxes, inbox: MemoryMailbox, changes: list[Change]) -> None:
    ana.create("Old")
    del changes[:]
    assert inbox.move([1, 3], "Old").source == (1, 3)
    assert inbox.uids() == (2,)
    assert [type(change).__name__ for change in changes] == ["MessageAdded", "MessageAdded", "Expunged"]


def test_a_missing_target_changes_nothing(inbox: MemoryMailbox, changes: list[Change]) -> None:
    for operation in (inbox.copy, inbox.move):
        with pytest.raises(NoSuchMailbox):
            operation([1], "nowhere")
    assert changes == []


def test_a_copy_is_made_whole_or_not_at_all() -> None:
    ana = MemoryStore(lambda: 0, limits=Limits(keywords=2)).add_user("ana")
    target = ana.create("Old")
    target.append(b"", ["a"])
    ana.inbox.append(b"", ["b"])
    ana.inbox.append(b"", ["c"])
    with pytest.raises(LimitReached):
        ana.inbox.copy([1, 2], "Old")
    assert len(target) == 1


def test_a_mailbox_has_an_end() -> None:
    ana = MemoryStore(lambda: 0, limits=Limits(messages=3)).add_user("ana")
    for _ in range(2):
        ana.inbox.append(b"")
    with pytest.raises(LimitReached):
        ana.inbox.copy([1, 2], "INBOX")
    ana.inbox.append(b"")
    with pytest.raises(LimitReached):
        ana.inbox.append(b"")
    assert len(ana.inbox) == 3


def test_content_lives_as_long_as_one_copy(ana: MemoryMailboxes, inbox: MemoryMailbox) -> None:
    for name in ("a", "b"):
        ana.create(name)
        inbox.copy([1], name)
    inbox.copy([1], "a")
    inbox.expunge([1])
    ana.delete("b")
    ana.get("a").copy([1], "INBOX")
    for mailbox in (inbox, ana.get("a")):
        assert b"one" in mailbox.snapshot()[-1].message.content
    ana.get("a").expunge([1, 2])
    inbox.expunge(inbox.uids())
    assert (len(inbox), inbox.size) == (0, 0)


@pytest.mark.parametrize("names", [["\\Recent"], ["\\New"], ["a b"]])
def test_impossible_flags_change_nothing(inbox: MemoryMailbox, changes: list[Change], names: list[str]) -> None:
    with pytest.raises(InvalidFlag):
        inbox.append(b"", names)
    with pytest.raises(InvalidFlag):
        inbox.change_flags([1], How.ADD, names)
    assert changes == []
    assert (inbox.uid_next, inbox.keywords) == (4, ())


def test_a_date_that_nobody_can_write_is_refused(inbox: MemoryMailbox) -> None:
    with pytest.raises(Inapplicable):
        inbox.append(b"", internal_date=10**30)
    assert inbox.uid_next == 4


def test_recent_messages_are_handed_out_once(inbox: MemoryMailbox, changes: list[Change]) -> None:
    assert inbox.recent_uids() == (1, 2, 3)
    assert inbox.take_recent() == (1, 2, 3)
    assert changes == [RecentTaken("ana", "INBOX", 4)]
    assert inbox.take_recent() == inbox.recent_uids() == ()
    inbox.append(b"")
    inbox.append(b"")
    inbox.expunge([4])
    assert inbox.take_recent() == (5,)
    assert len(changes) == 5


def test_the_lock_is_exclusive(inbox: MemoryMailbox, changes: list[Change]) -> None:
    assert inbox.locked_by is None
    assert inbox.lock("C1")
    assert not inbox.lock("C2")
    assert not inbox.lock("C1")
    assert inbox.locked_by == "C1"
    assert not inbox.unlock("C2")
    assert inbox.unlock("C1")
    assert not inbox.unlock("C1")
    assert inbox.lock("C2")
    assert changes == [
        Locked("ana", "INBOX", "C1"),
        Unlocked("ana", "INBOX", "C1"),
        Locked("ana", "INBOX", "C2"),
    ]


def test_unique_ids_are_printable_and_never_come_again(ana: MemoryMailboxes, inbox: MemoryMailbox) -> None:
    seen = {inbox.unique_id(uid) for uid in inbox.uids()}
    assert seen == {"1.1", "1.2", "1.3"}
    inbox.move([1], "INBOX")
    assert inbox.unique_id(inbox.uids()[-1]) not in seen
    other = ana.create("Old")
    assert other.unique_id(1) not in seen


def test_what_vanished(inbox: MemoryMailbox) -> None:
    before = inbox.highest_modseq
    inbox.expunge([1])
    between = inbox.highest_modseq
    inbox.expunge([2, 3])
    assert inbox.vanished(before) == (range(1, 4),)
    assert inbox.vanished(between) == (range(2, 4),)
    assert inbox.vanished(inbox.highest_modseq) == ()


def test_what_vanished_before_memory_is_all_that_is_missing() -> None:
    inbox = MemoryStore(lambda: 0, limits=Limits(vanished=1)).add_user("ana").inbox
    for _ in range(6):
        inbox.append(b"")
    inbox.expunge([6])
    remembered_from = inbox.highest_modseq
    inbox.expunge([2, 3])
    assert inbox.vanished(1) == (range(2, 4), range(6, 7))
    assert inbox.vanished(remembered_from) == (range(2, 4),)


def test_a_deleted_mailbox_is_of_no_use(ana: MemoryMailboxes) -> None:
    gone = ana.create("Old")
    gone.append(b"")
    ana.delete("Old")
    ana.create("Old")  # another one of that name
    assert (len(gone), gone.size, gone.unseen, gone.get(1)) == (0, 0, 0, None)
    for operation in (
        lambda: gone.append(b""),
        lambda: gone.change_flags([1], How.SET, []),
        lambda: gone.expunge([1]),
        lambda: gone.copy([1], "INBOX"),
        lambda: gone.move([1], "INBOX"),
        gone.take_recent,
        lambda: gone.lock("C1"),
        lambda: gone.unlock("C1"),
    ):
        with pytest.raises(NoSuchMailbox):
            operation()
