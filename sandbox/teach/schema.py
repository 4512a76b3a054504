"""The JSON Schema of format 1, made from the same models that check lessons; editors complete and check with it."""

from __future__ import annotations

from typing import Any

from sandbox.teach.model import Lesson

__all__ = ["DIALECT", "lesson_schema"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def lesson_schema() -> dict[str, Any]:
    """The schema as plain data, ready for `json.dumps`."""
    schema = Lesson.model_json_schema(by_alias=True)
    return {"$schema": DIALECT, "$comment": "mail-sandbox lesson, format 1", **schema, "title": "mail-sandbox lesson"}
