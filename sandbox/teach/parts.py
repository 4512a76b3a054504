"""What steps are made of: options, hints, wrong paths, solutions, and what the engine or the network does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator

from sandbox.teach.checks import AnyCheck
from sandbox.teach.faults import wrong
from sandbox.teach.fields import (
    Actor,
    Known,
    Line,
    MailFile,
    Misconception,
    Model,
    Prose,
    Says,
    Slug,
    StepId,
    User,
    Word,
    keyed,
    one_or_more,
)
from sandbox.teach.network import Breakage

__all__ = [
    "Action", "Actions", "Break", "Deliver", "Hint", "Hints", "Option", "Options", "Send",
    "Solution", "SolveLine", "Wrong", "chosen", "same_text",
]  # fmt: skip


class Option(Says):
    """One answer to choose from: `label` in all languages alike, or a text in each.

    `because` is said to who chooses it; `pair` is its other half in a match; `when` is the effect that makes a
    prediction right, for `prove` to look at.
    """

    id: Slug
    label: Word | None = None
    correct: bool = False
    misconception: Misconception | None = None
    because: Prose | None = None
    pair: Prose | None = None
    when: AnyCheck | None = None

    @model_validator(mode="after")
    def _labelled(self) -> Option:
        if (self.label is None) == (not self.en):
            raise wrong("no_label")
        return self

    def text(self, language: str) -> str:
        """What the option says."""
        return self.label if self.label is not None else super().text(language)


def _distinct(options: list[Option]) -> list[Option]:
    ids = [option.id for option in options]
    for index, name in enumerate(ids):
        if name in ids[:index]:
            raise wrong("duplicate_option", name=name)
    return options


Options = Annotated[list[Option], Field(min_length=2, max_length=12), AfterValidator(_distinct)]


class Hint(Says):
    """A hint that is given when it is asked for, if `when` holds; `worked` shows the solution and starts afresh."""

    when: AnyCheck | None = None
    worked: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> Hint:
        if self.worked == bool(self.en):
            raise wrong("no_text")
        return self


def chosen(options: Sequence[Option] | None, answer: tuple[str, ...]) -> Option | None:
    """The option that was chosen alone; None where an answer was written."""
    return next((option for option in options or () if (option.id,) == answer), None)


def same_text(answer: str, accepted: Sequence[str] | None) -> bool:
    """Whether an answer in the learner's words is one of those accepted: case and spaces do not matter."""
    return " ".join(answer.split()).casefold() in [" ".join(text.split()).casefold() for text in accepted or ()]


Hints = Annotated[list[Hint], Field(max_length=12)]


class SolveLine(Model):
    """A line of a solution; `optional` says why the step passes without it."""

    send: Line
    optional: Word = ""


def _line(value: Any) -> Any:
    return value if isinstance(value, dict) else {"send": value}


Solution = Annotated[
    list[Annotated[SolveLine, BeforeValidator(_line, json_schema_input_type=str | int | SolveLine)]],
    Field(max_length=64),
]


def _known_step(value: str, info: ValidationInfo) -> str:
    names = info.context.steps if isinstance(info.context, Known) else ()
    if names and value not in names:
        raise wrong("unknown_step", name=value)
    return value


class Wrong(Says):
    """What shows a misconception, and what is said then.

    `send` is how `prove` gets there. `restore` puts everything back as it was on entering a step; `goto` goes on at
    another one; with neither the learner goes on where they are.
    """

    when: AnyCheck
    send: list[Line] = Field(default_factory=list, max_length=64)
    misconception: Misconception | None = None
    restore: StepId | None = None
    goto: Annotated[str, AfterValidator(_known_step)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Wrong:
        if self.restore is not None and self.goto is not None:
            raise wrong("one_field", expected="restore, goto")
        if not self.en:
            raise wrong("no_text")
        return self


class Action(Model):
    """Something that happens without the learner. Subclasses name their field in `KEY`."""


class Send(Action):
    """`{on: phone, send: ["@connect", STAT]}`: lines and directives, as a learner would type them."""

    KEY: ClassVar[str] = "send"
    on: Actor
    send: list[Line] = Field(min_length=1, max_length=64)


class Deliver(Action):
    """`{deliver: {ana: [dinner.eml]}}`: mail arrives in the users' maildrops."""

    KEY: ClassVar[str] = "deliver"
    deliver: dict[User, list[MailFile]] = Field(min_length=1, max_length=64)


class Break(Action):
    """`{fault: {drop: laptop}}`: something breaks in between."""

    KEY: ClassVar[str] = "fault"
    fault: Breakage


ACTIONS: tuple[type[Action], ...] = (Send, Deliver, Break)

if TYPE_CHECKING:
    Actions: TypeAlias = list[Action]
else:
    _action = keyed(ACTIONS)
    Actions = Annotated[
        list[_action],
        BeforeValidator(one_or_more, json_schema_input_type=_action | list[_action]),
        Field(min_length=1, max_length=32),
    ]
