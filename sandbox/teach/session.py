"""A learner's place in a lesson, and everything that a step may do there. `runner` decides when.

What time travel has to bring back is in one `Moment`. What it must not bring back (first answers, worked examples that
were used) is in `Marks`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from sandbox.core.message import Msg
from sandbox.teach.evidence import Evidence
from sandbox.teach.flow import Notice, Phase
from sandbox.teach.loader import Source
from sandbox.teach.network import Network
from sandbox.teach.parts import Action, Option
from sandbox.teach.stage import Stage, StageEvidence
from sandbox.teach.steps import Step
from sandbox.teach.variables import Draw
from sandbox.wire.trace import Answer as AnswerEvent
from sandbox.wire.trace import Step as StepEvent
from sandbox.world import dialect
from sandbox.world.errors import WorldError
from sandbox.world.world import Checkpoint

__all__ = ["Marks", "Moment", "Session"]


@dataclass(frozen=True, slots=True)
class Moment:
    """Where the learner is. `since` is the event of the journal after which the step's evidence begins."""

    index: int
    step: Step
    phase: Phase
    actor: str
    world: Checkpoint
    since: int = 0
    typed: int = 0
    answer: tuple[str, ...] = ()
    hints: tuple[int, ...] = ()
    notice: Notice | None = None
    passed: frozenset[str] = frozenset()
    attempts: tuple[tuple[str, int], ...] = ()

    def attempt(self, step: str) -> int:
        """How often the step was begun anew after its worked example."""
        return dict(self.attempts).get(step, 0)


@dataclass(slots=True)
class Marks:
    """What stays, whatever is undone: first answers and whether they were right, and what help was used."""

    answers: dict[str, tuple[tuple[str, ...], bool]] = field(default_factory=dict)
    worked: set[str] = field(default_factory=set)
    hints: dict[str, int] = field(default_factory=dict)


