"""`answer`: what the learner answered in this step."""

from __future__ import annotations

from typing import ClassVar

from sandbox.teach.checks.base import Check
from sandbox.teach.evidence import Evidence
from sandbox.teach.fields import Words

__all__ = ["AnswerCheck"]


class AnswerCheck(Check):
    """`{answer: srv}`, or `{answer: [user, quit]}` where several options were to be chosen, in any order."""

    KEY: ClassVar[str] = "answer"
    answer: Words

    def holds(self, seen: Evidence) -> bool:
        """Whether exactly this was answered."""
        return sorted(self.answer) == sorted(seen.answer)
