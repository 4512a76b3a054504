"""The file: whose it is, who may have it, what a crash and a full disk leave in it."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sandbox.mail.memory import Limits
from sandbox.mail.store import How
from sandbox.world.errors import WorldError
from sandbox.world.sqlite import SqliteStore
from sandbox.world.sqlite.contents import KeptMessage

LETTER = b"Message-ID: <1@norte.example>\r\nSubject: Hola\r\n\r\n\xff\x00 octets\r\n"


def clock() -> int:
    return 1


def opened(path: Path) -> SqliteStore:
    return SqliteStore(path, clock)


def refusal(path: Path) -> str:
    with pytest.raises(WorldError) as refused:
        opened(path)
    return str(refused.value)


def test_the_file_is_for_its_owner_alone(path: Path) -> None:
    store = opened(path)
    store.add_user("ana")
    store.commit()
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
    store.close()
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_one_program_at_a_time(path: Path) -> None:
    store = opened(path)
    assert refusal(path) == f"{path} is in use by another program, perhaps by another serve"
    store.close()
    opened(path).close()


def test_a_file_of_somebody_else_is_left_alone(path: Path) -> None:
    path.write_bytes(b"From ana@norte.example Mon Mar  2 09:00:00 2026\n" * 100)
    assert refusal(path) == f"{path} is no mail store of this program: give --store another name"
    assert path.read_bytes().startswith(b"From ana@")
    path.unlink()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE user (name)")
    other.close()
    before = path.read_bytes()
    assert refusal(path) == f"{path} is no mail store of this program: give --store another name"
    assert path.read_bytes() == before


def test_a_file_of_a_later_version_is_left_alone(path: Path) -> None:
    opened(path).close()
    with sqlite3.connect(path) as later:
        later.execute("PRAGMA user_version = 2")
    later.close()
    assert refusal(path) == f"{path} was written by a later version of this program"


def test_places_that_cannot_have_a_file(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path} cannot be written: Is a directory"
    missing = tmp_path / "none" / "mail.sqlite"
    assert refusal(missing) == f"{missing} cannot be written: No such file or directory"


def damage(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as file:
        file.execute(statement)
    file.close()


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE message",
        "UPDATE message SET flags = 'a b a'",
        "UPDATE message SET internal_date = 'yesterday'",
        "UPDATE counters SET message = 'M'",
        "UPDATE counters SET thread = 'T-7'",
        "UPDATE vanished SET uids = '1:x'",
        "DELETE FROM mailbox",
    ],
)
def test_a_damaged_file_is_refused_in_words(path: Path, statement: str) -> None:
    store = opened(path)
    inbox = store.add_user("ana").inbox
    inbox.append(LETTER)
    inbox.append(LETTER)
    inbox.expunge([1])
    store.close()
    damage(path, statement)
    assert refusal(path).startswith(f"{path} is damaged: ")
    assert refusal(path).startswith(f"{path} is damaged: ")


def test_a_file_that_sqlite_cannot_read_is_refused_in_words(path: Path) -> None:
    opened(path).close()
    octets = path.read_bytes()
    path.write_bytes(octets[:100] + b"\xff" * (len(octets) - 100))
    assert refusal(path).startswith(f"{path} is damaged: ")


def test_octets_stay_in_the_file_until_they_are_read(path: Path) -> None:
    store = opened(path)
    store.add_user("ana").inbox.append(LETTER)
    store.close()
    store = opened(path)
    stored = store.mailboxes("ana").inbox.get(1)
    assert stored is not None
    message = stored.message
    assert isinstance(message, KeptMessage)
    assert message._content == b""
    assert (message.size, message.content, message.header.count(b"\n")) == (len(LETTER), LETTER, 3)
    store.close()


@pytest.mark.parametrize("deleted", [False, True])
def test_who_holds_a_message_can_read_it_after_it_went(path: Path, deleted: bool) -> None:
    store = opened(path)
    store.add_user("ana").create("Old").append(LETTER)
    store.close()
    store = opened(path)
    ana = store.mailboxes("ana")
    held = ana.get("Old").get(1)
    ana.delete("Old") if deleted else ana.get("Old").expunge([1])
    store.commit()
    store.close()
    assert held is not None
    assert held.message.content == LETTER
    with sqlite3.connect(path) as file:
        assert file.execute("SELECT count(*) FROM content").fetchone() == (0,)
    file.close()


def test_what_is_in_two_mailboxes_is_there_once(path: Path) -> None:
    store = opened(path)
    ana = store.add_user("ana")
    ana.create("Old")
    ana.inbox.append(LETTER)
    ana.inbox.copy([1], "Old")
    store.close()
    store = opened(path)
    ana = store.mailboxes("ana")
    first, second = ana.inbox.get(1), ana.get("Old").get(1)
    assert first is not None
    assert second is not None
    assert first.message is second.message
    ana.inbox.expunge([1])
    store.close()
    store = opened(path)
    left = store.mailboxes("ana").get("Old").get(1)
    assert left is not None
    assert left.message.content == LETTER
    store.close()


def test_conversations_go_on(path: Path) -> None:
    store = opened(path)
    first = store.add_user("ana").inbox.append(LETTER)
    store.close()
    store = opened(path)
    answer = store.mailboxes("ana").inbox.append(b"In-Reply-To: <1@norte.example>\r\n\r\n")
    assert answer.thread_id == first.thread_id
    store.close()


def test_memory_of_conversations_is_bounded(path: Path) -> None:
    store = opened(path)
    inbox = store.add_user("ana").inbox
    for number in range(10):
        inbox.append(b"Message-ID: <%d@x>\r\n\r\n" % number)
    store.close()
    SqliteStore(path, clock, limits=Limits(threads=2)).close()
    with sqlite3.connect(path) as file:
        assert file.execute("SELECT count(*) FROM thread_key").fetchone() == (4,)
    file.close()


def test_the_disk_refuses_and_then_does_not(path: Path) -> None:
    store = opened(path)
    inbox = store.add_user("ana").inbox
    store.commit()
    store._file.execute("PRAGMA max_page_count = 1")  # SQLite makes it as many as there are
    inbox.append(b"x" * 100_000)
    inbox.append(LETTER)
    with pytest.raises(WorldError) as refused:
        store.commit()
    assert str(refused.value) == f"{path} cannot be written: database or disk is full"
    assert store.dirty
    store._file.execute("PRAGMA max_page_count = 1000000")
    store.close()
    store = opened(path)
    assert [stored.size for stored in store.mailboxes("ana").inbox] == [100_000, len(LETTER)]
    store.close()


_CRASH = """
import sys
from pathlib import Path
from sandbox.mail.memory import Limits
from sandbox.mail.store import How
from sandbox.world.sqlite import SqliteStore

