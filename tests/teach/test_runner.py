"""A lesson as a state machine: what the learner does, and what comes of it."""

from __future__ import annotations

import pytest

from sandbox import resources
from sandbox.i18n import set_language
from sandbox.teach.flow import Phase
from sandbox.teach.library import Library
from sandbox.teach.loader import open_source
from sandbox.teach.prove import fingerprint
from sandbox.teach.runner import LessonRunner
from sandbox.teach.solve import solve, solve_step
from sandbox.wire.trace import Answer, Step, live
from tests.teach.conftest import EXAMPLE

SHIPPED = Library(EXAMPLE.parent, resources.lessons())


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def runner():
    """The example, played by the learner who is ana."""
    return LessonRunner(open_source(EXAMPLE, SHIPPED), learner=ANA, cooldown=0)


def user_of(learner):
    return next(iter(open_source(EXAMPLE, SHIPPED).lesson(learner).world.maildrop))


ANA = next(str(number) for number in range(100) if user_of(str(number)) == "ana")


def kind(runner):
    return runner.step.notice.kind if runner.step.notice else ""


def log_in(runner):
    for line in ("USER ana", "PASS secreto", "STAT"):
        runner.submit(line)


def to(runner, step):
    """Solve everything before the step."""
    while runner.step.id != step:
        assert solve_step(runner)
        assert runner.next()


def test_it_begins_connected_at_the_first_step(runner):
    step = runner.step
    assert (step.id, step.kind, step.number, step.total, step.phase) == ("login", "complete", 1, 6, Phase.TYPE)
    assert step.title == "DELE is a promise"
    assert step.text == "Log in as ana with the password secreto, and count the messages."
    assert step.goal == step.text
    assert step.actor == "laptop"
    assert str(runner.watched.state) == "AUTHORIZATION"
    assert [mark.status for mark in runner.steps] == ["now", *["later"] * 5]
    assert not runner.finished
    assert (runner.score.points, runner.score.of) == (0, 4)


def test_the_learner_s_language_can_change_any_time(runner):
    set_language("es")
    assert runner.step.title == "DELE es una promesa"
    assert runner.steps[0].goal.startswith("Inicia sesión como ana")
    set_language("en")
    assert runner.step.title == "DELE is a promise"


def test_lines_go_out_as_typed_and_the_template_keeps_up(runner):
    assert runner.step.template == ("USER ____", "PASS ____", "____")
    assert runner.step.blank == "USER ____"
    runner.submit("  uSer   nobody ")
    assert runner.watched.explained[-2].unit.raw == b"  uSer   nobody \r\n"
    assert runner.step.blank == "PASS ____"
    runner.submit("@wait 1s")
    assert runner.step.blank == "PASS ____"


def test_a_step_passes_when_its_effect_is_there_by_any_route(runner):
    for line in ("NOOP", "USER luis", "PASS wrong", "user ana", "PASS secreto", "LIST", "stat"):
        assert runner.step.id == "login"
        assert runner.step.phase is Phase.TYPE
        runner.submit(line)
    assert (runner.step.phase, kind(runner)) == (Phase.DONE, "passed")
    assert [mark.status for mark in runner.steps][:2] == ["done", "later"]
    assert runner.score.points == 1
    runner.submit("")
    assert runner.step.id == "guess"


def test_what_the_world_cannot_do_is_said_and_changes_nothing(runner):
    before = fingerprint(runner)
    for line in ("@nonsense", "@on phone", "@on nobody", "@wait long", "@raw ''"):
        runner.submit(line)
        assert kind(runner) == "refused"
        assert runner.step.notice.text
    assert fingerprint(runner) == before
    assert runner.moves == []
    runner.submit("@close")
    runner.submit("STAT")
    assert kind(runner) == "refused"
    assert [move[1] for move in runner.moves] == ["@close"]
    runner.submit("@connect")
    log_in(runner)
    assert kind(runner) == "passed"


def test_a_step_cannot_be_left_before_its_goal(runner):
    assert not runner.next()
    assert kind(runner) == "refused"
    runner.submit("@next")
    assert runner.step.id == "login"


def test_an_at_sign_can_be_sent(runner):
    runner.submit("@@close")
    assert runner.watched.explained[-2].unit.raw == b"@close\r\n"


