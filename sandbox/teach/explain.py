"""From pydantic's errors to problems: at the place in the file, with the field's name, in our own words."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import Any, get_args

from pydantic import ValidationError

from sandbox.core.message import N_, Msg
from sandbox.teach.document import Node
from sandbox.teach.faults import KINDS
from sandbox.teach.fields import TAGS, Model
from sandbox.teach.problems import Problem
from sandbox.teach.template import is_template

__all__ = ["explain", "path_text"]

_DID_YOU_MEAN = N_("there is no such field here; did you mean {near}?")
_OTHER = ("F306", N_("this value does not fit here"))


def explain(
    error: ValidationError, node: Node, model: type[Model], path: tuple[str | int, ...] = ()
) -> Iterator[Problem]:
    """A problem for each error of validating `node` as `model`. `path` is where the node stands in the lesson."""
    for item in error.errors(include_url=False, include_input=False):
        loc = item["loc"]
        place, inner, owner = _walk(node, model, loc)
        if isinstance(place.value, str) and is_template(place.value):
            continue  # it could not be rendered, which has been told already
        code, text = KINDS.get(item["type"], _OTHER)
        values = _values(item.get("ctx") or {})
        mark = place.mark
        if item["type"] == "extra_forbidden":
            mark = place.key or place.mark
            values["near"] = _near(str(loc[-1]), owner)
            text = _DID_YOU_MEAN if values["near"] else text
        elif loc[-1:] == ("[key]",):
            mark = place.key or place.mark
        yield Problem(mark, code, Msg(text, **values), path_text((*path, *inner)))


def path_text(path: Sequence[str | int]) -> str:
    """A path as people write it: `steps[2].check`."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(parts).removeprefix(".")


def _walk(
    node: Node, model: type[Model], loc: Sequence[str | int]
) -> tuple[Node, tuple[str | int, ...], type[Model] | None]:
    """Follow pydantic's place: the node there or the last one on the way, its path, and the model it belongs to."""
    path: tuple[str | int, ...] = ()
    owner: type[Model] | None = model
    inside = owner
    for part in loc:
        if part in TAGS:
            owner = inside = TAGS[str(part)]
            continue
        if isinstance(part, str) and inside is not None:
            owner, inside = inside, _model_of(inside, part)
        below = node.get(part)
        if below is not None:
            node, path = below, (*path, part)
        elif isinstance(node.value, dict) and isinstance(part, str) and part != "[key]":
            path = (*path, part)  # a field that is missing
    return node, path, owner


def _model_of(model: type[Model], name: str) -> type[Model] | None:
    """The model that the field's values have, or the items in them; None if they are no models."""
    for key, info in model.model_fields.items():
        if name in (key, info.alias):
            return _first_model(info.annotation)
    return None


def _first_model(annotation: Any) -> type[Model] | None:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return annotation
    return next(filter(None, map(_first_model, get_args(annotation))), None)


def _near(name: str, owner: type[Model] | None) -> str:
    fields = [info.alias or key for key, info in owner.model_fields.items()] if owner else []
    return next(iter(difflib.get_close_matches(name, fields, 1, 0.6)), "")


def _values(context: dict[str, Any]) -> dict[str, str]:
    """The values of an error's placeholders, tags of unions as the fields they stand for."""
    values = {name: str(value) for name, value in context.items()}
    if "expected_tags" in values:
        tags = [tag.strip().strip("'") for tag in values["expected_tags"].split(",")]
        values["expected_tags"] = ", ".join(TAGS[tag].KEY if tag in TAGS else tag for tag in tags)
    return values
