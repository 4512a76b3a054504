"""The three doors of SMTP on real ports, visited by the standard library."""

from __future__ import annotations

import poplib
import smtplib
import socket
import ssl
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from sandbox.world.serve import Serving
from tests.world.test_serve import FREE, PATIENCE, running, visit

BODY = ".\n..dot\nmañana\n\n.\n"


def letter() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "alice@example.test"
    message["To"] = "bob@example.test"
    message["Bcc"] = "hidden@example.test"
    message["Subject"] = "hola"
    message.set_content(BODY, cte="8bit")
    return message


def fetched(serving: Serving, user: str, password: str) -> bytes:
    """A user's newest message, by POP3."""
    client = poplib.POP3("127.0.0.1", serving.ports["pop3"], timeout=PATIENCE)
    client.user(user)
    client.pass_(password)
    lines: list[bytes] = client.retr(client.stat()[0])[1]
    client.quit()
    return b"".join(line + b"\r\n" for line in lines)


async def test_relay_submission_and_submissions_deliver_what_was_sent(tmp_path: Path) -> None:
    async with running(tmp_path) as serving:
        trusting = ssl.create_default_context(cafile=serving.describe()["ca"])
        raw = letter().as_bytes().replace(b"\n", b"\r\n")

        def relayed() -> None:
            client = smtplib.SMTP("127.0.0.1", serving.ports["smtp"], timeout=PATIENCE)
            assert client.sendmail("eve@elsewhere.invalid", ["bob@example.test"], raw, ["BODY=8BITMIME"]) == {}
            client.quit()

        def upgraded() -> None:
            client = smtplib.SMTP("localhost", serving.ports["submission"], timeout=PATIENCE)
            client.starttls(context=trusting)
            client.login("alice", "wonderland")
            client.sendmail("alice@example.test", ["bob@example.test"], raw, ["BODY=8BITMIME"])
            client.quit()

        def first() -> None:
            client = smtplib.SMTP_SSL("localhost", serving.ports["submissions"], timeout=PATIENCE, context=trusting)
            client.login("alice", "wonderland")
            client.sendmail("alice@example.test", ["bob@example.test"], raw, ["BODY=8BITMIME"])
            client.quit()

        await visit(relayed)
        content = await visit(lambda: fetched(serving, "bob", "builder"))
        head, _, rest = content.partition(b"From: ")
        assert b"From: " + rest == raw
        assert head.startswith(b"Return-Path: <eve@elsewhere.invalid>\r\nReceived: from ")
        assert b" with ESMTP id " in head
        for door in (upgraded, first):
            await visit(door)
            content = await visit(lambda: fetched(serving, "bob", "builder"))
            head, _, rest = content.partition(b"From: ")
            assert b"From: " + rest == raw.replace(b"Bcc: hidden@example.test\r\n", b"")
            assert b" with ESMTPSA id " in head
            assert head.count(b"\r\nDate: ") == head.count(b"\r\nMessage-ID: ") == 1


@pytest.mark.parametrize("mechanism", ["plain", "login", "cram_md5"])
async def test_the_mechanisms_that_the_standard_library_has(tmp_path: Path, mechanism: str) -> None:
    async with running(tmp_path) as serving:

        def visitor(password: str) -> bool:
            client = smtplib.SMTP("127.0.0.1", serving.ports["submission"], timeout=PATIENCE)
            client.ehlo()
            client.user, client.password = "alice", password
            try:
                client.auth(mechanism.upper().replace("_", "-"), getattr(client, f"auth_{mechanism}"))
            except smtplib.SMTPAuthenticationError as error:
                return error.smtp_code != 535
            finally:
                client.close()
            return True

        assert await visit(lambda: visitor("wonderland"))
        assert not await visit(lambda: visitor("wrong"))


async def test_no_mail_leaves(tmp_path: Path) -> None:
    async with running(tmp_path) as serving:

        def visitor(port: str) -> str:
            client = smtplib.SMTP("127.0.0.1", serving.ports[port], timeout=PATIENCE)
            if port == "submission":
                client.login("alice", "wonderland")
            with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
                client.sendmail("alice@example.test", ["bob@elsewhere.invalid"], "x")
            client.quit()
            return str(refused.value.recipients)

        for port in ("smtp", "submission"):
            assert "no mail leaves the sandbox" in await visit(lambda port=port: visitor(port))


async def test_postmaster_is_the_first_user_and_the_address_is_ours(tmp_path: Path) -> None:
    async with running(tmp_path) as serving:

        def visitor() -> dict[str, tuple[int, bytes]]:
            client = smtplib.SMTP("127.0.0.1", serving.ports["smtp"], timeout=PATIENCE)
            recipients = ["<Postmaster>", "bob@[127.0.0.1]", "nobody@example.test"]
            refused = client.sendmail("", recipients, "Subject: x\r\n\r\n")
            client.quit()
            return refused

        refused = await visit(visitor)
        assert list(refused) == ["nobody@example.test"]
        assert (await visit(lambda: fetched(serving, "alice", "wonderland"))).startswith(b"Return-Path: <>\r\n")
        assert (await visit(lambda: fetched(serving, "bob", "builder"))).startswith(b"Return-Path: <>\r\n")


async def test_a_strict_server_says_which_rule_was_broken(tmp_path: Path) -> None:
    async with running(tmp_path, replace(FREE, strict=True)) as serving:

        def visitor() -> bytes:
            with socket.create_connection(("127.0.0.1", serving.ports["smtp"]), PATIENCE) as line:
                line.sendall(b"EHLO x\r\nMAIL FROM: <a@b>\r\nQUIT\r\n")
                said = b""
                while octets := line.recv(4096):
                    said += octets
            return said

        assert b"501 5.1.7 not allowed: space behind the colon" in await visit(visitor)


async def test_whoever_is_connected_hears_that_the_server_ends(tmp_path: Path) -> None:
    async with running(tmp_path) as serving:
        line = await visit(lambda: socket.create_connection(("127.0.0.1", serving.ports["smtp"]), PATIENCE))
        assert (await visit(lambda: line.recv(4096))).startswith(b"220 ")
    with line:
        assert await visit(lambda: line.recv(4096)) == b"421 4.3.2 mail.example.test is shutting down\r\n"
        assert await visit(lambda: line.recv(4096)) == b""
