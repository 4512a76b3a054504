"""What is shown: options, answers as people type them, goals, what happens by itself."""

from __future__ import annotations

import pytest

from sandbox.teach.flow import Notice, OptionView, Phase, words
from sandbox.teach.loader import open_source
from sandbox.teach.runner import LessonRunner
from sandbox.teach.solve import solve, solve_step
from sandbox.teach.view import answer_of
from tests.teach.conftest import LESSON

OPTIONS = [OptionView("one", "a", "2 messages"), OptionView("a", "b", "Two, at least"), OptionView("x", "c", "B")]


@pytest.mark.parametrize(
    ("text", "form", "ids"),
    [
        ("one", "one", ("one",)),
        ("2  MESSAGES", "one", ("one",)),
        ("two, at least", "one", ("a",)),
        ("a", "one", ("a",)),
        ("b", "one", ("x",)),
        ("c", "one", ("x",)),
        ("d", "one", None),
        ("one x", "one", None),
        ("one x", "many", ("one", "x")),
        ("x,one", "order", ("x", "one")),
        ("2 messages, x", "many", ("one", "x")),
        ("one, one", "many", None),
        ("one, nothing", "many", None),
        ("", "many", None),
    ],
)
def test_typed_answers(text, form, ids):
    assert answer_of(text, OPTIONS, form) == ids


def test_words_are_said_in_the_language_in_use():
    assert words(None) == ""
    assert words("as it is") == "as it is"
    assert Notice("passed").text == ""


@pytest.fixture
def play(folder, library):
    """A lesson of the small one's world with other steps."""

    def begin(steps, learner="0"):
        path = folder / "x.yaml"
        path.write_text(LESSON[: LESSON.index("steps:")] + "steps:\n" + steps)
        return LessonRunner(open_source(path, library), learner=learner, cooldown=0)

    return begin


QUIZ = """
- id: q
  kind: quiz
  form: %s
  text: {en: Which?, es: ¿Cuál?}
  explain: {en: So it is., es: Así es.}
  options:
  - {id: user, label: USER, pair: {en: names, es: nombra}}
  - {id: pass, label: PASS, pair: {en: opens, es: abre}, because: {en: PASS is second., es: PASS es segundo.}}
  - {id: quit, label: QUIT, pair: {en: ends, es: acaba}}
"""


@pytest.mark.parametrize("form", ["order", "match"])
def test_order_and_match_are_shown_in_another_order(play, form):
    for learner in map(str, range(12)):
        runner = play(QUIZ % form, learner)
        shown = [option.id for option in runner.step.options]
        assert sorted(shown) == ["pass", "quit", "user"]
        assert shown != ["user", "pass", "quit"]
        assert runner.step.form == form
        assert runner.step.pairs == (("names", "opens", "ends") if form == "match" else ())
        runner.submit(" ".join(shown))
        assert (runner.step.phase, runner.step.notice.correct) == (Phase.CHOOSE, False)
        assert runner.step.notice.text == "PASS is second."
        keys = {option.id: option.key for option in runner.step.options}
        runner.submit(",".join(keys[name] for name in ("user", "pass", "quit")))
        assert (runner.step.phase, runner.step.notice.correct) == (Phase.DONE, True)


def test_an_answer_in_words(play):
    runner = play(
        "- {id: q, kind: quiz, text: {en: Which?, es: ¿Cuál?}, accept: [QUIT, the quit command]}\n"
        "- {id: p, kind: predict, text: {en: What?, es: ¿Qué?}, accept: [+OK], run: {on: laptop, send: [NOOP]},"
        " reveal: {wire: {on: laptop, verb: NOOP}}}\n"
    )
    assert runner.step.phase is Phase.WRITE
    for line in ("", "@close"):
        runner.submit(line)
        assert runner.step.notice.kind == "refused"
    runner.submit("RSET")
    assert runner.step.outcome == "Not quite. Think again."
    runner.submit(" The  QUIT command")
    assert runner.step.notice.correct
    assert runner.step.outcome == "Right."
    runner.next()
    assert runner.step.outcome == ""
    runner.answer("-ERR")
    assert (runner.step.notice.kind, runner.step.notice.correct) == ("reveal", False)
    assert runner.step.outcome == "Not as you predicted."
    assert solve(play("- {id: q, kind: quiz, text: {en: Which?, es: ¿Cuál?}, accept: [QUIT]}\n"))


def test_many_needs_all_of_them_and_none_else(play):
    runner = play(QUIZ.replace("  form: %s\n", "").replace("label: USER,", "label: USER, correct: true,").replace(
        "label: QUIT,", "label: QUIT, correct: true,"))  # fmt: skip
    assert runner.step.form == "many"
    for line in ("user", "a b c", "a b"):
        runner.submit(line)
        assert runner.step.notice.correct is False
    runner.submit("c a")
    assert runner.step.notice.correct is True
    assert runner.step.notice.text == "So it is."


