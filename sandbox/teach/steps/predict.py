"""`predict`: commit to an answer, then see what happens."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sandbox.teach.checks import AnyCheck
from sandbox.teach.faults import wrong
from sandbox.teach.fields import Prose, Word
from sandbox.teach.parts import Actions, Fault, Options
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
    fault: Fault | None = None
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
