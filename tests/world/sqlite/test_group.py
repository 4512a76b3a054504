"""Commits in groups."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sandbox.core.message import Msg
from sandbox.world.sqlite import Group, SqliteStore

PATIENCE = 20.0


class Counting(SqliteStore):
    """Counts how often the disk is waited for."""

    commits = 0

    def commit(self) -> None:
        self.commits += self.dirty
        super().commit()


async def test_one_turn_of_the_loop_waits_for_the_disk_once(path: Path) -> None:
    store = Counting(path, lambda: 1)
    group = Group(store, lambda _said: None)
    inbox = store.add_user("ana").inbox
    futures = []
    for number in range(20):
        inbox.append(b"%d" % number)
        futures.append(group.when_safe(number, None))
    assert store.commits == 0
    async with asyncio.timeout(PATIENCE):
        assert await asyncio.gather(*futures) == list(range(20))
    assert store.commits == 1
    assert not store.dirty
    group.close()


async def test_what_nobody_waits_for_is_committed_too(path: Path) -> None:
    store = SqliteStore(path, lambda: 1)
    group = Group(store, lambda _said: None)
    store.add_user("ana").inbox.append(b"one")
    assert store.dirty
    async with asyncio.timeout(PATIENCE):
        while store.dirty:
            await asyncio.sleep(0)
    assert await group.when_safe(1, 2) == 1
    group.close()


async def test_locks_are_not_worth_a_commit(path: Path) -> None:
    store = Counting(path, lambda: 1)
    group = Group(store, lambda _said: None)
    inbox = store.add_user("ana").inbox
    await group.when_safe(None, None)
    inbox.lock("p")
    await asyncio.sleep(0)
    assert store.commits == 1
    group.close()


async def test_when_the_disk_refuses_all_who_wait_hear_of_it(path: Path) -> None:
    store = SqliteStore(path, lambda: 1)
    said: list[Msg] = []
    group = Group(store, said.append)
    inbox = store.add_user("ana").inbox
    await group.when_safe(True, False)
    store._file.execute("PRAGMA max_page_count = 1")
    inbox.append(b"x" * 100_000)
    first, second = group.when_safe(True, False), group.when_safe("yes", "no")
    given_up = group.when_safe(True, False)
    given_up.cancel()
    assert (await first, await second) == (False, "no")
    assert [str(each) for each in said] == [f"{path} cannot be written: database or disk is full"]
    store._file.execute("PRAGMA max_page_count = 1000000")
    assert await group.when_safe(True, False)
    group.close()


async def test_closing_keeps_what_was_not_committed_yet(path: Path) -> None:
    store = SqliteStore(path, lambda: 1)
    group = Group(store, lambda said: pytest.fail(str(said)))
    store.add_user("ana").inbox.append(b"one")
    group.close()
    await asyncio.sleep(0)
    store = SqliteStore(path, lambda: 1)
    assert len(store.mailboxes("ana").inbox) == 1
    store.close()
