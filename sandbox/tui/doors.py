"""From the home screen into everything else. Each door imports what is behind it when it is opened."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from sandbox.core.message import N_, Msg
from sandbox.tui.ports import Heading
from sandbox.tui.screens.main import Main

if TYPE_CHECKING:
    from textual.app import App
    from textual.screen import Screen

    from sandbox.tui.ports import Session
    from sandbox.world.proxying import ProxyOptions
    from sandbox.world.serve import Options


def play(protocol: str = "pop3", *, strict: bool = False, tls: bool = False) -> Main:
    """Free play; with `tls` it comes before the first octet."""

    def begin() -> Session:
        from sandbox.tui.sessions.play import FreePlay

        return FreePlay(protocol, strict=strict, tls=tls)

    return Main(begin, Heading(protocol.upper(), Msg(N_("Free play"))))


def replay(path: str | Path) -> Main:
    """A transcript, or what can be made one. Raises `RecordError` if it cannot be read."""
    from sandbox.record.import_ import opened
    from sandbox.tui.sessions.replay import replay_file
    from sandbox.world.protocols import PROTOCOLS

    session = replay_file(opened(path, PROTOCOLS))
    return Main(lambda: session, Heading("", session.title))


def lesson(path: str | Path) -> Main:
    """A lesson's file."""

    def begin() -> Session:
        from sandbox.tui.sessions.lesson import Lesson

        return Lesson(Path(path))

    return Main(begin, Heading("", Path(path).stem))


def demo(path: str | Path) -> Main:
    """A lesson's file, shown to a class."""
    from sandbox.tui.screens.demo import DemoScreen

    def begin() -> Session:
        from sandbox.tui.sessions.demo import Demo

        return Demo(Path(path))

    return DemoScreen(begin, Heading("", Path(path).stem))


def serve(options: Options | None = None) -> Main:
    """Real servers; without options, the usual ones on this machine."""

    def begin() -> Session:
        from sandbox.tui.sessions.serve import Serve

        return Serve(options)

    return Main(begin, Heading("", Msg(N_("Real mail programs"))))


def proxy(options: ProxyOptions) -> Main:
    """What a real mail program and its server say to each other."""

    def begin() -> Session:
        from sandbox.tui.sessions.proxy import Proxy

        return Proxy(options)

    return Main(begin, Heading("", Msg(N_("A real mail program and its real server"))))


def enter(app: App[int], door: str) -> None:
    """Go through the door that an entry of the home screen names."""
    if door == "quit":
        app.exit(0)
    elif door == "language":
        app.run_worker(app.run_action("app.switch_language"))
    elif door.startswith("play:"):
        app.push_screen(play(door.partition(":")[2]))
    elif door == "serve":
        app.push_screen(serve())
    elif door.startswith(("lesson:", "following:")):
        app.push_screen(lesson(door.partition(":")[2]))
    elif door == "replay":
        from sandbox.tui.screens.files import Files

        app.push_screen(Files(replay), lambda screen: _show(app, screen))


def warm_up() -> None:
    """Load what lessons need, while somebody looks at the menu. A daemon: leaving does not wait for it."""
    Thread(target=import_module, args=("sandbox.tui.sessions.lesson",), daemon=True).start()


def _show(app: App[int], screen: Screen[None] | None) -> None:
    if screen is not None:
        app.push_screen(screen)
