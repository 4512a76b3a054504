"""Writing a transcript while a session runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic, strftime
from typing import TYPE_CHECKING

from sandbox.core.message import N_, Msg
from sandbox.record.errors import RecordError
from sandbox.resources import data_folder
from sandbox.wire.trace import Journal

if TYPE_CHECKING:
    from sandbox.record.format import Header
    from sandbox.record.writer import Recorder


class Recording:
    """On or off; `header` makes the first line. Nothing raises: what is to be said comes back as a message."""

    def __init__(self, name: str, header: Callable[[], Header]) -> None:
        self._name, self._header = name, header
        self._recorder: Recorder | None = None
        self._begun = 0.0

    @property
    def seconds(self) -> int:
        """How long it has been on; -1 when it is off."""
        return int(monotonic() - self._begun) if self._recorder is not None else -1

    def toggle(self, journal: Journal) -> Msg | None:
        """Begin with all that the journal holds, or end; what came of it."""
        if self._recorder is not None:
            path = self._recorder.path
            return self.stop() or Msg(N_("recorded: {path}"), path=path)
        from sandbox.record.writer import Recorder  # start-up: most sessions are never recorded

        try:
            path = _free_name(data_folder() / "transcripts", self._name)
            self._recorder = Recorder(path, self._header())
        except (RecordError, OSError) as error:
            return _about(error)
        self._begun = monotonic()
        self._recorder.follow(journal)
        return self.flush() or Msg(N_("recording to {path}"), path=path)

    def flush(self) -> Msg | None:
        """The world is quiet: hand what gathered to the system. What went wrong, if anything did."""
        try:
            if self._recorder is not None:
                self._recorder.flush()
        except RecordError as error:
            self._recorder = None
            return error.said
        return None

    def stop(self) -> Msg | None:
        """Complete the file. What went wrong, if anything did."""
        recorder, self._recorder = self._recorder, None
        try:
            if recorder is not None:
                recorder.close()
        except RecordError as error:
            return error.said
        return None


def _free_name(folder: Path, name: str) -> Path:
    """A file of the day that is not there yet. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{strftime('%Y-%m-%d-%H%M%S')}-{name}.jsonl"


def _about(error: RecordError | OSError) -> Msg:
    if isinstance(error, RecordError):
        return error.said
    return Msg(N_("recording is not possible: {reason}"), reason=error.strerror or str(error))
