"""The registry of misconceptions: what learners commonly believe, what is so, and where the RFCs say it.

`lessons/misconceptions.yaml` maps ids to `{en, es, fact: {en, es}, rfc: [...]}`: the belief in the learner's own words,
the fact that stands against it, and the sections to read.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, TypeAdapter, ValidationError

from sandbox.teach.document import Node, plain, read
from sandbox.teach.explain import explain
from sandbox.teach.fields import Model, Prose, RefText, Slug
from sandbox.teach.problems import Problem

__all__ = ["MisconceptionSpec", "read_registry"]


class MisconceptionSpec(Model):
    """A belief that is wrong, and what is so."""

    en: str = Field(min_length=1, max_length=400)
    es: str = Field(min_length=1, max_length=400)
    fact: Prose
    rfc: list[RefText] = Field(min_length=1, max_length=8)

    def text(self, language: str) -> str:
        """The belief in the language."""
        return self.es if language == "es" else self.en


_SLUG: TypeAdapter[str] = TypeAdapter(Slug)


def read_registry(path: Path, name: str = "") -> tuple[dict[str, MisconceptionSpec], list[Problem]]:
    """The registry's entries by id, and what is wrong with the file. Raises OSError if it cannot be read."""
    tree, problems = read(path, name)
    entries: dict[str, MisconceptionSpec] = {}
    members = tree.value if tree is not None and isinstance(tree.value, dict) else {}
    for key, member in members.items():
        try:
            entries[_SLUG.validate_python(key)] = MisconceptionSpec.model_validate(plain(member))
        except ValidationError as error:
            problems.extend(explain(error, _under_key(member), MisconceptionSpec, (key,)))
    return entries, problems


def _under_key(node: Node) -> Node:
    """The node, told at its key: a whole entry is easiest found by its id."""
    return Node(node.value, node.key or node.mark, node.key, node.style)
