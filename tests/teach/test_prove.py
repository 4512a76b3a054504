"""Every promise that a lesson can break is found broken."""

from __future__ import annotations

import pytest

from sandbox import resources
from sandbox.i18n import LANGUAGES, language, set_language
from sandbox.teach.flow import Notice
from sandbox.teach.library import Library
from sandbox.teach.loader import open_source
from sandbox.teach.prove import LEARNERS, Case, cases, prove
from sandbox.teach.runner import LessonRunner
from sandbox.teach.solve import solve, solve_step
from sandbox.teach.transcript import transcript
from sandbox.world.world import World
from tests.teach.conftest import EXAMPLE, LESSON

SHIPPED = Library(EXAMPLE.parent, resources.lessons())

PREDICT = """\
- id: ask
  kind: predict
  run: {on: laptop, send: [STAT]}
  text: {en: How many?, es: ¿Cuántos?}
  options:
  - {id: one, label: "1"}
  - {id: two, label: "2", correct: true, when: {wire: {on: laptop, verb: STAT, reply: {args: [2, _]}}}}
  reveal: {store: {user: "{{ user }}", count: 2}}
- id: quiz
  kind: quiz
  text: {en: Which?, es: ¿Cuál?}
  options:
  - {id: quit, label: QUIT, correct: true}
  - {id: dele, label: DELE}
"""
WHOLE = LESSON + PREDICT


@pytest.fixture
def found(folder, library):
    """The codes and fields of what is wrong with the small lesson after some replacements."""

    def run(*changes, **options):
        text = WHOLE
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        path = folder / "demo-01-small.yaml"
        path.write_text(text)
        proofs = prove(open_source(path, library), **{"learners": ("0",), **options})
        return {(problem.code, problem.field) for proof in proofs for problem in proof.problems}

    return run


def test_a_sound_lesson_has_nothing_to_say(found):
    assert found() == set()


@pytest.mark.parametrize("path", sorted(resources.lessons().glob("*-*.yaml")), ids=lambda path: path.stem)
def test_the_lessons_that_ship_hold(path):
    """For one learner: `lessons prove` tries several, and every lesson takes a second or two for each."""
    source = open_source(path, SHIPPED)
    proofs = list(prove(source, LEARNERS[:1], transcripts=resources.transcripts()))
    assert [str(problem) for proof in proofs for problem in proof.problems] == []
    waiting = [step.id for step in source.lesson("0").steps if step.text]  # the others pass before one can look
    assert [proof.step for proof in proofs] == [*waiting, ""] * len(cases(source, LEARNERS[:1])) + [""]


def test_the_example_holds():
    assert [problem for proof in prove(open_source(EXAMPLE, SHIPPED)) for problem in proof.problems] == []


def test_under_every_circumstance(folder, library):
    every = cases(open_source(folder / "demo-01-small.yaml", library))
    assert len(every) == len(LEARNERS) * len(LANGUAGES) * 2
    assert Case("0", "es", "lenient") in every
    path = folder / "demo-01-small.yaml"
    path.write_text(path.read_text().replace("world:\n", "world:\n  profile: strict\n"))
    assert {case.profile for case in cases(open_source(path, library))} == {"strict"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{state: {laptop: TRANSACTION}}", "{state: {laptop: AUTHORIZATION}}", ("P601", "steps[0].check")),
        ("when: {store: {user: \"{{ user }}\", count: 1}}", "when: {store: {user: \"{{ user }}\", count: 2}}",
         ("P601", "steps[1].wrong[0].when")),
        ("solve: [STAT]", "solve: [NOOP]", ("P602", "steps[1].solve")),
        ("solve: [STAT]", "solve: [QUIT, STAT]", ("P602", "steps[1].solve")),
        ("solve: [STAT]", "solve: [NOOP, STAT]", ("P603", "steps[1].solve[0]")),
        ("solve: [STAT]", "solve: [STAT, NOOP]", ("P603", "steps[1].solve[1]")),
        ("send: [DELE 1, QUIT]", "send: [DELE 1, RSET]", ("P604", "steps[1].wrong[0].send")),
        ("send: [DELE 1, QUIT]", "send: [\"@connect\"]", ("P604", "steps[1].wrong[0].send")),
        ("  wrong:\n", "  wrong:\n  - {when: {wire: {verb: DELE}}, send: [DELE 2], en: No., es: No.}\n",
         ("P604", "steps[1].wrong[1].send")),
        ("label: \"2\", correct: true,", "label: \"2\",", ("P606", "steps[2].options[1].when")),
        ("when: {wire: {on: laptop, verb: STAT, reply: {args: [2, _]}}}", "when: {state: {laptop: UPDATE}}",
         ("P606", "steps[2].options[1].when")),
        ("reveal: {store: {user: \"{{ user }}\", count: 2}}", "reveal: {store: {user: \"{{ user }}\", count: 1}}",
         ("P606", "steps[2].reveal")),
        ("send: [STAT]}", "send: [\"@on phone\", STAT]}", ("P606", "steps[2]")),
        ("  hints:\n  - {worked: true}\n", "  hints: []\n", ("P607", "steps[0].hints")),
        ("  - {en: Four letters., es: Cuatro letras.}\n  - {worked: true}\n",
         "  - {worked: true, when: {state: {laptop: UPDATE}}}\n", ("P607", "steps[1].hints")),
    ],
)  # fmt: skip
def test_each_promise(found, old, new, expected):
    changes = [(old, new)]
    if old.startswith('label: "2"'):
        changes.append(('label: "1"}', 'label: "1", correct: true}'))
    assert expected in found(*changes)


