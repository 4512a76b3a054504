"""`free`: play, without a goal."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sandbox.teach.fields import LearnerActor, Prose
from sandbox.teach.parts import Hints, Solution
from sandbox.teach.steps.base import Step

__all__ = ["Free"]


class Free(Step):
    """Whatever the learner likes, until they type `@next`. `solve` is what `run --solve` plays here."""

    kind: Literal["free"]
    on: LearnerActor
    text: Prose
    solve: Solution = Field(default_factory=list)
    hints: Hints = Field(default_factory=list)
