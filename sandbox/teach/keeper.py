"""Keeps a lesson's progress on disk while it is played, and brings it back."""

from __future__ import annotations

import hashlib
import json

from sandbox.teach.document import plain
from sandbox.teach.progress import LessonProgress, ProgressStore
from sandbox.teach.runner import LessonRunner

__all__ = ["Keeper"]


class Keeper:
    """Saves after whatever the learner does. `resume` is for the beginning, before the interface shows anything."""

    def __init__(self, store: ProgressStore, runner: LessonRunner) -> None:
        self.store = store
        self.runner = runner
        self._digest = _digest(runner)
        self._over = False
        self._cancel = runner.subscribe(self._save)

    def close(self) -> None:
        """Save no more."""
        self._cancel()

    def resume(self) -> bool:
        """Bring the learner back to where they were; False if the lesson begins.

        If the file has changed since, or the moves no longer lead to that step, the lesson begins.
        """
        kept, runner = self.store.lesson(self.runner.lesson.id), self.runner
        if not kept.input or kept.digest != self._digest:
            return False
        self._cancel()
        runner.replay(tuple(move) for move in kept.input if move)
        arrived = runner.step.id == kept.step
        if arrived:
            marks = runner.session.marks
            marks.worked.update(kept.worked)
            marks.hints.update(kept.hints)
            marks.answers.update(
                (step, (tuple(ids), kept.right.get(step, False))) for step, ids in kept.answers.items()
            )
        else:
            runner.undo("lesson")
        self._cancel = runner.subscribe(self._save)
        return arrived

    def _save(self) -> None:
        runner, kept = self.runner, self.store.lesson(self.runner.lesson.id)
        marks = runner.session.marks
        predictions = {
            step.id: list(marks.answers[step.id][0])
            for step in runner.lesson.steps
            if step.name == "predict" and step.id in marks.answers
        }
        done = [step for step in runner.lesson.steps if step.id in runner.session.now.passed]
        score = runner.score
        ended = runner.finished and not self._over
        self._over = runner.finished
        self.store.save(
            runner.lesson.id,
            LessonProgress(
                digest=self._digest,
                step="" if runner.finished else runner.step.id,
                input=[] if runner.finished else [list(move) for move in runner.moves],
                done=[step.id for step in done],
                points={step.id: runner.points(step) for step in done},
                hints=dict(marks.hints),
                worked=sorted(marks.worked),
                answers={step: list(ids) for step, (ids, _right) in marks.answers.items()},
                right={step: right for step, (_ids, right) in marks.answers.items()},
                predictions=predictions | kept.predictions,
                best=max(kept.best or 0.0, score.points) if ended else kept.best,
                of=score.of if ended else kept.of,
                finished=kept.finished + ended,
            ),
        )


def _digest(runner: LessonRunner) -> str:
    """What the lesson depends on: its file with what it includes, the learner, the profile."""
    session = runner.session
    words = json.dumps([plain(session.source.tree), session.learner, session.profile])
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16]