class TestPredict:
    def test_the_answer_is_committed_before_anything_happens(self, runner):
        to(runner, "guess")
        assert runner.step.phase is Phase.CHOOSE
        assert [(option.key, option.text, option.correct) for option in runner.step.options] == [
            ("a", "1", None),
            ("b", "2", None),
        ]
        sent = len(runner.watched.exchanges)
        runner.submit("STAT")
        assert (kind(runner), len(runner.watched.exchanges)) == ("refused", sent)
        assert not runner.next()
        runner.submit("1")
        step = runner.step
        assert len(runner.watched.exchanges) == sent + 3
        assert (step.phase, kind(runner), step.notice.correct) == (Phase.DONE, "reveal", False)
        assert step.notice.text == "STAT says 1, the store holds 2. DELE only marks."
        assert step.belief.text
        assert step.belief.fact
        assert [(option.chosen, option.correct) for option in step.options] == [(True, False), (False, True)]
        assert runner.score.points == 1

    @pytest.mark.parametrize("line", ["two", "2", "b", " B "])
    def test_an_answer_is_an_id_a_text_or_a_letter(self, runner, line):
        to(runner, "guess")
        runner.submit(line)
        assert runner.step.notice.correct is True
        assert runner.step.belief is None

    def test_answers_by_the_interface(self, runner):
        to(runner, "guess")
        runner.answer("three")
        assert kind(runner) == "refused"
        runner.answer()
        assert kind(runner) == "refused"
        runner.answer("two")
        assert kind(runner) == "reveal"
        runner.answer("two")
        assert kind(runner) == "refused"

    def test_a_fault_strikes_after_the_run(self, runner):
        to(runner, "cable")
        runner.answer("two")
        assert runner.watched.ended
        assert runner.world.journal.events[-3].cut

    def test_it_is_recorded_and_never_graded(self, runner):
        solve(runner)
        graded = runner.score.points
        events = [event for event in live(runner.world.journal.events) if isinstance(event, Answer)]
        assert [(event.step, event.answer, event.correct) for event in events] == [
            ("guess", ("two",), True),
            ("cable", ("two",), True),
            ("why", ("cli",), True),
        ]
        assert graded == runner.score.of == 4

    def test_what_cannot_run_is_said(self, runner):
        to(runner, "guess")
        runner.world.links["laptop"].hang_up()
        runner.answer("two")
        assert (runner.step.phase, kind(runner)) == (Phase.DONE, "refused")


class TestQuiz:
    def test_a_wrong_answer_can_be_mended_but_earns_nothing(self, runner):
        to(runner, "why")
        assert runner.score.points == 3
        runner.submit("The server")
        assert (runner.step.phase, kind(runner), runner.step.notice.correct) == (Phase.CHOOSE, "wrong", False)
        assert not runner.next()
        runner.submit("b")
        assert (runner.step.phase, kind(runner)) == (Phase.DONE, "reveal")
        assert runner.score.points == 3
        runner.next()
        assert runner.finished

    def test_undo_does_not_make_it_a_first_answer(self, runner):
        to(runner, "why")
        runner.answer("srv")
        assert runner.undo()
        runner.answer("cli")
        assert runner.score.points == 3


class TestWrongPaths:
    def test_a_known_mistake_is_told_and_taken_back(self, runner):
        to(runner, "undo")
        before = fingerprint(runner)
        moves = list(runner.moves)
        runner.submit("QUIT")
        step = runner.step
        assert (step.id, step.phase, kind(runner)) == ("undo", Phase.TYPE, "wrong")
        assert step.notice.text.startswith("QUIT commits!")
        assert step.belief is not None
        assert fingerprint(runner) == before
        assert runner.moves == moves
        for line in ("RSET", "STAT"):
            runner.submit(line)
        assert kind(runner) == "passed"

    def test_undo_after_it_goes_to_before_the_last_line_that_counts(self, runner):
        to(runner, "undo")
        runner.submit("NOOP")
        state = fingerprint(runner)
        runner.submit("QUIT")
        assert runner.undo()
        assert runner.step.id == "guess"
        runner.answer("two")
        runner.next()
        runner.submit("NOOP")
        assert fingerprint(runner) == state


