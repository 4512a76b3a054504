"""What an interface shows of a lesson: plain values, in the language in use. Made anew whenever they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Final

from sandbox.core.message import Msg
from sandbox.i18n import language, render
from sandbox.teach.flow import Notice, OptionView, Phase, words
from sandbox.teach.misconceptions import MisconceptionSpec
from sandbox.teach.parts import Option
from sandbox.teach.session import Session
from sandbox.teach.steps import Step

__all__ = ["Belief", "StepMark", "StepView", "answer_of", "goal_of", "step_marks", "step_view"]

_HIDDEN = frozenset({"checkpoint"})
_VERDICTS: Final[dict[tuple[str, bool | None], Msg]] = {
    ("predict", True): Msg("As you predicted."),
    ("predict", False): Msg("Not as you predicted."),
    ("quiz", True): Msg("Right."),
    ("quiz", False): Msg("Not quite."),
}
"""What is said first of an answer: who predicts may be surprised, who is asked may be mistaken."""


@dataclass(frozen=True, slots=True)
class StepMark:
    """A line of the list of steps. `status` is "done", "now" or "later"."""

    id: str
    goal: str
    status: str


@dataclass(frozen=True, slots=True)
class Belief:
    """A misconception: what one may have believed, what is so, and the sections to read."""

    text: str
    fact: str
    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StepView:
    """The step that the learner is at; the last one when the lesson is over.

    `number` counts from 1 to `total` and leaves out what happens by itself. `template` has the whole lines with blanks,
    `blank` the one that the next line typed fills in. `pairs` are the fixed halves of a match. `hints` are those given
    so far, `more_hints` tells whether there is another. `notice` is what came of the last thing done, `belief` the
    misconception that it shows.
    """

    lesson: str
    title: str
    id: str
    kind: str
    number: int
    total: int
    phase: Phase
    goal: str
    text: str
    more: str
    notes: str
    actor: str
    options: tuple[OptionView, ...]
    form: str
    pairs: tuple[str, ...]
    template: tuple[str, ...]
    blank: str
    hints: tuple[str, ...]
    more_hints: bool
    notice: Notice | None
    belief: Belief | None

    @property
    def outcome(self) -> str:
        """What came of the last thing done, in a sentence or a few; empty where there is nothing to say."""
        if self.notice is None:
            return ""
        verdict = _VERDICTS.get((self.kind, self.notice.correct))
        return " ".join(text for text in (verdict and render(verdict), self.notice.text) if text)


def step_view(session: Session) -> StepView:
    """The step that the learner is at."""
    now = session.now
    step, shape, ladder = now.step, now.step.shape(), now.step.ladder()
    shown = [place for place, other in enumerate(session.lesson.steps) if _shown(other)]
    name = now.notice.misconception if now.notice else ""
    return StepView(
        lesson=session.lesson.id,
        title=words(session.lesson.title),
        id=step.id,
        kind=step.name,
        number=sum(place <= now.index for place in shown),
        total=len(shown),
        phase=now.phase,
        goal=goal_of(step),
        text=words(step.text),
        more=words(step.more),
        notes=words(step.notes),
        actor=now.actor,
        options=_options(session),
        form=shape.form,
        pairs=tuple(map(words, shape.pairs)),
        template=shape.template,
        blank=shape.template[now.typed] if now.typed < len(shape.template) else "",
        hints=tuple(words(ladder[place]) for place in now.hints),
        more_hints=now.phase is Phase.TYPE and len(now.hints) < len(ladder),
        notice=now.notice,
        belief=_belief(name, session.source.library.misconceptions),
    )


def step_marks(session: Session) -> list[StepMark]:
    """The list of steps, without those that happen by themselves."""

    def status(place: int, step: Step) -> str:
        if step.id in session.now.passed:
            return "done"
        return "now" if place == session.now.index else "later"

    steps = enumerate(session.lesson.steps)
    return [StepMark(step.id, goal_of(step), status(place, step)) for place, step in steps if _shown(step)]


def _shown(step: Step) -> bool:
    return step.text is not None and step.name not in _HIDDEN


def goal_of(step: Step) -> str:
    """The step's goal in a few words; the first sentence of its text where it has none."""
    if step.goal is not None:
        return words(step.goal)
    text = " ".join(words(step.text).split())
    ends = [at for at, letter in enumerate(text) if letter in ".?!" and text[at + 1 : at + 2] in ("", " ")]
    return text[: ends[0] + 1] if ends else text


def _options(session: Session) -> tuple[OptionView, ...]:
    """The options as they are shown, lettered; which are right shows once the step is done."""
    now, shape = session.now, session.now.step.shape()
    ordered = shape.form in ("order", "match")
    revealed = now.phase in (Phase.DONE, Phase.OVER)
    options: Sequence[Option] = session.shuffled(shape.options) if ordered else shape.options
    return tuple(
        OptionView(
            option.id,
            ascii_lowercase[place],
            option.text(language()),
            option.id in now.answer,
            (ordered or option.correct) if revealed else None,
        )
        for place, option in enumerate(options)
    )


def answer_of(text: str, options: Sequence[OptionView], form: str) -> tuple[str, ...] | None:
    """The ids of the options that a typed answer names, by id, by text or by letter; None if it names none.

    Several are separated by commas or spaces.
    """
    whole = _named(text, options)
    if whole is not None:
        return (whole,)
    if form == "one":
        return None
    names = [_named(part, options) for part in (text.split(",") if "," in text else text.split())]
    ids = [name for name in names if name is not None]
    return tuple(ids) if ids and len(ids) == len(names) == len(set(ids)) else None


def _named(text: str, options: Sequence[OptionView]) -> str | None:
    wanted = " ".join(text.split()).casefold()
    for spellings in (
        {option.id: option.id for option in options},
        {option.text.casefold(): option.id for option in options},
        {option.key: option.id for option in options},
    ):
        if wanted in spellings:
            return spellings[wanted]
    return None


def _belief(name: str, registry: Mapping[str, MisconceptionSpec]) -> Belief | None:
    """The misconception in the language in use, if there is one."""
    entry = registry.get(name)
    return Belief(entry.text(language()), entry.fact.text(language()), tuple(entry.rfc)) if entry else None
