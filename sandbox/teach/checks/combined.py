"""`all`, `any`, `never`: checks made of checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeAlias

from pydantic import Field

from sandbox.teach.checks.base import Check
from sandbox.teach.evidence import Evidence

if TYPE_CHECKING:
    AnyCheck: TypeAlias = Check

__all__ = ["All", "AnyOf", "Never"]


class All(Check):
    """Each of them."""

    KEY: ClassVar[str] = "all"
    all: list[AnyCheck] = Field(min_length=1, max_length=32)

    def holds(self, seen: Evidence) -> bool:
        """Whether every one holds."""
        return all(check.holds(seen) for check in self.all)

    def hopeless(self, seen: Evidence) -> bool:
        """Whether one of them cannot hold any more."""
        return any(check.hopeless(seen) for check in self.all)

    def lasting(self) -> bool:
        """Whether all are lasting."""
        return all(check.lasting() for check in self.all)


class AnyOf(Check):
    """One of them, at least."""

    KEY: ClassVar[str] = "any"
    any: list[AnyCheck] = Field(min_length=1, max_length=32)

    def holds(self, seen: Evidence) -> bool:
        """Whether one holds."""
        return any(check.holds(seen) for check in self.any)

    def hopeless(self, seen: Evidence) -> bool:
        """Whether none of them can hold any more."""
        return all(check.hopeless(seen) for check in self.any)

    def lasting(self) -> bool:
        """Whether all are lasting."""
        return all(check.lasting() for check in self.any)


class Never(Check):
    """Not this: for `wire`, `told`, `bytes` and `answer` not since the step began, for everything else not now."""

    KEY: ClassVar[str] = "never"
    never: AnyCheck

    def holds(self, seen: Evidence) -> bool:
        """Whether it does not hold."""
        return not self.never.holds(seen)

    def hopeless(self, seen: Evidence) -> bool:
        """What has been said cannot be unsaid."""
        return self.never.lasting() and self.never.holds(seen)
