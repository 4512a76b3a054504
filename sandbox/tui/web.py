"""The same interface in a browser: each tab is a process of its own, which ends when the tab is closed.

A tab can read and write what its owner can, so the address has a secret in it: neither another user of the machine nor
a page from elsewhere can open one. The page is ours and asks nothing of any other machine.
"""

from __future__ import annotations

import secrets
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import web
from textual_serve.server import Server

from sandbox.i18n import _, language

__all__ = ["WebServer"]

_NAME = "mail-sandbox"
_TEMPLATES = Path(__file__).parent / "templates"
_SMALLEST, _USUAL, _BIGGEST = 8, 16, 48
"""Font sizes in pixels; `?fontsize=` in the address asks for another."""


class WebServer(Server):
    """Serves the home screen on `host` and `port`. `began` is called with the address once it listens."""

    def __init__(self, host: str, port: int, began: Callable[[str], None]) -> None:
        command = shlex.join([sys.executable, "-m", "sandbox", "--lang", language()])
        super().__init__(command, host, port, _NAME, templates_path=_TEMPLATES)
        self._secret = secrets.token_urlsafe(16)
        self._began = began

    @property
    def address(self) -> str:
        """What to open in a browser."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/{self._secret}/"

    def run(self) -> None:
        """Serve until interrupted. Raises OSError if the port cannot be had."""

        def began(*_words: object) -> None:
            self._began(self.address)  # aiohttp has other words, which are not for us

        web.run_app(self._make_app(), host=self.host, port=self.port, print=began, access_log=None)

    async def _make_app(self) -> web.Application:
        """The page and its socket, behind the secret; static files, which have none."""
        app = web.Application()
        aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader(self.templates_path))
        app.add_routes(
            [
                web.get(f"/{self._secret}/", self.handle_index),
                web.get(f"/{self._secret}/ws", self.handle_websocket),
                web.get(f"/{self._secret}/focus.js", self._script),
                web.get("/download/{key}", self.handle_download),
                web.static("/static", self.statics_path),
            ]
        )
        return app

    async def handle_index(self, request: web.Request) -> web.Response:
        """The page."""
        scheme = "wss" if request.scheme == "https" else "ws"
        context: dict[str, Any] = {
            "language": language(),
            "title": self.title,
            "socket": f"{scheme}://{request.host}/{self._secret}/ws",
            "font_size": _font_size(request.query.get("fontsize", "")),
            "ended": _("This session is over."),
            "again": _("Begin another"),
        }
        return aiohttp_jinja2.render_template("app_index.html", request, context)

    async def _script(self, _request: web.Request) -> web.FileResponse:
        return web.FileResponse(_TEMPLATES / "focus.js")


def _font_size(asked: str) -> int:
    return min(max(int(asked), _SMALLEST), _BIGGEST) if asked.isdecimal() and len(asked) < 4 else _USUAL
