"""What every check is."""

from __future__ import annotations

from sandbox.teach.evidence import Evidence
from sandbox.teach.fields import Model

__all__ = ["Check"]


class Check(Model):
    """An effect that is there or not. Subclasses name their field in `KEY` and say in `holds` what it takes."""

    def holds(self, seen: Evidence) -> bool:
        """Whether the effect is there."""
        raise NotImplementedError

    def hopeless(self, seen: Evidence) -> bool:
        """Whether nothing that the learner can still do in this step would make it hold."""
        return False

    def lasting(self) -> bool:
        """Whether the check, once it holds, goes on holding until the step ends."""
        return False
