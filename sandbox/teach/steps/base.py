"""What every step has."""

from __future__ import annotations

from pydantic import Field

from sandbox.teach.fields import Model, Name, Prose, Slug
from sandbox.teach.variables import AnyVariable

__all__ = ["Step"]


class Step(Model):
    """One step of a lesson.

    `goal` names the sub-goal in a few words, for the list of steps; `text` is what the learner reads; `more` goes
    deeper for who asks; `notes` are the instructor's. `vars` are drawn anew for a retry after the worked example.
    """

    id: Slug
    goal: Prose | None = None
    text: Prose | None = None
    more: Prose | None = None
    notes: Prose | None = None
    vars: dict[Name, AnyVariable] = Field(default_factory=dict, max_length=32)
