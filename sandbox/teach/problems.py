"""Mistakes in lesson files, as values: where, which rule, and what to do about it.

The codes are stable: tools and people may search for them. `Y` is the YAML itself, `T` a template, `F` a field of the
format, `N` a name that is not there, `L` what lint finds in a file that loads, `P` what `prove` finds by running it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.core.message import N_, Msg
from sandbox.i18n import render

__all__ = ["CODES", "LessonError", "Mark", "Problem"]

CODES: dict[str, str] = {
    "Y101": N_("the file cannot be read as YAML"),
    "Y102": N_("the file is not UTF-8 text, or has control characters in it"),
    "Y103": N_("a key stands twice in the same mapping"),
    "Y104": N_("YAML tags and merge keys are not part of the lesson format"),
    "Y105": N_("an alias without its anchor, or an anchor that repeats too much"),
    "Y106": N_("the file is too large, too deep, or has too many values"),
    "Y107": N_("the file is empty, or holds more than one document"),
    "Y108": N_("a key is not plain text"),
    "Y109": N_("a file that is included cannot be used"),
    "Y110": N_("two included files set the same field to different values"),
    "T201": N_("the template is not well formed"),
    "T202": N_("the template uses something that lessons may not use"),
    "T203": N_("the template names a variable that is not there"),
    "T204": N_("the template is too long, or becomes too long"),
    "F301": N_("there is no such field"),
    "F302": N_("a required field is missing"),
    "F303": N_("the value is of another type"),
    "F304": N_("the value is not one of the allowed ones"),
    "F305": N_("the value is too small, too large, too short or too long"),
    "F306": N_("the value is not written as this field wants it"),
    "F307": N_("fields that do not go together, or one that another one needs"),
    "N401": N_("there is no such actor"),
    "N402": N_("there is no such step"),
    "N403": N_("two things have the same id"),
    "N404": N_("there is no such misconception in the registry"),
    "N405": N_("there is no such section in the documents that the project knows"),
    "N406": N_("there is no such mail file"),
    "N409": N_("there is no such user in the lesson's world"),
    "N410": N_("there is no such host in the lesson's world"),
    "N411": N_("there is no such lesson"),
    "N412": N_("there is no such domain in the lesson's world"),
    "L501": N_("a text is missing in one of the languages"),
    "L502": N_("a step has no solution"),
    "L503": N_("the last hint is not the worked example, or another one is"),
    "L504": N_("a step does not name its goal"),
    "L505": N_("the minutes do not fit the number of steps"),
    "L506": N_("a misconception is named by the lesson, but nothing in it speaks of it"),
    "L507": N_("the solution does not fit the template of the step"),
    "L508": N_("the lesson has no level, no references or no misconceptions"),
    "L509": N_("the name of the file is not the lesson's id"),
    "L510": N_("a text is longer than the lesson pane can show at once"),
    "L511": N_("something is declared and never used"),
    "L512": N_("the required lessons form a circle"),
    "P601": N_("the step passes before the learner has done anything"),
    "P602": N_("the step's own solution does not pass it"),
    "P603": N_("the step passes without one of the commands of its solution"),
    "P604": N_("a mistake does not show the message written for it"),
    "P605": N_("going back does not restore exactly what was there"),
    "P606": N_("a prediction's right answer is not what happens"),
    "P607": N_("the worked example does not lead to a pass"),
    "P608": N_("the transcript is not the committed one"),
    "P609": N_("the language changes the bytes on the wire"),
    "P610": N_("the lesson does not reach its end"),
}
"""What each code means, in general; a problem's own message says it of the case at hand."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a file; lines and columns count from 1, column in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. `field` is its path in the lesson (`steps[2].check.wire.verb`), empty where none is meant."""

    mark: Mark
    code: str
    message: Msg
    field: str = ""
    warning: bool = False

    def __str__(self) -> str:
        """`file:line:column  CODE  field: message` in the language in use."""
        said = render(self.message)
        return f"{self.mark}  {self.code}  {self.field}: {said}" if self.field else f"{self.mark}  {self.code}  {said}"


class LessonError(Exception):
    """A lesson file that cannot be used; `problems` has every mistake found, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems, key=lambda problem: problem.mark))
        super().__init__("\n".join(map(str, self.problems)))
