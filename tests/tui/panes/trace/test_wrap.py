from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from sandbox.tui.panes.trace.wrap import _ascii_breaks, _cell_breaks, breaks, pieces

_TEXT = st.text(st.sampled_from("ab c日ñ "), max_size=80)


@pytest.mark.parametrize(
    ("text", "width", "wanted"),
    [
        ("", 10, [""]),
        ("STAT", 10, ["STAT"]),
        ("FETCH 3 (FLAGS)", 10, ["FETCH 3", "(FLAGS)"]),
        ("exactly10c next", 10, ["exactly10c", "next"]),
        ("abcdefghijklmno", 10, ["abcdefghij", "klmno"]),
        ("a bcdefghijklmno", 10, ["a bcdefghi", "jklmno"]),
        ("日本語日本語", 5, ["日本", "語日", "本語"]),
        ("日本 語日本", 5, ["日本", "語日", "本"]),
    ],
)
def test_lines_end_at_a_space_that_is_not_too_early(text: str, width: int, wanted: list[str]) -> None:
    assert [piece for _start, piece in pieces(text, width)] == wanted


@given(_TEXT, st.integers(2, 20))
def test_every_piece_fits_and_nothing_is_lost(text: str, width: int) -> None:
    ends = breaks(text, width)
    found = pieces(text, width)
    assert len(ends) == len(found)
    assert ends[-1] == len(text)
    assert ends == sorted(ends)
    for (start, piece), stop in zip(found, ends, strict=True):
        assert cell_len(piece) <= width or (stop == len(text) and piece.endswith(" "))
        assert text[start:stop].rstrip(" ") == piece.rstrip(" ")


@given(st.text(st.sampled_from("ab "), max_size=80), st.integers(2, 20))
def test_both_ways_break_alike(text: str, width: int) -> None:
    assert _ascii_breaks(text, width) == _cell_breaks(text, width)
