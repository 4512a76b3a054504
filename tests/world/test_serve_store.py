"""Mail that outlives the program, seen through the doors of real servers."""

from __future__ import annotations

import imaplib
import json
import os
import poplib
import signal
import smtplib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from sandbox.mail.courier import Fate, ForwardPath, Result
from sandbox.mail.memory import MemoryStore
from sandbox.wire.trace import Note, StoreChange
from sandbox.world.errors import WorldError
from sandbox.world.serve import Serving, put_off
from sandbox.world.services import SERVICES
from sandbox.world.sqlite import SqliteStore
from tests.world.test_serve import FREE, PATIENCE, running, visit

LETTER = b"From: eve@elsewhere.invalid\r\nSubject: hola\r\n\r\n.\r\nHola\r\n"


def unique_ids(serving: Serving, deleted: int) -> list[bytes]:
    """What UIDL says, and then some messages are deleted."""
    client = poplib.POP3("127.0.0.1", serving.ports["pop3"], timeout=PATIENCE)
    client.user("alice")
    client.pass_("wonderland")
    lines: list[bytes] = client.uidl()[1]
    for number in range(1, deleted + 1):
        client.dele(number)
    client.quit()
    return [line.split()[1] for line in lines]


def flagged(serving: Serving) -> list[bytes]:
    client = imaplib.IMAP4("127.0.0.1", serving.ports["imap"], timeout=PATIENCE)
    client.login("alice", "wonderland")
    client.create("Old")
    client.select()
    client.store("1", "+FLAGS", "(Work)")
    client.copy("1", "Old")
    client.select("Old")
    found = cast(list[bytes], client.fetch("1:*", "(FLAGS UID)")[1])
    client.logout()
    return found


def sent(serving: Serving, count: int) -> None:
    client = smtplib.SMTP("127.0.0.1", serving.ports["smtp"], timeout=PATIENCE)
    for _ in range(count):
        assert client.sendmail("eve@elsewhere.invalid", ["alice@example.test"], LETTER) == {}
    client.quit()


async def test_the_next_run_goes_on_where_this_one_ended(tmp_path: Path) -> None:
    options = replace(FREE, store=tmp_path / "mail.sqlite")
    async with running(tmp_path, options) as serving:
        await visit(lambda: sent(serving, 3))
        before = await visit(lambda: unique_ids(serving, 1))
        assert len(before) == 4
        assert len(await visit(lambda: flagged(serving))) == 1
    async with running(tmp_path, options) as serving:
        assert await visit(lambda: unique_ids(serving, 0)) == before[1:]
        assert await visit(lambda: flagged(serving)) == [b"1 (FLAGS (Work) UID 1)", b"2 (FLAGS (Work \\Recent) UID 2)"]


async def test_what_lay_there_is_told_to_those_who_follow(tmp_path: Path) -> None:
    options = replace(FREE, store=tmp_path / "mail.sqlite")
    async with running(tmp_path, options) as serving:
        await visit(lambda: sent(serving, 2))
        await visit(lambda: flagged(serving))
    async with running(tmp_path, options) as serving:
        await visit(lambda: sent(serving, 1))
        follower = MemoryStore(lambda: 0)
        for event in serving.journal.events:
            if isinstance(event, StoreChange):
                follower.apply(event.change)
        boxes = serving.store.mailboxes("alice").listing()
        assert [(box.name, len(box)) for box in boxes if len(box)] == [("INBOX", 4), ("Old", 1)]
        for box in boxes:
            told = follower.mailboxes("alice").get(box.name)
            assert [(s.uid, s.flags, s.message.content) for s in told] == [
                (s.uid, s.flags, s.message.content) for s in box
            ]


