"""Format 1: a lesson file as one model."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from sandbox.teach.fields import Misconception, Model, Name, Prose, RefText, Slug, Word
from sandbox.teach.steps import AnyStep
from sandbox.teach.variables import AnyVariable
from sandbox.teach.world import ActorSpec, WorldSpec

__all__ = ["LEVELS", "Head", "Lesson", "ScoreSpec"]

Level = Literal["worked", "completion", "faded", "free"]
LEVELS: tuple[Level, ...] = ("worked", "completion", "faded", "free")


def _number(value: Any) -> Any:
    """A number with a fraction, which the document leaves as text."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


Points = Annotated[
    float,
    BeforeValidator(_number),
    Field(ge=-100, le=100, allow_inf_nan=False),
    WithJsonSchema({"type": "number", "minimum": -100, "maximum": 100}),
]


class ScoreSpec(Model):
    """Points for a step, for a quiz answered right at once, and what the worked example costs; none for predictions."""

    step: Points = 1.0
    quiz: Points = 1.0
    predict: Annotated[Points, Field(ge=0, le=0)] = 0.0
    worked: Points = -0.5


class Head(Model):
    """All of a lesson but what its steps say: who it is for, and the world it plays in."""

    format: Literal[1]
    id: Slug
    title: Prose
    goal: Prose | None = None
    minutes: int = Field(ge=1, le=180)
    level: Level | None = None
    track: Slug | None = None
    requires: list[Slug] = Field(default_factory=list, max_length=16)
    rfc: list[RefText] = Field(default_factory=list, max_length=64)
    misconceptions: list[Misconception] = Field(default_factory=list, max_length=32)
    words: dict[Word, Prose] = Field(default_factory=dict, max_length=64)
    include: list[str] = Field(default_factory=list, max_length=8)
    vars: dict[Name, AnyVariable] = Field(default_factory=dict, max_length=64)
    world: WorldSpec = Field(default_factory=lambda: WorldSpec())
    actors: dict[Slug, ActorSpec] = Field(min_length=1, max_length=16)
    steps: list[Any] = Field(min_length=1, max_length=200)
    score: ScoreSpec = Field(default_factory=lambda: ScoreSpec())


class Lesson(Head):
    """A lesson file."""

    steps: list[AnyStep] = Field(min_length=1, max_length=200)