def test_what_happens_by_itself_is_not_in_the_list(play):
    runner = play(
        "- {id: here, kind: checkpoint}\n"
        "- {id: rings, kind: actor, on: phone, send: ['@connect']}\n"
        "- {id: mail, kind: actor, deliver: {ana: [exam.eml]}}\n"
        "- {id: lock, kind: fault, fault: {lock: ana}}\n"
        "- {id: one, kind: say, text: {en: First. Then more., es: Uno.}, more: {en: M, es: M}, notes: {en: N, es: N}}\n"
        "- {id: watch, kind: show, on: phone, send: [NOOP, QUIT], text: {en: 'No stop here', es: Mira}}\n"
        "- {id: play, kind: free, on: laptop, solve: [NOOP], text: {en: Play!, es: ¡Juega!}}\n"
    )
    step = runner.step
    assert (step.id, step.number, step.total, step.phase) == ("one", 1, 3, Phase.READ)
    assert (step.goal, step.more, step.notes) == ("First.", "M", "N")
    assert [(mark.id, mark.goal, mark.status) for mark in runner.steps] == [
        ("one", "First.", "now"),
        ("watch", "No stop here", "later"),
        ("play", "Play!", "later"),
    ]
    assert len(runner.world.mailboxes("ana").inbox) == (3 if "ana" in runner.lesson.world.maildrop else 1)
    assert runner.world.mailboxes("ana").inbox.locked_by
    assert runner.watched is None or runner.step.actor == ""
    runner.submit("")
    assert runner.step.id == "watch"
    assert runner.session.stage.state("phone") == "CLOSED"
    assert not runner.answer("x")
    runner.submit("STAT")
    assert (runner.step.id, runner.step.actor) == ("play", "laptop")
    assert [exchange.verb for exchange in runner.session.evidence().exchanges("")] == ["STAT"]
    assert solve_step(runner)
    assert runner.next()
    assert runner.finished
    assert runner.step.id == "play"
    assert (runner.score.points, runner.score.of) == (0, 0)


GOTO = """
- id: a
  kind: do
  on: laptop
  text: {en: A, es: A}
  check: {wire: {verb: STAT, reply: {accepted: true}}}
  solve: ["USER {{ user }}", PASS secreto, STAT]
  wrong:
  - {when: {wire: {verb: NOOP}}, send: [NOOP], en: Only this., es: Solo esto.}
  - {when: {wire: {verb: QUIT}}, send: [QUIT], en: Go on., es: Sigue., goto: c}
  hints: [{worked: true}]
- {id: b, kind: say, text: {en: B, es: B}}
- {id: c, kind: say, text: {en: C, es: C}}
"""


def test_a_wrong_path_may_lead_on_or_nowhere(play):
    runner = play(GOTO)
    runner.submit("NOOP")
    assert (runner.step.id, runner.step.notice.text) == ("a", "Only this.")
    runner.undo()
    runner.submit("QUIT")
    assert (runner.step.id, runner.step.notice.text) == ("c", "Go on.")
    assert runner.undo()
    assert runner.step.id == "a"
    assert solve(runner)


def test_what_cannot_come_right_any_more_is_told(play):
    goal = "{wire: {verb: STAT, reply: {accepted: true}}}"
    runner = play(GOTO.replace(goal, f"[{goal}, {{never: {{wire: {{verb: LIST}}}}}}]"))
    runner.submit("LIST")
    assert runner.step.notice.kind == "spoiled"
    runner.undo()
    assert solve(runner)


def test_typing_for_several_devices(folder, library):
    path = folder / "x.yaml"
    head = LESSON[: LESSON.index("steps:")]
    path.write_text(head.replace("by: engine", "by: learner") + "steps:" + GOTO)
    runner = LessonRunner(open_source(path, library), cooldown=0)
    runner.submit("@on phone")
    assert runner.step.actor == "phone"
    runner.submit("CAPA")
    assert [exchange.verb for exchange in runner.session.stage.exchanges("phone")] == ["CAPA"]
    assert runner.undo()
    assert runner.undo()
    assert runner.step.actor == "laptop"
    runner.submit("@on nobody")
    assert runner.step.notice.kind == "refused"
    assert runner.step.actor == "laptop"
    path.write_text(head + "steps:" + GOTO)
    runner = LessonRunner(open_source(path, library), cooldown=0)
    runner.submit("@on phone")
    assert runner.step.notice.kind == "refused"
