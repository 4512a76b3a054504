"""A file becomes a lesson, or every mistake in it, each at its place."""

# ruff: noqa: E501 - the tables read better with a case on each line
from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import resources
from sandbox.i18n import LANGUAGES, set_language
from sandbox.teach.evidence import Exchange, Reply
from sandbox.teach.explain import path_text
from sandbox.teach.faults import KINDS
from sandbox.teach.library import Library
from sandbox.teach.loader import load, open_source
from sandbox.teach.problems import CODES, LessonError
from sandbox.teach.variables import Draw
from tests.teach.conftest import EXAMPLE, LESSON


@pytest.fixture
def mistakes(folder, library):
    """What is wrong with the small lesson after some replacements, as the lines that a user reads."""

    def check(*changes):
        text = LESSON
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        path = folder / "x.yaml"
        path.write_text(text)
        try:
            load(path, "me", library)
        except LessonError as error:
            return [str(problem) for problem in error.problems]
        return []

    return check


def test_the_example_loads_unchanged():
    source, lesson = load(EXAMPLE, "me", Library(EXAMPLE.parent, resources.lessons()))
    assert [step.id for step in lesson.steps] == ["login", "guess", "undo", "cable", "commit", "second-device", "why"]
    user = next(iter(lesson.world.maildrop))
    assert user in ("ana", "luis", "mar")
    assert lesson.steps[0].text.text("en").startswith(f"Log in as {user} ")
    assert lesson.steps[0].text.text("es").startswith(f"Inicia sesión como {user} ")
    assert lesson.steps[4].solve[1].send == f"USER {user}"
    assert lesson.score.worked == -0.5
    assert lesson.actors["laptop"].port == 110
    assert source.id == lesson.id


@pytest.mark.parametrize("path", sorted(resources.lessons().glob("*-*.yaml")), ids=lambda path: path.stem)
def test_the_lessons_that_ship_load(path):
    for learner in ("", "a", "b"):
        load(path, learner, Library(resources.lessons()))