class TestHints:
    def test_they_come_in_order_guarded_by_their_condition(self, runner):
        assert runner.step.more_hints
        runner.submit("USER ana")
        runner.submit("PASS wrong")
        assert runner.hint()
        assert runner.step.hints == ("The server refused the pair: USER ana, then PASS secreto, letter by letter.",)
        assert kind(runner) == "hint"

    def test_the_last_one_is_the_worked_example_and_a_fresh_start(self, runner):
        runner.submit("USER luis")
        assert runner.hint()
        assert kind(runner) == "worked"
        assert runner.step.notice.lines == ("USER ana", "PASS secreto", "STAT")
        assert runner.step.hints == ()
        assert len(runner.watched.exchanges) == 1
        log_in(runner)
        assert runner.score.points == 0.5
        assert runner.undo("lesson")
        log_in(runner)
        assert runner.score.points == 0.5

    def test_there_is_none_where_there_is_none(self, runner):
        to(runner, "guess")
        assert not runner.hint()
        assert kind(runner) == "refused"

    def test_hints_run_out(self, folder, library):
        path = folder / "demo-01-small.yaml"
        path.write_text(path.read_text().replace("- {en: Four letters., es: Cuatro letras.}\n  - {worked: true}\n",
                                                 "- {en: Four letters., es: Cuatro letras.}\n"))  # fmt: skip
        runner = LessonRunner(open_source(path, library), cooldown=0)
        to(runner, "count")
        assert runner.hint()
        assert not runner.step.more_hints
        assert not runner.hint()

    def test_they_take_a_moment(self):
        clock = Clock()
        runner = LessonRunner(open_source(EXAMPLE, SHIPPED), learner=ANA, cooldown=5, clock=clock)
        runner.submit("NOOP")
        assert not runner.hint()
        assert kind(runner) == "refused"
        clock.now = 5
        assert runner.hint()
        clock.now = 9
        assert not runner.hint()
        log_in(runner)
        assert runner.step.phase is Phase.DONE

    def test_a_retry_draws_the_step_s_own_variables_anew(self, folder, library):
        path = folder / "demo-01-small.yaml"
        text = path.read_text().replace("- id: count\n", "- id: count\n  vars: {n: {rand: [1, 1000000]}}\n")
        path.write_text(text.replace("Count the messages.", "'{{ n }} {{ user }}'"))
        runner = LessonRunner(open_source(path, library), cooldown=0)
        to(runner, "count")
        number, user = runner.step.text.split()
        runner.hint()
        assert runner.step.text == f"{number} {user}"
        runner.hint()
        other, same = runner.step.text.split()
        assert other != number
        assert same == user
        moves = list(runner.moves)
        again = LessonRunner(open_source(path, library), cooldown=9)
        again.replay(moves)
        assert again.step.text == runner.step.text


class TestUndo:
    def test_a_line(self, runner):
        before = fingerprint(runner)
        runner.submit("USER ana")
        after = fingerprint(runner)
        runner.submit("PASS secreto")
        assert runner.undo()
        assert fingerprint(runner) == after
        assert runner.undo()
        assert fingerprint(runner) == before
        assert not runner.undo()
        assert runner.moves == []

    def test_a_line_back_across_a_step(self, runner):
        log_in(runner)
        runner.next()
        assert runner.undo()
        assert runner.step.id == "login"
        assert runner.step.phase is Phase.TYPE
        assert runner.step.blank == "____"
        runner.submit("STAT")
        assert runner.step.phase is Phase.DONE

    def test_a_step_and_the_one_before(self, runner):
        to(runner, "undo")
        start = fingerprint(runner)
        runner.submit("NOOP")
        runner.submit("NOOP")
        assert runner.undo("step")
        assert (runner.step.id, fingerprint(runner)) == ("undo", start)
        assert runner.undo("step")
        assert (runner.step.id, runner.step.phase) == ("guess", Phase.CHOOSE)

    def test_the_lesson(self, runner):
        start = fingerprint(runner)
        assert not runner.undo("lesson")
        assert not runner.undo("step")
        solve(runner)
        assert runner.finished
        assert runner.undo("lesson")
        assert fingerprint(runner) == start
        assert runner.step.id == "login"
        assert solve(runner)

    def test_the_journal_s_live_branch_is_what_would_have_been_without(self, runner):
        runner.submit("USER luis")
        runner.undo()
        runner.submit("QUIT")
        runner.undo()
        solve(runner)
        straight = LessonRunner(open_source(EXAMPLE, SHIPPED), learner=ANA, cooldown=0)
        solve(straight)
        assert fingerprint(runner) == fingerprint(straight)


def test_the_end(runner):
    calls = []
    cancel = runner.subscribe(lambda: calls.append(runner.step.id))
    assert solve(runner)
    assert runner.finished
    assert runner.step.phase is Phase.OVER
    assert {mark.status for mark in runner.steps} == {"done"}
    assert calls
    runner.submit("STAT")
    assert kind(runner) == "refused"
    assert not runner.next()
    cancel()
    count = len(calls)
    runner.submit("x")
    assert len(calls) == count
    steps = [(event.step, event.result) for event in live(runner.world.journal.events) if isinstance(event, Step)]
    ids = [step.id for step in runner.lesson.steps]
    assert steps == [pair for name in ids for pair in ((name, ""), (name, "passed"))]


def test_a_line_where_nothing_is_waited_for_goes_on(runner):
    log_in(runner)
    runner.submit("two")
    assert (runner.step.id, kind(runner)) == ("guess", "reveal")


def test_before_anybody_types_the_first_device_is_looked_at():
    path = resources.lessons() / "imap-01-tags.yaml"
    runner = LessonRunner(open_source(path, Library(path.parent)), cooldown=0)
    assert runner.step.actor == ""
    assert runner.watched.open.actor == "laptop"
