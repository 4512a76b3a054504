"""`checkpoint`: a named state to come back to."""

from __future__ import annotations

from typing import Literal

from sandbox.teach.flow import Phase, Run
from sandbox.teach.steps.base import Step

__all__ = ["Checkpoint"]


class Checkpoint(Step):
    """Its id names the state that everything was in here, for `restore`. It passes at once."""

    kind: Literal["checkpoint"]

    def enter(self, run: Run) -> Phase:
        """Nothing to do."""
        return Phase.READ if self.text else Phase.DONE
