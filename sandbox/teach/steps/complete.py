"""`complete`: lines with blanks, for the learner to fill."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field

from sandbox.teach.fields import Line
from sandbox.teach.flow import Shape
from sandbox.teach.steps.do import Typing

__all__ = ["BLANK", "Complete"]

BLANK = re.compile(r"_{4,}")
"""A blank in a template: four underscores or more."""


class Complete(Typing):
    """A goal with the shape of its solution: whole lines in which `____` stands for what is to be filled in.

    The template helps, it does not check: any line may be typed, and any route that reaches the goal passes.
    """

    kind: Literal["complete"]
    template: list[Line] = Field(min_length=1, max_length=64)

    def shape(self) -> Shape:
        """See `Step`."""
        return Shape(template=tuple(self.template))
