"""`show`: the engine types a worked example, at reading speed."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sandbox.teach.fields import Actor, Line, Prose
from sandbox.teach.flow import Phase, Run
from sandbox.teach.steps.base import Step

__all__ = ["Show"]


class Show(Step):
    """A worked example: real lines to a real server, typed by the engine while the learner watches."""

    kind: Literal["show"]
    text: Prose
    on: Actor
    send: list[Line] = Field(min_length=1, max_length=64)

    def enter(self, run: Run) -> Phase:
        """Type it; how fast it appears is the interface's matter."""
        run.play(self.on, self.send)
        return Phase.READ
