"""What every step has, and what every step kind can be asked."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from sandbox.core.message import Msg
from sandbox.teach.fields import Model, Name, Prose, Slug
from sandbox.teach.flow import Move, Notice, Phase, Run, Shape
from sandbox.teach.parts import Hint
from sandbox.teach.variables import AnyVariable

__all__ = ["Step"]


class Step(Model):
    """One step of a lesson.

    `goal` names the sub-goal in a few words, for the list of steps; `text` is what the learner reads; `more` goes
    deeper for who asks; `notes` are the instructor's. `vars` are drawn anew for a retry after the worked example.

    A step keeps nothing: what has happened is in the run's evidence, so that time travel needs no help from steps.
    """

    id: Slug
    goal: Prose | None = None
    text: Prose | None = None
    more: Prose | None = None
    notes: Prose | None = None
    vars: dict[Name, AnyVariable] = Field(default_factory=dict, max_length=32)

    def enter(self, run: Run) -> Phase:
        """Begin: do what the step does by itself, and say what the learner is to do then."""
        return Phase.READ

    def settled(self, run: Run) -> None:
        """A line was typed and all has come to rest: look whether that was it."""

    def answer(self, run: Run, answer: tuple[str, ...]) -> None:
        """The learner answered."""
        run.tell(Notice("refused", Msg("there is nothing to answer here")))

    def leave(self, run: Run) -> bool:
        """The learner wants to go on; False if they must not yet."""
        return True

    def shape(self) -> Shape:
        """What is shown besides the texts."""
        return Shape()

    def ladder(self) -> Sequence[Hint]:
        """The hints."""
        return ()

    def solution(self) -> list[Move]:
        """What a learner does who knows it all, up to leaving the step."""
        return [("next",)]

    @property
    def name(self) -> str:
        """The kind, as lessons write it."""
        return str(getattr(self, "kind", ""))
