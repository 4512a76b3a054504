"""A learner who does anything at all."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sandbox import resources
from sandbox.teach.library import Library
from sandbox.teach.loader import open_source
from sandbox.teach.prove import fingerprint
from sandbox.teach.runner import LessonRunner
from sandbox.teach.solve import solve_step
from tests.teach.conftest import EXAMPLE

SHIPPED = Library(EXAMPLE.parent, resources.lessons())


class Learner(RuleBasedStateMachine):
    """Somebody who does anything at all: nothing raises, and the moves always lead to the same place."""

    @initialize(lesson=st.sampled_from([EXAMPLE, *sorted(resources.lessons().glob("*-*.yaml"))]))
    def begin(self, lesson):
        self.source = open_source(lesson, SHIPPED)
        self.runner = LessonRunner(self.source, cooldown=0)

    @rule(line=st.sampled_from(
        ["", "USER ana", "USER luis", "USER mar", "PASS secreto", "STAT", "DELE 1", "RETR 1", "QUIT", "RSET", "UIDL",
         "@connect", "@close", "@wait 20m", "@raw 'NO'", "@on phone", "@next", "a", "b, a", "\x00ñ\udcff", "LIST 9",
         "a1 LOGIN ana secreto", "a2 SELECT INBOX", "a3 IDLE", "DONE", "a4 EXPUNGE", "a5 APPEND INBOX {3}",
         "@run to-trash 1"]
    ))  # fmt: skip
    def submit(self, line):
        self.runner.submit(line)

    @rule(ids=st.lists(st.sampled_from(["one", "two", "error", "srv", "no", "x"]), max_size=2))
    def answer(self, ids):
        self.runner.answer(*ids)

    @rule()
    def hint(self):
        self.runner.hint()

    @rule(what=st.sampled_from(["line", "line", "line", "step", "lesson"]))
    def undo(self, what):
        self.runner.undo(what)

    @rule()
    def solve_it(self):
        solve_step(self.runner)

    @invariant()
    def it_can_be_shown(self):
        if hasattr(self, "runner"):
            step = self.runner.step
            assert step.notice is None or isinstance(step.notice.text, str)
            assert self.runner.score.points <= self.runner.score.of

    def teardown(self):
        if hasattr(self, "runner"):
            again = LessonRunner(self.source, cooldown=0)
            again.replay(self.runner.moves)
            assert (again.step.id, again.step.phase) == (self.runner.step.id, self.runner.step.phase)
            assert again.step.text == self.runner.step.text
            assert fingerprint(again) == fingerprint(self.runner)


TestLearner = Learner.TestCase
TestLearner.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
