"""A lesson as text, for its author and for who teaches it: every step with solutions, checks, wrong paths and notes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from sandbox.i18n import N_, _, language
from sandbox.teach.document import Node, plain
from sandbox.teach.flow import words
from sandbox.teach.loader import Source
from sandbox.teach.model import Lesson
from sandbox.teach.parts import Option
from sandbox.teach.steps import Step
from sandbox.teach.steps.do import Typing
from sandbox.teach.template import render_node
from sandbox.teach.variables import Draw

__all__ = ["preview"]


class _Dumper(yaml.SafeDumper):
    """Writes what `document` reads: `on` and `NO` are words there, and need no quotes."""

    yaml_implicit_resolvers = {}  # noqa: RUF012  # PyYAML declares it so


_Dumper.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"-?[1-9][0-9]{0,17}|0"), list("-0123456789"))
_Dumper.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))

Part = tuple[str, list[str]]
"""What lines are about, and the lines; with no label, they belong to what is above."""

_ONE_LINE = 10**6
_LABELS = {
    "accept": N_("Right answers"),
    "send": N_("The engine types"),
    "run": N_("Then happens"),
    "deliver": N_("Mail arrives"),
    "fault": N_("What breaks"),
    "check": N_("Passed if"),
    "reveal": N_("Shown by"),
}


def preview(source: Source, learner: str = "0") -> Iterator[str]:
    """The lines of a lesson as this learner meets it, in the language in use. Raises `LessonError`."""
    lesson = source.lesson(learner)
    yield from _head(lesson)
    values = source.values(Draw(learner, source.id), {})
    for index, step in enumerate(lesson.steps):
        node = render_node(source.tree.get("steps", index) or source.tree, values, [])
        yield ""
        yield f"{index + 1}. {words(step.goal) or step.id}  [{step.name} · {step.id}]"
        for label, lines in _parts(step, node):
            if lines:
                yield from _part(label, lines)


def _head(lesson: Lesson) -> Iterator[str]:
    yield words(lesson.title)
    if lesson.goal is not None:
        yield words(lesson.goal)
    facts = [_("{minutes} min").format(minutes=lesson.minutes), lesson.level or "", " ".join(lesson.requires)]
    yield " · ".join([lesson.id, *filter(None, facts)])
    yield ", ".join(ref.replace("#", " §") for ref in lesson.rfc)
    for word, meaning in lesson.words.items():
        yield f"  {word}: {words(meaning)}"


def _part(label: str, lines: list[str]) -> Iterator[str]:
    if not label:
        yield from (f"   {line}" for line in lines)
    elif len(lines) == 1:
        yield f"   {label}: {lines[0]}"
    else:
        yield f"   {label}:"
        yield from (f"     {line}" for line in lines)


def _parts(step: Step, node: Node) -> Iterator[Part]:
    """What there is of a step, in the order in which it is met."""
    yield "", words(step.text).splitlines()
    shape = step.shape()
    yield _("Fill in"), list(shape.template)
    yield _("Options"), [_option(option) for option in shape.options]
    for name in ("accept", "send", "run", "deliver", "fault"):
        member = node.get(name)
        if member is not None:
            yield _(_LABELS[name]), [_flow(member)]
    if isinstance(step, Typing):
        yield _("Solution"), [line.send for line in step.solve]
    for name in ("check", "reveal"):
        member = node.get(name)
        if member is not None:
            yield _(_LABELS[name]), [_flow(member)]
    if isinstance(step, Typing):
        for place, wrong in enumerate(step.wrong):
            when = node.get("wrong", place, "when")
            yield _("Wrong if"), [_flow(when) if when is not None else "", *wrong.send, f"→ {words(wrong)}"]
    yield _("Hints"), [_("the solution") if hint.worked else words(hint) for hint in step.ladder()]
    yield _("Explanation"), words(getattr(step, "explain", None)).splitlines()
    yield _("More"), words(step.more).splitlines()
    yield _("Notes"), words(step.notes).splitlines()


def _option(option: Option) -> str:
    mark = "✓" if option.correct else "·"
    because = f"  ({words(option.because)})" if option.because is not None else ""
    pair = f"  ↔ {words(option.pair)}" if option.pair is not None else ""
    return f"{mark} {option.text(language())}{pair}{because}"


def _flow(node: Node) -> str:
    """A part of the file on one line, as it could stand there."""
    text = yaml.dump(plain(node), Dumper=_Dumper, default_flow_style=True, allow_unicode=True, width=_ONE_LINE,
                     sort_keys=False)  # fmt: skip
    return text.strip().removesuffix("...").strip()
