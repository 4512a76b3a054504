"""Tabs for connections: all together or one alone."""

from __future__ import annotations

from sandbox.tui.doors import play
from sandbox.tui.panes.connections import ConnectionTabs, Tab
from tests.tui.driving import main_of, running, shown, type_line


async def test_a_tab_shows_one_connection_alone() -> None:
    async with running(lambda: play("pop3"), (120, 36)) as pilot:
        await pilot.pause(0.2)
        screen = main_of(pilot)
        assert not screen.connections.region
        await type_line(pilot, "NOOP")
        await type_line(pilot, "@on phone")
        await type_line(pilot, "CAPA")
        assert "laptop → mail.norte" in shown(pilot)
        assert "NOOP" in shown(pilot)
        row = shown(pilot).split("\n")[1]
        await pilot.click(ConnectionTabs, offset=(row.index("phone →"), 0))
        await pilot.pause(0.1)
        assert screen.trace.sheet.conn == "phone"
        assert "NOOP" not in "\n".join(shown(pilot).split("\n")[:20])
        await pilot.click(ConnectionTabs, offset=(row.index("All"), 0))
        await pilot.pause(0.1)
        assert screen.trace.sheet.conn is None


async def test_with_little_room_there_are_no_tabs() -> None:
    async with running(lambda: play("pop3"), (80, 24)) as pilot:
        await pilot.pause(0.2)
        await type_line(pilot, "@on phone")
        assert "→ mail.norte" not in shown(pilot)


async def test_of_many_the_newest_and_the_shown_one_have_a_tab() -> None:
    async with running(lambda: play("pop3"), (120, 36)) as pilot:
        await pilot.pause(0.2)
        tabs = main_of(pilot).connections
        tabs.show([Tab(f"imap-{number}", "mail.example.test") for number in range(40)], 3)
        await pilot.pause(0.1)
        row = shown(pilot).split("\n")[1]
        assert "imap-3 " in row
        assert "imap-39 " in row
        assert "imap-20 " not in row
        assert "+36" in row
