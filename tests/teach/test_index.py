"""The list of lessons is there at once, and right."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec

from sandbox.teach import index
from sandbox.teach.index import lesson_index


def test_what_a_list_shows(folder):
    (entry,) = lesson_index([folder])
    assert (entry.id, entry.minutes, entry.track, entry.level, entry.steps) == ("demo-01-small", 5, "demo", "worked", 2)
    assert (entry.name("es"), entry.name("en"), entry.name("fr")) == ("Pequeña", "Small", "Small")
    assert not entry.broken


def test_files_are_read_again_when_they_have_changed_only(folder, tmp_path, monkeypatch):
    cache = tmp_path / "cache" / "lessons.json"
    first = lesson_index([folder], cache)
    assert cache.exists()
    monkeypatch.setattr(index, "_head", None)
    assert lesson_index([folder], cache) == first
    monkeypatch.undo()
    path = folder / "demo-01-small.yaml"
    path.write_text(path.read_text().replace("minutes: 5", "minutes: 50"))
    assert lesson_index([folder], cache)[0].minutes == 50
    path.unlink()
    assert lesson_index([folder], cache) == []
    assert msgspec.json.decode(cache.read_bytes())["lessons"] == []


def test_broken_lessons_are_listed_as_such(folder):
    (folder / "a.yaml").write_text("a: b: c")
    (folder / "b.yaml").write_text("- a")
    (folder / "c.yaml").write_text("id: c\nminutes: many\n")
    (folder / "d.yaml").write_text("id: d\n")
    entries = {entry.id: entry for entry in lesson_index([folder])}
    assert [entries[name].broken for name in "abcd"] == [True, True, True, False]
    assert entries["d"].name("en") == "d"


def test_a_cache_is_done_without(folder, tmp_path):
    cache = tmp_path / "lessons.json"
    for content in (b"", b"{", b'{"version": 99, "lessons": []}', b"\xff"):
        cache.write_bytes(content)
        assert [entry.id for entry in lesson_index([folder], cache)] == ["demo-01-small"]
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert lesson_index([folder], blocked / "x.json")


def test_an_earlier_folder_hides_a_later_one(folder, tmp_path_factory):
    mine = tmp_path_factory.mktemp("mine")
    (mine / "demo-01-small.yaml").write_text("id: mine\ntrack: own\ntitle: {en: Mine}\n")
    (entry,) = lesson_index([mine, folder])
    assert (entry.id, entry.track) == ("mine", "own")


def test_home_loads_nothing_heavy(folder, tmp_path):
    cache = tmp_path / "lessons.json"
    lesson_index([folder], cache)
    code = (
        "import sys, pathlib; from sandbox.teach.index import lesson_index;"
        "from sandbox.teach.progress import ProgressStore;"
        f"assert lesson_index([pathlib.Path({str(folder)!r})], pathlib.Path({str(cache)!r}));"
        "print(*({'pydantic', 'yaml', 'jinja2', 'textual'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stdout.strip() == ""


def test_the_order_is_that_of_the_curriculum(tmp_path: Path) -> None:
    for name, track in (("a", "tls"), ("b", "own"), ("c", "imap"), ("d", "orientation"), ("e", "imap")):
        (tmp_path / f"{name}.yaml").write_text(f"id: {name}\ntrack: {track}\ntitle: {{en: x, es: x}}\n")
    assert [entry.id for entry in lesson_index([tmp_path])] == ["d", "c", "e", "a", "b"]
