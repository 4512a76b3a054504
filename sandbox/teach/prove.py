"""A lesson proves itself: what its file promises is what really happens.

For every learner, language and profile: the untouched step does not pass; its solution does, and without any one of
its lines does not; every wrong path shows its own message and leads back exactly; predictions come true; the worked
example leads to a pass; the lesson reaches its end. The solved lesson leaves the same bytes in every language, and the
transcript that is committed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.core.message import Msg
from sandbox.i18n import LANGUAGES, language, set_language
from sandbox.teach.explain import path_text
from sandbox.teach.flow import Phase
from sandbox.teach.loader import Source
from sandbox.teach.problems import Problem
from sandbox.teach.runner import LessonRunner
from sandbox.teach.session import Moment
from sandbox.teach.solve import solve, solve_step
from sandbox.teach.steps import Step
from sandbox.teach.steps.do import Typing
from sandbox.teach.steps.predict import Predict
from sandbox.teach.steps.quiz import Quiz
from sandbox.teach.transcript import transcript
from sandbox.wire.trace import Data, Tls, live
from sandbox.world.inputs import Input
from sandbox.world.world import World

__all__ = ["LEARNERS", "Case", "Proof", "cases", "fingerprint", "prove"]

LEARNERS = ("0", "1", "2")
"""For whom lessons are proved. The first is the one whose transcript is committed."""


@dataclass(frozen=True, slots=True)
class Case:
    """Under which circumstances a lesson is proved."""

    learner: str
    language: str
    profile: str


@dataclass(frozen=True, slots=True)
class Proof:
    """One step has been proved, or not; `step` is empty for what concerns the whole lesson."""

    case: Case
    step: str
    problems: tuple[Problem, ...] = ()


def cases(source: Source, learners: Sequence[str] = LEARNERS) -> list[Case]:
    """All circumstances that a lesson is proved under. Raises LessonError."""
    return [
        Case(learner, code, profile)
        for learner in learners
        for profile in source.lesson(learner).world.profile
        for code in LANGUAGES
    ]


def prove(source: Source, learners: Sequence[str] = LEARNERS, transcripts: Path | None = None) -> Iterator[Proof]:
    """Prove a lesson, step by step; what has been proved comes as it is done, so one can stop at any time.

    `transcripts` is the folder of committed transcripts, None not to compare. Raises LessonError, OSError or
    WorldError for a lesson that cannot begin. The language in use is the same afterwards.
    """
    spoken = language()
    left: dict[tuple[str, str], list[Any]] = {}
    try:
        for case in cases(source, learners):
            set_language(case.language)
            yield from _Prover(source, case).proofs()
            yield Proof(case, "", tuple(_bytes(source, case, left)))
        set_language("en")
        if transcripts is not None:
            yield Proof(cases(source, learners)[0], "", tuple(_committed(source, learners[0], transcripts)))
    finally:
        set_language(spoken)


def _problem(source: Source, code: str, message: Msg, *path: str | int) -> Problem:
    node = source.tree
    for part in path:
        node = node.get(part) or node
    return Problem(node.mark, code, message, path_text(path))


def _solved(source: Source, learner: str, profile: str | None) -> LessonRunner:
    runner = LessonRunner(source, learner=learner, profile=profile, cooldown=0)
    solve(runner)
    return runner


def _bytes(source: Source, case: Case, left: dict[tuple[str, str], list[Any]]) -> Iterator[Problem]:
    """The solved lesson must have left the same in every language, all but what TLS made of it."""
    written = _lines(transcript(_solved(source, case.learner, case.profile)))
    if left.setdefault((case.learner, case.profile), written) != written:
        yield _problem(source, "P609", Msg("in {language} other bytes went over the wire", language=case.language))


def _committed(source: Source, learner: str, folder: Path) -> Iterator[Problem]:
    """The transcript of the first learner is the committed one, all but the TLS events."""
    path = folder / f"{source.id}.jsonl"
    try:
        there = _lines(path.read_bytes())
    except (OSError, ValueError):
        message = Msg("there is no transcript {name}: record it with run --solve --record", name=path.name)
        yield _problem(source, "P608", message)
        return
    here = _lines(transcript(_solved(source, learner, None)))
    if here != there:
        line = next(
            (n for n, (a, b) in enumerate(zip(here, there, strict=False)) if a != b), min(len(here), len(there))
        )
        message = Msg("{name} differs from event {number} on", name=path.name, number=line)
        yield _problem(source, "P608", message)


def _lines(content: bytes) -> list[Any]:
    """The lines of a transcript that must not change: TLS differs from run to run, the program from one to the next,
    and what is compressed from one zlib to another.

    Raises ValueError.
    """
    lines = [json.loads(line) for line in content.splitlines()]
    for line in lines:
        line.pop("program", None)
    return [line for line in lines if line.get("t") != "tls" and line.get("layer", "app") == "app"]


@dataclass
class _Prover:
    """One lesson under one set of circumstances."""

    source: Source
    case: Case
    runner: LessonRunner = field(init=False)
    entered: dict[str, Any] = field(default_factory=dict)
    """What the world was like on entering each step."""
    index: int = 0
    """The step that is being proved."""

    def __post_init__(self) -> None:
        self.runner = LessonRunner(self.source, learner=self.case.learner, profile=self.case.profile, cooldown=0)

    def proofs(self) -> Iterator[Proof]:
        """Prove step after step, to the end or to where it does not go on."""
        while not self.runner.finished:
            step, self.index = self.runner.session.now.step, self.runner.session.now.index
            problems = list(self._step(step))
            yield Proof(self.case, step.id, tuple(problems))
            if not self.runner.next():
                yield Proof(self.case, step.id, (self._wrong("P610", Msg("the lesson does not go on from here")),))
                return

    def _step(self, step: Step) -> Iterator[Problem]:
        """Everything that can be tried in a step; it is solved afterwards."""
        start = _Place(self.runner)
        self.entered[step.id] = start.state
        if isinstance(step, Typing):
            yield from self._untouched(step)
            for trial in (self._shortcuts(step, start), self._mistakes(step, start), self._worked(step, start)):
                yield from trial
                self._return(start)
        elif isinstance(step, Predict):
            yield from self._predictions(step, start)
        elif isinstance(step, Quiz):
            yield from self._answers(step, start)
        if not solve_step(self.runner):
            yield self._wrong("P602", Msg("after its solution the step is not passed"), "solve")
        notice = self.runner.session.now.notice
        if notice is not None and notice.kind == "refused":
            yield self._wrong("P602", Msg("the world refuses: {reason}", reason=notice.said))

    def _untouched(self, step: Typing) -> Iterator[Problem]:
        seen = self.runner.session.evidence()
        if step.check.holds(seen) or self.runner.next():
            yield self._wrong("P601", Msg("the goal is reached before anything is typed"), "check")
        for place, wrong in enumerate(step.wrong):
            if wrong.when.holds(seen):
                yield self._wrong("P601", Msg("the mistake shows before anything is typed"), "wrong", place, "when")

    def _shortcuts(self, step: Typing, start: _Place) -> Iterator[Problem]:
        """Leave out each line of the solution in turn."""
        for skipped, line in enumerate(step.solve):
            if line.optional:
                continue
            self._return(start)
            self._type([other.send for place, other in enumerate(step.solve) if place != skipped])
            if self._passed(step):
                message = Msg("the step passes without {line}; if it may, say why with optional", line=line.send)
                yield self._wrong("P603", message, "solve", skipped)

    def _mistakes(self, step: Typing, start: _Place) -> Iterator[Problem]:
        """Each wrong path shows its own message and leads where it should, and the world is as if it had never been."""
        solve_step(self.runner)
        solved = fingerprint(self.runner)
        for place, wrong in enumerate(step.wrong):
            self._return(start)
            notice = self._type(wrong.send)
            here, path = self.runner.session.now.step.id, ("wrong", place)
            if notice is None or notice.kind != "wrong" or notice.said != wrong:
                message = Msg("what send types does not show this message")
                yield self._wrong("P604", message, *path, "send")
            elif here != (wrong.restore or wrong.goto or step.id):
                yield self._wrong("P605", Msg("the learner is not at the step where this should lead"), *path)
            elif wrong.restore is not None and fingerprint(self.runner) != self.entered[wrong.restore]:
                message = Msg("the world is not as it was on entering the step")
                yield self._wrong("P605", message, *path)
            elif wrong.restore == step.id and solve_step(self.runner) and fingerprint(self.runner) != solved:
                message = Msg("solved after this detour, the step does not end as it does without")
                yield self._wrong("P605", message, *path)

    def _worked(self, step: Typing, start: _Place) -> Iterator[Problem]:
        """Ask for hints until the worked example comes, then do what it shows."""
        for _hint in step.hints:
            notice = self.runner.session.now.notice if self.runner.hint() else None
            if notice is not None and notice.kind == "worked":
                if not solve_step(self.runner):
                    yield self._wrong("P607", Msg("what the worked example shows does not pass"), "hints")
                elif not step.vars and _typed(self.runner) != list(notice.lines):
                    yield self._wrong("P607", Msg("the step needs other lines than the example shows"), "hints")
                return
        yield self._wrong("P607", Msg("asking for hints never leads to the worked example"), "hints")

    def _predictions(self, step: Predict, start: _Place) -> Iterator[Problem]:
        """Whatever is predicted, what happens is the same, and says that the option marked correct is right."""
        answers = [(option.id, option.correct) for option in step.options or ()] or [((step.accept or [""])[0], True)]
        for answer, correct in answers:
            self._return(start)
            self.runner.answer(answer)
            now = self.runner.session.now
            seen = self.runner.session.evidence()
            if now.notice is None or now.notice.kind != "reveal" or now.notice.correct is not correct:
                yield self._wrong("P606", Msg("answering {answer} reveals nothing", answer=answer))
            if not step.reveal.holds(seen):
                yield self._wrong("P606", Msg("what should show who was right does not happen"), "reveal")
            for place, option in enumerate(step.options or ()):
                if option.when is not None and option.when.holds(seen) is not option.correct:
                    yield self._wrong("P606", Msg("what happens says otherwise"), "options", place, "when")
        self._return(start)

    def _answers(self, step: Quiz, start: _Place) -> Iterator[Problem]:
        """No single wrong option passes."""
        for place, option in enumerate(step.options or ()):
            if not step.right((option.id,)):
                self._return(start)
                self.runner.answer(option.id)
                if self._passed(step):
                    yield self._wrong("P601", Msg("a wrong answer passes"), "options", place)
        self._return(start)

    def _type(self, lines: Sequence[str]) -> Any:
        """Type lines as long as the step takes them; returns what was said to the last one."""
        now = self.runner.session.now
        for line in lines:
            if self.runner.session.now.phase is not Phase.TYPE:
                break
            self.runner.submit(line)
            now = self.runner.session.now
            if now.notice is not None and now.notice.kind == "wrong":
                break
        return now.notice

    def _passed(self, step: Step) -> bool:
        return step.id in self.runner.session.now.passed

    def _return(self, start: _Place) -> None:
        self.runner = start.come_back(self.runner)

    def _wrong(self, code: str, message: Msg, *path: str | int) -> Problem:
        return _problem(self.source, code, message, "steps", self.index, *path)


class _Place:
    """A place in a lesson to come back to, however far a trial has led away from it."""

    def __init__(self, runner: LessonRunner) -> None:
        self.moment: Moment = runner.session.mark()
        self.moves = list(runner.moves)
        self.log: list[Input] = list(runner.world.log)
        self.state = fingerprint(runner)

    def come_back(self, runner: LessonRunner) -> LessonRunner:
        """The runner at that place, or a new one that was led there."""
        if runner.world.log[: len(self.log)] == self.log:
            runner.back_to(self.moment, len(self.moves))
            return runner
        session = runner.session
        other = LessonRunner(session.source, learner=session.learner, profile=session.profile, cooldown=0)
        other.replay(self.moves)
        self.moment = other.session.mark()
        return other


def _typed(runner: LessonRunner) -> list[str]:
    """The lines of the solution of the step as it is now."""
    return [move[1] for move in runner.session.now.step.solution() if move[0] == "line"]


def fingerprint(runner: LessonRunner) -> Any:
    """Everything about a world that could tell one moment from another."""
    world = runner.world
    return (
        world.clock.now(),
        len(world.log),
        {actor: (link.conn, link.closed, str(link.client.state)) for actor, link in world.links.items()},
        _stored(world),
        [
            (event.conn, event.side, event.raw)
            for event in live(world.journal.events)
            if isinstance(event, Data) and event.layer != "tls"  # records differ from run to run
        ],
        sum(isinstance(event, Tls) for event in live(world.journal.events)),
    )


def _stored(world: World) -> Any:
    return {
        (site.domain.name, user, box.name): (
            box.uid_validity,
            box.uid_next,
            box.highest_modseq,
            box.locked_by,
            [(stored.uid, stored.flags, stored.message.content) for stored in box],
        )
        for site in world.sites.values()
        for user in site.domain.users
        for box in site.mailboxes(user).listing()
    }
