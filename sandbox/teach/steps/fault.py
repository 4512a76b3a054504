"""`fault`: something on the network or in a server breaks."""

from __future__ import annotations

from typing import Literal

from sandbox.teach.flow import Phase, Run
from sandbox.teach.network import Breakage
from sandbox.teach.steps.base import Step

__all__ = ["Fault"]


class Fault(Step):
    """The fault strikes when the step is entered. With a text, it waits to be read."""

    kind: Literal["fault"]
    fault: Breakage

    def enter(self, run: Run) -> Phase:
        """Strike at once."""
        run.strike(self.fault)
        return Phase.READ if self.text else Phase.DONE
