"""The interface in a browser: a page that asks nothing of anybody else, behind an address that nobody can guess."""

from __future__ import annotations

import asyncio
import re
import socket
import sys
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, WSServerHandshakeError
from aiohttp.test_utils import TestClient, TestServer

from sandbox.cli import main
from sandbox.i18n import set_language
from sandbox.tui.web import WebServer


@pytest.fixture
async def server() -> WebServer:
    return WebServer("127.0.0.1", 8000, lambda _address: None)


@pytest.fixture
async def client(server: WebServer) -> AsyncIterator[TestClient]:
    async with TestClient(TestServer(await server._make_app())) as client:
        yield client


def path(server: WebServer) -> str:
    return "/" + server.address.split("/", 3)[3]


async def test_the_page_asks_nothing_of_another_machine(server: WebServer, client: TestClient) -> None:
    set_language("es")
    page = await (await client.get(path(server))).text()
    assert '<html lang="es">' in page
    assert "Esta sesión ha terminado." in page
    own = f"ws://{client.host}:{client.port}{path(server)}ws"
    assert set(re.findall(r"\w+://[^\"; ]+", page)) == {own}
    for asset in re.findall(r'(?:src|href)="([^"]+)"|url\("([^"]+)"\)', page):
        address = "".join(asset)
        if not address.startswith("data:"):
            assert (await client.get(path(server) + address if address[0] != "/" else address)).status == 200
    style = await (await client.get("/static/css/xterm.css")).text()
    assert "url(" not in style
    assert "@import" not in style


async def test_nothing_is_served_to_who_does_not_know_the_address(server: WebServer, client: TestClient) -> None:
    for address in ("/", "/ws", "/guess/", "/guess/ws", "/static/"):
        assert (await client.get(address)).status in (403, 404)
    with pytest.raises(WSServerHandshakeError):
        await client.ws_connect("/guess/ws")
    other = WebServer("127.0.0.1", 8000, lambda _address: None)
    assert other.address != server.address


@pytest.mark.parametrize(("asked", "size"), [("20", "20"), ("1", "8"), ("999", "48"), ("x", "16"), ("9" * 50, "16")])
async def test_the_size_of_letters(server: WebServer, client: TestClient, asked: str, size: str) -> None:
    page = await (await client.get(path(server), params={"fontsize": asked})).text()
    assert f'data-font-size="{size}"' in page


async def _until(tab: ClientWebSocketResponse, said: str) -> None:
    """Read what is painted until it has these words."""
    painted = ""
    async for message in tab:
        if message.type is WSMsgType.BINARY:
            painted += re.sub(r"\x1b\[[0-9;?:]*[A-Za-z]", "", message.data.decode("utf-8", "replace"))
            if said in painted:
                return
    raise AssertionError(painted[-500:])


def test_a_port_that_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["web", "--port", str(port)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert f"127.0.0.1:{port} cannot be used" in said.err


def test_other_machines_are_a_warning(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WebServer, "run", lambda self: self._began(self.address))
    assert main(["web", "--host", "::", "--port", "8001"]) == 0
    said = capsys.readouterr()
    assert "everybody who can reach ::" in said.err
    assert re.search(r"http://\[::\]:8001/\S{20,}/", said.out)
    assert main(["web"]) == 0
    assert capsys.readouterr().err == ""


def test_a_missing_package_is_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "sandbox.tui.web")
    monkeypatch.setitem(sys.modules, "textual_serve.server", None)
    assert main(["web"]) == 1
    assert "pip install textual-serve" in capsys.readouterr().err


async def test_a_tab_is_a_session_that_takes_keys(unused_tcp_port: int) -> None:
    words = [sys.executable, "-m", "sandbox", "web", "--port", str(unused_tcp_port)]
    process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    async with asyncio.timeout(60):
        line = (await process.stdout.readline()).decode()
        address = re.findall(r"http://\S+", line)[0]
        async with ClientSession() as session, session.ws_connect(f"{address}ws?width=100&height=30") as tab:
            await _until(tab, "Orientation")
            await tab.send_json(["focus"])
            await tab.send_json(["stdin", "\x1b[B\r"])
            await _until(tab, "POP3 server")
            await tab.send_json(["stdin", "STAT\r"])
            await _until(tab, "-ERR")
        process.terminate()
        assert await process.wait() == 0
