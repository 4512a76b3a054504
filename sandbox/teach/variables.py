"""What fills a lesson's templates: fixed, picked, drawn, derived and captured values.

Every draw comes from a hash of the learner, the lesson, the step and the variable's name, so it is the same after a
restart, on every machine, and whatever else the lesson declares. A retry after a worked example draws the variables of
that step anew, and only those.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field

from sandbox.teach.checks.wire import WirePattern
from sandbox.teach.evidence import ANY, Exchange
from sandbox.teach.faults import wrong
from sandbox.teach.fields import Model, Name, Word, keyed

__all__ = ["VARIABLES", "AnyVariable", "Draw", "Variable", "resolve"]

Value: TypeAlias = Any


def _flat(value: Any) -> Any:
    """Text, a number or a truth value, or a mapping of names to such."""
    members = value.values() if isinstance(value, dict) else [value]
    if not all(isinstance(member, str | int | bool) for member in members):
        raise wrong("bad_value")
    return value


def _flat_or_list(value: Any) -> Any:
    for member in value if isinstance(value, list) else [value]:
        _flat(member)
    return value


Flat = Annotated[Any, AfterValidator(_flat)]
Values = Annotated[list[Flat], Field(min_length=1, max_length=256)]


@dataclass(frozen=True, slots=True)
class Draw:
    """Whose lesson it is. `step` and `attempt` are given for variables that a step declares."""

    learner: str
    lesson: str
    step: str = ""
    attempt: int = 0

    def below(self, bound: int, name: str) -> int:
        """A number from 0 to `bound - 1` for the variable `name`, the same each time it is asked for."""
        words = "\0".join((self.learner, self.lesson, self.step, str(self.attempt), name))
        return int.from_bytes(hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()[:16], "big") % bound


class Variable(Model):
    """One kind of variable. Subclasses name their field in `KEY`."""

    def value_for(self, name: str, draw: Draw, others: Mapping[str, Value], seen: Sequence[Exchange]) -> Value:
        """The value: `others` has the variables declared before this one, `seen` all exchanges of the lesson so far.

        Returns None where there is none yet.
        """
        raise NotImplementedError


class Fixed(Variable):
    """`{value: hola}`, or just `hola`. A list can be looped over; a mapping's members are `{{ name.member }}`."""

    KEY: ClassVar[str] = "value"
    value: Annotated[Any, AfterValidator(_flat_or_list)]

    def value_for(self, name: str, draw: Draw, others: Mapping[str, Value], seen: Sequence[Exchange]) -> Value:
        """See `Variable`."""
        return self.value


class Pick(Variable):
    """`{pick: [ana, luis, mar]}`; `unlike: user` leaves out what another variable has picked."""

    KEY: ClassVar[str] = "pick"
    pick: Values
    unlike: Name | None = None

    def value_for(self, name: str, draw: Draw, others: Mapping[str, Value], seen: Sequence[Exchange]) -> Value:
        """See `Variable`."""
        taken = others.get(self.unlike) if self.unlike else None
        left = [value for value in self.pick if value != taken]
        return left[draw.below(len(left), name)] if left else None


def _range(value: list[int]) -> list[int]:
    if not value[0] <= value[1]:
        raise wrong("bad_range")
    return value


class Rand(Variable):
    """`{rand: [1, 9]}`: a whole number, both ends included."""

    KEY: ClassVar[str] = "rand"
    rand: Annotated[list[int], Field(min_length=2, max_length=2), AfterValidator(_range)]

    def value_for(self, name: str, draw: Draw, others: Mapping[str, Value], seen: Sequence[Exchange]) -> Value:
        """See `Variable`."""
        return self.rand[0] + draw.below(self.rand[1] - self.rand[0] + 1, name)


class From(Variable):
    """`{from: user, map: {ana: Ana Rey, luis: Luis Paz}}`: what belongs to another variable's value."""

    KEY: ClassVar[str] = "from"
    source: Name = Field(alias="from")
    map: dict[Word, Flat] = Field(default_factory=dict, max_length=256)

    def value_for(self, name: str, draw: Draw, others: Mapping[str, Value], seen: Sequence[Exchange]) -> Value:
        """See `Variable`."""
        value = others.get(self.source)
        return self.map.get(str(value)) if self.map else value


def _one_blank(pattern: WirePattern) -> WirePattern:
    blanks = [*(pattern.args or ()), *((pattern.reply and pattern.reply.args) or ())].count(ANY)
    if blanks != 1:
        raise wrong("one_blank")
    return pattern


class Capture(Variable):
    """`{capture: {on: laptop, verb: UIDL, args: ["2"], reply: {args: ["2", _]}}}`: the word where `_` stands.

    It is taken from the last such exchange before the step is entered. `example` stands in where there is none yet.
    """

    KEY: ClassVar[str] = "capture"
    capture: Annotated[WirePattern, AfterValidator(_one_blank)]
    example: Word = "1"

    def value_for(self, name: str, draw: Draw, others: Mapping[str, Value], seen: Sequence[Exchange]) -> Value:
        """See `Variable`."""
        mine = [exchange for exchange in seen if exchange.actor == self.capture.on]
        return self.capture.captured(mine) or self.example


VARIABLES: tuple[type[Variable], ...] = (Fixed, Pick, Rand, From, Capture)


def _bare_value(value: Any) -> Any:
    return value if isinstance(value, dict) else {"value": value}


if TYPE_CHECKING:
    AnyVariable: TypeAlias = Variable
else:
    _variable = keyed(VARIABLES)
    AnyVariable = Annotated[
        _variable, BeforeValidator(_bare_value, json_schema_input_type=str | int | bool | list[Any] | _variable)
    ]


def resolve(
    variables: Mapping[str, Variable], draw: Draw, outer: Mapping[str, Value], seen: Sequence[Exchange] = ()
) -> dict[str, Value]:
    """The values of the variables, in the order in which they are declared, added to those of `outer`."""
    values = dict(outer)
    for name, variable in variables.items():
        value = variable.value_for(name, draw, values, seen)
        if value is not None:
            values[name] = value
    return values
