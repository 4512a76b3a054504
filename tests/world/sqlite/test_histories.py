"""Any history of a store, ended and taken up again at any moment: nothing is lost but locks."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, cast

from hypothesis import settings
from hypothesis.stateful import initialize, rule

from sandbox.mail.memory import Limits
from sandbox.mail.memory.mailbox import MemoryMailbox
from sandbox.world.sqlite import SqliteStore
from tests.mail.test_rebuild import LIMITS, USERS, Histories, mailbox_facts


def facts(store: SqliteStore) -> object:
    """Everything that a restart keeps, and the ids to be given next."""
    base = store._base
    return (
        [
            (user, store.mailboxes(user).subscriptions(), [kept(box) for box in store.mailboxes(user).listing()])
            for user in store.users
        ],
        [ids.upcoming() for ids in (base.message_ids, base.mailbox_ids, base.thread_ids)],
        base.next_uid_validity,
    )


def kept(box: MemoryMailbox) -> object:
    names, *others = cast(tuple[Any, ...], mailbox_facts(box))
    return names[:-1], others  # the last says who locked it


class KeptHistories(Histories):
    """The histories of a store in memory, with restarts in between."""

    @initialize()
    def begin(self) -> None:
        super().begin()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "mail.sqlite"
        self.limits = Limits(LIMITS.mailboxes, LIMITS.keywords, LIMITS.vanished)
        self.open()
        self.model = {self.store.add_user(user).inbox.mailbox_id: {} for user in USERS}

    def open(self) -> None:
        self.store: SqliteStore = SqliteStore(self.path, self.now, limits=self.limits)
        self.store.watch(self.announced.append)

    @rule()
    def restart(self) -> None:
        before = facts(self.store)
        self.store.close()
        self.open()
        assert facts(self.store) == before

    @rule()
    def commit(self) -> None:
        self.store.commit()
        assert not self.store.dirty

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.restart()
            self.store.close()
            self.folder.cleanup()


TestKeptHistories = KeptHistories.TestCase
TestKeptHistories.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
