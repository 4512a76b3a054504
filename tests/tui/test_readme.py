"""The picture in README.md: a real lesson, played here, so that the picture is always of the program that is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from sandbox import resources
from sandbox.teach.progress import Progress, ProgressStore
from sandbox.tui import doors
from sandbox.tui.app import SandboxApp
from tests.tui.driving import keys
from tests.tui.test_pictures import _still

LINES = ("USER ana", "PASS secreto", "STAT", "", "b", "", "", "STAT", "RETR 3", "DELE 2")


@pytest.fixture
def _learner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A learner whose variables are always the same."""
    monkeypatch.setenv("MAIL_SANDBOX_HOME", str(tmp_path))
    monkeypatch.setattr(ProgressStore, "_read", lambda _store: Progress(learner="0"))


async def _play(pilot: Pilot[int]) -> None:
    await _still(pilot)
    for line in LINES:
        await pilot.press(*keys(line), "enter")
        await _still(pilot)
    await pilot.press("f4")
    await _still(pilot)


@pytest.mark.usefixtures("_learner")
def test_the_picture_of_the_readme(snap_compare: Callable[..., bool]) -> None:
    app = SandboxApp(lambda: doors.lesson(resources.lessons() / "pop3-03-delete.yaml"))
    assert snap_compare(app, terminal_size=(120, 36), run_before=_play)
