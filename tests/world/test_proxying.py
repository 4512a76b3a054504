"""A proxy in front of servers of our own, used by the standard library's mail programs."""

from __future__ import annotations

import asyncio
import base64
import imaplib
import poplib
import re
import smtplib
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sandbox.wire.trace import Close, Data, Note, Open, Tls
from sandbox.world.errors import WorldError
from sandbox.world.proxy_settings import settings
from sandbox.world.proxying import Proxying, ProxyOptions, trusting
from sandbox.world.serve import Options, Serving
from sandbox.world.services import SERVICES

PATIENCE = 20.0
PASSWORD = b"wonderland"
SECRETS = (
    PASSWORD,
    base64.b64encode(PASSWORD).rstrip(b"="),
    base64.b64encode(b"\0alice\0" + PASSWORD).rstrip(b"="),
    PASSWORD.hex().encode(),
)

DIGEST = re.compile(rb"[0-9a-f]{32}")
"""What APOP and CRAM-MD5 send in place of the password: it can be guessed from."""


@asynccontextmanager
async def between(folder: Path, protocol: str, service: str, **given: Any) -> AsyncIterator[Proxying]:
    """A proxy to a service of ours."""
    serving = Serving(Options(ports=dict.fromkeys(SERVICES, 0)), folder)
    await serving.start()
    given = {"ca": serving.authority.certificate_path} | given
    proxying = Proxying(ProxyOptions(protocol, "localhost", serving.ports[service], **given), folder)
    try:
        await proxying.start()
        yield proxying
    finally:
        await proxying.stop()
        await serving.stop()


def octets(proxying: Proxying, side: str) -> bytes:
    return b"".join(event.raw for event in proxying.journal.events if isinstance(event, Data) and event.side == side)


def context(proxying: Proxying) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=proxying.authority.certificate_path)


def decoded(line: bytes) -> bytes:
    """What the last word of a line is in base64, if it is that."""
    try:
        return base64.b64decode(line.split(b" ")[-1], validate=True)
    except ValueError:
        return b""


def pop3(proxying: Proxying, *, tls: bool, stls: bool) -> None:
    if tls:
        client: poplib.POP3 = poplib.POP3_SSL("localhost", proxying.port, context=context(proxying), timeout=PATIENCE)
    else:
        client = poplib.POP3("localhost", proxying.port, timeout=PATIENCE)
    if stls:
        client.stls(context(proxying))
    client.user("alice")
    client.pass_("wonderland")
    assert client.retr(1)[1]
    client.quit()


def apop(proxying: Proxying, **_how: bool) -> None:
    client = poplib.POP3("localhost", proxying.port, timeout=PATIENCE)
    client.apop("alice", "wonderland")
    assert client.stat()[0] == 1
    client.quit()


def imap(proxying: Proxying, *, tls: bool, stls: bool) -> None:
    if tls:
        client = imaplib.IMAP4_SSL("localhost", proxying.port, ssl_context=context(proxying), timeout=PATIENCE)
    else:
        client = imaplib.IMAP4("localhost", proxying.port, timeout=PATIENCE)
    if stls:
        client.starttls(context(proxying))
    client.login("alice", "wonderland")
    assert client.select() == ("OK", [b"1"])
    assert client.append("INBOX", "", "", b"Subject: One\r\n\r\nTwo.\r\n")[0] == "OK"
    client.logout()


def authenticate(proxying: Proxying, **_how: bool) -> None:
    client = imaplib.IMAP4("localhost", proxying.port, timeout=PATIENCE)
    assert client.authenticate("PLAIN", lambda _challenge: b"\0alice\0wonderland")[0] == "OK"
    client.logout()


