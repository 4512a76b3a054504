"""Real servers behind the screen, with a real client of the standard library."""

from __future__ import annotations

import asyncio
import poplib

from sandbox.tui.doors import serve as serve_screen
from sandbox.tui.panes.trace.model import NOTE
from sandbox.tui.screens.main import Main
from sandbox.tui.screens.manual import Instructions
from sandbox.tui.sessions.serve import Serve
from sandbox.world.serve import SERVICES, Options
from tests.tui.driving import running, shown

ANY_PORT = Options(ports=dict.fromkeys(SERVICES, 0))


def visit(port: int, times: int = 1) -> None:
    for _ in range(times):
        client = poplib.POP3("127.0.0.1", port)
        client.user("alice")
        client.pass_("wonderland")
        client.list()
        client.quit()


async def until(done: object) -> None:
    """Let the loop run until something is so."""
    async with asyncio.timeout(10):
        while not done():  # type: ignore[operator]
            await asyncio.sleep(0.01)


async def begun(options: Options = ANY_PORT) -> tuple[Serve, list[int]]:
    changes: list[int] = []
    session = Serve(options)
    session.open(lambda: changes.append(1))
    await until(lambda: changes)
    return session, changes


async def test_what_a_client_says_is_explained_when_the_screen_asks() -> None:
    session, _changes = await begun()
    try:
        await asyncio.to_thread(visit, session._serving.ports["pop3"])
        assert len(session.trace) == 0
        session.tick(0.03)
        sides = {session.trace.text(line): session.trace.side[line] for line in range(len(session.trace))}
        assert "USER alice" in sides
        assert session.heading().client == "127.0.0.1"
        mailbox = session.mailbox(-1)
        assert mailbox is not None
        assert (mailbox.name, mailbox.stored) == ("alice", 1)
        manual = session.manual()
        assert manual is not None
        assert "curl" in dict(manual.programs)
    finally:
        await session.close()


async def test_a_flood_is_not_followed_and_later_connections_are() -> None:
    session, _changes = await begun()
    try:
        port = session._serving.ports["pop3"]
        await asyncio.to_thread(visit, port)
        event = session._serving.journal.events[-1]
        for _ in range(20_001):
            session._put_aside(event)
        session.tick(0.03)
        assert "too fast" in str(session.hint("").about)
        await asyncio.to_thread(visit, port)
        session.tick(0.03)
        assert session.heading().server.startswith("mail.example.test")
        assert b"USER alice" in bytes(session.trace.octets)
    finally:
        await session.close()


async def test_the_older_half_is_forgotten_and_the_rest_still_explained() -> None:
    session, _changes = await begun()
    try:
        await asyncio.to_thread(visit, session._serving.ports["pop3"], 20)
        while session._waiting:
            session.tick(0.03)
        everything = len(session.trace)
        session.dialogue.keep(100)
        assert 50 <= len(session.trace) <= 70 < everything
        for line in range(len(session.trace)):
            anatomy = session.anatomy(line)
            assert (anatomy is None) == (session.trace.side[line] == NOTE)
            if anatomy is not None:
                assert anatomy.raw[anatomy.first : anatomy.last] == session.trace.raw(line)
        mailbox = session.mailbox(-1)
        assert mailbox is not None
        assert (mailbox.name, mailbox.stored, len(mailbox.mails)) == ("alice", 1, 1)
        assert mailbox.mails[0].subject.startswith("Welcome")
    finally:
        await session.close()


async def test_a_port_that_is_taken_is_told() -> None:
    first, _changes = await begun()
    taken = Options(ports={**dict.fromkeys(SERVICES, 0), "pop3": first._serving.ports["pop3"]})
    second, _changes = await begun(taken)
    try:
        assert "in use" in str(second.hint("").about)
        assert second.manual() is None
    finally:
        await second.close()
        await first.close()


async def test_settings_come_first_and_then_the_trace() -> None:
    async with running(lambda: serve_screen(ANY_PORT)) as pilot:
        await until(lambda: isinstance(pilot.app.screen, Instructions))
        await pilot.pause()
        assert "curl --cacert" in shown(pilot)
        await pilot.press("escape")
        screen = pilot.app.screen
        assert isinstance(screen, Main)
        assert isinstance(screen.session, Serve)
        await asyncio.to_thread(visit, screen.session._serving.ports["pop3"])
        await until(lambda: "USER alice" in shown(pilot))
        await pilot.press("f2")
        await pilot.pause()
        assert isinstance(pilot.app.screen, Instructions)
