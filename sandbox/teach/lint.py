"""What a lesson that loads can still do wrong: things that a teacher would want to know before a learner does.

Errors keep a lesson from shipping, warnings do not. Nothing runs here; `prove` does that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.core.message import Msg
from sandbox.i18n import LANGUAGES
from sandbox.teach.document import Node, walk
from sandbox.teach.explain import path_text
from sandbox.teach.library import Library
from sandbox.teach.loader import open_source
from sandbox.teach.model import Lesson
from sandbox.teach.problems import LessonError, Mark, Problem
from sandbox.teach.steps import Step
from sandbox.teach.steps.complete import BLANK, Complete
from sandbox.teach.steps.do import Typing
from sandbox.teach.template import TemplateFault, is_template, names

__all__ = ["LEARNERS", "lint", "lint_all"]

LEARNERS = tuple(map(str, range(16)))
"""The learners for whom variables are drawn while a file is checked, so that a rare draw is seen too."""

MAX_TEXT = 260
"""Characters of a step's text that fit the lesson pane of an 80x24 screen."""

_PROSE = frozenset({"en", *LANGUAGES})
_QUIET = frozenset({"checkpoint", "actor", "fault"})


@dataclass(frozen=True)
class _Lint:
    """One lesson, looked at."""

    path: Path
    tree: Node
    lesson: Lesson
    library: Library

    def problem(self, code: str, message: Msg, *path: str | int, warning: bool = False, key: bool = False) -> Problem:
        """A problem at the place in the file, or at the nearest place above it that is there."""
        node = self.tree
        for part in path:
            node = node.get(part) or node
        mark = (node.key if key else None) or node.mark
        return Problem(mark, code, message, path_text(path), warning=warning)


def lint(path: Path, library: Library, name: str = "") -> list[Problem]:
    """Everything that is wrong with a lesson file, or could be better, in the order of the file. Raises OSError."""
    try:
        source = open_source(path, library, name)
    except LessonError as error:
        return list(error.problems)
    found: dict[Problem, None] = {}
    lesson: Lesson | None = None
    for learner in LEARNERS:
        lesson, problems = source.check(learner)
        found |= dict.fromkeys(problems)
    if lesson is not None:
        look = _Lint(path, source.tree, lesson, library)
        for rule in (_head, _translations, _steps, _variables, _spoken):
            found |= dict.fromkeys(rule(look))
    return sorted(found, key=lambda problem: problem.mark)


def lint_all(paths: Iterable[Path], library: Library) -> dict[Path, list[Problem]]:
    """Lint several lessons, the registry of misconceptions, and how the lessons require one another."""
    found = {path: lint(path, library) for path in paths}
    requires = {path.stem: _requires(path, library) for path in found}
    for path, problems in found.items():
        if _circle(path.stem, requires):
            problems.append(Problem(Mark(path.name, 1, 1), "L512", Msg("the lesson requires itself, in the end")))
    return found


def _head(look: _Lint) -> Iterator[Problem]:
    lesson = look.lesson
    if look.path.stem != lesson.id:
        yield look.problem("L509", Msg("name the file {name}", name=f"{lesson.id}.yaml"), "id", warning=True)
    for field in ("level", "rfc", "misconceptions"):
        if not getattr(lesson, field):
            yield look.problem("L508", Msg("the lesson should say this"), field, warning=True)
    for index, name in enumerate(lesson.requires):
        if look.library.lesson(name) is None:
            message = Msg("there is no lesson {name} beside this one or among the built-in ones", name=name)
            yield look.problem("N411", message, "requires", index)
    if not len(lesson.steps) / 4 <= lesson.minutes <= len(lesson.steps) * 5:
        message = Msg("{minutes} minutes for {count} steps is hard to believe", minutes=lesson.minutes,
                      count=len(lesson.steps))  # fmt: skip
        yield look.problem("L505", message, "minutes", warning=True)


def _translations(look: _Lint) -> Iterator[Problem]:
    """Wherever a text is given in one language, it is given in all."""
    for path, node in walk(look.tree):
        if not isinstance(node.value, dict) or not _PROSE & node.value.keys() or path[:1] == ("world",):
            continue
        for code, language in LANGUAGES.items():
            text = node.get(code)
            if text is None or not str(text.value).strip():
                yield look.problem("L501", Msg("the text in {language} is missing", language=language), *path, key=True)


def _steps(look: _Lint) -> Iterator[Problem]:
    for index, step in enumerate(look.lesson.steps):
        yield from _told(look, index, step)
        if isinstance(step, Typing):
            yield from _solved(look, index, step)
        if isinstance(step, Complete):
            yield from _completed(look, index, step)


