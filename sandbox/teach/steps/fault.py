"""`fault`: something on the network or in a server breaks."""

from __future__ import annotations

from typing import Literal

from sandbox.teach.parts import Fault as FaultSpec
from sandbox.teach.steps.base import Step

__all__ = ["Fault"]


class Fault(Step):
    """The fault strikes when the step is entered. With a text, it waits to be read."""

    kind: Literal["fault"]
    fault: FaultSpec
