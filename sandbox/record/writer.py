"""The recorder: writes a journal to a file as it grows.

Lines gather in memory and reach the file at quiet moments: whoever runs the world calls `flush` when it has settled,
and `maybe_flush` in between, which writes if the last time is 100 ms ago. A kill loses at most what came since. Once a
second the file is brought to the disk itself, so that a power failure does not take more than that.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from sandbox.core.message import N_
from sandbox.record.errors import RecordError, reason
from sandbox.record.format import Header, append_event, append_header
from sandbox.wire.trace import AnyEvent, Journal

FLUSH_EVERY: Final = 100_000_000
"""Nanoseconds between two writes under load."""
SYNC_EVERY: Final = 1_000_000_000
"""Nanoseconds between two times that the disk is waited for."""
BATCH: Final = 128
"""Events that become lines together: the same steps again and again cost less than each among others."""
FULL: Final = 1 << 16
"""Octets that are gathered at most."""


class Recorder:
    """A transcript being written.

    The file appears whole with its header, or not at all. `clock` is monotonic, in nanoseconds. Recording never
    disturbs what is recorded: an event that cannot be written ends the recording, and the next `flush`, `maybe_flush`
    or `close` says so, once; `failed` tells it later.
    """

    def __init__(
        self,
        path: Path,
        header: Header,
        *,
        replace: bool = False,
        clock: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """Create the file. Raises `RecordError` if that is impossible, or if it exists and is not to be replaced."""
        self.path = path
        self.failed = False
        self._waiting: list[AnyEvent] = []
        self._buffer = bytearray()
        self._clock = clock
        self._flushed = self._synced = clock()
        self._unsynced = False
        self._failure: RecordError | None = None
        self._cancel: Callable[[], None] = lambda: None
        self._file = _create(path, header, replace)
        self._size = os.fstat(self._file).st_size
        self._open = True

    def follow(self, journal: Journal) -> None:
        """Write what the journal holds, then each event as it comes."""
        for event in journal.events:
            self.record(event)
        if self._open:
            self._cancel = journal.subscribe(self.record)

    def record(self, event: AnyEvent) -> None:
        """Take an event into the transcript."""
        if self._open:
            self._waiting.append(event)
            if len(self._waiting) >= BATCH:
                self._put_into_words()

    def flush(self) -> None:
        """Hand everything to the system: the world is quiet. Raises `RecordError` if recording has failed."""
        now = self._clock()
        self._put_into_words()
        self._write()
        self._flushed = now
        if self._unsynced and now - self._synced >= SYNC_EVERY:
            self._sync()
            self._synced = now
        self._complain()

    def maybe_flush(self, now: int) -> None:
        """`flush` if the last time is `FLUSH_EVERY` ago. `now` is the recorder's clock's. Raises as `flush` does."""
        if now - self._flushed >= FLUSH_EVERY:
            self.flush()

    def close(self) -> None:
        """Write what is left and wait for the disk; then do nothing. Raises `RecordError` if recording has failed."""
        self._cancel()
        self._put_into_words()
        self._write()
        if self._open:
            self._sync()
        if self._open:
            self._open = False
            os.close(self._file)
        self._complain()

    def _put_into_words(self) -> None:
        """Make lines of the events that wait."""
        for event in self._waiting:
            append_event(self._buffer, event)
            if len(self._buffer) >= FULL:
                self._write()
        self._waiting.clear()

    def _write(self) -> None:
        data = bytes(self._buffer)
        self._buffer.clear()
        written = 0
        try:
            while written < len(data) and self._open:
                written += os.write(self._file, data[written:])
        except OSError as error:
            self._fail(error, self._size + data.rfind(b"\n", 0, written) + 1)
        self._size += written
        self._unsynced = self._unsynced or written > 0

    def _sync(self) -> None:
        try:
            os.fsync(self._file)
        except OSError as error:
            self._fail(error, self._size)
        self._unsynced = False

    def _fail(self, error: OSError, whole: int) -> None:
        """Stop, and leave the `whole` octets behind: where the disk took a part of a line, that goes."""
        self._cancel()
        self._open = False
        self.failed = True
        text = N_("Recording to {path} stopped: {reason}. What came before is kept.")
        self._failure = RecordError(text, path=self.path, reason=reason(error))
        with suppress(OSError):  # the failure at hand is the one to tell; readers cope with half a line
            os.ftruncate(self._file, whole)
        with suppress(OSError):
            os.close(self._file)

    def _complain(self) -> None:
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure


def _create(path: Path, header: Header, replace: bool) -> int:
    """Make the file with its header under another name first, so that nobody ever sees half of it."""
    line = bytearray()
    append_header(line, header)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if path.exists() and not replace:
            raise RecordError(N_("{path} exists already. Choose another name for the transcript."), path=path)
        try:
            draft.write_bytes(line)
            os.replace(draft, path)
        finally:
            draft.unlink(missing_ok=True)
        return os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
    except OSError as error:
        text = N_("{path} cannot be written: {reason}. Choose another place for the transcript.")
        raise RecordError(text, path=path, reason=reason(error)) from error
