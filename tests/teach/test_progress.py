"""Progress survives: restarts, damage, later versions, two windows."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.teach import progress
from sandbox.teach.progress import MAX_BYTES, MAX_INPUT, VERSION, LessonProgress, ProgressStore


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "progress.json"


def lesson(**changes):
    return LessonProgress(
        digest="d",
        step="undo",
        input=[["line", "USER ana"], ["hint"]],
        done=["login"],
        points={"login": 0.5},
        hints={"undo": 1},
        worked=["login"],
        answers={"guess": ["one"]},
        right={"guess": False},
        predictions={"guess": ["one"]},
        **changes,
    )


def test_what_was_saved_is_there_again(path):
    store = ProgressStore(path)
    assert store.lesson("a") == LessonProgress()
    assert store.save("a", lesson(best=2.5, of=3.0, finished=1))
    again = ProgressStore(path)
    assert again.note is None
    assert again.lesson("a") == lesson(best=2.5, of=3.0, finished=1)
    assert again.progress.learner == store.progress.learner
    assert again.progress.last == "a"
    assert json.loads(path.read_text())["mail-sandbox-progress"] == VERSION


def test_learners_differ(tmp_path):
    assert len({ProgressStore(tmp_path / str(n)).progress.learner for n in range(5)}) == 5


def test_two_windows_do_not_undo_each_other(path):
    one, two = ProgressStore(path), ProgressStore(path)
    one.save("a", lesson())
    two.save("b", lesson())
    assert set(ProgressStore(path).progress.lessons) == {"a", "b"}


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"{}", b"\xff\xfe", b'{"mail-sandbox-progress": "x"}', b"x" * (MAX_BYTES + 1)]
)
def test_a_damaged_file_is_set_aside(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    store = ProgressStore(path)
    assert "damaged" in str(store.note)
    assert path.with_name("progress.json.damaged").read_bytes() == content
    assert store.save("a", lesson())
    path.write_bytes(content)
    assert "damaged-2" in str(ProgressStore(path).note)


def test_one_damaged_lesson_does_not_cost_the_others(path):
    ProgressStore(path).save("a", lesson())
    data = json.loads(path.read_text())
    data["lessons"]["b"] = {"done": 3}
    data["something"] = "of a later version"
    path.write_text(json.dumps(data))
    store = ProgressStore(path)
    assert set(store.progress.lessons) == {"a"}
    data["lessons"] = [1]
    path.write_text(json.dumps(data))
    assert ProgressStore(path).progress.lessons == {}


def test_a_later_version_is_left_alone(path):
    path.parent.mkdir()
    path.write_text('{"mail-sandbox-progress": 99, "learner": "x", "lessons": {}}')
    store = ProgressStore(path)
    assert "later version" in str(store.note)
    assert not store.save("a", lesson())
    assert json.loads(path.read_text())["mail-sandbox-progress"] == 99


def test_what_cannot_be_read_is_not_overwritten(tmp_path):
    store = ProgressStore(tmp_path)
    assert "could not be read" in str(store.note)
    assert not store.save("a", lesson())


def test_a_disk_that_is_full_leaves_the_old_file(path, monkeypatch):
    store = ProgressStore(path)
    store.save("a", lesson())

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(progress.os, "fsync", full)
    assert not store.save("b", lesson())
    assert "No space left" in str(store.note)
    monkeypatch.undo()
    assert set(ProgressStore(path).progress.lessons) == {"a"}
    assert [file.name for file in path.parent.iterdir()] == ["progress.json"]


def test_a_damaged_file_that_cannot_be_moved_stays(path, monkeypatch):
    path.parent.mkdir()
    path.write_bytes(b"{")

    def refuse(self, target):
        raise OSError

    monkeypatch.setattr(type(path), "rename", refuse)
    assert not ProgressStore(path).save("a", lesson())
    assert path.read_bytes() == b"{"


def test_input_is_bounded(path):
    store = ProgressStore(path)
    long = lesson()
    long.input = [["line", "NOOP"]] * (MAX_INPUT + 5)
    store.save("a", long)
    assert len(ProgressStore(path).lesson("a").input) == MAX_INPUT


@given(st.binary(max_size=200))
def test_any_octets_are_progress_or_none(content):
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "progress.json"
        path.write_bytes(content)
        assert ProgressStore(path).progress.learner
