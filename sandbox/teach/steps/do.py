"""`do`: the learner reaches a goal, by any route."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from sandbox.core.message import Msg
from sandbox.teach.checks import AnyCheck
from sandbox.teach.fields import LearnerActor, Prose
from sandbox.teach.flow import Move, Notice, Phase, Run
from sandbox.teach.parts import Hint, Hints, Solution, Wrong
from sandbox.teach.steps.base import Step

__all__ = ["Do", "Typing"]


class Typing(Step):
    """A step in which the learner types lines until its check holds."""

    on: LearnerActor
    text: Prose
    check: AnyCheck
    solve: Solution = Field(default_factory=list)
    wrong: list[Wrong] = Field(default_factory=list, max_length=16)
    hints: Hints = Field(default_factory=list)

    def enter(self, run: Run) -> Phase:
        """The learner sits down at the actor's keyboard."""
        run.be(self.on)
        return Phase.TYPE

    def settled(self, run: Run) -> None:
        """A mistake that the lesson knows comes first: its effect may be part of the goal's."""
        seen = run.evidence()
        for wrong in self.wrong:
            if wrong.when.holds(seen):
                run.tell(Notice("wrong", wrong, misconception=wrong.misconception or ""))
                if wrong.restore is not None:
                    run.restore(wrong.restore)
                elif wrong.goto is not None:
                    run.go(wrong.goto)
                return
        if self.check.holds(seen):
            run.finish()
        elif self.check.hopeless(seen):
            run.tell(Notice("spoiled", Msg("this cannot come right any more: take your last line back with undo")))

    def leave(self, run: Run) -> bool:
        """Not before the goal is reached."""
        return False

    def ladder(self) -> Sequence[Hint]:
        """See `Step`."""
        return self.hints

    def solution(self) -> list[Move]:
        """See `Step`."""
        return [*(("line", line.send) for line in self.solve), ("next",)]


class Do(Typing):
    """The goal, nothing else."""

    kind: Literal["do"]
