"""The recorder: nothing is lost that was flushed, and nothing that goes wrong disturbs what is recorded."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.record.errors import RecordError
from sandbox.record.format import Header
from sandbox.record.reader import Transcript
from sandbox.record.writer import BATCH, FLUSH_EVERY, FULL, SYNC_EVERY, Recorder
from sandbox.wire.trace import Journal, Note, Restore

AT = 1_767_261_600_000_000_000


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 5_000_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def journal() -> Journal:
    return Journal(lambda: AT)


def lines(path: Path) -> int:
    return path.read_bytes().count(b"\n")


def test_what_was_before_and_what_comes_later_is_all_there(tmp_path: Path, journal: Journal) -> None:
    journal.data("c1", "S", b"+OK\r\n")
    recorder = Recorder(tmp_path / "a.jsonl", Header(title="A"))
    recorder.follow(journal)
    journal.data("c1", "C", b"QUIT\r\n")
    journal.add(Restore(*journal.stamp(), "", 1))
    recorder.close()
    journal.data("c1", "C", b"too late\r\n")
    recorder.close()
    with Transcript.open(tmp_path / "a.jsonl") as transcript:
        assert transcript.header == Header(title="A")
        assert list(transcript.events()) == journal.events[:3]
        assert transcript.damage is None


def test_the_past_that_a_world_lives_through_again_is_not_written_again(tmp_path: Path, journal: Journal) -> None:
    recorder = Recorder(tmp_path / "a.jsonl", Header())
    recorder.follow(journal)
    journal.muted = True
    journal.data("c1", "C", b"QUIT\r\n")
    journal.add(Note(*journal.stamp(), "", "x"))
    journal.muted = False
    journal.data("c1", "C", b"STAT\r\n")
    recorder.close()
    assert lines(tmp_path / "a.jsonl") == 2


def test_the_header_is_there_at_once_and_events_after_a_flush(tmp_path: Path, journal: Journal) -> None:
    path = tmp_path / "a.jsonl"
    recorder = Recorder(path, Header())
    recorder.follow(journal)
    assert lines(path) == 1
    journal.data("c1", "C", b"STAT\r\n")
    assert lines(path) == 1
    recorder.flush()
    assert lines(path) == 2
    assert list(tmp_path.iterdir()) == [path]
    recorder.close()


def test_under_load_lines_wait_no_longer_than_a_tenth_of_a_second(tmp_path: Path, journal: Journal) -> None:
    clock = Clock()
    path = tmp_path / "a.jsonl"
    recorder = Recorder(path, Header(), clock=clock)
    recorder.follow(journal)
    journal.data("c1", "C", b"STAT\r\n")
    clock.now += FLUSH_EVERY - 1
    recorder.maybe_flush(clock.now)
    assert lines(path) == 1
    clock.now += 1
    recorder.maybe_flush(clock.now)
    assert lines(path) == 2
    journal.data("c1", "C", b"STAT\r\n")
    recorder.maybe_flush(clock.now)
    assert lines(path) == 2
    recorder.close()


def test_what_is_gathered_is_bounded(tmp_path: Path, journal: Journal) -> None:
    path = tmp_path / "a.jsonl"
    recorder = Recorder(path, Header())
    recorder.follow(journal)
    for _ in range(BATCH - 1):
        journal.data("c1", "S", b"x" * (2 * FULL // BATCH))
    assert lines(path) == 1
    journal.data("c1", "S", b"")
    assert lines(path) > BATCH // 2
    recorder.close()
    assert lines(path) == 1 + BATCH


def test_the_disk_is_waited_for_in_groups(tmp_path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    clock = Clock()
    recorder = Recorder(tmp_path / "a.jsonl", Header(), clock=clock)
    recorder.follow(journal)
    for _ in range(3):
        journal.data("c1", "C", b"STAT\r\n")
        recorder.flush()
    assert synced == []
    clock.now += SYNC_EVERY
    recorder.flush()
    assert len(synced) == 1
    clock.now += SYNC_EVERY
    recorder.flush()
    assert len(synced) == 1, "nothing is new"
    recorder.close()
    assert len(synced) == 2


def full_disk(monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    """From now on the disk takes `room` octets more, in small parts."""
    left = [room]
    real = os.write

    def write(file: int, data: bytes) -> int:
        if not left[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        part = data[: min(left[0], 10)]
        left[0] -= len(part)
        return real(file, part)

    monkeypatch.setattr(os, "write", write)


@pytest.mark.parametrize("room", [0, 5, 125, 200])
def test_a_full_disk_ends_the_recording_and_nothing_else(
    tmp_path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    path = tmp_path / "a.jsonl"
    recorder = Recorder(path, Header())
    recorder.follow(journal)
    journal.data("c1", "C", b"before")
    recorder.flush()
    full_disk(monkeypatch, room)
    journal.data("c1", "C", b"fits")
    for _ in range(BATCH):
        journal.data("c1", "S", b"x" * FULL)
    assert recorder.failed
    journal.data("c1", "C", b"after")
    with pytest.raises(RecordError, match=r"Recording to .*a\.jsonl stopped: No space left on device\."):
        recorder.flush()
    recorder.flush()
    recorder.close()
    with Transcript.open(path) as transcript:
        assert transcript.damage is None
        assert [event.raw for event in transcript.events()] == [b"before", b"fits"][: 2 if room > 100 else 1]


def test_a_disk_that_is_full_from_the_first(tmp_path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder(tmp_path / "a.jsonl", Header())
    full_disk(monkeypatch, 0)
    for _ in range(BATCH + 1):
        journal.data("c1", "S", b"x" * FULL)
    recorder.follow(journal)
    journal.data("c1", "S", b"x" * FULL)
    with pytest.raises(RecordError):
        recorder.close()
    assert lines(tmp_path / "a.jsonl") == 1


def test_a_disk_that_fails_late_is_told_at_the_end(
    tmp_path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(file: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    recorder = Recorder(tmp_path / "a.jsonl", Header())
    recorder.follow(journal)
    journal.data("c1", "C", b"STAT\r\n")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(RecordError, match="Input/output error"):
        recorder.close()
    assert lines(tmp_path / "a.jsonl") == 2


def test_another_transcript_is_not_overwritten_unasked(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("mine")
    with pytest.raises(RecordError, match="exists already"):
        Recorder(path, Header())
    assert path.read_text() == "mine"
    Recorder(path, Header(), replace=True).close()
    assert lines(path) == 1


@pytest.mark.parametrize("place", ["missing/a.jsonl", "file/a.jsonl", "x" * 300])
def test_an_impossible_place_is_said(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RecordError, match="Choose another place"):
        Recorder(tmp_path / place, Header())
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(RecordError, match="cannot be written"):
        Recorder(tmp_path / "folder", Header(), replace=True)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_kill_loses_nothing_that_was_flushed(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    code = f"""
import os, signal
from pathlib import Path
from sandbox.record.format import Header
from sandbox.record.writer import Recorder
from sandbox.wire.trace import Journal
journal = Journal(lambda: 1)
recorder = Recorder(Path({str(path)!r}), Header())
recorder.follow(journal)
for number in range(1000):
    journal.data("c1", "C", b"NOOP")
recorder.flush()
journal.data("c1", "C", b"lost")
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == -signal.SIGKILL
    with Transcript.open(path) as transcript:
        assert len(list(transcript.events())) == 1000
        assert transcript.damage is None