def test_ten_mistakes_are_ten_located_problems(mistakes):
    lines = mistakes(
        ("minutes: 5", "minutes: many"),
        ("level: worked", "level: expert"),
        ('rfc: ["1939#5"]', 'rfc: ["1939#99"]'),
        ("misconceptions: [quit-cancels]", "misconceptions: [quit-cancel]"),
        ("phone: {by: engine,", "phone: {by: robot,"),
        ('text: {en: "Log in as {{ user }}."', 'text: {en: "Log in as {{ usr }}."'),
        ("check: {state: {laptop: TRANSACTION}}", "chek: {state: {laptop: TRANSACTION}}"),
        ("verb: STAT, reply", "vreb: STAT, reply"),
        ("restore: count", "restore: later"),
        ("- {en: Four letters., es: Cuatro letras.}", "- {en: Four letters., es: Cuatro letras., wehn: 1}"),
    )
    assert len(lines) >= 10
    assert [line.split("  ")[0:2] for line in lines] == [
        ["x.yaml:4:10", "F303"],
        ["x.yaml:5:8", "F304"],
        ["x.yaml:6:7", "N405"],
        ["x.yaml:7:18", "N404"],
        ["x.yaml:14:15", "F304"],
        ["x.yaml:17:3", "F302"],
        ["x.yaml:21:29", "T203"],
        ["x.yaml:24:3", "F301"],
        ["x.yaml:33:10", "F307"],
        ["x.yaml:33:24", "F301"],
        ["x.yaml:40:14", "N402"],
        ["x.yaml:42:46", "F301"],
    ] or lines


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("format: 1", "format: 2", "x.yaml:1:9  F304  format: this should be one of: 1"),
        ("format: 1\n", "", "x.yaml:1:1  F302  format: this field is missing"),
        ("minutes: 5", "minutes: '5'", "x.yaml:4:10  F303  minutes: this should be a whole number"),
        ("minutes: 5", "minutes: 0", "x.yaml:4:10  F305  minutes: this should be 1 at least"),
        ("minutes: 5", "minuts: 5", "F301  minuts: there is no such field here; did you mean minutes?"),
        ("level: worked", "levell: worked\nlevel: NO", "F304  level: this should be one of: 'worked'"),
        ("id: demo-01-small", "id: Demo", "x.yaml:2:5  F306  id: use small letters"),
        ("on: laptop\n  text: {en: C", "on: lptop\n  text: {en: C", "N401  steps[1].on: there is no actor lptop; the lesson has"),
        ("on: laptop\n  text: {en: C", "on: phone\n  text: {en: C", "N401  steps[1].on: the learner does not hold"),
        ("id: count", "id: login", "x.yaml:27:7  N403  steps[1].id: another step has the id login"),
        ("restore: count", "restore: nowhere", "N402  steps[1].wrong[0].restore: there is no step nowhere"),
        ("restore: count", "goto: nowhere", "N402  steps[1].wrong[0].goto: there is no step nowhere"),
        ("restore: count", "goto: login\n    restore: login", "F307  steps[1].wrong[0]: exactly one of these belongs"),
        ("    en: QUIT commits.\n", "", "F307  steps[1].wrong[0]: write the text"),
        ("[invoice.eml, exam.eml]", "[invoice.eml, exma.eml]", "N406  world.maildrop.{u}[1]: there is no mail file exma.eml"),
        ("[invoice.eml, exam.eml]", "[../x.eml]", "F306  world.maildrop.{u}[0]: name a mail file"),
        ('maildrop: {"{{ user }}"', 'maildrop: {"x{{ user }}"', "N409  world.maildrop.x{u}: there is no user x{u}"),
        ('laptop: {by: learner, proto: pop3, to: "norte:110"}', 'laptop: {by: learner, proto: pop3, to: "sur:110"}',
         "N410  actors.laptop.to: there is no host sur"),
        ('laptop: {by: learner, proto: pop3, to: "norte:110"}', 'laptop: {by: learner, proto: pop3, to: norte}',
         "F306  actors.laptop.to: write the host's name, a colon and the port"),
        ("solve: [STAT]", 'solve: ["STAT\\r\\nQUIT"]', "x.yaml:32:11  F306  steps[1].solve[0]: this is one line"),
        ("{wire: {on: laptop, verb: STAT,", "{wrie: {on: laptop, verb: STAT,", "F304  steps[1].check: wrie is none of: wire, bytes, state"),
        ("{wire: {on: laptop, verb: STAT,", "{wire: {on: laptop, order: [STAT, QUIT], verb: STAT,", "F307  steps[1].check.wire: a wire"),
        ("kind: do", "kind: doo", "x.yaml:28:9  F304  steps[1].kind: doo is none of: say, show"),
        ("- id: count\n  kind: do\n", "- id: count\n", "x.yaml:27:3  F302  steps[1].kind: this field is missing"),
        ("pick: [ana, luis]", "pik: [ana, luis]", "F304  vars.user: pik is none of: value, pick"),
        ("pick: [ana, luis]", "pick: []", "F305  vars.user.pick: this should have 1 entries at least, it has 0"),
        ("pick: [ana, luis]", "pick: [[ana]]", "F303  vars.user.pick[0]: this should be text"),
        ("pick: [ana, luis]", "rand: [9, 1]", "F306  vars.user.rand: write the smallest and the largest"),
        ("pick: [ana, luis]", "value: '{{ nobody }}'", "T203  there is no variable nobody here"),
        ("vars:\n  user: {pick: [ana, luis]}", "vars: [user]", "F303  vars: this should be a mapping"),
        ("include: [worlds/norte.yml]", "include: [worlds/sur.yml]", "x.yaml:8:11  Y109  include: there is no file worlds/sur.yml"),
        ("include: [worlds/norte.yml]", "include: [../worlds/norte.yml]", "Y109"),
        ("include: [worlds/norte.yml]", "include: [/etc/passwd]", "Y109"),
        ("include: [worlds/norte.yml]", "include: worlds/norte.yml", "F303  include: this should be a list"),
        ("{worked: true}\n- id", "{worked: true, en: x}\n- id", "F307  steps[0].hints[0]: write the text in each language"),
        ("level: worked", "score: {step: much}", "F303  score.step: this should be a number"),
        ("level: worked", "score: {predict: 1}", "F305  score.predict: this should be 0 at most"),
        ('rfc: ["1939#5"]', 'rfc: "1939#5"', "F303  rfc: this should be a list"),
        ("title: {en: Small, es: Pequeña}", "title: Small", "F303  title: this should be a mapping of fields"),
        ("title: {en: Small, es: Pequeña}", "title: {es: Pequeña}", "F302  title.en: this field is missing"),
    ],
)  # fmt: skip
def test_each_mistake_names_its_field(mistakes, old, new, expected):
    lines = mistakes((old, new))
    expected = [expected.replace("{u}", user) for user in ("ana", "luis")]
    assert any(part in line for line in lines for part in expected), lines
    assert all(line.startswith(("x.yaml:", "worlds/")) for line in lines)


def test_the_whole_file_may_be_something_else(folder, library):
    for text in ("", "- a\n", "just text", "steps: 3\n", "steps: []\nvars: 1\nactors: []\n"):
        path = folder / "x.yaml"
        path.write_text(text)
        with pytest.raises(LessonError) as caught:
            load(path, "", library)
        assert caught.value.problems


