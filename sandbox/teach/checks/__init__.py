"""Checks: one file each, one entry in `CHECKS`. They name effects, so every correct route passes.

A mapping with one of the keys (`{wire: ...}`, `{all: [...]}`) is a check; a plain list of checks means all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import BeforeValidator

from sandbox.teach.checks.answer import AnswerCheck
from sandbox.teach.checks.base import Check
from sandbox.teach.checks.bytes import BytesCheck
from sandbox.teach.checks.combined import All, AnyOf, Never
from sandbox.teach.checks.queue import QueueCheck
from sandbox.teach.checks.state import StateCheck
from sandbox.teach.checks.store import StoreCheck
from sandbox.teach.checks.told import ToldCheck
from sandbox.teach.checks.wire import WireCheck, WirePattern
from sandbox.teach.fields import keyed

__all__ = ["CHECKS", "AnyCheck", "Check", "WirePattern"]

CHECKS: tuple[type[Check], ...] = (
    WireCheck,
    BytesCheck,
    StateCheck,
    StoreCheck,
    ToldCheck,
    QueueCheck,
    AnswerCheck,
    All,
    AnyOf,
    Never,
)


def _list_means_all(value: Any) -> Any:
    return {"all": value} if isinstance(value, list) else value


if TYPE_CHECKING:
    AnyCheck: TypeAlias = Check
else:
    _check = keyed(CHECKS)
    AnyCheck = Annotated[_check, BeforeValidator(_list_means_all, json_schema_input_type=_check | list[_check])]
    for _combined in (All, AnyOf, Never):
        _combined.model_rebuild(_types_namespace={"AnyCheck": AnyCheck})
