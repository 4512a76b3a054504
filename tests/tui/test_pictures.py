"""What it looks like, as pictures: `__snapshots__` holds them, `pytest --snapshot-update` makes them anew.

They show invented sessions and lessons, so that only a change of the interface changes them.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from sandbox.i18n import set_language
from sandbox.tui.app import SandboxApp
from sandbox.tui.lessons import Card, Shelf
from sandbox.tui.ports import Heading, Outcome
from sandbox.tui.screens.home import Home
from sandbox.tui.screens.main import Main
from tests.tui.driving import keys
from tests.tui.fake import FakeSession

SIZES = {"wide": (120, 36), "narrow": (80, 24)}
Compare = Callable[..., bool]


def lesson() -> Screen[None]:
    session = FakeSession(lesson=True, tls=True)
    session.outcome = Outcome("wrong", "QUIT commits! The message is gone. Restoring the checkpoint.")
    return Main(lambda: session, Heading("POP3", "DELE is a promise"))


def play() -> Screen[None]:
    return Main(FakeSession, Heading("POP3", "Free play"))


async def _still(pilot: Pilot[int]) -> None:
    """Nothing blinks, and everything is laid out."""
    await pilot.pause()
    if isinstance(pilot.app.screen, Main):
        pilot.app.screen.line.cursor_blink = False
        pilot.app.screen.line._cursor_visible = True
    await pilot.pause()


async def _typed(pilot: Pilot[int], *presses: str) -> None:
    await _still(pilot)
    for line in ("USER ana", "LIST", "XYZ"):
        await pilot.press(*keys(line), "enter")
    await pilot.press(*presses)
    await _still(pilot)


@pytest.fixture(autouse=True)
def _shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    cards = (
        Card("a", "a.yaml", {"en": "Three states", "es": "Tres estados"}, 10, "POP3", 5, 5, True, True),
        Card("b", "b.yaml", {"en": "Browse the maildrop", "es": "Explorar el buzón"}, 12, "POP3", 7, 2, True),
        Card("c", "c.yaml", {"en": "DELE is a promise", "es": "DELE es una promesa"}, 12, "POP3", 8),
        Card("d", "d.yaml", {"en": "Four states", "es": "Cuatro estados"}, 10, "IMAP", 6),
    )
    monkeypatch.setattr(Shelf, "read", classmethod(lambda _cls: Shelf(cards)))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("code", ["en", "es"])
def test_home(snap_compare: Compare, size: str, code: str) -> None:
    set_language(code)
    assert snap_compare(SandboxApp(Home), terminal_size=SIZES[size], run_before=_still)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("code", ["en", "es"])
def test_a_lesson(snap_compare: Compare, size: str, code: str) -> None:
    set_language(code)
    assert snap_compare(SandboxApp(lesson), terminal_size=SIZES[size], run_before=_typed)


@pytest.mark.parametrize(
    ("key", "size"), [("f4", "wide"), ("f5", "wide"), ("f6", "wide"), ("f3", "narrow"), ("f6", "narrow")]
)
def test_an_inspector(snap_compare: Compare, key: str, size: str) -> None:
    assert snap_compare(
        SandboxApp(play), terminal_size=SIZES[size], run_before=lambda pilot: _typed(pilot, "escape", "up", key)
    )


@pytest.mark.parametrize("size", SIZES)
def test_records_of_tls(snap_compare: Compare, size: str) -> None:
    app = SandboxApp(lambda: Main(lambda: FakeSession(tls=True), Heading("POP3", "Free play")))
    assert snap_compare(app, terminal_size=SIZES[size], run_before=lambda pilot: _typed(pilot, "f5"))


@pytest.mark.parametrize("size", SIZES)
def test_help(snap_compare: Compare, size: str) -> None:
    set_language("es")
    assert snap_compare(SandboxApp(lesson), terminal_size=SIZES[size], run_before=lambda pilot: _typed(pilot, "f1"))


def test_a_projector(snap_compare: Compare) -> None:
    assert snap_compare(
        SandboxApp(lesson), terminal_size=SIZES["wide"], run_before=lambda pilot: _typed(pilot, "f10", "escape")
    )
