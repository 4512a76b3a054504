"""A replay: the events of a journal, shown up to a line that moves. Panes are right at each of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from sandbox.core.message import N_, Msg
from sandbox.tui.ports import (
    Anatomy,
    Exportable,
    Heading,
    Hint,
    LessonView,
    MailboxView,
    Manual,
    PacketView,
    Playback,
    Prompt,
    Session,
    StateView,
    Text,
)
from sandbox.tui.sessions.dialogue import Dialogue
from sandbox.tui.sessions.export import reading
from sandbox.tui.sessions.packet import RECONSTRUCTED, Segments, Source, between
from sandbox.tui.sessions.panes import Panes
from sandbox.tui.tlsview import TlsView
from sandbox.tui.words import words
from sandbox.wire.observer import Observer
from sandbox.wire.trace import AnyEvent
from sandbox.world.protocols import PROTOCOLS

if TYPE_CHECKING:
    from sandbox.record.reader import Transcript

_NANOSECONDS = 1_000_000_000
_SHORTEST, _LONGEST = 0.4, 3.0
"""Seconds between two events, however fast or slow it was: people have to be able to follow."""

_WITHIN = 0.05
"""Seconds between the lines of one event."""

_SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
AHEAD = 10_000
"""Lines that are read ahead of the one it has come to; the rest of a long transcript waits until somebody asks."""

_LOADING = 0.02
"""Seconds of a frame that may go into reading a long transcript."""


class Replay:
    """Plays, steps and scrubs.

    `events` may be long: they are read a little at a time; `source` gives them again. `close` lets their file go;
    `remarks` says what was wrong with it, once it has been read; `bare` is for `Segments`.
    """

    def __init__(
        self,
        title: Text,
        events: Iterable[AnyEvent],
        source: Source,
        close: Callable[[], None] = lambda: None,
        remarks: Callable[[], Sequence[Msg]] = tuple,
        bare: Callable[[], Container[str]] | None = None,
        exportable: Exportable | None = None,
    ) -> None:
        self.title = title
        self._close, self._remarks = close, remarks
        self._exportable = exportable
        self.dialogue = Dialogue(Observer(PROTOCOLS))
        self.trace = self.dialogue.trace
        self._panes = Panes(self.dialogue, Segments(self.dialogue, source, RECONSTRUCTED, bare))
        self._coming: Iterator[AnyEvent] | None = iter(events)
        self.position = 0
        self._ahead, self._to_end = AHEAD, False
        self.playing = False
        self.speed = 1.0
        self._waited = 0.0

    def open(self, changed: Callable[[], None]) -> None:
        """Read as much as one frame allows."""
        self._load()
        self.position = min(1, len(self.trace))

    async def close(self) -> None:
        """Let the file go."""
        self._close()

    def tick(self, elapsed: float) -> None:
        """Read on, play on."""
        self._load()
        if not self.playing:
            return
        self._waited += elapsed * self.speed
        while self.position < len(self.trace) and self._waited >= (gap := self._gap()):
            self._waited -= gap
            self.position += 1
        if self.position == len(self.trace) and self._coming is None:
            self.playing = False

    # Showing

    def heading(self) -> Heading:
        """The connection of the newest line."""
        return self._panes.heading(self.title, self._moment(-1))

    def prompt(self) -> Prompt | None:
        """Nobody listens."""
        return None

    def submit(self, line: str) -> None:
        """Never called: there is no command line."""

    def suggest(self, typed: str) -> str | None:
        """Never called."""
        return None

    def hint(self, typed: str) -> Hint:
        """Never called."""
        return Hint()

    def state(self, line: int) -> StateView | None:
        """At the selected line, else at the newest."""
        return self._panes.state(self._moment(line)) if self.position else None

    def mailbox(self, line: int) -> MailboxView | None:
        """At the selected line, else at the newest."""
        return self._panes.mailbox(self._moment(line)) if self.position else None

    def anatomy(self, line: int) -> Anatomy | None:
        """Of the selected line, else of the newest."""
        return self._panes.anatomy(self._moment(line)) if self.position else None

    def tls(self, line: int, record: int) -> TlsView | None:
        """At the selected line, else at the newest."""
        return self._panes.tls(self._moment(line), record) if self.position else None

    def packets(self, line: int) -> PacketView | None:
        """Of the selected line, else of the newest."""
        return self._panes.packets(self._moment(line)) if self.position else None

    def visible(self) -> int | None:
        """What it has come to."""
        return self.position

    def lesson(self) -> LessonView | None:
        """A replay teaches nothing."""
        return None

    def manual(self) -> Manual | None:
        """There is nothing to type."""
        return None

    def playback(self) -> Playback | None:
        """Where it is."""
        at = self.trace.at
        now = at[self.position - 1] - at[0] if self.position else 0
        until = at[-1] - at[0] if len(at) else 0
        loaded = self._coming is None
        return Playback(self.position, len(self.trace), now, until, self.playing, self.speed, loaded)

    def exportable(self) -> Exportable | None:
        """All of it, wherever it has come to."""
        return self._exportable

    def again(self) -> Session | None:
        """It is one already."""
        return None

    # Doing

    def can(self, action: str) -> bool:
        """Everything that moves."""
        return action in _MOVES

    def act(self, action: str, argument: str = "") -> None:
        """Move."""
        _MOVES[action](self, argument)

    def _play(self, _argument: str) -> None:
        if self.position == len(self.trace) and not self.playing:
            self.position = 0
        self.playing, self._to_end = not self.playing, False
        self._waited = 0.0

    def _end(self, _argument: str) -> None:
        """To the last line, as it comes in: that may take a while."""
        self._go(len(self.trace))
        self._to_end = True

    def _all(self, _argument: str) -> None:
        """Read to the end, however far that is."""
        self._ahead = sys.maxsize

    def _go(self, line: int) -> None:
        self.playing = self._to_end = False
        self.position = min(max(line, 0), len(self.trace))

    def _faster(self, step: int) -> None:
        at = _SPEEDS.index(self.speed) + step
        self.speed = _SPEEDS[min(max(at, 0), len(_SPEEDS) - 1)]

    # Inside

    def _moment(self, line: int) -> int:
        return line if 0 <= line < self.position else self.position - 1

    def _gap(self) -> float:
        """Seconds until the next line is due."""
        at, seq, next_line = self.trace.at, self.trace.seq, self.position
        if next_line == 0:
            return 0.0
        if seq[next_line] == seq[next_line - 1]:
            return _WITHIN
        passed = (at[next_line] - at[next_line - 1]) / _NANOSECONDS
        return min(max(passed, _SHORTEST), _LONGEST)

    def _load(self) -> None:
        if self._coming is None or len(self.trace) - self.position > self._ahead:
            return
        until = perf_counter() + _LOADING
        for event in self._coming:
            self.dialogue.feed(event)
            self.position = min(self.position, len(self.trace))  # time travel may have taken lines back
            if perf_counter() > until:
                break
        else:
            self._coming = None
            self._remark()
        if self._to_end:
            self.position = len(self.trace)

    def _remark(self) -> None:
        """All was read: say what was wrong with it."""
        for remark in self._remarks():
            if self.trace.connections:
                self.dialogue.note(self.trace.connections[-1], self.trace.at[-1], remark)


_MOVES: dict[str, Callable[[Replay, str], None]] = {
    "play": Replay._play,
    "back": lambda replay, _line: replay._go(replay.position - 1),
    "forward": lambda replay, _line: replay._go(replay.position + 1),
    "start": lambda replay, _line: replay._go(0),
    "end": Replay._end,
    "all": Replay._all,
    "goto": lambda replay, line: replay._go(int(line)),
    "slower": lambda replay, _line: replay._faster(-1),
    "faster": lambda replay, _line: replay._faster(1),
}


def replay_file(transcript: Transcript) -> Replay:
    """A replay of a file, on the branch that time travel left."""
    events = (event for _position, event in transcript.live.numbered())
    title = transcript.header.title or Path(transcript.name).name

    def source(after: int, last: int) -> Iterable[AnyEvent]:
        branch = transcript.live
        return (event for _position, event in branch.numbered(branch.position(after), branch.position(last)))

    def bare() -> Container[str]:
        from sandbox.record.export.packets import rekeyed_in  # start-up: nobody looks at packets first

        return rekeyed_in(transcript.live)

    exportable = Exportable(Path(transcript.name).stem, transcript.again)
    return Replay(title, events, source, transcript.close, lambda: transcript.remarks, bare, exportable)


def replay_of(title: Text, events: Sequence[AnyEvent]) -> Replay:
    """A replay of what just happened, called after it."""
    from sandbox.record.format import Header  # start-up: most sessions are never watched again

    read = reading(Header(title=words(title)), events)
    exportable = Exportable("replay", read)
    return Replay(Msg(N_("Replay: {title}"), title=title), events, between(events), exportable=exportable)