@pytest.mark.parametrize("file", [None, "mail.sqlite"])
async def test_mail_programs_find_the_folders_that_they_look_for(tmp_path: Path, file: str | None) -> None:
    # RFC 6154 section 2; a folder that the user deletes stays deleted
    def listed(serving: Serving, less: str) -> list[bytes]:
        client = imaplib.IMAP4("127.0.0.1", serving.ports["imap"], timeout=PATIENCE)
        client.login("bob", "builder")
        client.select("Sent", readonly=True)
        found = cast(list[bytes], client.lsub()[1])
        client.delete(less)
        client.unsubscribe(less)
        found += cast(list[bytes], client.list()[1])
        client.logout()
        return found

    options = replace(FREE, store=tmp_path / file if file else None)
    names = [b"INBOX", b"Archive", b"Drafts", b"Junk", b"Sent", b"Trash"]
    async with running(tmp_path, options) as serving:
        lines = await visit(lambda: listed(serving, "Junk"))
        assert [line.split()[-1] for line in lines] == [*names, *(name for name in names if name != b"Junk")]
        for line in lines[len(names) + 1 :]:
            assert b" \\" + line.split()[-1] + b")" in line
    if file:
        async with running(tmp_path, options) as serving:
            assert serving.store.mailboxes("bob").subscriptions() == ("INBOX", "Archive", "Drafts", "Sent", "Trash")


async def test_two_runs_at_once_need_two_files(tmp_path: Path) -> None:
    options = replace(FREE, store=tmp_path / "mail.sqlite")
    async with running(tmp_path, options):
        with pytest.raises(WorldError, match="is in use by another program"):
            Serving(options, tmp_path)
    Serving(options, tmp_path).store.close()  # type: ignore[attr-defined]


async def test_a_full_disk_puts_mail_off(tmp_path: Path) -> None:
    options = replace(FREE, store=tmp_path / "mail.sqlite")

    def refused(serving: Serving) -> int:
        client = smtplib.SMTP("127.0.0.1", serving.ports["smtp"], timeout=PATIENCE)
        with pytest.raises(smtplib.SMTPDataError) as refusal:
            client.sendmail("eve@elsewhere.invalid", ["alice@example.test"], b"\r\n" + b"x" * 70_000)
        client.quit()
        return refusal.value.smtp_code

    async with running(tmp_path, options) as serving:
        store = serving.store
        assert isinstance(store, SqliteStore)
        store.commit()
        store._file.execute("PRAGMA max_page_count = 1")
        assert await visit(lambda: refused(serving)) == 451
    notes = [event for event in serving.journal.events if isinstance(event, Note)]
    assert {note.text for note in notes} == {"{path} cannot be written: {reason}"}
    assert serving.complaint is not None
    assert str(serving.complaint) == f"{options.store} cannot be written: database or disk is full"


def test_only_what_was_taken_is_put_off() -> None:
    taken, unknown = (Result(ForwardPath("a@b"), fate) for fate in (Fate.ACCEPTED, Fate.UNKNOWN))
    assert put_off((taken, unknown)) == (Result(ForwardPath("a@b"), Fate.LATER), unknown)


def test_a_kill_takes_no_mail_that_was_answered_for(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "sandbox", "serve", "--headless", "--json", "--store", str(tmp_path / "mail.sqlite")]
    words += [word for name in SERVICES for word in ("--port", f"{name}=0")]
    environment = os.environ | {"MAIL_SANDBOX_HOME": str(tmp_path)}
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    port = json.loads(process.stdout.readline())["ports"]["smtp"]
    client = smtplib.SMTP("127.0.0.1", port, timeout=PATIENCE)
    for number in range(7):
        client.sendmail("eve@elsewhere.invalid", ["bob@example.test"], LETTER + b"%d" % number)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    client.close()
    store = SqliteStore(tmp_path / "mail.sqlite", lambda: 1)
    contents = [stored.message.content for stored in store.mailboxes("bob").inbox]
    store.close()
    assert len(contents) == 8
    assert contents[-1].endswith(LETTER + b"6\r\n")
