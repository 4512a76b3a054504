"""A replay: the events of a journal, shown up to a line that moves. Panes are right at each of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
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
from sandbox.tui.sessions.export import reading
from sandbox.tui.sessions.reel import Errand, Reel
from sandbox.tui.tlsview import TlsView
from sandbox.tui.words import words
from sandbox.wire.trace import AnyEvent

if TYPE_CHECKING:
    from sandbox.record.reader import Transcript

_NANOSECONDS = 1_000_000_000
_SHORTEST, _LONGEST = 0.4, 3.0
"""Seconds between two events, however fast or slow it was: people have to be able to follow."""

_WITHIN = 0.05
"""Seconds between the lines of one event."""

_SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
_LOADING, _SEEKING = 0.02, 0.08
"""Seconds of a frame that may go into reading a long transcript: ahead, and where somebody waits for it."""

_BUSY = N_("{title}: {percent}% of the way, Esc stops")
_NO_MATCH = N_("{title}: nothing matches")
_NOT_FOLLOWED = Msg(N_("This session has gone on for so long that what it did with its mail before is not shown here."))


class Replay:
    """Plays, steps and scrubs.

    Of a long transcript the trace has a part. Getting to another one is an errand: it goes on at every tick.
    """

    def __init__(
        self,
        title: Text,
        transcript: Transcript,
        exportable: Exportable | None = None,
        bare: Callable[[], Container[str]] | None = None,
    ) -> None:
        """`bare` is for `Segments`."""
        self.title = title
        self._transcript = transcript
        self._exportable = exportable
        self._reel = Reel(transcript, bare)
        self.trace = self._reel.trace
        self.trace.elsewhere = self._seek
        self.position = 0
        """Lines of the trace that it has come to."""
        self._errand: Errand | None = None
        self._done, self._unfound = 0.0, False
        self._changed: Callable[[], None] = _nothing
        self.playing = False
        self.speed = 1.0
        self._waited = 0.0

    def open(self, changed: Callable[[], None]) -> None:
        """Read as much as one frame allows."""
        self._changed = changed
        self._reel.load(self.position, _LOADING)
        self.position = min(1, len(self.trace))
        self.trace.began = self.trace.at[0] if len(self.trace) else None

    async def close(self) -> None:
        """Let the file go."""
        self._errand = None
        self._transcript.close()

    def tick(self, elapsed: float) -> None:
        """Read on, play on."""
        if self._errand is not None:
            self._work(self._errand)
            return
        self._reel.load(self.position, _LOADING)
        if not self.playing:
            return
        self._waited += elapsed * self.speed
        while self.position < len(self.trace) and self._waited >= (gap := self._gap()):
            self._waited -= gap
            self.position += 1
        if self.position == len(self.trace) and self._reel.read:
            self.playing = False

    # Showing

    def heading(self) -> Heading:
        """The connection of the newest line; what it is busy with."""
        title = self.title
        if self._errand is not None:
            title = Msg(_BUSY, title=title, percent=int(self._done * 100))
        elif self._unfound:
            title = Msg(_NO_MATCH, title=title)
        return self._reel.panes.heading(title, self._moment(-1))

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
        return self._reel.panes.state(self._moment(line)) if self.position else None

    def mailbox(self, line: int) -> MailboxView | None:
        """At the selected line, else at the newest."""
        if not self.position:
            return None
        moment = self._moment(line)
        if self._transcript.stored and self.trace.name_of(moment) in self._reel.inherited:
            return MailboxView("", notice=_NOT_FOLLOWED)
        return self._reel.panes.mailbox(moment)

    def anatomy(self, line: int) -> Anatomy | None:
        """Of the selected line, else of the newest."""
        return self._reel.panes.anatomy(self._moment(line)) if self.position else None

    def tls(self, line: int, record: int) -> TlsView | None:
        """At the selected line, else at the newest."""
        return self._reel.panes.tls(self._moment(line), record) if self.position else None

    def packets(self, line: int) -> PacketView | None:
        """Of the selected line, else of the newest."""
        return self._reel.panes.packets(self._moment(line)) if self.position else None

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
        """Where it is. Lines are counted as far as they are known."""
        trace, before = self.trace, self._reel.start.line
        now = trace.since(trace.at[self.position - 1]) if self.position else 0
        until = trace.since(trace.at[-1]) if len(trace) else 0
        lines, loaded = self._reel.lines, self._reel.counted
        return Playback(before + self.position, lines, now, until, self.playing, self.speed, loaded)

    def exportable(self) -> Exportable | None:
        """All of it, wherever it has come to."""
        return self._exportable

    def again(self) -> Session | None:
        """It is one already."""
        return None

    # Doing

    def can(self, action: str) -> bool:
        """Everything that moves."""
        return action in _MOVES and (action != "stop" or self._errand is not None)

    def act(self, action: str, argument: str = "") -> None:
        """Move. Whatever it was busy with ends."""
        self._errand, self._unfound = None, False
        _MOVES[action](self, argument)

    def _stop(self, _argument: str) -> None:
        """Stay here."""

    def _play(self, _argument: str) -> None:
        playing = not self.playing
        if playing and self.position == len(self.trace) and self._reel.read:
            self._go(0)
        self.playing = playing
        self._waited = 0.0

    def _end(self, _argument: str) -> None:
        """To the last line, which may be far."""
        self.playing = False
        if self._reel.read:
            self.position = len(self.trace)
        else:
            self._errand = self._reel.to_end()

    def _go(self, line: int) -> None:
        """To a line, counted from the beginning of the transcript."""
        self.playing = False
        here = max(line, 0) - self._reel.start.line
        if here <= len(self.trace) and (here > 0 or self._reel.start.line == 0):
            self.position = here
        elif here > 0 and self._reel.read:
            self.position = len(self.trace)
        else:
            self._errand = self._reel.to_line(max(line, 0))

    def _step(self, by: int) -> None:
        self._go(self._reel.start.line + min(self.position + by, len(self.trace)))

    def _reach(self, lines: int) -> None:
        """To where the trace has so many lines."""
        self.playing = False
        self.position = min(lines, len(self.trace))

    def _seek(self, pattern: re.Pattern[bytes], conn: str | None, step: int) -> bool:
        """See `TraceModel.elsewhere`."""
        if self._reel.whole:
            return False
        self.playing = self._unfound = False
        self._errand = self._reel.to_match(pattern, conn, step)
        return True

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

    def _work(self, errand: Errand) -> None:
        """Get on with where it is going: the errand gives the number of lines to show there, or -1."""
        until = perf_counter() + _SEEKING
        try:
            self._done = next(errand)
            while perf_counter() <= until:
                self._done = next(errand)
        except StopIteration as end:
            self._errand, self._unfound = None, end.value < 0
            if end.value >= 0:
                self.position = end.value
        self.position = min(self.position, len(self.trace))  # another part may have come into memory
        self._changed()


_MOVES: dict[str, Callable[[Replay, str], None]] = {
    "play": Replay._play,
    "stop": Replay._stop,
    "back": lambda replay, _line: replay._step(-1),
    "forward": lambda replay, _line: replay._step(1),
    "start": lambda replay, _line: replay._go(0),
    "end": Replay._end,
    "goto": lambda replay, line: replay._go(int(line)),
    "reach": lambda replay, lines: replay._reach(int(lines)),
    "slower": lambda replay, _line: replay._faster(-1),
    "faster": lambda replay, _line: replay._faster(1),
}


def _nothing() -> None:
    """Nobody wants to be told."""


def replay_file(transcript: Transcript) -> Replay:
    """A replay of a file, on the branch that time travel left."""

    def bare() -> Container[str]:
        from sandbox.record.export.packets import rekeyed_in  # start-up: nobody looks at packets first

        return rekeyed_in(transcript.live)

    title = transcript.header.title or Path(transcript.name).name
    return Replay(title, transcript, Exportable(Path(transcript.name).stem, transcript.again), bare)


def replay_of(title: Text, events: Sequence[AnyEvent]) -> Replay:
    """A replay of what just happened, called after it."""
    from sandbox.record.format import Header  # start-up: most sessions are never watched again

    read = reading(Header(title=words(title)), events)
    return Replay(Msg(N_("Replay: {title}"), title=title), read(), Exportable("replay", read))
