"""A sheet for students: goals, words, commands with their sections, room for predictions, and no solutions.

The commands are those that the lesson's solutions use, in the order of the protocol's reference: the sheet helps to
look things up and does not tell what to type when.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any, Final, NamedTuple

from sandbox.core.protocol import Protocol
from sandbox.core.refs import Ref
from sandbox.core.registry import Command
from sandbox.i18n import _, language
from sandbox.i18n.safe import safe
from sandbox.teach.flow import words
from sandbox.teach.model import Lesson
from sandbox.teach.steps import Step
from sandbox.teach.steps.do import Typing

__all__ = ["SUFFIXES", "handout"]

SUFFIXES: Final = {".html": "handout.html.jinja", ".md": "handout.md.jinja"}
"""What a sheet can be written as, by the end of the file's name."""

_MARKUP: Final = re.compile(r"([\\`*_{}\[\]<>#|~])")
_LINES: Final = {"predict": 2, "do": 3, "complete": 0, "free": 4, "quiz": 1}
"""Empty lines below a step."""


class _Row(NamedTuple):
    """A command of the sheet."""

    usage: str
    about: str
    where: str


class _Task(NamedTuple):
    """A step on the sheet. `lines` are to be written on; a prediction has two, named ones."""

    goal: str
    text: str
    template: list[str]
    options: list[str]
    pairs: list[str]
    predicts: bool
    lines: int


def handout(lesson: Lesson, protocols: Mapping[str, Protocol], suffix: str) -> str:
    """The sheet in the language in use; `suffix` is one of `SUFFIXES`."""
    from jinja2 import Environment, StrictUndefined  # start-up: only who writes a sheet needs it

    page = suffix == ".html"
    environment = Environment(autoescape=page, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.finalize = safe_text if page else marked_down
    source = files("sandbox.teach").joinpath(SUFFIXES[suffix]).read_text("utf-8")
    return environment.from_string(source).render(
        language=language(),
        title=words(lesson.title),
        goal=words(lesson.goal),
        minutes=_("{minutes} min").format(minutes=lesson.minutes),
        glossary=[(word, words(meaning)) for word, meaning in lesson.words.items()],
        commands=[_row(row) for row in _commands(lesson, protocols)],
        tasks=[_task(step) for step in lesson.steps if step.text is not None],
        reading=[_cited(Ref(ref)) for ref in lesson.rfc],
        say=_labels(),
    )


def safe_text(value: Any) -> Any:
    """What stands in the page, without anything that is not printable."""
    return safe(value) if type(value) is str else value


def marked_down(value: Any) -> Any:
    """The same, with what Markdown would take for its own."""
    return _MARKUP.sub(r"\\\1", safe(value)) if isinstance(value, str) else value


def _commands(lesson: Lesson, protocols: Mapping[str, Protocol]) -> Iterator[Command]:
    """The commands that solutions and the engine type, each once."""
    for name in dict.fromkeys(actor.proto for actor in lesson.actors.values() if actor.proto in protocols):
        registry = protocols[name].registry
        used = {row.name for line in _lines(lesson) if (row := _command(line, protocols[name])) is not None}
        yield from (row for row in registry if row.name in used)


def _lines(lesson: Lesson) -> Iterator[str]:
    for step in lesson.steps:
        if isinstance(step, Typing):
            yield from (line.send for line in step.solve)
        yield from getattr(step, "send", None) or ()
        for action in getattr(step, "run", None) or ():
            yield from getattr(action, "send", ())


def _command(line: str, protocol: Protocol) -> Command | None:
    """The command of a typed line, which may begin with a tag, and may be two words."""
    parts = line.split()
    for start in (0, 1):
        for count in (2, 1):
            row = protocol.registry.get(" ".join(parts[start : start + count]).encode("utf-8", "replace"))
            if row is not None:
                return row
    return None


def _row(row: Command) -> _Row:
    return _Row(row.usage, _(row.summary), _cited(row.ref))


def _cited(ref: Ref) -> str:
    where = f"{ref.document} §{ref.section}" if ref.section else ref.document
    return f"{where}, {ref.title}" if ref.title else where


def _task(step: Step) -> _Task:
    shape = step.shape()
    options = [option.text(language()) for option in shape.options]
    if shape.form in ("order", "match"):
        options = _mixed(options)  # as they stand in the file, they are the answer
    return _Task(
        goal=words(step.goal),
        text=words(step.text),
        template=list(shape.template),
        options=options,
        pairs=[words(pair) for pair in shape.pairs],
        predicts=step.name == "predict",
        lines=_LINES.get(step.name, 0) if not options or step.name == "predict" else 0,
    )


def _mixed(options: list[str]) -> list[str]:
    """By the alphabet, or almost, where that would be the answer."""
    ordered = sorted(options)
    return ordered if ordered != options else [*ordered[1:], *ordered[:1]]


def _labels() -> dict[str, str]:
    return {
        "name": _("Name"),
        "date": _("Date"),
        "goal": _("What you will be able to do"),
        "words": _("Words"),
        "commands": _("Commands"),
        "steps": _("Steps"),
        "predict": _("I predict"),
        "saw": _("I saw"),
        "reading": _("To read"),
    }
