"""What a learner has done: one JSON file in the data folder, read and written as a whole.

A lesson in progress is kept as its input: what was typed, answered, asked for. The world is deterministic, so feeding
the input again is exactly where the learner was. It counts only for the same lesson file and seed (`digest`); if the
file has changed, steps done, points and predictions stay, and the lesson starts over.

Writing is atomic. A damaged file is set aside, never deleted; one written by a later version is not touched.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from sandbox.core.message import Msg

__all__ = ["VERSION", "LessonProgress", "Progress", "ProgressStore"]

VERSION = 1
MAX_BYTES, MAX_INPUT = 8 * 1024 * 1024, 5_000


class LessonProgress(msgspec.Struct, omit_defaults=True, kw_only=True):
    """One lesson: where the learner is, and what they have reached.

    `input` is a list of moves, `[what, text, ...]`. `points` and all that follow are by step id: hints given, steps
    whose worked example was used, first answers and whether they were right. `predictions` keeps the very first answer
    to each prediction, over all runs. `best` is the highest score of a run that reached the end, of `of` points;
    `finished` is how many have.
    """

    digest: str = ""
    step: str = ""
    input: list[list[str]] = []
    done: list[str] = []
    points: dict[str, float] = {}
    hints: dict[str, int] = {}
    worked: list[str] = []
    answers: dict[str, list[str]] = {}
    right: dict[str, bool] = {}
    predictions: dict[str, list[str]] = {}
    best: float | None = None
    of: float | None = None
    finished: int = 0


class Progress(msgspec.Struct, omit_defaults=True, kw_only=True):
    """All lessons by id. `learner` is a random name that seeds the variables of every lesson; `last` a lesson's id."""

    version: int = msgspec.field(name="mail-sandbox-progress", default=0)
    learner: str = ""
    last: str = ""
    lessons: dict[str, LessonProgress] = {}


class ProgressStore:
    """Progress on disk. `note` says what was wrong with the file, if anything; nothing here raises for its content."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.note: Msg | None = None
        self._frozen = False
        self.progress = self._read()
        if not self.progress.learner:
            self.progress.learner = secrets.token_hex(8)

    def lesson(self, name: str) -> LessonProgress:
        """The lesson's progress; a fresh one if there is none."""
        return self.progress.lessons.get(name) or LessonProgress()

    def save(self, name: str, lesson: LessonProgress) -> bool:
        """Put the lesson's progress on disk, keeping what other windows have saved of other lessons meanwhile.

        Returns whether it is on disk; `note` says why not.
        """
        del lesson.input[MAX_INPUT:]
        self.progress.lessons[name] = lesson
        self.progress.last = name
        return self._write(name)

    def _write(self, name: str) -> bool:
        if self._frozen:
            return False
        try:
            there = self._decode(self._bytes())
        except (OSError, msgspec.MsgspecError, ValueError):
            there = Progress()
        others = {key: value for key, value in there.lessons.items() if key != name}
        self.progress.lessons = {**self.progress.lessons, **others}
        self.progress.version = VERSION
        try:
            _replace(self.path, msgspec.json.format(msgspec.json.encode(self.progress), indent=1))
        except OSError as error:
            self.note = Msg("your progress could not be saved: {reason}", reason=error.strerror or str(error))
            return False
        return True

    def _bytes(self) -> bytes:
        with self.path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise ValueError("too large")
        return content

    def _read(self) -> Progress:
        """What the file says; a fresh start where there is none, or where nothing can be made of it."""
        try:
            progress = self._decode(self._bytes())
        except FileNotFoundError:
            return Progress()
        except OSError as error:
            self.note = Msg("your progress could not be read: {reason}", reason=error.strerror or str(error))
            self._frozen = True
            return Progress()
        except (msgspec.MsgspecError, ValueError):
            self._set_aside()
            return Progress()
        if progress.version > VERSION:
            self.note = Msg("your progress was written by a later version; it is left as it is, and nothing is saved")
            self._frozen = True
        return progress

    def _set_aside(self) -> None:
        aside = self.path.with_name(f"{self.path.name}.damaged")
        number = 1
        while aside.exists():
            number += 1
            aside = self.path.with_name(f"{self.path.name}.damaged-{number}")
        try:
            self.path.rename(aside)
        except OSError:
            self._frozen = True
        self.note = Msg("your progress file was damaged; it is kept as {name}, and you start afresh", name=aside.name)

    def _decode(self, content: bytes) -> Progress:
        """The progress in a file; a lesson that makes no sense is left out, the others stay."""
        raw = msgspec.json.decode(content)
        if not isinstance(raw, dict) or "mail-sandbox-progress" not in raw:
            raise ValueError("no progress file")
        lessons: Any = raw.pop("lessons", {})
        progress = msgspec.convert(raw, Progress)
        for name, value in lessons.items() if isinstance(lessons, dict) else ():
            with contextlib.suppress(msgspec.ValidationError):
                progress.lessons[name] = msgspec.convert(value, LessonProgress)
        return progress


def _replace(path: Path, content: bytes) -> None:
    """Write the file so that it is there whole, or as it was. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