def _told(look: _Lint, index: int, step: Step) -> Iterator[Problem]:
    if step.goal is None and getattr(step, "kind", "") not in _QUIET:
        yield look.problem("L504", Msg("a goal in a few words helps the learner"), "steps", index, warning=True)
    if step.text is not None:
        for code in LANGUAGES:
            length = len(step.text.text(code))
            if length > MAX_TEXT:
                message = Msg("{length} characters; {limit} fit the pane, the rest can go to more", length=length,
                              limit=MAX_TEXT)  # fmt: skip
                yield look.problem("L510", message, "steps", index, "text", code, warning=True)


def _solved(look: _Lint, index: int, step: Typing) -> Iterator[Problem]:
    if not step.solve:
        message = Msg("without a solution the step can be neither proved nor shown")
        yield look.problem("L502", message, "steps", index)
    worked = [place for place, hint in enumerate(step.hints) if hint.worked]
    if worked != [len(step.hints) - 1]:
        message = Msg("the last hint, and no other, should be the worked example")
        yield look.problem("L503", message, "steps", index, "hints")
    for place, hint in enumerate(step.hints):
        if hint.worked and hint.when is not None:
            message = Msg("the worked example must be there for everyone, without a condition")
            yield look.problem("L503", message, "steps", index, "hints", place, "when")
    for place, wrong in enumerate(step.wrong):
        if not wrong.send:
            message = Msg("say with send how a learner gets here, so that it can be proved")
            yield look.problem("L502", message, "steps", index, "wrong", place)


def _completed(look: _Lint, index: int, step: Complete) -> Iterator[Problem]:
    lines = [line.send for line in step.solve if not line.send.startswith("@") or line.send.startswith("@@")]
    if len(lines) != len(step.template):
        message = Msg("{lines} lines solve the step, the template has {count}", lines=len(lines),
                      count=len(step.template))  # fmt: skip
        yield look.problem("L507", message, "steps", index, "template")
        return
    for place, (line, shape) in enumerate(zip(lines, step.template, strict=True)):
        if not _fits(line, shape):
            message = Msg("the solution has {line} here, which is not this with its blanks filled in", line=line)
            yield look.problem("L507", message, "steps", index, "template", place)


def _fits(line: str, shape: str) -> bool:
    """Whether the line is the shape with something in each of its blanks; no regular expression, so no surprises."""
    first, *rest = BLANK.split(shape)
    if not line.startswith(first):
        return False
    line = line[len(first) :]
    for number, part in enumerate(rest, 1):
        at = len(line) - len(part) if number == len(rest) else line.find(part, 1)
        if at < 1 or not line.startswith(part, at):
            return False
        line = line[at + len(part) :]
    return bool(rest) or not line


def _variables(look: _Lint) -> Iterator[Problem]:
    """Every variable that is declared is used somewhere."""
    used: set[str] = set()
    for path, node in walk(look.tree):
        texts = [*node.value] if isinstance(node.value, dict) else [node.value]
        for text in texts:
            if isinstance(text, str) and is_template(text):
                used |= _names(text)
        if path[:1] == ("vars",) and path[2:] in (("from",), ("unlike",)):
            used.add(str(node.value))
    for place in [(), *(("steps", index) for index in range(len(look.lesson.steps)))]:
        declared = look.tree.get(*place, "vars")
        for name in declared.value if declared is not None and isinstance(declared.value, dict) else ():
            if name not in used:
                message = Msg("nothing uses the variable {name}", name=name)
                yield look.problem("L511", message, *place, "vars", name, key=True)


def _names(text: str) -> frozenset[str]:
    try:
        return names(text)
    except TemplateFault:
        return frozenset()


def _spoken(look: _Lint) -> Iterator[Problem]:
    """Every misconception that the lesson names is met by an option or a wrong path, and the other way round."""
    met = {str(node.value) for path, node in walk(look.tree) if path[-1:] == ("misconception",)}
    for index, name in enumerate(look.lesson.misconceptions):
        if name not in met:
            message = Msg("no option and no wrong path speaks of {name}", name=name)
            yield look.problem("L506", message, "misconceptions", index)
    for path, node in walk(look.tree):
        if path[-1:] == ("misconception",) and node.value not in look.lesson.misconceptions:
            message = Msg("the lesson's list of misconceptions should have {name}", name=node.value)
            yield look.problem("L506", message, *path, warning=True)


def _requires(path: Path, library: Library) -> list[str]:
    try:
        lesson, _problems = open_source(path, library).check()
    except (OSError, LessonError):
        return []
    return lesson.requires if lesson else []


def _circle(name: str, requires: Mapping[str, Sequence[str]]) -> bool:
    """Whether following what lessons require leads back to this one."""
    todo, seen = list(requires.get(name, ())), set[str]()
    while todo:
        other = todo.pop()
        if other == name:
            return True
        if other not in seen:
            seen.add(other)
            todo.extend(requires.get(other, ()))
    return False
