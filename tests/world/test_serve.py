"""Real servers on free ports of this machine, visited by the standard library."""

from __future__ import annotations

import asyncio
import poplib
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sandbox.core.message import Msg
from sandbox.mail.changes import MessageAdded
from sandbox.wire.trace import Close, Open, StoreChange, Tls
from sandbox.world.errors import WorldError
from sandbox.world.protocols import PROTOCOLS
from sandbox.world.serve import Options, Serving
from sandbox.world.services import SERVICES

FREE = Options(ports=dict.fromkeys(SERVICES, 0))
PATIENCE = 20.0


@asynccontextmanager
async def running(folder: Path, options: Options = FREE) -> AsyncIterator[Serving]:
    serving = Serving(options, folder)
    await serving.start()
    try:
        yield serving
    finally:
        await serving.stop()


async def visit(visitor: Callable[[], Any]) -> Any:
    return await asyncio.to_thread(visitor)


async def test_users_find_their_mail_in_clear_text_and_under_tls(tmp_path: Path) -> None:
    async with running(tmp_path) as serving:
        trusting = ssl.create_default_context(cafile=serving.describe()["ca"])

        def clear() -> list[bytes]:
            client = poplib.POP3("127.0.0.1", serving.ports["pop3"], timeout=PATIENCE)
            client.apop("alice", "wonderland")
            lines: list[bytes] = client.retr(1)[1]
            client.dele(1)
            client.quit()
            return lines

        def upgraded(user: str, password: str) -> tuple[int, int]:
            client = poplib.POP3("localhost", serving.ports["pop3"], timeout=PATIENCE)
            client.stls(trusting)
            client.user(user)
            client.pass_(password)
            found: tuple[int, int] = client.stat()
            client.quit()
            return found

        def first() -> tuple[int, int]:
            client = poplib.POP3_SSL("localhost", serving.ports["pop3s"], timeout=PATIENCE, context=trusting)
            client.user("bob")
            client.pass_("builder")
            found: tuple[int, int] = client.stat()
            client.quit()
            return found

        lines = await visit(clear)
        assert b"Welcome, alice!" in lines
        assert "Te damos la bienvenida, alice." in b"\n".join(lines).decode()
        assert b"." in lines
        assert await visit(lambda: upgraded("alice", "wonderland")) == (0, 0)
        assert (await visit(first))[0] == 1
    opened = [event for event in serving.journal.events if isinstance(event, Open)]
    assert [(event.conn, event.server, event.tls) for event in opened] == [
        ("pop3-1", "mail.example.test", False),
        ("pop3-2", "mail.example.test", False),
        ("pop3s-3", "mail.example.test", True),
    ]
    assert sum(isinstance(event, Tls) for event in serving.journal.events) == 2
    assert sum(isinstance(event, Close) for event in serving.journal.events) == 3


async def test_the_journal_has_all_mail_from_the_beginning(tmp_path: Path) -> None:
    serving = Serving(FREE, tmp_path)
    events: list[Any] = []
    serving.journal.subscribe(events.append)
    await serving.start()
    await serving.stop()
    changes = [event for event in events if isinstance(event, StoreChange)]
    assert {change.host for change in changes} == {"mail.example.test"}
    added = [event.change for event in changes if isinstance(event.change, MessageAdded)]
    assert [(change.user, change.mailbox) for change in added] == [("alice", "INBOX"), ("bob", "INBOX")]


async def test_programs_can_read_where_everything_is(tmp_path: Path) -> None:
    options = replace(FREE, domain="norte.example", users={"ana": "secreto"})
    async with running(tmp_path, options) as serving:
        facts = serving.describe()
        assert facts["ports"] == serving.ports
        assert set(serving.ports) == set(SERVICES)
        assert all(serving.ports.values())
        assert (facts["users"], facts["domain"]) == (["ana"], "norte.example")
        assert Path(facts["ca"]).read_text().startswith("-----BEGIN CERTIFICATE-----")


async def test_passwords_cross_the_line_readable_on_this_machine_only(tmp_path: Path) -> None:
    def attempt(serving: Serving) -> str:
        client = poplib.POP3("127.0.0.1", serving.ports["pop3"], timeout=PATIENCE)
        try:
            client.user("alice")
        except poplib.error_proto as error:
            return str(error)
        finally:
            client.close()
        return "accepted"

    for options, answer in (
        (FREE, "accepted"),
        (replace(FREE, require_tls=True), "start TLS"),
        (replace(FREE, host="0.0.0.0"), "start TLS"),
    ):
        async with running(tmp_path, options) as serving:
            assert answer in await visit(lambda: attempt(serving))  # it is called at once


