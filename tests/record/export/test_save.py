"""Saving tells how far it is, and ends when it is told to."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from sandbox.record.export import FORMATS
from sandbox.record.export.save import save
from sandbox.record.whole import replacing
from sandbox.world.protocols import PROTOCOLS
from tests.record.worlds import long, transcript_of

[TEXT] = [each for each in FORMATS if each.name == "txt"]


@pytest.mark.parametrize("redact", [False, True])
def test_it_tells_how_far_it_is(redact: bool) -> None:
    told: list[tuple[int, int]] = []
    with transcript_of(long(2000)) as transcript:
        save(transcript, PROTOCOLS, TEXT, io.BytesIO(), redact=redact, told=lambda *far: told.append(far))
    assert len(told) > 2
    assert told == sorted(told)
    assert told[0] == (0, 2000)
    assert 1000 < told[-1][0] < 2000


def test_whoever_is_told_can_end_it_and_nothing_is_left(tmp_path: Path) -> None:
    def stop(_done: int, _of: int) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "out.txt"
    path.write_text("before")
    with (
        transcript_of(long(100)) as transcript,
        pytest.raises(KeyboardInterrupt),
        replacing(path) as file,
    ):
        save(transcript, PROTOCOLS, TEXT, file, told=stop)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]