def test_a_line_may_be_optional_with_a_reason(found):
    assert found(("solve: [STAT]", "solve: [{send: NOOP, optional: it keeps the line awake}, STAT]")) == set()


def test_wrong_paths_may_lead_elsewhere(found):
    assert found(("restore: count", "restore: login")) == set()
    assert found(("restore: count", "goto: ask")) == set()
    assert found(("    restore: count\n", "")) == set()


def test_a_restore_that_is_not_exact_is_found(found, monkeypatch):
    real = World.restore

    def restore(self, to):
        real(self, to)
        if any(type(step).__name__ == "Send" for step in self.log):
            self.clock.advance(1)

    monkeypatch.setattr(World, "restore", restore)
    assert ("P605", "steps[1].wrong[0]") in found()


def test_a_wrong_answer_that_passes_is_found(found, monkeypatch):
    from sandbox.teach.steps.quiz import Quiz

    real = Quiz.answer

    def answer(self, run, given):
        real(self, run, given)
        run.finish()

    monkeypatch.setattr(Quiz, "answer", answer)
    assert ("P601", "steps[3].options[1]") in found()


def test_a_lesson_that_goes_nowhere_is_found(found):
    assert ("P610", "steps[1]") in found(("solve: [STAT]", "solve: [NOOP]"))


def test_the_language_must_not_change_the_bytes(found, monkeypatch):
    from sandbox.teach.stage import Stage

    real = Stage.type

    def type_(self, actor, line):
        return real(self, actor, "LIST" if line == "STAT" and language() == "es" else line)

    monkeypatch.setattr(Stage, "type", type_)
    assert any(code == "P609" for code, _field in found())


def test_the_committed_transcript(found, folder, library, tmp_path):
    shelf = tmp_path / "transcripts"
    shelf.mkdir()
    assert ("P608", "") in found(transcripts=shelf)
    runner = LessonRunner(open_source(folder / "demo-01-small.yaml", library), learner="0")
    assert solve(runner)
    path = shelf / "demo-01-small.jsonl"
    path.write_bytes(transcript(runner))
    assert found(transcripts=shelf) == set()
    lines = path.read_text().splitlines()
    tls = '{"t":"tls","seq":999,"at":1,"conn":"x"}'
    path.write_text("\n".join([lines[0].replace("mail-sandbox ", "mail-sandbox 99"), tls, *lines[1:]]))
    assert found(transcripts=shelf) == set()
    path.write_text("\n".join(lines[:-1]))
    assert ("P608", "") in found(transcripts=shelf)
    path.write_text(path.read_text().replace("STAT", "NOOP"))
    assert ("P608", "") in found(transcripts=shelf)
    path.write_text("{")
    assert ("P608", "") in found(transcripts=shelf)


def test_it_can_be_stopped_and_leaves_the_language(folder, library):
    set_language("es")
    try:
        proofs = prove(open_source(folder / "demo-01-small.yaml", library))
        assert next(proofs).step == "login"
        proofs.close()
        assert language() == "es"
    finally:
        set_language("en")


def test_problems_stand_at_their_step(folder, library):
    path = folder / "demo-01-small.yaml"
    path.write_text(LESSON.replace("solve: [STAT]", "solve: [NOOP, STAT]"))
    proofs = prove(open_source(path, library), ("0",))
    problem = next(problem for proof in proofs for problem in proof.problems)
    assert str(problem.mark) == "demo-01-small.yaml:32:11"
    assert "NOOP" in str(problem)


def test_solving_stops_where_a_solution_does_not_lead_on(folder, library):
    path = folder / "demo-01-small.yaml"
    path.write_text(LESSON.replace("solve: [STAT]", "solve: [NOOP]"))
    runner = LessonRunner(open_source(path, library))
    assert solve_step(runner)
    assert runner.next()
    assert not solve_step(runner)
    assert not solve(runner)
    path.write_text(
        LESSON.replace("solve: [STAT]", "solve: [DELE 1, QUIT]").replace("restore: count", "restore: login")
    )
    runner = LessonRunner(open_source(path, library))
    solve_step(runner)
    runner.next()
    assert not solve_step(runner)


def test_the_lines_of_a_worked_example_are_those_that_pass(found, monkeypatch):
    from sandbox.teach.session import Session

    real = Session.work

    def work(self):
        real(self)
        self.tell(Notice("worked", "so", ("NOOP",)))

    monkeypatch.setattr(Session, "work", work)
    assert ("P607", "steps[1].hints") in found()
