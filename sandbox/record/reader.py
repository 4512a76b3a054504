"""A transcript, read lazily: an index of lines at once, events decoded when somebody looks at them.

Events are numbered by their place in the file, from 0. A file that was cut off or damaged opens up to the damage, and
`damage` says where and what. Some damage shows only when the line is read: from then on the transcript ends there.
"""

from __future__ import annotations

import re
import sys
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from sandbox.core.message import N_, Msg
from sandbox.record.branch import Branch
from sandbox.record.errors import RecordError, reason
from sandbox.record.format import (
    MARK,
    VERSION,
    FormatError,
    Header,
    decode_event,
    decode_header,
    glance,
    version_of,
)
from sandbox.record.index import CHUNK, Index, scan
from sandbox.wire.trace import AnyEvent, Data, StoreChange

MAX_LINE: Final = 1 << 28
"""Octets of the longest line that is read."""
MAX_HEADER: Final = 1 << 20
CHECKED: Final = 10_000
"""Events that are read when a file is opened: the last ones, where most damage is; in most files, all."""
_BEGUN: Final = re.compile(rb'\{\s*"%s"\s*:\s*%d\b' % (MARK.encode(), VERSION))
_BASE64: Final = re.compile(rb'"b64"')
_STORE: Final = re.compile(rb'store"')
_LITERAL: Final = re.compile(rb"[A-Za-z0-9 _:@=,;!-]+")
"""Patterns that mean themselves, and whose octets JSON leaves as they are."""

_UNREADABLE: Final = N_("{path} cannot be read: {reason}.")
_CUT_OFF: Final = N_("it is cut off")
_NO_EVENT: Final = N_("it is not an event of a transcript")


