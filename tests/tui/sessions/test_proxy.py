"""A proxy behind the screen, between the standard library's client and a server of ours."""

from __future__ import annotations

import asyncio
import poplib
from pathlib import Path

from sandbox.tui.doors import proxy as proxy_screen
from sandbox.tui.screens.manual import Instructions
from sandbox.tui.sessions.proxy import Proxy
from sandbox.world.proxying import ProxyOptions
from sandbox.world.serve import SERVICES, Options, Serving
from tests.tui.driving import running, shown


def visit(port: int) -> None:
    client = poplib.POP3("127.0.0.1", port)
    client.user("alice")
    client.pass_("wonderland")
    client.quit()


async def until(done: object) -> None:
    """Let the loop run until something is so."""
    async with asyncio.timeout(10):
        while not done():  # type: ignore[operator]
            await asyncio.sleep(0.01)


async def test_what_both_say_is_shown_without_secrets(tmp_path: Path) -> None:
    serving = Serving(Options(ports=dict.fromkeys(SERVICES, 0)), tmp_path)
    await serving.start()
    options = ProxyOptions("pop3", "127.0.0.1", serving.ports["pop3"])
    session = Proxy(options)
    changes: list[int] = []
    session.open(lambda: changes.append(1))
    await until(lambda: changes)
    try:
        await asyncio.to_thread(visit, session._proxying.port)
        while session._waiting:
            session.tick(0.03)
        assert b"PASS xxxxxxxxxx" in bytes(session.trace.octets)
        assert b"wonderland" not in bytes(session.trace.octets)
        state = session.state(-1)
        assert state is not None
        assert session.heading().server == f"127.0.0.1:{serving.ports['pop3']}"
        assert str(session.hint("").about) == f"leads to {options.server}; secrets are hidden"
        manual = session.manual()
        assert manual is not None
        assert "curl" in dict(manual.programs)
        exportable = session.exportable()
        assert exportable is not None
    finally:
        await session.close()
        await serving.stop()


async def test_how_to_set_a_mail_program_up_comes_first() -> None:
    async with running(lambda: proxy_screen(ProxyOptions("imap", "mail.example.org", 993, tls=True))) as pilot:
        await until(lambda: isinstance(pilot.app.screen, Instructions))
        await pilot.pause()
        assert "Your mail program" in shown(pilot)
        await pilot.press("escape")
        assert "leads to mail.example.org:993" in shown(pilot)


async def test_why_it_does_not_listen_is_told(tmp_path: Path) -> None:
    session = Proxy(ProxyOptions("imap", "mail.example.org", 993, ca=tmp_path / "none.pem"))
    changes: list[int] = []
    session.open(lambda: changes.append(1))
    await until(lambda: changes)
    assert "cannot be read" in str(session.hint("").about)
    assert session.manual() is None
    await session.close()
