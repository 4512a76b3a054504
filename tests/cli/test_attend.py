"""Who attends `serve`: what the disk refuses is told of, and ends nothing that need not end."""

from __future__ import annotations

import asyncio
import errno
import json
import os
from pathlib import Path

import pytest

from sandbox.cli.attend import Attendant
from sandbox.world.serve import Options, Serving
from sandbox.world.services import SERVICES
from sandbox.world.sqlite import SqliteStore

PATIENCE = 20.0


def test_a_full_disk_ends_the_transcript_and_not_the_serving(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def run(attendant: Attendant) -> None:
        home = Path(os.environ["MAIL_SANDBOX_HOME"]) / "authority"
        serving = Serving(Options(ports=dict.fromkeys(SERVICES, 0), attend=attendant), home)
        await serving.start()
        monkeypatch.setattr(os, "write", _full)
        async with asyncio.timeout(PATIENCE):
            while attendant.complaint is None:
                await asyncio.sleep(0.005)
        monkeypatch.undo()
        reader, writer = await asyncio.open_connection("127.0.0.1", serving.ports["pop3"])
        assert (await reader.readline()).startswith(b"+OK")
        writer.transport.abort()
        await serving.stop()

    asyncio.run(run(Attendant(tmp_path, None, True, True)))
    out, err = capsys.readouterr()
    assert json.loads(out)["trace"] == str(tmp_path)
    assert "stopped" in err
    assert err.count("\n") == 1


def test_mail_that_the_disk_refused_is_told_of_behind_the_screen(tmp_path: Path) -> None:
    async def run(attendant: Attendant) -> None:
        options = Options(ports=dict.fromkeys(SERVICES, 0), attend=attendant, store=tmp_path / "mail.sqlite")
        serving = Serving(options, Path(os.environ["MAIL_SANDBOX_HOME"]) / "authority")
        await serving.start()
        store = serving.store
        assert isinstance(store, SqliteStore)
        store.commit()
        store._file.execute("PRAGMA max_page_count = 1")
        store.mailboxes("alice").inbox.append(b"\r\n" + b"x" * 70_000)
        await serving.stop()

    attendant = Attendant(None, None, False, False)
    asyncio.run(run(attendant))
    assert str(attendant.complaint) == f"{tmp_path / 'mail.sqlite'} cannot be written: database or disk is full"


def _full(_file: int, _data: bytes) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")