def test_messages_are_in_both_languages(mistakes):
    set_language("es")
    try:
        assert mistakes(("minutes: 5", "minuts: 5"))[1].endswith("¿querías decir minutes?")
    finally:
        set_language("en")


def test_every_kind_of_error_has_a_code_and_every_code_is_known():
    assert {code for code, _ in KINDS.values()} <= CODES.keys()


def test_lessons_differ_between_learners_but_not_between_runs(folder, library):
    def user(learner):
        return next(iter(load(folder / "demo-01-small.yaml", learner, library)[1].world.maildrop))

    users = {name: user(name) for name in map(str, range(20))}
    assert set(users.values()) == {"ana", "luis"}
    assert users == {name: user(name) for name in users}


def test_an_integer_may_come_from_a_template(mistakes):
    assert (
        mistakes(("pick: [ana, luis]}", "value: ana}\n  n: {rand: [1, 9]}"), ("count: 1}", 'count: "{{ n }}"}')) == []
    )
    assert mistakes(("count: 1}", "count: '{{ user }}'}"))[0].endswith("this should be a whole number")


def test_a_step_is_rendered_again_with_what_was_captured(folder, library):
    text = LESSON.replace(
        "vars:\n",
        "vars:\n  id: {capture: {on: laptop, verb: UIDL, reply: {args: [2, _]}}, example: none}\n",
    ).replace("Count the messages.", "'Count {{ id }}.'")
    path = folder / "x.yaml"
    path.write_text(text)
    source, lesson = load(path, "me", library)
    assert lesson.steps[1].text.en == "Count none."
    seen = [
        Exchange("phone", "UIDL", ("2",), Reply("+OK", True, ("2", "wrong"))),
        Exchange("laptop", "UIDL", ("2",), Reply("+OK", True, ("2", "first"))),
        Exchange("laptop", "UIDL", ("2",), Reply("+OK", True, ("2", "last"))),
        Exchange("laptop", "UIDL", ("9",), Reply("-ERR", False, ("no",))),
    ]
    draw = Draw("me", source.id)
    step = source.step(1, draw, source.values(draw, {}, seen))
    assert step.text.en == "Count last."


def test_only_a_step_s_own_variables_are_drawn_anew(folder, library):
    text = LESSON.replace(
        "- id: count\n", "- id: count\n  vars: {n: {rand: [1, 1000000]}}\n"
    ).replace("Count the messages.", "'{{ user }} {{ n }}'")  # fmt: skip
    path = folder / "x.yaml"
    path.write_text(text)
    source, lesson = load(path, "me", library)
    values = source.values(Draw("me", source.id), {})
    first, again = (source.step(1, Draw("me", source.id, attempt=attempt), values) for attempt in (0, 1))
    assert first == lesson.steps[1]
    assert first.text.en.split()[0] == again.text.en.split()[0]
    assert first.text.en.split()[1] != again.text.en.split()[1]


def test_rendering_a_step_reports_what_no_longer_fits(folder, library):
    source, _ = load(folder / "demo-01-small.yaml", "me", library)
    with pytest.raises(LessonError):
        source.step(0, Draw("me", source.id), {})
    (folder / "x.yaml").write_text(LESSON.replace("pick: [ana, luis]", "value: '{{ x }}'"))
    source = open_source(folder / "x.yaml", library)
    with pytest.raises(LessonError):
        source.values(Draw("me", source.id), {})


def test_paths_read_as_people_write_them():
    assert path_text(("steps", 2, "check", "all", 0)) == "steps[2].check.all[0]"
    assert path_text(()) == ""


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_damaged_lesson_is_a_traceback(data):
    lines = LESSON.splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        index = data.draw(st.integers(0, len(lines) - 1))
        lines[index] = data.draw(
            st.sampled_from(["", "  x: 1", "- a", "kind: do", lines[index][1:], lines[index] * 2, "{", "a: [b", "? x"])
        )
    library = Library(resources.lessons())
    path = EXAMPLE.with_name("never-there.yaml")
    from sandbox.teach.document import Node, parse
    from sandbox.teach.loader import Source

    tree, problems = parse("\n".join(lines), "x.yaml")
    if isinstance(tree, Node) and isinstance(tree.value, dict):
        lesson, found = Source(path, library, tree, problems).check("me")
        assert lesson is not None or found
        assert json.dumps([str(problem) for problem in found])


def test_languages_are_those_of_the_program():
    assert set(LANGUAGES) >= {"en", "es"}
