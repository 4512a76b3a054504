"""`quiz`: a question about what has been seen."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sandbox.core.message import Msg
from sandbox.teach.faults import wrong
from sandbox.teach.fields import Prose, Word
from sandbox.teach.flow import Move, Notice, Phase, Run, Shape
from sandbox.teach.parts import Options, same_text
from sandbox.teach.steps.base import Step

__all__ = ["Quiz"]

Form = Literal["one", "many", "order", "match", "text"]


class Quiz(Step):
    """One option, several, an order, pairs, or an answer in the learner's own words.

    Without `form` it is `one` or `many`, by how many options are correct, or `text` if there is `accept`. In an `order`
    and a `match` the options are written in the right order, and shown in another. Only a first answer earns points;
    the learner goes on when they have found the right one.
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
        if self.shape_name in ("one", "many") and not right:
            raise wrong("bad_answer")
        if self.shape_name == "one" and right > 1:
            raise wrong("one_answer")
        if self.shape_name == "match" and not all(option.pair for option in self.options or ()):
            raise wrong("match_pairs")
        return self

    @property
    def shape_name(self) -> Form:
        """The form, given or understood."""
        if self.form is not None:
            return self.form
        if self.options is None:
            return "text"
        return "many" if sum(option.correct for option in self.options) > 1 else "one"

    def enter(self, run: Run) -> Phase:
        """Ask."""
        return Phase.CHOOSE if self.options else Phase.WRITE

    def answer(self, run: Run, answer: tuple[str, ...]) -> None:
        """Say whether it is right; if not, why, and let the learner try again."""
        right = self.right(answer)
        run.answered(right)
        options = [option for option in self.options or () if option.id in answer]
        if right:
            said = next((option.because for option in options if option.because), self.explain)
            run.tell(Notice("reveal", said, correct=True))
            run.finish()
            return
        mistaken = next((option for option in options if option.misconception and not option.correct), None)
        said = next((option.because for option in options if option.because and not option.correct), None)
        run.tell(
            Notice(
                "wrong",
                said or Msg("Think again."),
                misconception=(mistaken and mistaken.misconception) or "",
                correct=False,
            )
        )

    def right(self, answer: tuple[str, ...]) -> bool:
        """Whether the answer is right."""
        if self.options is None:
            return same_text(answer[0], self.accept)
        ids = [option.id for option in self.options]
        if self.shape_name in ("order", "match"):
            return list(answer) == ids
        return set(answer) == {option.id for option in self.options if option.correct}

    def leave(self, run: Run) -> bool:
        """Not before the right answer is found."""
        return False

    def shape(self) -> Shape:
        """See `Step`; the halves of a match are shown in the order of the lesson, the options in another."""
        pairs = tuple(option.pair for option in self.options or () if option.pair is not None)
        return Shape(self.options or (), self.shape_name, pairs=pairs if self.shape_name == "match" else ())

    def solution(self) -> list[Move]:
        """See `Step`."""
        return [("answer", *self._solution()), ("next",)]

    def _solution(self) -> list[str]:
        if self.options is None:
            return [(self.accept or [""])[0]]
        every = self.shape_name in ("order", "match")
        return [option.id for option in self.options if every or option.correct]
