"""The tour in `sandbox/__init__.py` tells the truth."""

from __future__ import annotations

import doctest

import sandbox


def test_the_tour_runs() -> None:
    result = doctest.testmod(sandbox)
    assert result.attempted > 20
    assert result.failed == 0
