"""Points: what was done, less what the worked example costs. Predictions are never graded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.teach.model import ScoreSpec
from sandbox.teach.steps import Step

__all__ = ["Result", "Score", "best", "points"]

GRADED = {"do": "step", "complete": "step", "quiz": "quiz"}


@dataclass(frozen=True, slots=True)
class Result:
    """How a step went. `first` is whether a quiz was answered right at once."""

    worked: bool = False
    first: bool = True


@dataclass(frozen=True, slots=True)
class Score:
    """Points reached, of those that could be."""

    points: float
    of: float


def points(spec: ScoreSpec, kind: str, result: Result) -> float:
    """What a finished step of this kind is worth."""
    if kind == "quiz":
        return spec.quiz if result.first else 0.0
    return spec.step + (spec.worked if result.worked else 0.0) if kind in GRADED else 0.0


def best(spec: ScoreSpec, steps: Iterable[Step]) -> float:
    """What the steps are worth if each goes well."""
    return sum(points(spec, str(getattr(step, "kind", "")), Result()) for step in steps)
