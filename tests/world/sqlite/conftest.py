"""A store in a file, as it is when new and as it is when opened again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.mail.changes import Change
from sandbox.mail.memory.mailbox import MemoryMailbox
from sandbox.mail.memory.tree import MemoryMailboxes
from sandbox.world.sqlite import SqliteStore
from tests.mail.conftest import ticks  # noqa: F401  # a fixture

TEXTS = (b"one", b"two", b"three")


def fill(mailboxes: MemoryMailboxes) -> None:
    for text in TEXTS:
        mailboxes.inbox.append(b"Subject: " + text + b"\r\n\r\n" + text + b"\r\n")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mail.sqlite"


@pytest.fixture(params=["new", "opened again"])
def store(request: pytest.FixtureRequest, path: Path, ticks: Iterator[int]) -> Iterator[SqliteStore]:  # noqa: F811
    store = SqliteStore(path, lambda: next(ticks))
    if request.param != "new":
        if "ana" in request.fixturenames:
            ana = store.add_user("ana")
            if "inbox" in request.fixturenames:
                fill(ana)
        store.close()
        store = SqliteStore(path, lambda: next(ticks))
    yield store
    store.close()


@pytest.fixture
def changes(store: SqliteStore) -> list[Change]:
    heard: list[Change] = []
    store.watch(heard.append)
    return heard


@pytest.fixture
def ana(store: SqliteStore) -> MemoryMailboxes:
    return store.mailboxes("ana") if store.users else store.add_user("ana")


@pytest.fixture
def inbox(ana: MemoryMailboxes) -> MemoryMailbox:
    """Ana's INBOX with messages 1, 2 and 3."""
    if not len(ana.inbox):
        fill(ana)
    return ana.inbox
