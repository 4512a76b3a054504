"""`do`: the learner reaches a goal, by any route."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sandbox.teach.checks import AnyCheck
from sandbox.teach.fields import LearnerActor, Prose
from sandbox.teach.parts import Hints, Solution, Wrong
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


class Do(Typing):
    """The goal, nothing else."""

    kind: Literal["do"]
