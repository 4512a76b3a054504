from __future__ import annotations

import pytest

from sandbox.imap import cache
from tests.imap.worlds import Home


def test_what_was_used_lately_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "GENERATION", 2)
    kept, made = cache.Cache(), []
    messages = Home(*[b"x"] * 5).inbox.snapshot()

    def ask(index: int, size: int = 1) -> None:
        kept.get(messages[index], "test", lambda stored: made.append(stored.uid - 1) or b"x" * size)

    for index in (0, 1, 0, 2, 0, 3, 1, 0):
        ask(index)
    # 0 was asked for in time and moved on to the young ones, 1 was forgotten
    assert made == [0, 1, 2, 3, 1]


def test_what_is_large_is_not_kept() -> None:
    kept, made = cache.Cache(), []
    [stored] = Home(b"x").inbox.snapshot()
    for _ in range(2):
        kept.get(stored, "test", lambda _: made.append(1) or "x" * (cache.LARGEST + 1))
    assert made == [1, 1]