store = SqliteStore(Path(sys.argv[1]), lambda: 1)
inbox = store.add_user("ana").inbox
for number in range(1, 100):
    inbox.append(b"%d" % number)
    inbox.change_flags([number], How.ADD, ["$Junk"])
    store.commit()
    print(number, flush=True)
    inbox.append(b"not committed")
    inbox.expunge([number + 1])
sys.stdin.read()
"""


def test_a_kill_takes_nothing_that_was_committed(path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _CRASH, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line == "1\n":
            break
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    store = opened(path)
    inbox = store.mailboxes("ana").inbox
    first = inbox.get(1)
    assert first is not None
    assert (first.message.content, first.flags) == (b"1", ("$Junk",))
    assert inbox.change_flags([1], How.REMOVE, ["$Junk"])
    store.close()


def test_keywords_and_memory_of_the_past_survive(path: Path) -> None:
    store = opened(path)
    inbox = store.add_user("ana").inbox
    for number in range(4):
        inbox.append(b"%d" % number, ["Work"])
    inbox.expunge([2, 4])
    facts: list[Any] = [inbox.keywords, inbox.vanished(1), inbox.uid_next, inbox.highest_modseq, inbox.recent_uids()]
    store.close()
    store = opened(path)
    inbox = store.mailboxes("ana").inbox
    assert [inbox.keywords, inbox.vanished(1), inbox.uid_next, inbox.highest_modseq, inbox.recent_uids()] == facts
    assert inbox.append(b"", ["WORK"]).flags == ("Work",)
    store.close()
