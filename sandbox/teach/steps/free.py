"""`free`: play, without a goal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from sandbox.teach.fields import LearnerActor, Prose
from sandbox.teach.flow import Move, Phase, Run
from sandbox.teach.parts import Hint, Hints, Solution
from sandbox.teach.steps.base import Step

__all__ = ["Free"]


class Free(Step):
    """Whatever the learner likes, until they type `@next`. `solve` is what `run --solve` plays here."""

    kind: Literal["free"]
    on: LearnerActor
    text: Prose
    solve: Solution = Field(default_factory=list)
    hints: Hints = Field(default_factory=list)

    def enter(self, run: Run) -> Phase:
        """The learner sits down at the actor's keyboard."""
        run.be(self.on)
        return Phase.TYPE

    def ladder(self) -> Sequence[Hint]:
        """See `Step`."""
        return self.hints

    def solution(self) -> list[Move]:
        """See `Step`."""
        return [*(("line", line.send) for line in self.solve), ("next",)]
