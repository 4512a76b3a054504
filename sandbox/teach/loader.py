"""From a file to a lesson, or to every mistake in it.

A `Source` is the parsed file with its includes; templates are still in it. `Source.lesson(learner)` draws the variables
and renders each scalar with them; `Source.step(...)` renders one step again with other values: those drawn anew for a
retry, and those captured from the wire by then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from sandbox.core.message import Msg
from sandbox.teach.document import MAX_BYTES, Node, parse, plain
from sandbox.teach.evidence import Exchange
from sandbox.teach.explain import explain, path_text
from sandbox.teach.faults import KINDS
from sandbox.teach.fields import Known
from sandbox.teach.include import with_includes
from sandbox.teach.library import Library
from sandbox.teach.model import Head, Lesson
from sandbox.teach.problems import LessonError, Problem
from sandbox.teach.steps import STEPS, Step
from sandbox.teach.template import render_node
from sandbox.teach.variables import AnyVariable, Draw, Variable, resolve

__all__ = ["Source", "load", "open_source"]

_VARIABLE: TypeAdapter[Variable] = TypeAdapter(AnyVariable)
_KINDS: dict[str, type[Step]] = {get_args(step.model_fields["kind"].annotation)[0]: step for step in STEPS}


@dataclass
class Source:
    """A lesson file, parsed, with its includes. `problems` is what is wrong so far."""

    path: Path
    library: Library
    tree: Node
    problems: list[Problem] = field(default_factory=list)
    _lessons: dict[str, Lesson] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The lesson's id as it is written."""
        node = self.tree.get("id")
        return str(node.value) if node else ""

    def lesson(self, learner: str) -> Lesson:
        """The lesson with the variables of this learner. Raises LessonError with every problem of the file."""
        if learner not in self._lessons:
            lesson, problems = self.check(learner)
            if lesson is None or problems:
                raise LessonError(problems)
            self._lessons[learner] = lesson
        return self._lessons[learner]

    def check(self, learner: str = "") -> tuple[Lesson | None, list[Problem]]:
        """The lesson, if it can be had, and every problem of the file."""
        problems = list(self.problems)
        draw = Draw(learner, self.id)
        values = self.values(draw, {}, problems=problems)
        shared = {key: node for key, node in _members(self.tree).items() if key != "steps"}
        if _members(shared.get("vars")):
            del shared["vars"]  # each has been looked at, with those before it filled in
        head = render_node(Node(shared, self.tree.mark), values, problems)
        known = self._known(head)
        lesson = self._head(head, known, problems)
        steps = [self.step(index, draw, values, known=known, problems=problems) for index in range(len(self._steps()))]
        if lesson is None or None in steps:
            return None, problems
        return Lesson.model_construct(**{**dict(lesson), "steps": steps}), problems

    def values(
        self,
        draw: Draw,
        outer: Mapping[str, Any],
        seen: Sequence[Exchange] = (),
        *,
        within: Node | None = None,
        path: tuple[str | int, ...] = ("vars",),
        problems: list[Problem] | None = None,
    ) -> dict[str, Any]:
        """The variables declared in `within` (the lesson, if it is left out), added to those of `outer`.

        `seen` are the lesson's exchanges so far, for those that are captured from the wire. With `problems`, what is
        wrong is added there; without, it raises LessonError.
        """
        wrong: list[Problem] = [] if problems is None else problems
        values = dict(outer)
        for name, node in _members((within or self.tree).get("vars")).items():
            variable = _variable(render_node(node, values, wrong), (*path, name), self._known(self.tree), wrong)
            values = {name: "", **resolve({name: variable}, draw, values, seen)} if variable else {**values, name: ""}
        if problems is None and wrong:
            raise LessonError(wrong)
        return values

    def step(
        self,
        index: int,
        draw: Draw,
        values: Mapping[str, Any],
        seen: Sequence[Exchange] = (),
        *,
        known: Known | None = None,
        problems: list[Problem] | None = None,
    ) -> Step | None:
        """The step at `index` with the lesson's `values` and its own variables.

        With `problems`, what is wrong is added there and the result may be None; without, it raises LessonError.
        """
        wrong: list[Problem] = [] if problems is None else problems
        node = self._steps()[index]
        name = node.get("id")
        own = Draw(draw.learner, draw.lesson, str(name.value) if name else str(index), draw.attempt)
        path = ("steps", index)
        before = len(wrong)
        inner = self.values(own, values, seen, within=node, path=(*path, "vars"), problems=wrong)
        if len(wrong) > before:  # what is wrong with the variables has been told; do not tell it again
            node = Node({key: member for key, member in _members(node).items() if key != "vars"}, node.mark)
        rendered = render_node(node, inner, wrong)
        step = self._step(rendered, index, known or self._known(self.tree), wrong)
        if problems is None and wrong:
            raise LessonError(wrong)
        return step

    def _step(self, node: Node, index: int, known: Known, problems: list[Problem]) -> Step | None:
        ids = known.steps[: index + 1]
        if ids and ids[-1] in ids[:-1]:
            place = node.get("id") or node
            code, text = KINDS["duplicate_step"]
            problems.append(Problem(place.mark, code, Msg(text, name=ids[-1]), path_text(("steps", index, "id"))))
        context = replace(known, seen=frozenset(ids))
        path = ("steps", index)
        kind = node.get("kind")
        model = _KINDS.get(kind.value) if kind is not None and isinstance(kind.value, str) else None
        if model is None:
            code, text = KINDS["union_tag_invalid" if kind else "missing"]
            message = Msg(text, tag=kind.value, expected_tags=", ".join(_KINDS)) if kind else Msg(text)
            problems.append(Problem((kind or node).mark, code, message, path_text((*path, "kind"))))
            return None
        try:
            return model.model_validate(plain(node), context=context)
        except ValidationError as error:
            problems.extend(explain(error, node, model, path))
            return None

    def _head(self, node: Node, known: Known, problems: list[Problem]) -> Head | None:
        data = plain(node)
        steps = self.tree.get("steps")
        if steps is not None:
            data["steps"] = [{} for _ in steps.value] if isinstance(steps.value, list) else plain(steps)
        try:
            return Head.model_validate(data, context=known)
        except ValidationError as error:
            whole = Node({**_members(node), **({"steps": steps} if steps else {})}, node.mark)
            problems.extend(explain(error, whole, Head))
            return None

    def _steps(self) -> list[Node]:
        node = self.tree.get("steps")
        return node.value if node is not None and isinstance(node.value, list) else []

    def _known(self, head: Node) -> Known:
        """The names that the file defines, read from the tree, so that they are there even if parts are wrong.

        Where a file could not be included, what it may have defined is not checked.
        """
        whole = all(problem.code != "Y109" for problem in self.problems)
        domains = _members(head.get("world", "domains"))
        actors = {
            name: str(by.value) if (by := actor.get("by")) else "learner"
            for name, actor in _members(head.get("actors")).items()
        }
        ids = tuple(str(name.value) if (name := step.get("id")) else "" for step in self._steps())
        users = {
            name
            for domain, spec in domains.items()
            for user in _members(spec.get("users"))
            for name in (user, f"{user}@{domain}")
        }
        return Known(
            actors=actors if whole else None,
            steps=ids,
            users=frozenset(users) if whole else None,
            hosts=frozenset(_members(head.get("world", "hosts"))) if whole else None,
            domains=frozenset(domains) if whole else None,
            misconceptions=frozenset(self.library.misconceptions),
            mail=self.library.has_mail,
        )


def open_source(path: Path, library: Library, name: str = "") -> Source:
    """Parse a lesson file and what it includes. Raises OSError; LessonError if there is nothing to work with."""
    with path.open("rb") as file:
        tree, problems = parse(file.read(MAX_BYTES + 1), name or path.name)
    if tree is None:
        raise LessonError(problems)
    if not isinstance(tree.value, dict):
        raise LessonError([*problems, Problem(tree.mark, "F303", Msg("a lesson is a mapping of fields"))])
    return Source(path, library, with_includes(tree, library, problems), problems)


def load(path: Path, learner: str = "", library: Library | None = None) -> tuple[Source, Lesson]:
    """Read a lesson. Raises OSError, or LessonError with every problem of the file."""
    source = open_source(path, library or Library(path.parent))
    return source, source.lesson(learner)


def _members(node: Node | None) -> dict[str, Node]:
    return node.value if node is not None and isinstance(node.value, dict) else {}


def _variable(node: Node, path: tuple[str | int, ...], known: Known, problems: list[Problem]) -> Variable | None:
    try:
        return _VARIABLE.validate_python(plain(node), context=known)
    except ValidationError as error:
        problems.extend(explain(error, node, Variable, path))
        return None
