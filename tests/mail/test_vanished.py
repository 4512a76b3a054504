"""The memory of expunged messages and its bound."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sandbox.mail.vanished import Vanished, ranges


def test_numbers_become_the_fewest_ranges() -> None:
    assert ranges([]) == ()
    assert ranges([1, 2, 3, 7, 9, 10]) == (range(1, 4), range(7, 8), range(9, 11))


@given(st.sets(st.integers(1, 60)))
def test_ranges_hold_the_same_numbers(uids: set[int]) -> None:
    found = ranges(sorted(uids))
    assert [uid for some in found for uid in some] == sorted(uids)
    assert all(one.stop < two.start for one, two in pairwise(found))


def test_what_vanished_after_a_mod_sequence() -> None:
    memory = Vanished(10)
    memory.add(5, [3])
    memory.add(9, [1, 2, 8])
    assert memory.since(4) == [1, 2, 3, 8]
    assert memory.since(5) == [1, 2, 8]
    assert memory.since(9) == []


def test_the_oldest_is_forgotten() -> None:
    memory = Vanished(2)
    memory.add(5, [3])
    memory.add(6, [5, 6])
    memory.add(7, [9])
    assert memory.since(4) is None
    assert memory.since(5) == [5, 6, 9]


def test_one_removal_may_be_too_much_to_remember() -> None:
    memory = Vanished(2)
    memory.add(5, [1, 3, 5])
    assert memory.since(4) is None
    assert memory.since(5) == []
