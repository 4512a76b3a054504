"""Step kinds: one file each, one entry in `STEPS`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias, Union

from pydantic import Field

from sandbox.teach.steps.actor import Actor
from sandbox.teach.steps.base import Step
from sandbox.teach.steps.checkpoint import Checkpoint
from sandbox.teach.steps.complete import Complete
from sandbox.teach.steps.do import Do
from sandbox.teach.steps.fault import Fault
from sandbox.teach.steps.free import Free
from sandbox.teach.steps.predict import Predict
from sandbox.teach.steps.quiz import Quiz
from sandbox.teach.steps.say import Say
from sandbox.teach.steps.show import Show

__all__ = ["STEPS", "AnyStep", "Step"]

STEPS: tuple[type[Step], ...] = (Say, Show, Complete, Do, Free, Predict, Quiz, Actor, Fault, Checkpoint)

if TYPE_CHECKING:
    AnyStep: TypeAlias = Step
else:
    AnyStep = Annotated[Union[STEPS], Field(discriminator="kind")]  # noqa: UP007  # made at run time
