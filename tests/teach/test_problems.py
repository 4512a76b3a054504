"""Codes are stable, documented, and all in use."""

from __future__ import annotations

from pathlib import Path

from sandbox.core.message import Msg
from sandbox.teach import problems
from sandbox.teach.faults import KINDS
from sandbox.teach.problems import CODES, LessonError, Mark, Problem

SOURCE = "\n".join(path.read_text() for path in Path(problems.__file__).parent.rglob("*.py"))


def test_every_code_is_in_use_and_none_else():
    used = {code for code in CODES if SOURCE.count(f'"{code}"') > 1}
    assert used == CODES.keys()


def test_problems_read_like_those_of_a_compiler_in_the_order_of_the_file():
    late = Problem(Mark("a.yaml", 12, 3), "F301", Msg("there is no such field here"), "steps[0].vreb")
    early = Problem(Mark("a.yaml", 2, 30), "Y107", Msg("the file is empty"))
    error = LessonError([late, early])
    assert error.problems == (early, late)
    assert str(error) == (
        "a.yaml:2:30  Y107  the file is empty\na.yaml:12:3  F301  steps[0].vreb: there is no such field here"
    )


def test_every_kind_of_error_leads_to_a_code():
    assert {code for code, _text in KINDS.values()} <= CODES.keys()
