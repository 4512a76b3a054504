"""Lint tells a teacher what a learner would stumble over."""

from __future__ import annotations

import pytest

from sandbox import resources
from sandbox.teach.library import Library
from sandbox.teach.lint import lint, lint_all
from tests.teach.conftest import EXAMPLE, LESSON


@pytest.fixture
def complaints(folder, library):
    def check(*changes):
        text = LESSON
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        path = folder / "demo-01-small.yaml"
        path.write_text(text)
        found = lint(path, library)
        assert [problem.mark for problem in found] == sorted(problem.mark for problem in found)
        return [(problem.code, problem.field, problem.warning) for problem in found]

    return check


def test_a_sound_lesson_has_nothing_to_tell(complaints):
    assert complaints() == []


def test_the_lessons_that_ship_are_sound():
    found = lint_all(sorted(resources.lessons().glob("*-*.yaml")), Library(resources.lessons()))
    assert [str(problem) for problems in found.values() for problem in problems] == []


def test_the_example_has_warnings_only():
    assert all(problem.warning for problem in lint(EXAMPLE, Library(EXAMPLE.parent, resources.lessons())))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title: {en: Small, es: Pequeña}", "title: {en: Small}", ("L501", "title", False)),
        ("title: {en: Small, es: Pequeña}", "title: {en: Small, es: ' '}", ("L501", "title", False)),
        ("- {en: Four letters., es: Cuatro letras.}", "- {en: Four letters.}", ("L501", "steps[1].hints[0]", False)),
        ("solve: [STAT]", "solve: []", ("L502", "steps[1]", False)),
        ("    send: [DELE 1, QUIT]\n", "", ("L502", "steps[1].wrong[0]", False)),
        ("  - {worked: true}\n- id", "  - {en: x, es: y}\n- id", ("L503", "steps[0].hints", False)),
        ("  hints:\n  - {worked: true}\n- id", "- id", ("L503", "steps[0].hints", False)),
        ("  - {worked: true}\n- id", "  - {worked: true}\n  - {worked: true}\n- id", ("L503", "steps[0].hints", False)),
        ("  - {worked: true}\n- id", "  - {worked: true, when: {state: {laptop: X}}}\n- id",
         ("L503", "steps[0].hints[0].when", False)),
        ("  goal: {en: Count, es: Cuenta}\n", "", ("L504", "steps[1]", True)),
        ("minutes: 5", "minutes: 99", ("L505", "minutes", True)),
        ("misconceptions: [quit-cancels]", "misconceptions: []", ("L508", "misconceptions", True)),
        ("misconceptions: [quit-cancels]", "misconceptions: []", ("L506", "steps[1].wrong[0].misconception", True)),
        ("    misconception: quit-cancels\n", "", ("L506", "misconceptions[0]", False)),
        ("level: worked\n", "", ("L508", "level", True)),
        ('rfc: ["1939#5"]\n', "", ("L508", "rfc", True)),
        ("id: demo-01-small", "id: other", ("L509", "id", True)),
        ("level: worked", "requires: [never-written]", ("N411", "requires[0]", False)),
        ("Count the messages.", f"{'x' * 261}", ("L510", "steps[1].text.en", True)),
        ("pick: [ana, luis]}", "pick: [ana, luis]}\n  spare: 1", ("L511", "vars.spare", False)),
        ("- id: count\n", "- id: count\n  vars: {spare: 1}\n", ("L511", "steps[1].vars.spare", False)),
        ('template: ["USER ____", "PASS ____"]', 'template: ["USER ____"]', ("L507", "steps[0].template", False)),
        ('"USER ____", "PASS', '"USR ____", "PASS', ("L507", "steps[0].template[0]", False)),
        ('"PASS ____"', '"PASS secret"', ("L507", "steps[0].template[1]", False)),
        ('"PASS ____"', '"PASS secreto____"', ("L507", "steps[0].template[1]", False)),
        ('"PASS ____"', '"____ x ____"', ("L507", "steps[0].template[1]", False)),
        ("minutes: 5", "minutes: five", ("F303", "minutes", False)),
        ("title:", "title", ("Y101", "", False)),
    ],
)  # fmt: skip
def test_each_rule(complaints, old, new, expected):
    assert expected in complaints((old, new))


@pytest.mark.parametrize(
    "shape", ["PASS ____", "____", "____ secreto", "____ ____", "P____o", "PASS secreto", "PASS s____o"]
)
def test_templates_that_fit(complaints, shape):
    assert complaints(('"PASS ____"', f'"{shape}"')) == []


def test_directives_are_not_part_of_a_template(complaints):
    assert complaints(('solve: ["USER {{ user }}",', 'solve: ["@connect", "USER {{ user }}",')) == []


def test_uses_of_variables_that_are_no_templates(complaints):
    assert complaints(
        ("pick: [ana, luis]}", "pick: [ana, luis]}\n  a: 1\n  b: {from: a}\n  c: {pick: [x], unlike: b}"),
        ("Count the messages.", "'{{ c }} {% if b %}{% endif %}'"),
    ) == []  # fmt: skip


def test_a_draw_that_goes_wrong_is_found(complaints):
    assert ("N409", "world.maildrop.nobody", False) in complaints(("pick: [ana, luis]", "pick: [ana, luis, nobody]"))


def test_circles_of_requirements(folder, library):
    for name, other in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")):
        (folder / f"demo-{name}.yaml").write_text(
            LESSON.replace("id: demo-01-small", f"id: demo-{name}\nrequires: [demo-{other}]")
        )
    (folder / "demo-e.yaml").write_text("nothing")
    found = lint_all(sorted(folder.glob("demo-?.yaml")), library)
    assert {path.stem for path, problems in found.items() if "L512" in [problem.code for problem in problems]} == {
        "demo-a", "demo-b", "demo-c",
    }  # fmt: skip
