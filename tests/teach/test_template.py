"""Templates do what lessons need, and nothing that takes time, memory or a way out."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.teach.document import parse, plain
from sandbox.teach.template import MAX_OUTPUT, MAX_SOURCE, TemplateFault, names, render_node, render_text

CONTEXT = {
    "user": "ana",
    "n": 5,
    "yes": True,
    "who": {"name": "Ana Rey", "age": 20},
    "list": [1, 2, 3],
    "big": "z" * 16_000,
    "many": list(range(1000)),
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("Hi {{ user|title }}!", "Hi Ana!"),
        ("{{ n }}", 5),
        (" {{ n }} ", 5),
        ("{{ yes }}", True),
        ("{{ user }}", "ana"),
        ("{{ n }}{{ n }}", "55"),
        ("{{- n -}}", "5"),
        ("{{ n == 5 }}", True),
        ("{{ who.name }} {{ who['age'] }}", "Ana Rey 20"),
        ("{{ list[1] }}", 2),
        ("{{ list|first }}{{ list|last }}{{ list|length }}{{ user|length }}", "1333"),
        ("{{ list|join('-') }} {{ ' x '|trim }} {{ user|upper|lower }}", "1-2-3 x ana"),
        ("{% for m in list %}{{ loop.index }}{{ m }}{% if not loop.last %},{% endif %}{% endfor %}", "11,22,33"),
        ("{% if n > 3 and user != 'luis' %}a{% else %}b{% endif %}", "a"),
        ("{{ nothing|default('x') }}{{ user|default('y') }}", "xana"),
        ("{{ 'odd' if n is odd else 'even' }}", "odd"),
        ("{{ nothing is defined }}", False),
        ("{% raw %}{{ user }}{% endraw %}", "{{ user }}"),
        ("ends with a line\n{{ user }}\n", "ends with a line\nana\n"),
        ("{{ user }}\r\n.\r{{ n }}\n", "ana\r\n.\r5\n"),
        ("{{ '\r\n' }}{% if n %}\r\n{% endif %}x", "\r\n\r\nx"),
    ],
)
def test_what_lessons_need(text, value):
    assert render_text(text, CONTEXT) == value
    assert type(render_text(text, CONTEXT)) is type(value)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("{{ 'a' * 300000000 }}", "T202", 1),
        ("{{ 9 ** 9 }}", "T202", 1),
        ("{{ user ~ user }}", "T202", 1),
        ("{{ -n }}", "T202", 1),
        ("{{ [1] }}", "T202", 1),
        ("{{ list[0:1] }}", "T202", 1),
        ("{{ user.upper() }}", "T202", 1),
        ("{{ lipsum() }}", "T202", 1),
        ("{{ 'a'|center(5000000) }}", "T202", 1),
        ("{{ '%099d'|format(1) }}", "T202", 1),
        ("{{ n is divisibleby(0) }}", "T202", 1),
        ("{{ self }}", "T202", 1),
        ("{% set x = 1 %}", "T202", 1),
        ("{% macro m() %}{% endmacro %}", "T202", 1),
        ("{% include 'x' %}", "T202", 1),
        ("{% for i in range(9) %}{% endfor %}", "T202", 1),
        ("{% for i in 'abc' %}{% endfor %}", "T202", 1),
        ("{% for a in list %}{% for b in list %}{% endfor %}{% endfor %}", "T202", 1),
        ("{% for a in list recursive %}{% endfor %}", "T202", 1),
        ("{% for a in list %}{% else %}x{% endfor %}", "T202", 1),
        ("{{ n > 'a' }}", "T202", 1),
        ("{{ user|first }}", "T202", 1),
        ("{{ user|upper(1) }}", "T202", 1),
        ("{{ many|length }}", "T202", 1),
        ("{{ user.upper }}", "T203", 1),
        ("{{ user.__class__ }}", "T203", 1),
        ("{{ list.append }}", "T203", 1),
        ("{% for a in list %}{{ loop.cycle }}{% endfor %}", "T203", 1),
        ("{{ who.nope }}", "T203", 1),
        ("{{ list[9] }}", "T203", 1),
        ("{{ namespace }}", "T203", 1),
        ("a\nb\n{{ nope }}", "T203", 3),
        ("{{ nope|upper }}", "T203", 1),
        ("{% for a in nope %}{% endfor %}", "T203", 1),
        ("a\n{% if %}", "T201", 2),
        ("{{ }}", "T201", 1),
        ("{{ x", "T201", 1),
        ("{{ user|upper }", "T201", 1),
        ("{{" + "(" * 3000 + "1" + ")" * 3000 + "}}", "T201", 1),
        ("{{ user" + "|trim" * 2000 + "}}", "T204", 1),
        ("{{ user }}" + "x" * MAX_SOURCE, "T204", 1),
        ("{% for m in list %}" + "{{ big }}" * 50 + "{% endfor %}", "T204", 1),
        ("{{ list|join(big)|join(big) }}", "T202", 1),
        ("{{ huge|upper }}", "T204", 1),
        ("{{ listing|join(big) }}", "T204", 1),
    ],
)
def test_what_lessons_may_not(text, code, line):
    context = {**CONTEXT, "huge": "x" * (MAX_OUTPUT + 1), "listing": list(range(200))}
    with pytest.raises(TemplateFault) as caught:
        render_text(text, context)
    assert (caught.value.code, caught.value.line) == (code, line)
    assert str(caught.value)


def test_names_are_those_that_must_be_given():
    text = "{{ a.b }}{% for x in l %}{{ x }}{{ loop.index }}{{ c|default(d) }}{% endfor %}"
    assert names(text) == {"a", "l", "c", "d"}
    assert names("no template") == frozenset()
    with pytest.raises(TemplateFault):
        names("{{ x")


def rendered(text, **context):
    node, problems = parse(text, "a.yaml")
    result = render_node(node, context, problems)
    return plain(result), [(problem.code, problem.mark.line, problem.mark.column) for problem in problems]


def test_scalars_and_keys_are_rendered_where_they_stand():
    value, problems = rendered('"{{ user }}": [x, "{{ n }}", 3, {k: "a{{ n }}"}]', user="ana", n=2)
    assert problems == []
    assert value == {"ana": ["x", 2, 3, {"k": "a2"}]}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: {{nope}", None),
        ('a: "{{ nope }}"', (1, 8)),
        ("a: 'x {{ nope }}'", (1, 10)),
        ("a: x {{ nope }}", (1, 9)),
        ("a: |\n  one\n  two {{ nope }}\n", (3, 8)),
        ("a: >\n  one\n  two {{ nope }}\n", (1, 4)),
        ('"{{ nope }}": 1', (1, 4)),
        ('- a\n- "{{ user + 1 }}"', (2, 4)),
    ],
)
def test_errors_are_located(text, place):
    node, problems = parse(text, "a.yaml")
    if place is None:
        assert problems
        return
    render_node(node, {"user": "ana"}, problems)
    assert len(problems) == 1
    line, column = place
    assert problems[0].mark.line == line
    assert abs(problems[0].mark.column - column) <= 2


def test_keys_that_become_the_same_are_told():
    assert rendered('{"{{ a }}": 1, "{{ b }}": 2}', a="x", b="x") == ({"x": 1}, [("Y103", 1, 16)])


def test_every_problem_of_a_document_is_told():
    _, problems = rendered('["{{ a }}", "{{ b", "{{ c() }}"]')
    assert [code for code, *_ in problems] == ["T203", "T201", "T202"]


@given(st.text("{}%ab|('1 .)-\n", max_size=60))
def test_any_text_is_rendered_or_refused(text):
    with contextlib.suppress(TemplateFault):
        assert len(str(render_text(text, {"a": "x", "b": [1, {"a": 2}]}))) <= MAX_OUTPUT
