"""What a packet's comments say of a unit. Dialogues repeat themselves, so what was found out once is remembered."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from sandbox.core.grammar import Fault
from sandbox.core.refs import Ref
from sandbox.core.tracker import Kind, Unit
from sandbox.i18n import _, render
from sandbox.record.linear import cited

_SHORT: Final = 512
"""Octets of the longest unit that is remembered."""
_REMEMBERED: Final = 8192


class Wording:
    """Puts units into words, in one language."""

    def __init__(self) -> None:
        self._sentences: dict[tuple[str, Ref], str] = {}
        self._faults: dict[Any, Fault | None] = {}

    def comments(self, unit: Unit) -> tuple[str, ...]:
        """A unit in a sentence, and what is wrong with it."""
        sentence = self._sentence(unit)
        fault = self._fault(unit)
        if fault is None:
            return (sentence,)
        text = _("At octet {at}: {want}.").format(at=fault.at + 1, want=render(fault.want))
        return sentence, f"{text} ({cited(fault.ref)})"

    def _sentence(self, unit: Unit) -> str:
        about = unit.about
        if about.params:
            return f"{render(about)} ({cited(unit.ref)})"
        key = about.text, unit.ref
        found = self._sentences.get(key)
        if found is None:
            found = self._sentences[key] = f"{render(about)} ({cited(unit.ref)})"
        return found

    def _fault(self, unit: Unit) -> Fault | None:
        """Where a unit leaves the grammar, without labelling it where that is known already."""
        request = unit.exchange.request
        if unit.kind is Kind.COMMAND and request is not None and request.fault is None:
            return None  # values and labels come of the same grammar
        row = unit.exchange.command
        if unit.kind is Kind.CONTENT or (unit.kind is Kind.LINES and row is not None and row.content):
            return None  # a message may hold anything
        labeller = unit.labeller
        if not isinstance(labeller, partial) or len(unit.raw) > _SHORT:
            return unit.fault
        key = labeller.func, labeller.args, tuple(labeller.keywords.items()), unit.raw
        if key in self._faults:
            return self._faults[key]
        if len(self._faults) >= _REMEMBERED:
            self._faults.clear()
        fault = self._faults[key] = unit.fault
        return fault