def smtp(proxying: Proxying, *, tls: bool, stls: bool, mechanism: str = "plain") -> None:
    if tls:
        client: smtplib.SMTP = smtplib.SMTP_SSL("localhost", proxying.port, context=context(proxying), timeout=PATIENCE)
    else:
        client = smtplib.SMTP("localhost", proxying.port, timeout=PATIENCE)
    if stls:
        client.starttls(context=context(proxying))
    client.ehlo()
    client.user, client.password = "alice", "wonderland"  # type: ignore[attr-defined]  # where its methods look
    assert client.auth(mechanism.replace("_", "-"), getattr(client, f"auth_{mechanism}"))[0] == 235
    assert client.sendmail("alice@example.test", "bob@example.test", b"Subject: One\r\n\r\nTwo.\r\n") == {}
    client.quit()


SESSIONS: list[tuple[Callable[..., None], str, str, dict[str, bool], dict[str, bool]]] = [
    (pop3, "pop3", "pop3", {}, {}),
    (pop3, "pop3", "pop3", {"stls": True}, {}),
    (pop3, "pop3", "pop3s", {"tls": True}, {"tls": True, "listen_tls": True}),
    (imap, "imap", "imap", {"stls": True}, {}),
    (imap, "imap", "imaps", {}, {"tls": True}),
    (authenticate, "imap", "imap", {}, {}),
    (apop, "pop3", "pop3", {}, {}),
    (partial(smtp, mechanism="login"), "smtp", "submission", {}, {}),
    (partial(smtp, mechanism="cram_md5"), "smtp", "submission", {}, {}),
    (smtp, "smtp", "submission", {"stls": True}, {}),
    (smtp, "smtp", "submissions", {"tls": True}, {"tls": True, "listen_tls": True}),
]


@pytest.mark.parametrize(("session", "protocol", "service", "how", "options"), SESSIONS)
async def test_sessions_pass_and_leave_no_secret(
    session: Callable[..., None],
    protocol: str,
    service: str,
    how: dict[str, bool],
    options: dict[str, bool],
    tmp_path: Path,
) -> None:
    async with between(tmp_path, protocol, service, **options) as proxying:
        await asyncio.to_thread(session, proxying, **({"tls": False, "stls": False} | how))
    events = list(proxying.journal.events)
    assert isinstance(events[0], Open)
    assert isinstance(events[-1], Close)
    assert sum(isinstance(event, Tls) for event in events) == (bool(how.get("stls")) or bool(options.get("tls")))
    said = octets(proxying, "C") + octets(proxying, "S")
    assert not any(secret in said for secret in SECRETS)
    readable = said + b"".join(decoded(line) for line in said.splitlines())
    assert b"alice" in readable
    assert not DIGEST.search(readable)


# What is told


async def test_what_programs_want_to_know(tmp_path: Path) -> None:
    async with between(tmp_path, "imap", "imaps", tls=True) as proxying:
        facts = proxying.describe()
        assert facts == {
            "protocol": "imap",
            "host": "127.0.0.1",
            "port": proxying.port,
            "tls": False,
            "server": proxying.options.server,
            "ca": str(tmp_path / "ca.pem"),
        }
        [by_hand, curl] = settings(proxying)
        assert by_hand.lines[0].startswith(f"Server localhost, port {proxying.port}")
        assert len(by_hand.lines) == 2
        assert curl.lines == (f"curl -u ana imap://localhost:{proxying.port}",)


@pytest.mark.parametrize(
    ("options", "place", "security"),
    [
        ({"listen_tls": True}, "smtps://localhost", "SSL/TLS from the start"),
        ({"listen_host": "::1"}, "smtp://[::1]", "STARTTLS"),
        ({"listen_host": "0.0.0.0", "tls": True}, "smtp://0.0.0.0", "none"),
        ({"listen_host": "::"}, "smtp://[::]", "STARTTLS"),
    ],
)
def test_settings_fit_what_the_proxy_does(options: dict[str, Any], place: str, security: str, tmp_path: Path) -> None:
    proxying = Proxying(ProxyOptions("smtp", "mail.example.org", 465, **options), tmp_path)
    [by_hand, curl] = settings(proxying)
    assert security in by_hand.lines[1]
    assert curl.lines[0].startswith("printf ")
    assert curl.lines[0].endswith(f" {place}:0")


