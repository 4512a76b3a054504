"""Plays a lesson by its own solutions: `run --solve`, and half of `prove`."""

from __future__ import annotations

from sandbox.teach.flow import Phase
from sandbox.teach.runner import LessonRunner

__all__ = ["solve", "solve_step"]


def solve_step(runner: LessonRunner) -> bool:
    """Do what solves the step, without going on; whether it is passed then."""
    index = runner.session.now.index
    for move in runner.session.now.step.solution():
        if move[0] == "next" or runner.session.now.phase in (Phase.DONE, Phase.OVER):
            break
        runner.do(move)
        if runner.session.now.index != index:
            return False
    return runner.session.now.phase in (Phase.DONE, Phase.READ) or runner.session.now.step.name == "free"


def solve(runner: LessonRunner) -> bool:
    """Solve the lesson from where it stands to its end; False where a solution does not lead on."""
    while not runner.finished:
        if not solve_step(runner) or not runner.next():
            return False
    return True
