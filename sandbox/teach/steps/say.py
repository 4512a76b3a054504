"""`say`: something to read."""

from __future__ import annotations

from typing import Literal

from sandbox.teach.fields import Prose
from sandbox.teach.steps.base import Step

__all__ = ["Say"]


class Say(Step):
    """Prose only; the learner goes on when they have read it."""

    kind: Literal["say"]
    text: Prose
