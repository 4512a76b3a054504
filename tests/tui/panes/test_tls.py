"""The TLS pane on the screen: wide and narrow, in both languages, with keys and with the mouse."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from sandbox.tui.ports import Heading
from sandbox.tui.screens.main import Main
from sandbox.tui.sessions.play import FreePlay
from tests.tui.driving import main_of, running, shown, type_line

SIZES = [(120, 36), (80, 24)]


def screen() -> Main:
    return Main(lambda: FreePlay("pop3"), Heading("POP3", "Free play"))


async def secured(pilot: Pilot[int]) -> None:
    submit(pilot, "STLS", "USER ana", "PASS secreto")
    await pilot.press("f5")
    await pilot.pause()


def submit(pilot: Pilot[int], *lines: str) -> None:
    """Type lines, without the time that keys take."""
    main = main_of(pilot)
    assert main.session is not None
    for line in lines:
        main.session.submit(line)
    main.show()


@pytest.mark.parametrize("size", SIZES)
async def test_in_clear_text_it_warns(size: tuple[int, int]) -> None:
    async with running(screen, size) as pilot:
        submit(pilot, "USER ana", "PASS secreto")
        await pilot.press("f5")
        await pilot.pause()
        seen = shown(pilot)
        assert "No TLS: everybody on the way reads everything." in seen
        main = main_of(pilot)
        text = main.tls.details.content(60).plain
        assert "→ PASS secreto" in text
        assert "should be secret" in text


@pytest.mark.parametrize("size", SIZES)
async def test_under_tls_both_views_stand_beside_each_other(size: tuple[int, int]) -> None:
    async with running(screen, size) as pilot:
        await secured(pilot)
        seen = shown(pilot)
        assert "TLS 1.3 · TLS_AES_256_GCM_SHA384 · x25519" in seen
        assert any("An eavesdropper sees" in line and "The ends see" in line for line in seen.splitlines())
        assert "17 03 03 00" in seen
        await pilot.press("f12")
        await pilot.pause()
        seen = shown(pilot)
        assert "Un espía ve" in seen
        assert "Los extremos ven" in seen


async def test_keys_and_clicks_walk_through_the_records() -> None:
    async with running(screen) as pilot:
        await secured(pilot)
        pane = main_of(pilot).tls
        assert pane.view is not None
        last = pane.view.total - 1
        assert pane.view.chosen == last
        await pilot.press("shift+up")
        assert (pane.view.chosen, pane.record) == (last - 1, last - 1)
        pane.step(-last)
        main_of(pilot).show_moment()
        await pilot.pause()
        assert pane.view.chosen == 0
        assert "ClientHello" in shown(pilot)
        await pilot.press("shift+down")
        assert pane.view.chosen == 1
        await pilot.press("shift+pagedown")
        below = pane.details.scroll_offset.y
        assert below > 0
        await pilot.press("shift+pageup")
        assert pane.details.scroll_offset.y < below
        await pilot.press("f6", "shift+pagedown", "f5")
        assert pane.view.chosen == 1
        await pilot.click(pane.records, offset=(4, 3))
        assert pane.view.chosen == pane.records.scroll_offset.y + 3
        await pilot.click(pane.details, offset=(4, 1))
        assert pane.view.chosen == pane.records.scroll_offset.y + 3
        await type_line(pilot, "NOOP")
        assert (pane.record, pane.view.chosen) == (-1, pane.view.total - 1)


async def test_a_selected_line_moves_it() -> None:
    async with running(screen) as pilot:
        await secured(pilot)
        main = main_of(pilot)
        [line] = [at for at, note in main.trace.sheet.model.notes.items() if "flights" in note.text]
        main.trace.choose(line)
        await pilot.pause()
        assert main.tls.view is not None
        assert main.tls.view.chosen == 0
        main.trace.choose(0)
        await pilot.pause()
        assert main.tls.view.total == 0
        assert "Nothing has been said yet." in shown(pilot)
        assert main.check_action("record", (1,))
        await pilot.press("f5")
        assert main.inspecting == ""
        assert not main.check_action("record", (1,))


def test_a_narrow_column_puts_one_view_below_the_other() -> None:
    session = FreePlay("pop3")
    session.open(lambda: None)
    for line in ("STLS", "USER ana"):
        session.submit(line)
    main = screen()
    main.tls.details.view = session.tls(-1, -1)
    lines = main.tls.details.content(30).plain.splitlines()
    assert lines.index("An eavesdropper sees") < lines.index("The ends see")


def test_with_nothing_to_show_it_is_empty() -> None:
    main = screen()
    assert main.tls.details.content(40).plain == ""
    assert main.tls.records.content(40).plain == ""
    assert "No connection" in main.tls.summary.left().plain
    main.tls.step(1)
    assert main.tls.record == -1
