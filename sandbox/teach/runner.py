"""The lesson as a state machine: lines and answers in, a step to show out. It knows no interface.

Whatever the learner does is a `Move`. The moves of the present timeline, fed to a new runner, lead to exactly the same
place: that is how a lesson is resumed, and how `prove` comes back to where it was.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from sandbox.core.message import Msg
from sandbox.teach.evidence import Evidence
from sandbox.teach.flow import Move, Notice, Phase
from sandbox.teach.loader import Source
from sandbox.teach.parts import Hint
from sandbox.teach.score import Result, Score, best, points
from sandbox.teach.session import Moment, Session
from sandbox.teach.steps import Step
from sandbox.teach.view import StepMark, StepView, answer_of, step_marks, step_view
from sandbox.wire.observer import Observer, Watched
from sandbox.world.world import World

__all__ = ["COOLDOWN", "LessonRunner"]

COOLDOWN = 8.0
"""Seconds between two hints, and between entering a step and its first hint."""

_WAITING = (Phase.READ, Phase.DONE)


@dataclass(frozen=True, slots=True)
class _Past:
    """A move that was made: the moment before it, and how many moves there were then."""

    what: str
    moment: Moment
    moves: int


class LessonRunner:
    """A learner in a lesson.

    `learner` seeds all variables; `profile` is one that the lesson's world lists, its first if it is left out;
    `cooldown` is in seconds of `clock`. Raises LessonError, OSError or WorldError for a lesson that cannot
    begin. Afterwards nothing raises: what cannot be done is said in the step's notice.
    """

    def __init__(
        self,
        source: Source,
        *,
        learner: str = "0",
        profile: str | None = None,
        cooldown: float = COOLDOWN,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.session = Session(source, learner, profile)
        self.lesson = self.session.lesson
        self.moves: list[Move] = []
        self._past: list[_Past] = []
        self._cooldown, self._clock = cooldown, clock
        self._quiet_since = clock()
        self._subscribers: tuple[Callable[[], None], ...] = ()

    # What an interface does

    def submit(self, line: str) -> None:
        """The learner typed a line: to a server, a directive, or an answer, whatever the step waits for.

        Where the step waits for nothing more, an empty line goes on, and any other goes on and counts there.
        """
        text = line.strip()
        if text == "@next" or (not text and self.session.now.phase in _WAITING):
            self._go_on()
        else:
            while self.session.now.phase in _WAITING and self._go_on():
                pass
            self._take(line, text)
        self._changed()

    def answer(self, *ids: str) -> None:
        """The learner chose these options, or wrote this."""
        phase = self.session.now.phase
        known = {option.id for option in self.step.options}
        if ids and (phase is Phase.WRITE or (phase is Phase.CHOOSE and set(ids) <= known)):
            self._answer(ids)
        else:
            self._refuse(Msg("there is nothing to answer here"))
        self._changed()

    def next(self) -> bool:
        """The learner wants to go on; False if the step does not let them yet."""
        gone = self._go_on()
        self._changed()
        return gone

    def hint(self) -> bool:
        """The learner asks for a hint; False if there is none, or it is too early."""
        given = self._hint()
        self._changed()
        return given

    def undo(self, what: str = "line") -> bool:
        """Go back to before the last "line" typed or answer given, to the start of the "step", or of the "lesson".

        At the start of a step, its "step" is the one before. Returns False where there is nothing to undo.
        """
        place = _place(self._past, what)
        if place is None:
            return False
        self.back_to(self._past[place].moment, self._past[place].moves)
        return True

    def back_to(self, moment: Moment, moves: int) -> None:
        """Be where the learner was after so many of the present moves."""
        self._past = [past for past in self._past if past.moves < moves]
        del self.moves[moves:]
        self.session.back_to(moment)
        self._changed()

    def do(self, move: Move) -> None:
        """Make a move, as `moves` has it."""
        what, *values = move
        if what == "line":
            self.submit(values[0])
        elif what == "answer":
            self.answer(*values)
        elif what == "hint":
            self.hint()
        elif what == "work":
            past = self._now("work")
            self.session.work()
            self._made(past, "work")
            self._changed()
        else:
            self.next()

    def replay(self, moves: Iterable[Move]) -> None:
        """Make all these moves, without waiting between hints."""
        cooldown, self._cooldown = self._cooldown, 0.0
        try:
            for move in moves:
                self.do(move)
        finally:
            self._cooldown = cooldown

    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` after whatever the learner does; returns the way to stop that."""
        self._subscribers = (*self._subscribers, changed)

        def cancel() -> None:
            self._subscribers = tuple(other for other in self._subscribers if other is not changed)

        return cancel

    # What an interface shows

    @property
    def step(self) -> StepView:
        """The step that the learner is at, in the language in use."""
        return step_view(self.session)

    @property
    def steps(self) -> list[StepMark]:
        """The list of steps, in the language in use."""
        return step_marks(self.session)

    @property
    def finished(self) -> bool:
        """Whether the end has been reached."""
        return self.session.now.phase is Phase.OVER

    @property
    def score(self) -> Score:
        """Points so far, and what the lesson is worth."""
        passed = self.session.now.passed
        reached = sum(self.points(step) for step in self.lesson.steps if step.id in passed)
        return Score(reached, best(self.lesson.score, self.lesson.steps))

    @property
    def world(self) -> World:
        """The world: its journal is what the trace shows."""
        return self.session.stage.world

    @property
    def observer(self) -> Observer:
        """The observer of all connections of the world."""
        return self.session.stage.observer

    @property
    def watched(self) -> Watched | None:
        """The newest connection of the actor for whom the learner types; None if there has been none.

        Until a step has said for whom, that is the first one whom the learner holds.
        """
        held = (name for name, actor in self.lesson.actors.items() if actor.by == "learner")
        connections = self.session.stage.connections(self.session.now.actor or next(held, ""))
        return connections[-1] if connections else None

    # How it works

    def _take(self, line: str, text: str) -> None:
        """A line where something is waited for."""
        phase = self.session.now.phase
        if phase is Phase.TYPE:
            past = self._now("line")
            if self.session.type(line):
                self._made(past, "line", line)
        elif phase is Phase.OVER:
            self._refuse(Msg("the lesson is over"))
        elif not text or text.startswith("@"):
            self._refuse(Msg("answer the question first"))
        elif phase is Phase.WRITE:
            self._answer((text,))
        else:
            view = self.step
            answer = answer_of(text, view.options, view.form)
            if answer is None:
                self._refuse(Msg("choose one of the options, by its letter or its text"))
            else:
                self._answer(answer)

    def _answer(self, answer: tuple[str, ...]) -> None:
        past = self._now("answer")
        self.session.answer(answer)
        self._made(past, "answer", *answer)

    def _go_on(self) -> bool:
        now = self.session.now
        if now.phase is Phase.OVER:
            return False
        if now.phase is not Phase.DONE and not now.step.leave(self.session):
            self._refuse(Msg("first reach the goal of this step, or ask for a hint"))
            return False
        past = self._now("next")
        if now.phase is not Phase.DONE:
            self.session.finish()
        self.session.enter(now.index + 1)
        self._made(past, "next")
        return True

    def _hint(self) -> bool:
        now = self.session.now
        ladder = now.step.ladder()
        if now.phase is not Phase.TYPE or not ladder:
            self._refuse(Msg("there is no hint here"))
            return False
        if self._clock() - self._quiet_since < self._cooldown:
            self._refuse(Msg("take a moment to think; the hint will be here in a few seconds"))
            return False
        seen = self.session.evidence()
        place = next((n for n, hint in enumerate(ladder) if n not in now.hints and _applies(hint, seen)), None)
        if place is None:
            self._refuse(Msg("there is no further hint here"))
            return False
        past = self._now("hint")
        given = self.session.marks.hints
        given[now.step.id] = max(given.get(now.step.id, 0), len(now.hints) + 1)
        if ladder[place].worked:
            self.session.work()
            self._made(past, "work")
        else:
            self.session.now = replace(now, hints=(*now.hints, place), notice=Notice("hint", ladder[place]))
            self._made(past, "hint")
        return True

    def _now(self, what: str) -> _Past:
        self.session.rewound = None
        return _Past(what, self.session.mark(), len(self.moves))

    def _made(self, past: _Past, *move: str) -> None:
        """A move was made: remember it, and the moment before it.

        A move that led back is none: it and all that it took back are forgotten, since their future is no more.
        """
        if past.moment.index != self.session.now.index or move[0] in ("hint", "work"):
            self._quiet_since = self._clock()
        self._past.append(past)
        back = self.session.rewound
        if back is not None:
            while self._past and self._past[-1].moment.world.seq > back.world.seq:
                del self.moves[self._past.pop().moves :]
        if back is None or move[0] == "work":
            self.moves.append(move)

    def _refuse(self, why: Msg) -> None:
        self.session.tell(Notice("refused", why))

    def _changed(self) -> None:
        for subscriber in self._subscribers:
            subscriber()

    def points(self, step: Step) -> float:
        """What the step is worth to this learner, once it is passed."""
        marks = self.session.marks
        first = marks.answers.get(step.id, ((), True))[1]
        return points(self.lesson.score, step.name, Result(step.id in marks.worked, first))


def _place(past: Sequence[_Past], what: str) -> int | None:
    """Which move to undo back to, for "line", "step" or "lesson"."""
    places = range(len(past))
    if what == "line":
        return next((place for place in reversed(places) if past[place].what in ("line", "answer")), None)
    if what == "lesson" or not past:
        return 0 if past else None
    step = past[-1].moment.index  # this one if anything was done in it, else the one before
    first = len(past) - 1
    while first and past[first - 1].moment.index == step:
        first -= 1
    return first


def _applies(hint: Hint, seen: Evidence) -> bool:
    return hint.when is None or hint.when.holds(seen)
