"""The list of lessons, for the home screen: from a cache, at once.

Only lessons whose file has changed are read again, and only their head is looked at; neither pydantic nor jinja2 is
loaded, and YAML only when something has changed.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

__all__ = ["TRACKS", "LessonEntry", "lesson_index"]

TRACKS = ("orientation", "smtp", "pop3", "imap", "compare", "tls", "capstone")
"""The curriculum: tracks in the order in which they are best taken; others come behind them."""

VERSION = 1
_SHARED = ("misconceptions",)


class LessonEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of lessons shows. `title` is by language; `broken` is a file that cannot be read as a lesson."""

    id: str
    path: str
    title: dict[str, str] = {}
    minutes: int = 0
    track: str = ""
    level: str = ""
    requires: list[str] = []
    steps: int = 0
    broken: bool = False
    mtime: int = 0
    size: int = 0

    def name(self, language: str) -> str:
        """The title in the language, in English or as the id where there is none."""
        return self.title.get(language) or self.title.get("en") or self.id


class _Cache(msgspec.Struct):
    version: int
    lessons: list[LessonEntry]


def lesson_index(folders: Iterable[Path], cache: Path | None = None) -> list[LessonEntry]:
    """Every lesson of the folders, in the order of the curriculum: by track, then by file name.

    A file of an earlier folder takes the place of a later one's of the same name.
    `cache` is the file to keep the list in; a cache that cannot be read or written is done without.
    """
    files: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")):
            if path.stem not in _SHARED:
                files.setdefault(path.name, path)
    known = {entry.path: entry for entry in _read(cache)}
    entries = []
    for _name, path in sorted(files.items()):
        stat = path.stat()
        entry = known.get(str(path))
        if entry is None or (entry.mtime, entry.size) != (stat.st_mtime_ns, stat.st_size):
            entry = _head(path, stat)
        entries.append(entry)
    if cache is not None and entries != list(known.values()):
        _write(cache, entries)
    return sorted(entries, key=lambda entry: _place(entry.track))


def _place(track: str) -> int:
    return TRACKS.index(track) if track in TRACKS else len(TRACKS)


def _head(path: Path, stat: os.stat_result) -> LessonEntry:
    """What the head of a file says, whatever may be wrong with the rest."""
    from sandbox.teach.document import plain, read  # yaml: only where a file has changed

    tree, problems = read(path)
    data = plain(tree) if tree is not None else None
    if not isinstance(data, dict) or problems:
        return LessonEntry(id=path.stem, path=str(path), broken=True, mtime=stat.st_mtime_ns, size=stat.st_size)
    steps = data.get("steps")
    try:
        return msgspec.convert(
            {
                **{name: data[name] for name in ("id", "title", "minutes", "level", "requires") if name in data},
                "track": data.get("track") or str(data.get("id", "")).partition("-")[0],
                "steps": len(steps) if isinstance(steps, list) else 0,
                "path": str(path),
                "mtime": stat.st_mtime_ns,
                "size": stat.st_size,
            },
            LessonEntry,
        )
    except msgspec.ValidationError:
        return LessonEntry(id=path.stem, path=str(path), broken=True, mtime=stat.st_mtime_ns, size=stat.st_size)


def _read(cache: Path | None) -> list[LessonEntry]:
    if cache is None:
        return []
    try:
        kept = msgspec.json.decode(cache.read_bytes(), type=_Cache)
    except (OSError, msgspec.MsgspecError, ValueError):
        return []
    return kept.lessons if kept.version == VERSION else []


def _write(cache: Path, entries: list[LessonEntry]) -> None:
    with contextlib.suppress(OSError):
        cache.parent.mkdir(parents=True, exist_ok=True)
        draft = cache.with_name(f"{cache.name}.{os.getpid()}")
        draft.write_bytes(msgspec.json.encode(_Cache(VERSION, entries)))
        os.replace(draft, cache)