async def test_strict_servers_insist(tmp_path: Path) -> None:
    async with running(tmp_path, replace(FREE, strict=True)) as serving:
        reader, writer = await asyncio.open_connection("127.0.0.1", serving.ports["pop3"])
        await reader.readline()
        writer.write(b"CAPA \r\n")
        assert (await reader.readline()).startswith(b"-ERR bad arguments")
        writer.transport.abort()


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.3.2.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("192.0.2.1", False),
        ("mail.example", False),
    ],
)
def test_loopback_is_what_nobody_else_can_reach(host: str, loopback: bool) -> None:
    assert Options(host=host).loopback is loopback


async def test_the_certificate_has_the_name_that_others_use(tmp_path: Path) -> None:
    async with running(tmp_path, replace(FREE, host="0.0.0.0", domain="norte.example")) as serving:
        trusting = ssl.create_default_context(cafile=serving.describe()["ca"])
        for name in (socket.gethostname(), "mail.norte.example", "norte.example", "127.0.0.1"):
            _reader, writer = await asyncio.open_connection(
                "127.0.0.1", serving.ports["pop3s"], ssl=trusting, server_hostname=name
            )
            writer.transport.abort()
    assert "192.0.2.7" in Serving(replace(FREE, host="192.0.2.7"), tmp_path)._names()


def test_a_machine_with_a_name_that_is_none_gets_a_certificate_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "my_machine !")
    assert "my_machine !" not in Serving(replace(FREE, host="0.0.0.0"), tmp_path)._names()


def test_services_are_what_the_protocols_say_of_themselves() -> None:
    said = {
        service.name: (protocol.name, service.port, service.tls)
        for protocol in PROTOCOLS.values()
        for service in protocol.services
    }
    assert said == SERVICES


# What cannot be


async def refusal(folder: Path, options: Options) -> Msg:
    with pytest.raises(WorldError) as caught:
        async with running(folder, options):
            pass
    return caught.value.about


async def test_a_port_in_use_is_named_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        about = await refusal(tmp_path, replace(FREE, ports=dict.fromkeys(SERVICES, 0) | {"pop3s": number}))
    assert str(about).startswith(f"port {number} (pop3s) is in use: add --port pop3s=0")


async def test_nothing_listens_after_a_refusal(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        serving = Serving(replace(FREE, ports=dict.fromkeys(SERVICES, 0) | {"pop3s": taken.getsockname()[1]}), tmp_path)
        with pytest.raises(WorldError):
            await serving.start()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", serving.ports["pop3"])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (replace(FREE, host="192.0.2.1"), "this machine has no address 192.0.2.1"),
        (replace(FREE, host="nowhere.invalid"), "this machine has no address nowhere.invalid"),
        (Options(offset=65_000), "ports end at 65535"),
        (Options(offset=-2000), "ports end at 65535"),
    ],
)
async def test_what_no_machine_has(options: Options, words: str, tmp_path: Path) -> None:
    assert words in str(await refusal(tmp_path, options))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            PermissionError(13, "Permission denied"),
            "port 1025 (smtp) needs privileges: move all ports with --offset 1000",
        ),
        (OSError(24, "Too many open files"), "port 1025 (smtp) cannot be had: Too many open files"),
        (OSError("odd"), "port 1025 (smtp) cannot be had: odd"),
    ],
)
async def test_other_reasons_of_the_system(
    error: OSError, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_args: object, **_settings: object) -> None:
        raise error

    monkeypatch.setattr(asyncio.get_running_loop(), "create_server", refuse)
    assert str(await refusal(tmp_path, Options())) == words


async def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    about = await refusal(tmp_path / "file" / "authority", FREE)
    assert str(about).startswith(f"the certificates cannot be kept in {tmp_path}/file/authority: ")


@pytest.mark.parametrize(
    ("users", "words"),
    [
        ({"ana": "a", "ANA": "b"}, "two users have the same name"),
        ({"a\x01": "secreto"}, "cannot be a user"),
        ({"ana": ""}, "“ana” cannot be a user"),
    ],
)
def test_users_that_cannot_be(users: dict[str, str], words: str, tmp_path: Path) -> None:
    with pytest.raises(WorldError, match=words):
        Serving(replace(FREE, users=users), tmp_path)


# Attending


async def test_who_attends_is_told_of_beginning_and_end(tmp_path: Path) -> None:
    told: list[str] = []

    def attend(serving: Serving) -> Callable[[], None]:
        told.append(f"{len(serving.ports)} ports")
        return lambda: told.append("over")

    async with running(tmp_path, replace(FREE, attend=attend)) as serving:
        assert told == [f"{len(SERVICES)} ports"]
        await serving.stop()
    assert told == [f"{len(SERVICES)} ports", "over"]


async def test_who_attends_may_call_it_off(tmp_path: Path) -> None:
    def attend(_serving: Serving) -> Callable[[], None]:
        raise WorldError(Msg("no"))

    assert str(await refusal(tmp_path, replace(FREE, attend=attend))) == "no"