@pytest.mark.parametrize(
    ("host", "address", "loopback"),
    [
        ("localhost", "127.0.0.1", True),
        ("::1", "::1", True),
        ("0.0.0.0", "0.0.0.0", False),
        ("mail.example.org", "mail.example.org", False),
    ],
)
def test_where_it_listens(host: str, address: str, loopback: bool) -> None:
    options = ProxyOptions("imap", "mail.example.org", 993, listen_host=host)
    assert (options.address, options.loopback) == (address, loopback)


# What cannot be


async def refused(folder: Path, **given: Any) -> str:
    options = {"protocol": "imap", "host": "mail.example.org", "port": 993} | given
    proxying = Proxying(ProxyOptions(**options), folder)
    with pytest.raises(WorldError) as caught:
        await proxying.start()
    return str(caught.value.about)


async def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        assert await refused(tmp_path, listen_port=number) == (
            f"port {number} is in use: name another one with --listen; 0 is any free one"
        )


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(13, "Permission denied"), "port 1 needs privileges: name one above 1023 with --listen"),
        (OSError(5, "Input/output error"), "port 1 cannot be had: Input/output error"),
        (socket.gaierror(-2, "Name or service not known"), "this machine has no address 127.0.0.1"),
    ],
)
async def test_ports_that_cannot_be_had(
    error: OSError, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_given: Any, **_more: Any) -> None:
        raise error

    monkeypatch.setattr(asyncio.get_running_loop(), "create_server", fail)
    assert (await refused(tmp_path, listen_port=1)).startswith(said)


async def test_a_proxy_to_itself_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = free.getsockname()[1]
    for host in ("localhost", "127.0.0.1"):
        said = await refused(tmp_path, host=host, port=number, listen_port=number)
        assert said == f"{host}:{number} is the proxy itself: name another port"


async def test_files_that_are_of_no_use(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    assert "holds no certificates" in await refused(tmp_path, ca=tmp_path / "empty.pem")
    assert "cannot be read" in await refused(tmp_path, ca=tmp_path / "none.pem")
    (tmp_path / "file").write_text("in the way")
    assert "cannot be kept" in await refused(tmp_path / "file")


async def test_names_of_hosts(tmp_path: Path) -> None:
    assert await refused(tmp_path, host="a..b") == "“a..b” is no name of a host"
    for host in ("mail_1.example.org", "mail.example.org", "::1"):
        proxying = Proxying(ProxyOptions("imap", host, 993), tmp_path)
        await proxying.start()
        await proxying.stop()


async def test_who_attends_may_refuse(tmp_path: Path) -> None:
    ended: list[int] = []

    def attend(proxying: Proxying) -> Callable[[], None]:
        if len(ended):
            return lambda: ended.append(proxying.port)
        ended.append(0)
        raise PermissionError

    options = ProxyOptions("imap", "mail.example.org", 993, attend=attend)
    proxying = Proxying(options, tmp_path)
    with pytest.raises(PermissionError):
        await proxying.start()
    await proxying.start()
    await proxying.stop()
    assert ended == [0, proxying.port]


def test_whom_it_believes(monkeypatch: pytest.MonkeyPatch) -> None:
    system = trusting(None, insecure=False)
    assert (system.verify_mode, system.check_hostname) == (ssl.CERT_REQUIRED, True)
    nobody = trusting(None, insecure=True)
    assert (nobody.verify_mode, nobody.check_hostname) == (ssl.CERT_NONE, False)


async def test_a_server_that_the_system_does_not_trust_is_not_talked_to(tmp_path: Path) -> None:
    def session(port: int) -> bytes:
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as client:
            return client.recv(100)

    async with between(tmp_path, "pop3", "pop3s", tls=True, ca=None) as proxying:
        assert await asyncio.to_thread(session, proxying.port) == b""
    notes = [event.text for event in proxying.journal.events if isinstance(event, Note)]
    assert any("--insecure" in note for note in notes)
    async with between(tmp_path, "pop3", "pop3s", tls=True, ca=None, insecure=True) as proxying:
        assert (await asyncio.to_thread(session, proxying.port)).startswith(b"+OK")