class Transcript:
    """A transcript file. Not for several threads at a time."""

    def __init__(self, file: BinaryIO, name: str, header: Header | None, index: Index) -> None:
        """`header` is None where the file ends inside its first line."""
        self.name = name
        self.header = header or Header()
        self.stored = index.stored
        """Whether it says how stored mail changed."""
        self.damage: Msg | None = None
        self.passed_over: set[str] = set()
        """Kinds of events that were met and are not known to this program."""
        self.told: Callable[[int, int], None] | None = None
        """Is told now and then how far a walk is: so many events of so many. What it raises ends the walk."""
        self._file = file
        self._index = index
        self._end = max(len(index) - 1, 0)
        self._branch: Branch | None = None
        if header is None:
            self._cut(-1, _CUT_OFF)
        for _event in self.events(self._end - CHECKED):
            pass

    @classmethod
    def open(cls, path: str | Path) -> Transcript:
        """Open a file, or read standard input to its end where `path` is "-". Raises `RecordError`."""
        if str(path) == "-":
            return cls.read(BytesIO(sys.stdin.buffer.read()), "-")
        with ExitStack() as unless_it_succeeds:
            try:
                file = unless_it_succeeds.enter_context(Path(path).open("rb"))
            except OSError as error:
                raise RecordError(_UNREADABLE, path=path, reason=reason(error)) from error
            transcript = cls.read(file, str(path))
            unless_it_succeeds.pop_all()
            return transcript

    @classmethod
    def read(cls, file: BinaryIO, name: str) -> Transcript:
        """Read a transcript from an open file. Raises `RecordError` if it is none, or cannot be read."""
        try:
            if not file.seekable():
                with file:
                    file = BytesIO(file.read())
            header = _read_header(file, name)
            file.seek(0)
            index = scan(file)
        except OSError as error:
            raise RecordError(_UNREADABLE, path=name, reason=reason(error)) from error
        return cls(file, name, header, index)

    def again(self) -> Transcript:
        """The same file opened once more, for another reader. Raises `RecordError`."""
        if isinstance(self._file, BytesIO):
            return self.read(BytesIO(self._file.getvalue()), self.name)
        return self.open(self.name)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Transcript:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __len__(self) -> int:
        """How many events there are, those of unknown kinds among them. Shrinks if damage is met."""
        return self._end

    @property
    def live(self) -> Branch:
        """The events that time travel left standing."""
        if self._branch is None or self._branch.end != self._end:
            self._branch = Branch(self, [line - 1 for line in self._index.restores])
        return self._branch

    @property
    def remarks(self) -> list[Msg]:
        """What the reader should know of what has been read so far."""
        text = N_("Events of the kind “{kind}” are not known to this program and were passed over.")
        unknown = [Msg(text, kind=kind) for kind in sorted(self.passed_over)]
        return unknown if self.damage is None else [*unknown, self.damage]

    def event(self, number: int) -> AnyEvent | None:
        """An event; None if this program does not know its kind. Raises `IndexError` behind the end or at damage."""
        if not 0 <= number < self._end:
            raise IndexError(number)
        event = self._decode(number, self._line(number))
        if number >= self._end:
            raise IndexError(number)
        return event

    def seq(self, number: int) -> int:
        """The number in the journal of an event of any kind; of damage, one that is later than all."""
        try:
            return glance(self._line(number)).seq
        except FormatError:
            return sys.maxsize

    def events(self, start: int = 0, stop: int | None = None) -> Iterator[AnyEvent]:
        """The events from `start` up to `stop`, without those of unknown kinds."""
        return (event for _number, event in self.numbered(start, stop))

    def numbered(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, AnyEvent]]:
        """The same with their numbers."""
        for block in self._blocks(start, stop):
            for number in range(block.first, block.stop):
                event = self._decode(number, block.line(number))
                if event is not None:
                    yield number, event
                if number >= self._end:
                    return

    def changes(self, start: int = 0, stop: int | None = None) -> Iterator[int]:
        """The numbers of the events that say how stored mail changed. Other events are not decoded."""
        for block in self._blocks(start, stop):
            for number in block.matching(_STORE):
                if isinstance(self._decode(number, block.line(number)), StoreChange):
                    yield number
                if number >= self._end:
                    return

    def search(self, pattern: re.Pattern[bytes], start: int = 0, stop: int | None = None) -> Iterator[int]:
        """The numbers of the `data` events with octets that the pattern matches."""
        literal = _LITERAL.fullmatch(pattern.pattern)
        for block in self._blocks(start, stop):
            for number in block.matching(pattern, _BASE64) if literal else range(block.first, block.stop):
                event = self._decode(number, block.line(number))
                if number >= self._end:
                    return
                if isinstance(event, Data) and pattern.search(event.raw):
                    yield number

    def _decode(self, number: int, line: bytes) -> AnyEvent | None:
        """The event of a line. None, and noted down, if it is of an unknown kind or damaged."""
        try:
            event = decode_event(line)
            if event is None:
                self.passed_over.add(glance(line).t)
        except FormatError:
            self._cut(number, _NO_EVENT if line.endswith(b"\n") else _CUT_OFF)
            return None
        return event

    def _cut(self, number: int, why: str) -> None:
        """End the transcript before the event `number`, which is damaged."""
        self._end = max(number, 0)
        text = N_("Line {line} of {path} is damaged: {why}. Only what comes before it can be shown.")
        self.damage = Msg(text, line=number + 2, path=self.name, why=Msg(why))

    def _line(self, number: int) -> bytes:
        start, stop = self._index.starts[number + 1 : number + 3]
        return self._read(start, stop)

    def _blocks(self, start: int, stop: int | None) -> Iterator[Block]:
        """Read events in pieces: small ones first, so that the first events come at once."""
        starts = self._index.starts
        first, end = max(start, 0), self._end if stop is None else stop
        size = CHUNK >> 4
        while first < min(end, self._end):
            if self.told is not None:
                self.told(first, self._end)
            until = bisect_right(starts, starts[first + 1] + size) - 2
            until = min(max(until, first + 1), end, self._end)
            yield Block(first, until, starts, self._read(starts[first + 1], starts[until + 1]))
            first, size = until, min(size * 2, CHUNK)

    def _read(self, start: int, stop: int) -> bytes:
        """The file's octets. A line over `MAX_LINE` comes shortened, and so is damaged."""
        try:
            self._file.seek(start)
            return self._file.read(min(stop - start, MAX_LINE))
        except OSError as error:
            raise RecordError(_UNREADABLE, path=self.name, reason=reason(error)) from error


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of the events `first` up to `stop`, as they are in the file."""

    first: int
    stop: int
    starts: array[int]
    octets: bytes

    def line(self, number: int) -> bytes:
        """The line of one event."""
        base = self.starts[self.first + 1]
        return self.octets[self.starts[number + 1] - base : self.starts[number + 2] - base]

    def matching(self, *patterns: re.Pattern[bytes]) -> list[int]:
        """The events whose lines some pattern matches."""
        base = self.starts[self.first + 1]
        found = (match.start() for pattern in patterns for match in pattern.finditer(self.octets))
        return sorted({bisect_right(self.starts, base + at) - 2 for at in found})


def _read_header(file: BinaryIO, name: str) -> Header | None:
    """The header; None if the file ends inside it. Raises `RecordError` for anything else."""
    line = file.readline(MAX_HEADER)
    if not line:
        raise RecordError(N_("{path} is empty: nothing was recorded in it."), path=name)
    version = version_of(line)
    if version is None and _BEGUN.match(line) and len(line) < MAX_HEADER and not line.endswith(b"\n"):
        return None
    if version is None:
        text = N_("{path} is not a transcript. It is no capture, text or log that can be imported, either.")
        raise RecordError(text, path=name)
    if version != VERSION:
        text = N_("{path} has transcript format {version}, this program reads format {own}: use a newer mail-sandbox.")
        raise RecordError(text, path=name, version=version, own=VERSION)
    try:
        return decode_header(line)
    except FormatError as error:
        raise RecordError(N_("The first line of {path} is damaged: its header cannot be read."), path=name) from error
