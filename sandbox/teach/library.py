"""Where a lesson's parts are: mail files, included worlds, the registry of misconceptions, other lessons.

They are looked for beside the lesson first, then among the built-in lessons, so that a teacher's own lesson can use
the worlds and the mail that come with the program. No name leads out of these folders.
"""

from __future__ import annotations

import errno
import os
from functools import cached_property
from pathlib import Path, PurePosixPath

from sandbox.teach.misconceptions import MisconceptionSpec, read_registry
from sandbox.teach.problems import Problem
from sandbox.world.description import canonical

__all__ = ["Library"]

MAX_MAIL = 1024 * 1024


class Library:
    """The folders that a lesson's parts are looked for in, the first first."""

    def __init__(self, *folders: Path) -> None:
        self.folders: tuple[Path, ...] = tuple(dict.fromkeys(folder.resolve() for folder in folders))
        self._mail: dict[str, bytes] = {}

    def find(self, name: str) -> Path | None:
        """The file called `name` (a relative path with slashes), if it is inside one of the folders."""
        parts = PurePosixPath(name)
        if parts.is_absolute() or ".." in parts.parts or "\\" in name or "\0" in name or len(name) > 200:
            return None
        for folder in self.folders:
            path = (folder / parts).resolve()
            if path.is_relative_to(folder) and path.is_file():
                return path
        return None

    def has_mail(self, name: str) -> bool:
        """Whether there is a mail file of that name, and of a sensible size."""
        try:
            self.mail(name)
        except OSError:
            return False
        return True

    def mail(self, name: str) -> bytes:
        """A mail file with CRLF at the end of every line; read once. Raises OSError."""
        if name not in self._mail:
            path = self.find(f"mail/{name}")
            if path is None:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
            with path.open("rb") as file:
                content = file.read(MAX_MAIL + 1)
            if len(content) > MAX_MAIL:
                raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), name)
            self._mail[name] = canonical(content)
        return self._mail[name]

    @cached_property
    def registry(self) -> tuple[dict[str, MisconceptionSpec], list[Problem]]:
        """All misconceptions by id, those of the first folder first, and what is wrong with the files."""
        entries: dict[str, MisconceptionSpec] = {}
        problems: list[Problem] = []
        for folder in self.folders:
            path = folder / "misconceptions.yaml"
            if path.is_file():
                found, wrong = read_registry(path, path.name)
                entries = found | entries
                problems += wrong
        return entries, problems

    @cached_property
    def misconceptions(self) -> dict[str, MisconceptionSpec]:
        """All misconceptions by id."""
        return self.registry[0]

    def lesson(self, name: str) -> Path | None:
        """The file of the lesson with this id."""
        return self.find(f"{name}.yaml")
