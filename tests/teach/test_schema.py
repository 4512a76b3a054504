"""The schema says what the models say, and points count what they should."""

from __future__ import annotations

import json

from sandbox import resources
from sandbox.teach.document import parse, plain
from sandbox.teach.library import Library
from sandbox.teach.loader import load
from sandbox.teach.model import ScoreSpec
from sandbox.teach.schema import DIALECT, lesson_schema
from sandbox.teach.score import Result, best, points
from sandbox.teach.steps import STEPS
from tests.teach.conftest import EXAMPLE


def resolve(schema, node):
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].rpartition("/")[2]]
    return node


def fits(schema, node, value):
    """A small part of JSON Schema, enough to see that a real lesson is valid."""
    node = resolve(schema, node)
    for name in ("anyOf", "oneOf"):
        if name in node:
            return sum(fits(schema, option, value) for option in node[name]) >= 1
    if "const" in node:
        return value == node["const"]
    if "enum" in node:
        return value in node["enum"]
    kinds = node.get("type")
    kinds = [kinds] if isinstance(kinds, str) else kinds or []
    kind = {bool: "boolean", int: "integer", str: "string", list: "array", dict: "object"}[type(value)]
    if kinds and kind not in kinds and not (kind == "integer" and "number" in kinds):
        return kinds == ["number"] and kind == "string"  # fractions are text until the model reads them
    if isinstance(value, list):
        return all(fits(schema, node["items"], item) for item in value)
    if isinstance(value, dict) and "properties" in node:
        return set(node.get("required", ())) <= value.keys() and all(
            key in node["properties"] and fits(schema, node["properties"][key], item) for key, item in value.items()
        )
    if isinstance(value, dict) and isinstance(node.get("additionalProperties"), dict):
        return all(fits(schema, node["additionalProperties"], item) for item in value.values())
    return True


def test_it_is_json_and_names_every_step_kind():
    schema = json.loads(json.dumps(lesson_schema()))
    assert schema["$schema"] == DIALECT
    assert {step.__name__ for step in STEPS} <= {name.rpartition("__")[2] for name in schema["$defs"]}
    assert schema["properties"]["format"]["const"] == 1


def test_lessons_fit_it():
    schema = lesson_schema()
    for path in [EXAMPLE, *sorted(resources.lessons().glob("*-*.yaml"))]:
        data = plain(parse(path.read_bytes(), path.name)[0])
        for key, value in data.items():
            if key not in ("steps", "world"):
                assert fits(schema, schema["properties"][key], value), (path.name, key)
        mapping = schema["properties"]["steps"]["items"]["discriminator"]["mapping"]
        for step in data["steps"]:
            model = {"$ref": mapping[step["kind"]]}
            assert fits(schema, model, step), (path.name, step["id"])


def test_points():
    spec = ScoreSpec()
    assert points(spec, "do", Result()) == 1
    assert points(spec, "complete", Result(worked=True)) == 0.5
    assert points(spec, "quiz", Result()) == 1
    assert points(spec, "quiz", Result(first=False)) == 0
    assert points(spec, "predict", Result()) == 0
    assert points(spec, "say", Result()) == 0
    assert best(spec, load(EXAMPLE, "", Library(EXAMPLE.parent, resources.lessons()))[1].steps) == 4
