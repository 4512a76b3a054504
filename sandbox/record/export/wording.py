"""What a packet's comments say of a unit. Most units have no fault, and are not labelled to find that out."""

from __future__ import annotations

from functools import partial
from typing import Final

from sandbox.core.quick import MISSING, quick
from sandbox.core.refs import Ref
from sandbox.core.terminals import Rule
from sandbox.core.tracker import Kind, Unit
from sandbox.i18n import _, render
from sandbox.record.linear import cited

_BODIES: Final = (Kind.CONTENT, Kind.LINES)


class Wording:
    """Puts units into words, in one language."""

    def __init__(self) -> None:
        self._sentences: dict[tuple[str, Ref], tuple[str]] = {}

    def comments(self, unit: Unit) -> tuple[str, ...]:
        """A unit in a sentence, and what is wrong with it."""
        fault = None if _is_right(unit) else unit.fault
        if fault is None:
            return self._sentence(unit)
        text = _("At octet {at}: {want}.").format(at=fault.at + 1, want=render(fault.want))
        return *self._sentence(unit), f"{text} ({cited(fault.ref)})"

    def _sentence(self, unit: Unit) -> tuple[str]:
        about = unit.about
        if about.params:
            return (f"{render(about)} ({cited(unit.ref)})",)
        key = about.text, unit.ref
        found = self._sentences.get(key)
        if found is None:
            found = self._sentences[key] = (f"{render(about)} ({cited(unit.ref)})",)
        return found


def _is_right(unit: Unit) -> bool:
    """Whether a unit follows its grammar, where that is known without labelling it."""
    exchange = unit.exchange
    if unit.kind is Kind.COMMAND:
        return exchange.request is not None and exchange.request.fault is None  # labels come of the same grammar
    if unit.kind in _BODIES:
        row = exchange.command
        if unit.kind is Kind.CONTENT or (row is not None and row.content):
            return True  # a message may hold anything
    labeller = unit.labeller
    rule = labeller.args[0] if isinstance(labeller, partial) else None
    return isinstance(rule, Rule) and quick(rule, False).values(unit.raw, 0) is not MISSING
