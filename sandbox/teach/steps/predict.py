"""`predict`: commit to an answer, then see what happens."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sandbox.teach.checks import AnyCheck
from sandbox.teach.faults import wrong
from sandbox.teach.fields import Prose, Word
from sandbox.teach.flow import Move, Notice, Phase, Run, Shape
from sandbox.teach.network import Breakage
from sandbox.teach.parts import Actions, Option, Options, chosen, same_text
from sandbox.teach.steps.base import Step

__all__ = ["Predict"]


class Predict(Step):
    """A question about what comes next; the answer is committed before `run` happens and `fault` strikes.

    The learner chooses among `options`, or types, where `accept` lists the right answers. `reveal` is the effect that
    shows who was right; the answer then stands beside wire and store, and `explain` says why. It is never graded.
    """

    kind: Literal["predict"]
    text: Prose
    run: Actions
    fault: Breakage | None = None
    options: Options | None = None
    accept: list[Word] | None = Field(None, min_length=1, max_length=16)
    reveal: AnyCheck
    explain: Prose | None = None

    @model_validator(mode="after")
    def _answerable(self) -> Predict:
        if (self.options is None) == (self.accept is None):
            raise wrong("no_options")
        if self.options is not None and sum(option.correct for option in self.options) != 1:
            raise wrong("one_answer" if any(option.correct for option in self.options) else "bad_answer")
        return self

    def enter(self, run: Run) -> Phase:
        """Ask, before anything happens."""
        return Phase.CHOOSE if self.options else Phase.WRITE

    def answer(self, run: Run, answer: tuple[str, ...]) -> None:
        """Commit, then let it happen, then reveal."""
        option = chosen(self.options, answer)
        right = option.correct if option else same_text(answer[0], self.accept)
        run.answered(right)
        if run.act(self.run) and (self.fault is None or run.strike(self.fault)):
            run.tell(_reveal(option, right, self.explain))
        run.finish()

    def leave(self, run: Run) -> bool:
        """Not before an answer is committed."""
        return False

    def shape(self) -> Shape:
        """See `Step`."""
        return Shape(self.options or (), "one" if self.options else "text")

    def solution(self) -> list[Move]:
        """See `Step`."""
        right = next((option.id for option in self.options or () if option.correct), (self.accept or [""])[0])
        return [("answer", right), ("next",)]


def _reveal(option: Option | None, right: bool, explain: Prose | None) -> Notice:
    said = option.because if option is not None and option.because is not None else explain
    return Notice("reveal", said, misconception=(option and option.misconception) or "", correct=right)
