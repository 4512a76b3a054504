from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sandbox.tui.panes.trace.heights import Heights

_HEIGHT = st.integers(0, 5)


@given(st.lists(_HEIGHT, max_size=1500), st.lists(st.tuples(st.integers(0, 10**6), _HEIGHT), max_size=20), st.data())
def test_it_is_a_list_with_prefix_sums(
    given_heights: list[int], changes: list[tuple[int, int]], data: st.DataObject
) -> None:
    heights, plain = Heights(), list(given_heights)
    if data.draw(st.booleans()):
        heights.fill(plain)
    else:
        for height in plain:
            heights.append(height)
    for place, height in changes:
        if data.draw(st.integers(0, 4)) == 0:
            plain = plain[: place % (len(plain) + 1)]
            heights.truncate(len(plain))
        elif plain and data.draw(st.booleans()):
            plain[place % len(plain)] = height
            heights[place % len(plain)] = height
        else:
            plain.append(height)
            heights.append(height)
        assert heights.total == sum(plain)
    assert len(heights) == len(plain)
    assert [heights[row] for row in range(len(plain))] == plain
    for row in (0, len(plain) // 2, len(plain)):
        assert heights.offset(row) == sum(plain[:row])
    for y in range(0, sum(plain), max(sum(plain) // 50, 1)):
        row, into = heights.find(y)
        assert sum(plain[:row]) + into == y
        assert 0 <= into < plain[row]


def test_beyond_the_end_is_the_last_row() -> None:
    heights = Heights()
    heights.fill([2, 3])
    assert heights.find(7) == (1, 5)