class Session:
    """A lesson being played. Steps see it as their `Run`.

    Raises LessonError, OSError or WorldError for a lesson that cannot begin; afterwards nothing raises:
    what cannot be done is told in a notice.
    """

    def __init__(self, source: Source, learner: str, profile: str | None) -> None:
        self.source = source
        self.learner = learner
        self.lesson = source.lesson(learner)
        self.profile = profile or self.lesson.world.profile[0]
        self.marks = Marks()
        self.stage = Stage(self.lesson, source.library, f"{learner}/{self.lesson.id}", self.profile)
        self._entries: dict[str, Moment] = {}
        self._jump: int | None = None
        self.rewound: Moment | None = None
        """The moment that the last thing done led back to, if it did."""
        self.now = Moment(0, self.lesson.steps[0], Phase.READ, "", self.stage.world.checkpoint())
        self.enter(0)

    # What a step asks (flow.Run)

    def be(self, actor: str) -> None:
        """See `Run`."""
        self.now = replace(self.now, actor=actor)

    def evidence(self) -> Evidence:
        """See `Run`."""
        here = getattr(self.now.step, "on", None) or self.now.actor
        return StageEvidence(self.stage, self.now.since, here, self.now.answer)

    def play(self, actor: str, lines: Sequence[str]) -> bool:
        """See `Run`."""
        return self._attempt(lambda: self.stage.type_all(actor, lines))

    def act(self, actions: Sequence[Action]) -> bool:
        """See `Run`."""
        return self._attempt(lambda: self.stage.act(actions))

    def deliver(self, mail: dict[str, list[str]]) -> bool:
        """See `Run`."""
        return self._attempt(lambda: self.stage.deliver(mail.items()))

    def strike(self, fault: Network) -> bool:
        """See `Run`."""
        return self._attempt(lambda: self.stage.strike(fault))

    def tell(self, notice: Notice) -> None:
        """See `Run`."""
        self.now = replace(self.now, notice=notice)

    def answered(self, correct: bool) -> None:
        """See `Run`."""
        step = self.now.step.id
        self.marks.answers.setdefault(step, (self.now.answer, correct))
        journal = self.stage.world.journal
        journal.add(AnswerEvent(*journal.stamp(), "", step, self.now.answer, correct))

    def finish(self) -> None:
        """See `Run`."""
        step = self.now.step.id
        self._write(step, "passed")
        said = self.now.notice
        notice = said if said is not None and said.kind in ("reveal", "refused") else Notice("passed")
        self.now = replace(self.now, phase=Phase.DONE, passed=self.now.passed | {step}, notice=notice)

    def restore(self, step: str) -> None:
        """See `Run`. What was said last stays."""
        notice = self.now.notice
        self.back_to(self._entries[step])
        self.enter(self.now.index)
        self.now = replace(self.now, notice=notice)

    def go(self, step: str) -> None:
        """See `Run`."""
        self._jump = next(place for place, other in enumerate(self.lesson.steps) if other.id == step)

    # What the runner and the view ask

    def mark(self) -> Moment:
        """The present, to come back to."""
        return replace(self.now, world=self.stage.world.checkpoint())

    def back_to(self, moment: Moment) -> None:
        """Be at this moment again, and let the world be so. It has to be in the past of the present one."""
        self.rewound = moment
        if self.stage.world.checkpoint() != moment.world:
            self.stage.world.restore(moment.world)
        self.now = moment

    def enter(self, index: int) -> None:
        """Enter a step, and those after it that pass by themselves."""
        while index < len(self.lesson.steps):
            before = replace(self.mark(), index=index, typed=0, hints=(), notice=None, answer=())
            step = self._rendered(index, before)
            self._entries[step.id] = before
            self._write(step.id, "")
            self.now = replace(before, step=step, phase=Phase.READ, since=self.stage.world.journal.seq)
            phase = step.enter(self)
            if phase is not Phase.DONE:
                self.now = replace(self.now, phase=phase)
                return
            self.finish()
            index += 1
        self.now = replace(self.now, phase=Phase.OVER, index=index)

    def type(self, line: str) -> bool:
        """A line for a server, or a directive; False if the world refuses it, and then nothing has changed."""
        try:
            typed = self.stage.type(self.now.actor, line)
            if isinstance(typed, dialect.Become):
                self._become(typed.actor)
        except WorldError as error:
            self.tell(Notice("refused", error.about))
            return False
        sent = isinstance(typed, dialect.Octets)
        self.now = replace(self.now, notice=None, typed=self.now.typed + sent)
        self.now.step.settled(self)
        self._arrive()
        return True

    def answer(self, answer: tuple[str, ...]) -> None:
        """An answer to the step's question."""
        self.now = replace(self.now, answer=answer, notice=None)
        self.now.step.answer(self, answer)
        self._arrive()

    def work(self) -> None:
        """Show the step's solution, then begin it anew, with its own variables drawn anew."""
        step = self.now.step
        lines = tuple(move[1] for move in step.solution() if move[0] == "line")
        self.marks.worked.add(step.id)
        attempts = {**dict(self.now.attempts), step.id: self.now.attempt(step.id) + 1}
        self.back_to(replace(self._entries[step.id], attempts=tuple(attempts.items())))
        self.enter(self.now.index)
        self.tell(Notice("worked", Msg("This is how it goes. The step begins anew: now you."), lines))

    def shuffled(self, options: Sequence[Option]) -> list[Option]:
        """The options in this learner's order, which is never the right one."""
        draw = Draw(self.learner, self.lesson.id, self.now.step.id)
        left, order = list(options), []
        while left:
            order.append(left.pop(draw.below(len(left), f"option {len(left)}")))
        return order if order != list(options) else [*order[1:], *order[:1]]

    def _arrive(self) -> None:
        """All has come to rest: go where a wrong path leads."""
        if self._jump is not None:
            notice, index, self._jump = self.now.notice, self._jump, None
            self.enter(index)
            self.now = replace(self.now, notice=notice)

    def _become(self, actor: str) -> None:
        mine = [name for name, spec in self.lesson.actors.items() if spec.by == "learner"]
        if actor not in mine:
            raise WorldError(Msg("you do not type for {actor}, but for: {known}", actor=actor, known=", ".join(mine)))
        self.be(actor)

    def _rendered(self, index: int, moment: Moment) -> Step:
        """The step with the variables of this attempt, and what has been captured from the wire by now."""
        name = self.lesson.steps[index].id
        seen = self.stage.all_exchanges()
        values = self.source.values(Draw(self.learner, self.lesson.id), {}, seen)
        draw = Draw(self.learner, self.lesson.id, attempt=moment.attempt(name))
        return self.source.step(index, draw, values, seen) or self.lesson.steps[index]

    def _write(self, step: str, result: str) -> None:
        journal = self.stage.world.journal
        journal.add(StepEvent(*journal.stamp(), "", self.lesson.id, step, result))

    def _attempt(self, action: Callable[[], object]) -> bool:
        try:
            action()
        except WorldError as error:
            self.tell(Notice("refused", error.about))
            return False
        return True
