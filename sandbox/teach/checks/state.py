"""`state`: the protocol states of sessions, now."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sandbox.teach.checks.base import Check
from sandbox.teach.evidence import Evidence, same_word
from sandbox.teach.fields import Actor, Words

__all__ = ["StateCheck"]


class StateCheck(Check):
    """`{state: {laptop: TRANSACTION}}`; with a list of states any of them will do."""

    KEY: ClassVar[str] = "state"
    state: dict[Actor, Words] = Field(min_length=1)

    def holds(self, seen: Evidence) -> bool:
        """Whether each of the sessions is in one of the states named for it."""
        return all(any(same_word(state, seen.state(actor)) for state in states) for actor, states in self.state.items())
