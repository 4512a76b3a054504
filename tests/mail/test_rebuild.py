"""Any history of a store: a plain model agrees with it, and the announced changes rebuild it, through JSON and back."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sandbox.mail.changes import (
    Change,
    Expunged,
    FlagsChanged,
    Locked,
    MailboxCreated,
    MailboxDeleted,
    MailboxRenamed,
    MessageAdded,
    RecentTaken,
    SpecialUseChanged,
    Subscribed,
    Unlocked,
    UserAdded,
)
from sandbox.mail.errors import Inapplicable, StoreError
from sandbox.mail.memory import Limits, MemoryStore
from sandbox.mail.memory.mailbox import MemoryMailbox
from sandbox.mail.retell import retold
from sandbox.mail.store import How

USERS = ("ana", "luis")
NAMES = st.sampled_from(["inbox", "a", "a/b", "A", "b", "inbox/a", "", "b//c"])
FLAG_NAMES = st.lists(st.sampled_from(["\\Seen", "\\deleted", "work", "WORK", "$junk", "x", "\\Recent"]), max_size=3)
UIDS = st.lists(st.integers(1, 12), max_size=5)
LIMITS = Limits(mailboxes=6, keywords=2, vanished=2, threads=2)


def facts(store: MemoryStore) -> object:
    """Everything that can be asked of a store."""
    return [
        (user, store.mailboxes(user).subscriptions(), [mailbox_facts(box) for box in store.mailboxes(user).listing()])
        for user in store.users
    ]


def mailbox_facts(box: MemoryMailbox) -> object:
    return (
        (box.name, box.mailbox_id, box.uid_validity, box.special_use, box.locked_by),
        (box.uid_next, box.highest_modseq, box.keywords, box.recent_uids()),
        (len(box), box.size, box.unseen, box.deleted),
        [box.vanished(since) for since in range(box.highest_modseq + 1)],
        [
            (
                s.uid,
                s.message_id,
                s.thread_id,
                s.flags,
                (s.internal_date, s.internal_zone),
                s.save_date,
                s.modseq,
                s.message.content,
            )
            for s in box
        ],
    )


def contents(store: MemoryStore) -> object:
    """What lies in a store, whatever happened before."""
    return [
        (user, store.mailboxes(user).subscriptions(), [held(box) for box in store.mailboxes(user).listing()])
        for user in store.users
    ]


def held(box: MemoryMailbox) -> object:
    return (
        (box.name, box.mailbox_id, box.uid_validity, box.special_use, box.locked_by),
        (box.highest_modseq, box.recent_uids(), len(box), box.size, box.unseen, box.deleted),
        [(s.uid, s.message_id, set(s.flags), s.internal_date, s.internal_zone, s.message.content) for s in box],
    )


class Histories(RuleBasedStateMachine):
    """Random operations. The model holds, for each mailbox id, uid -> (content, flags); errors leave it as it is."""

    @initialize()
    def begin(self) -> None:
        self.clock = 0
        self.store = MemoryStore(self.now, limits=LIMITS)
        self.announced: list[Change] = []
        self.store.watch(self.announced.append)
        self.model: dict[str, dict[int, tuple[bytes, set[str]]]] = {}
        for user in USERS:
            self.model[self.store.add_user(user).inbox.mailbox_id] = {}

    def now(self) -> int:
        self.clock += 1
        return self.clock

    def mailbox(self, user: str, name: str) -> MemoryMailbox:
        try:
            return self.store.mailboxes(user).get(name)
        except StoreError:
            return self.store.mailboxes(user).inbox

    @rule(user=st.sampled_from(USERS), name=NAMES, sent=st.booleans())
    def create(self, user: str, name: str, sent: bool) -> None:
        before = len(self.announced)
        try:
            self.store.mailboxes(user).create(name, ["\\sent"] if sent else [])
        except StoreError:
            assert len(self.announced) == before
        for change in self.announced[before:]:
            assert isinstance(change, MailboxCreated)
            self.model[change.mailbox_id] = {}

    @rule(user=st.sampled_from(USERS), name=NAMES)
    def delete(self, user: str, name: str) -> None:
        mailboxes = self.store.mailboxes(user)
        try:
            mailbox_id = mailboxes.get(name).mailbox_id
            mailboxes.delete(name)
        except StoreError:
            return
        del self.model[mailbox_id]

    @rule(user=st.sampled_from(USERS), name=NAMES, new_name=NAMES)
    def rename(self, user: str, name: str, new_name: str) -> None:
        before = len(self.announced)
        try:
            self.store.mailboxes(user).rename(name, new_name)
        except StoreError:
            assert len(self.announced) == before
        for change in self.announced[before:]:
            if isinstance(change, MailboxCreated):
                self.model[change.mailbox_id] = {}

    @rule(user=st.sampled_from(USERS), name=NAMES, uses=st.sampled_from([[], ["\\trash"], ["\\No"]]), on=st.booleans())
    def name_things(self, user: str, name: str, uses: list[str], on: bool) -> None:
        mailboxes = self.store.mailboxes(user)
        try:
            (mailboxes.subscribe if on else mailboxes.unsubscribe)(name)
            mailboxes.set_special_use(name, uses)
        except StoreError:
            pass

    @rule(
        user=st.sampled_from(USERS),
        name=NAMES,
        content=st.sampled_from([b"", b"Message-ID: <1@x>\r\n\r\n", b"References: <1@x> <2@x>\r\n\r\nhello"]),
        names=FLAG_NAMES,
        date=st.none() | st.integers(-(10**20), 10**20),
        zone=st.sampled_from([0, 0, 60, -450, 5_999, 6_000]),
    )
    def append(self, user: str, name: str, content: bytes, names: list[str], date: int | None, zone: int) -> None:
        mailbox = self.mailbox(user, name)
        before = mailbox_facts(mailbox)
        try:
            stored = mailbox.append(content, names, date, zone)
        except StoreError:
            assert mailbox_facts(mailbox) == before
            return
        self.model[mailbox.mailbox_id][stored.uid] = (content, {flag.lower() for flag in names})

    @rule(user=st.sampled_from(USERS), name=NAMES, uids=UIDS, how=st.sampled_from(How), names=FLAG_NAMES)
    def change_flags(self, user: str, name: str, uids: list[int], how: How, names: list[str]) -> None:
        mailbox = self.mailbox(user, name)
        before, modseq = mailbox_facts(mailbox), mailbox.highest_modseq
        try:
            changed = mailbox.change_flags(uids, how, names)
        except StoreError:
            assert mailbox_facts(mailbox) == before
            return
        assert mailbox.highest_modseq == modseq + bool(changed)
        model = self.model[mailbox.mailbox_id]
        folded = {flag.lower() for flag in names}
        expected = []
        for uid in sorted(set(uids) & model.keys()):
            content, old = model[uid]
            new = {How.SET: folded, How.ADD: old | folded, How.REMOVE: old - folded}[how]
            model[uid] = (content, new)
            if new != old:
                expected.append(uid)
        assert [stored.uid for stored in changed] == expected

    @rule(user=st.sampled_from(USERS), name=NAMES, uids=UIDS)
    def expunge(self, user: str, name: str, uids: list[int]) -> None:
        mailbox = self.mailbox(user, name)
        model = self.model[mailbox.mailbox_id]
        gone = mailbox.expunge(uids)
        assert gone == tuple(sorted(set(uids) & model.keys()))
        for uid in gone:
            del model[uid]

    @rule(user=st.sampled_from(USERS), name=NAMES, uids=UIDS, to=NAMES, move=st.booleans())
    def copy(self, user: str, name: str, uids: list[int], to: str, move: bool) -> None:
        mailbox = self.mailbox(user, name)
        before = len(self.announced)
        try:
            copied = (mailbox.move if move else mailbox.copy)(uids, to)
        except StoreError:
            assert len(self.announced) == before
            return
        target, source = self.mailbox(user, to), self.model[mailbox.mailbox_id]
        assert copied.source == tuple(sorted(set(uids) & source.keys()))
        for uid, new in zip(copied.source, copied.target, strict=True):
            self.model[target.mailbox_id][new] = source[uid]
        for uid in copied.source if move else ():
            del source[uid]

    @rule(user=st.sampled_from(USERS), name=NAMES, owner=st.sampled_from(["p", "q"]))
    def take(self, user: str, name: str, owner: str) -> None:
        mailbox = self.mailbox(user, name)
        if not mailbox.lock(owner):
            mailbox.unlock(owner)
        recent = mailbox.recent_uids()
        assert mailbox.take_recent() == recent

    @invariant()
    def the_model_agrees(self) -> None:
        found = {
            box.mailbox_id: {s.uid: (s.message.content, {flag.lower() for flag in s.flags}) for s in box}
            for user in USERS
            for box in self.store.mailboxes(user).listing()
        }
        assert found == self.model
        for user in USERS:
            for box in self.store.mailboxes(user).listing():
                assert list(box.uids()) == sorted(box.uids())
                assert box.size == sum(s.size for s in box)
                assert box.unseen == sum("\\Seen" not in s.flags for s in box)
                assert box.deleted == sum("\\Deleted" in s.flags for s in box)
                assert all(s.modseq <= box.highest_modseq and s.uid < box.uid_next for s in box)

    def teardown(self) -> None:
        if not hasattr(self, "store"):
            return
        rebuilt = MemoryStore(self.now, limits=LIMITS)
        again: list[Change] = []
        rebuilt.watch(again.append)
        for change in msgspec.json.decode(msgspec.json.encode(self.announced), type=list[Change]):
            rebuilt.apply(change)
        assert facts(rebuilt) == facts(self.store)
        assert again == self.announced
        follower = MemoryStore(self.now, limits=LIMITS)
        for change in retold(self.store):
            follower.apply(change)
        assert contents(follower) == contents(self.store)
        # What neither of them has announced yet comes out alike, too: ids, threads, spellings.
        for store in (self.store, rebuilt):
            self.clock = 10**6
            store.mailboxes("ana").inbox.append(b"References: <2@x>\r\n\r\n")
            store.mailboxes("luis").create("next")
        assert facts(rebuilt) == facts(self.store)


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)


def added(**changes: object) -> MessageAdded:
    return msgspec.structs.replace(MessageAdded("ana", "INBOX", 2, "M2", "T2", (), 0, 0, 3, 3, b"two"), **changes)


@pytest.mark.parametrize(
    "change",
    [
        UserAdded("ana"),
        Subscribed("eva", "a"),
        Subscribed("ana", "inbox"),
        MailboxCreated("ana", "a", "F1", 9),
        MailboxCreated("ana", "a", "F9", 1),
        MailboxCreated("ana", "a", "F9", 2**32),
        MailboxCreated("ana", "a", "G9", 9),
        MailboxCreated("ana", "a", "F09", 9),
        MailboxCreated("ana", "a", "F" + "9" * 5000, 9),
        MailboxCreated("ana", "INBOX", "F9", 9),
        MailboxCreated("ana", "inbox", "F9", 9),
        MailboxCreated("ana", "a", "F9", 9, ("\\sent",)),
        MailboxCreated("ana", "a", "F9", 9, ("\\No",)),
        MailboxDeleted("ana", "INBOX"),
        MailboxDeleted("ana", "a"),
        MailboxRenamed("ana", "INBOX", "b"),
        MailboxRenamed("ana", "a", "b"),
        MailboxRenamed("ana", "Old", "INBOX"),
        MailboxRenamed("ana", "Old", "inbox"),
        SpecialUseChanged("ana", "a", ()),
        SpecialUseChanged("ana", "Old", ("\\Trash", "\\Sent")),
        added(mailbox="inbox"),
        added(uid=1),
        added(uid=2**32),
        added(modseq=2),
        added(modseq=2**63),
        added(size=4),
        added(internal_date=10**21),
        added(internal_zone=6_000),
        added(internal_date=253_402_300_799 * 10**9, internal_zone=60),
        added(save_date=-(10**21)),
        added(flags=("\\seen",)),
        added(flags=("b", "a")),
        added(message_id="X2"),
        added(message_id="M1"),
        added(thread_id="M2"),
        added(content=None),
        FlagsChanged("ana", "INBOX", 2, ((1, ()),)),
        FlagsChanged("ana", "INBOX", 3, ((2, ()),)),
        FlagsChanged("ana", "INBOX", 3, ((1, ()), (1, ()))),
        FlagsChanged("ana", "INBOX", 3, ((1, ("WORK",)),)),
        Expunged("ana", "INBOX", 2, (1,)),
        Expunged("ana", "INBOX", 3, (2,)),
        Expunged("ana", "INBOX", 3, (1, 1)),
        RecentTaken("ana", "INBOX", 3),
        RecentTaken("ana", "INBOX", 0),
        Locked("ana", "INBOX", "q"),
        Unlocked("ana", "INBOX", "q"),
    ],
    ids=repr,
)
def test_a_change_from_another_history_is_refused_and_changes_nothing(change: Change) -> None:
    store = MemoryStore(lambda: 0)
    ana = store.add_user("ana")
    ana.create("Old")
    ana.inbox.append(b"one", ["work"])
    ana.inbox.lock("p")
    before = facts(store)
    announced: list[Change] = []
    store.watch(announced.append)
    with pytest.raises(Inapplicable) as refused:
        store.apply(change)
    assert str(refused.value).startswith("The recorded change does not fit the stored mail: ")
    assert (facts(store), announced) == (before, [])


def test_a_copy_may_bring_its_octets_again() -> None:
    store = MemoryStore(lambda: 0)
    store.add_user("ana").inbox.append(b"one")
    store.apply(added(message_id="M1", thread_id="T1", content=b"one"))
    assert [stored.message_id for stored in store.mailboxes("ana").inbox] == ["M1", "M1"]
