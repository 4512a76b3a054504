from __future__ import annotations

from sandbox.tui import doors
from tests.tui.driving import keys, running


async def test_ctrl_c_leaves_wherever_the_focus_is() -> None:
    async with running(lambda: doors.play()) as pilot:
        await pilot.press(*keys("USER ana"), "ctrl+c")
        assert pilot.app._exit
        assert pilot.app.return_code == 0
