"""A lesson is resumed exactly where it was left, or begins."""

from __future__ import annotations

import pytest

from sandbox import resources
from sandbox.teach.keeper import Keeper
from sandbox.teach.library import Library
from sandbox.teach.loader import open_source
from sandbox.teach.progress import ProgressStore
from sandbox.teach.prove import fingerprint
from sandbox.teach.runner import LessonRunner
from sandbox.teach.solve import solve, solve_step
from tests.teach.conftest import EXAMPLE

LIBRARY = Library(EXAMPLE.parent, resources.lessons())


@pytest.fixture
def begin(tmp_path):
    def open_again(path=EXAMPLE, **changes):
        store = ProgressStore(tmp_path / "progress.json")
        runner = LessonRunner(open_source(path, LIBRARY), **{"learner": "5", "cooldown": 9, **changes})
        return Keeper(store, runner), runner

    return open_again


def kept(keeper):
    return ProgressStore(keeper.store.path).lesson("pop3-03-delete")


def walk(runner):
    """Half of the lesson, with mistakes, help and a change of mind."""
    user = runner.lesson.steps[0].solve[0].send
    runner.replay([("line", "NOPE"), ("hint",), ("line", user), ("line", "@wait 1m"), ("line", "PASS secreto")])
    runner.undo()
    runner.replay(
        [("line", "PASS secreto"), ("line", "STAT"), ("next",), ("answer", "one"), ("next",), ("line", "QUIT")]
    )
    runner.replay([("hint",), ("line", "NOOP")])


def test_the_learner_is_where_they_were(begin):
    keeper, runner = begin()
    assert not keeper.resume()
    walk(runner)
    again, resumed = begin()
    assert again.resume()
    assert fingerprint(resumed) == fingerprint(runner)
    assert resumed.moves == runner.moves
    assert resumed.step.hints == runner.step.hints
    assert resumed.score == runner.score
    assert resumed.session.marks == runner.session.marks
    assert resumed.undo()
    assert kept(again).input == [list(move) for move in resumed.moves]


def test_what_is_kept(begin):
    keeper, runner = begin()
    walk(runner)
    progress = kept(keeper)
    assert (progress.step, progress.done) == ("undo", ["login", "guess"])
    assert progress.points == {"login": 0.5, "guess": 0}
    assert (progress.worked, progress.hints) == (["login"], {"login": 1, "undo": 1})
    assert progress.predictions == {"guess": ["one"]}
    assert progress.right == {"guess": False}
    assert (progress.finished, progress.best) == (0, None)


def test_the_end_is_counted_once_and_the_best_run_stays(begin):
    keeper, runner = begin()
    walk(runner)
    assert solve_step(runner)
    assert runner.next()
    assert solve(runner)
    runner.submit("more")
    progress = kept(keeper)
    assert (progress.finished, progress.best, progress.of, progress.step, progress.input) == (1, 3.5, 4, "", [])
    again, fresh = begin()
    assert not again.resume()
    solve(fresh)
    progress = kept(again)
    assert (progress.finished, progress.best) == (2, 4)
    assert progress.predictions["guess"] == ["one"]


def test_a_changed_lesson_begins(begin, tmp_path):
    path = tmp_path / "pop3-03-delete.yaml"
    path.write_text(EXAMPLE.read_text())
    _keeper, runner = begin(path)
    walk(runner)
    path.write_text(EXAMPLE.read_text().replace("count the messages.", "count them."))
    again, fresh = begin(path)
    assert not again.resume()
    assert fresh.moves == []
    assert kept(again).predictions == {"guess": ["one"]}


def test_another_learner_or_profile_begins(begin):
    _keeper, runner = begin()
    walk(runner)
    assert not begin(learner="6")[0].resume()
    assert not begin(profile="lenient")[0].resume()


def test_moves_that_lead_elsewhere_are_given_up(begin):
    keeper, runner = begin()
    walk(runner)
    progress = keeper.store.lesson("pop3-03-delete")
    progress.input = [["line", "NOOP"]]
    keeper.store.save("pop3-03-delete", progress)
    again, fresh = begin()
    assert not again.resume()
    assert (fresh.step.id, fresh.moves) == ("login", [])


def test_it_stops_when_told(begin):
    keeper, runner = begin()
    keeper.close()
    walk(runner)
    assert kept(keeper).done == []
