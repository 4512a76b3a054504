"""A store with a clock that ticks, and everything it announces."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from sandbox.mail.changes import Change
from sandbox.mail.memory import MemoryStore
from sandbox.mail.memory.mailbox import MemoryMailbox
from sandbox.mail.memory.tree import MemoryMailboxes

START = 1_772_442_000 * 10**9  # 2026-03-02T09:00Z


@pytest.fixture
def ticks() -> Iterator[int]:
    return count(START)


@pytest.fixture
def store(ticks: Iterator[int]) -> MemoryStore:
    return MemoryStore(lambda: next(ticks))


@pytest.fixture
def changes(store: MemoryStore) -> list[Change]:
    """What the store announces from now on."""
    heard: list[Change] = []
    store.watch(heard.append)
    return heard


@pytest.fixture
def ana(store: MemoryStore) -> MemoryMailboxes:
    return store.add_user("ana")


@pytest.fixture
def inbox(ana: MemoryMailboxes) -> MemoryMailbox:
    """Ana's INBOX with messages 1, 2 and 3."""
    for text in (b"one", b"two", b"three"):
        ana.inbox.append(b"Subject: " + text + b"\r\n\r\n" + text + b"\r\n")
    return ana.inbox
