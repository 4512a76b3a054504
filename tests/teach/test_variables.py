"""Variables: the same for the same learner, in every run, whatever else is declared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from sandbox.teach.evidence import Exchange, Reply
from sandbox.teach.variables import AnyVariable, Draw, resolve

VARIABLE = TypeAdapter(AnyVariable)


def values(seen=(), draw=None, **declared):
    variables = {name.rstrip("_"): VARIABLE.validate_python(value) for name, value in declared.items()}
    return resolve(variables, draw or Draw("me", "lesson"), {"outer": "o"}, seen)


def test_fixed_values():
    assert values(a="x", b=3, c={"value": [1, "y"]}, d={"value": {"k": "v"}}) == {
        "outer": "o", "a": "x", "b": 3, "c": [1, "y"], "d": {"k": "v"},
    }  # fmt: skip


@given(st.text(max_size=5), st.text(max_size=5), st.integers(0, 3))
def test_a_draw_is_in_range_and_does_not_change(learner, lesson, attempt):
    draw = Draw(learner, lesson, attempt=attempt)
    first = values(draw=draw, n={"rand": [3, 5]}, p={"pick": ["a", "b", "c"]})
    again = values(draw=draw, p={"pick": ["a", "b", "c"]}, other=1, n={"rand": [3, 5]})
    assert first["n"] in (3, 4, 5)
    assert first["p"] in ("a", "b", "c")
    assert (first["n"], first["p"]) == (again["n"], again["p"])


def test_every_value_is_drawn_for_someone():
    drawn = {values(draw=Draw(str(learner), "x"), n={"rand": [1, 6]})["n"] for learner in range(200)}
    assert drawn == {1, 2, 3, 4, 5, 6}
    steps = {Draw("me", "x", step).below(1000, "n") for step in "abcdef"}
    assert len(steps) > 1


def test_unlike_leaves_out_what_is_taken():
    for learner in range(30):
        got = values(draw=Draw(str(learner), ""), a={"pick": ["x", "y"]}, b={"pick": ["x", "y"], "unlike": "a"})
        assert {got["a"], got["b"]} == {"x", "y"}
    assert "b" not in values(a="x", b={"pick": ["x"], "unlike": "a"})


def test_derived_values():
    got = values(user="ana", name={"from": "user", "map": {"ana": "Ana Rey"}}, same={"from": "user"})
    assert (got["name"], got["same"]) == ("Ana Rey", "ana")
    assert "x" not in values(user="eva", x={"from": "user", "map": {"ana": "Ana"}})
    assert "x" not in values(x={"from": "nobody"})


CAPTURE = {"capture": {"on": "laptop", "verb": "UIDL", "reply": {"args": [2, "_"]}}, "example": "e"}


def test_captured_values():
    seen = [Exchange("laptop", "UIDL", ("2",), Reply("+OK", True, ("2", "abc")))]
    assert values(seen, u=CAPTURE)["u"] == "abc"
    assert values((), u=CAPTURE)["u"] == "e"
    sent = {"capture": {"on": "laptop", "verb": "USER", "args": ["_"]}}
    assert values([Exchange("laptop", "USER", ("ana",))], u=sent)["u"] == "ana"


@pytest.mark.parametrize(
    "bad",
    [
        {"value": [[1]]},
        {"value": {"a": {"b": 1}}},
        {"pick": [{"a": [1]}]},
        {"rand": [1]},
        {"rand": [1, "2"]},
        {"capture": {"on": "laptop", "verb": "UIDL"}},
        {"capture": {"on": "laptop", "verb": "UIDL", "args": ["_"], "reply": {"args": ["_"]}}},
        {"nothing": 1},
        {},
    ],
)
def test_what_is_no_variable(bad):
    with pytest.raises(ValidationError):
        VARIABLE.validate_python(bad)
