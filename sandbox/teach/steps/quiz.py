"""`quiz`: a question about what has been seen."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sandbox.teach.faults import wrong
from sandbox.teach.fields import Prose, Word
from sandbox.teach.parts import Options
from sandbox.teach.steps.base import Step

__all__ = ["Quiz"]

Form = Literal["one", "many", "order", "match", "text"]


class Quiz(Step):
    """One option, several, an order, pairs, or an answer in the learner's own words.

    Without `form` it is `one` or `many`, by how many options are correct, or `text` if there is `accept`. In an `order`
    and a `match` the options are written in the right order, and shown in another. Only a first answer earns points.
    """

    kind: Literal["quiz"]
    text: Prose
    form: Form | None = None
    options: Options | None = None
    accept: list[Word] | None = Field(None, min_length=1, max_length=16)
    explain: Prose | None = None

    @model_validator(mode="after")
    def _answerable(self) -> Quiz:
        if (self.options is None) == (self.accept is None) or (self.form == "text") > (self.accept is not None):
            raise wrong("no_options")
        right = sum(option.correct for option in self.options or ())
        if self.shape in ("one", "many") and not right:
            raise wrong("bad_answer")
        if self.shape == "one" and right > 1:
            raise wrong("one_answer")
        if self.shape == "match" and not all(option.pair for option in self.options or ()):
            raise wrong("match_pairs")
        return self

    @property
    def shape(self) -> Form:
        """The form, given or understood."""
        if self.form is not None:
            return self.form
        if self.options is None:
            return "text"
        return "many" if sum(option.correct for option in self.options) > 1 else "one"
