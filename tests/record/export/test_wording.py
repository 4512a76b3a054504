"""Comments are those that labelling every unit would give."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from sandbox import resources
from sandbox.core.tracker import Unit
from sandbox.i18n import render
from sandbox.record.export.wording import Wording
from sandbox.record.linear import cited
from sandbox.record.reader import Transcript
from sandbox.record.replay import Replay
from sandbox.wire.trace import AnyEvent
from sandbox.world.protocols import PROTOCOLS
from tests.record.events import JOURNALS
from tests.record.worlds import transcript_of

TRANSCRIPTS = sorted(path for path in resources.transcripts().iterdir() if path.name.endswith(".jsonl"))


def plain(unit: Unit) -> tuple[str, ...]:
    sentence = f"{render(unit.about)} ({cited(unit.ref)})"
    fault = unit.fault
    if fault is None:
        return (sentence,)
    return sentence, f"At octet {fault.at + 1}: {render(fault.want)}. ({cited(fault.ref)})"


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.name)
def test_every_unit_of_every_lesson(path: Path) -> None:
    under_test = Wording()
    with Transcript.open(path) as transcript:
        for item in Replay(transcript, PROTOCOLS).explained():
            assert under_test.comments(item.unit) == plain(item.unit)


@given(JOURNALS)
def test_any_unit(events: list[AnyEvent]) -> None:
    under_test = Wording()
    with transcript_of(events) as transcript:
        for item in Replay(transcript, PROTOCOLS).explained():
            assert under_test.comments(item.unit) == plain(item.unit)
