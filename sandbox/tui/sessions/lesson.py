"""A lesson on the screen. The runner decides everything; here its steps become what the panes show."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from sandbox.core.message import N_, Msg
from sandbox.core.refs import Ref
from sandbox.i18n import render
from sandbox.resources import data_folder, lessons
from sandbox.teach.flow import Phase
from sandbox.teach.keeper import Keeper
from sandbox.teach.library import Library
from sandbox.teach.loader import open_source
from sandbox.teach.problems import LessonError
from sandbox.teach.progress import ProgressStore
from sandbox.teach.runner import LessonRunner
from sandbox.teach.view import StepView
from sandbox.tui.ports import Belief, CannotOpen, Choice, Heading, Hint, LessonView, Outcome, Prompt
from sandbox.tui.sessions.base import Worldly
from sandbox.tui.sessions.hints import Typing
from sandbox.tui.sessions.pace import Pace
from sandbox.wire.observer import Watched
from sandbox.world.errors import WorldError

_BLANK = re.compile(r"_{4,}")
_KINDS = {"passed": "passed", "wrong": "wrong", "spoiled": "wrong"}
_ANSWERING = (Phase.CHOOSE, Phase.WRITE)
_WAITING = (Phase.READ, Phase.DONE)


class Lesson(Worldly):
    """A learner in a lesson; `path` is its file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._typings: dict[str, Typing] = {}

    def open(self, changed: Callable[[], None]) -> None:
        """Load it and go on where the learner was."""
        store = ProgressStore(data_folder() / "progress.json")
        self._load(store.progress.learner)
        self._keeper = Keeper(store, self._runner)
        self._keeper.resume()
        self._begin()

    def _load(self, learner: str) -> None:
        """Read the lesson. Raises `CannotOpen`."""
        try:
            source = open_source(self._path, Library(self._path.parent, lessons()))
            self._runner = LessonRunner(source, learner=learner)
        except LessonError as error:
            raise CannotOpen(str(error)) from error
        except WorldError as error:
            raise CannotOpen(error.about) from error
        except (OSError, ValueError) as error:
            raise CannotOpen(str(error)) from error
        self.title = self._runner.step.title

    def _begin(self) -> None:
        """Show it from where it stands."""
        self.watch(self._runner.world, self._runner.observer, self._runner.lesson.id, self._runner.lesson.id)
        self._pace = Pace(self.trace)
        self._look()

    async def close(self) -> None:
        """Progress is on disk already."""
        self._keeper.close()
        await super().close()

    def tick(self, elapsed: float) -> None:
        """What the engine types appears at reading speed."""
        self._pace.tick(elapsed)

    def visible(self) -> int | None:
        """While the engine types, the lines that have appeared."""
        return self._pace.visible

    # Typing

    def prompt(self) -> Prompt | None:
        """The device that is typed for; a question mark where an answer is wanted."""
        step = self._runner.step
        if step.phase in _ANSWERING:
            return Prompt("?", "", answering=True)
        watched = self._runner.watched
        if step.phase in _WAITING or watched is None:
            return Prompt(step.actor, Msg(N_("Enter: go on")) if step.phase in _WAITING else "")
        return self.prompt_of(step.actor, self._typing(watched))

    def submit(self, line: str) -> None:
        """A line for the server, an answer, or on to the next step; the first Enter ends what the engine types."""
        if self._pace.visible is not None and not line:
            self._pace.finish()
            return
        typing = self._runner.step.phase is Phase.TYPE
        self._move(lambda: self._runner.submit(line), at_once=typing)

    def suggest(self, typed: str) -> str | None:
        """The next line's given part, else by the registry; never values, which are what is to be learnt."""
        step, watched = self._runner.step, self._runner.watched
        given = _BLANK.split(step.blank, maxsplit=1)[0] if step.blank else ""
        if given.startswith(typed) and given != typed:
            return given
        if watched is None or step.phase is not Phase.TYPE:
            return None
        return self._typing(watched).suggestion(watched, typed, _nothing)

    def hint(self, typed: str) -> Hint:
        """What the step waits for, else by the registry."""
        step, watched = self._runner.step, self._runner.watched
        if step.phase is Phase.CHOOSE:
            return Hint("", Msg(N_("type the letter of your answer, or click it")))
        if step.phase is Phase.WRITE:
            return Hint("", Msg(N_("type your answer")))
        if step.phase is Phase.TYPE and step.blank and not typed:
            return Hint(step.blank, Msg(N_("fill in the blank")))
        if watched is None or (step.phase is not Phase.TYPE and not typed):
            return Hint()
        return self._typing(watched).hint(watched, typed, _nothing)

    # Showing

    def heading(self) -> Heading:
        """Title and step."""
        step = self._runner.step
        heading = self.panes.heading(step.title, -1, self.recording.seconds)
        return heading._replace(step=(max(step.number, 1), step.total))

    def lesson(self) -> LessonView | None:
        """Where it stands."""
        runner = self._runner
        step, notice = runner.step, runner.step.notice
        over = runner.finished
        score = runner.score
        view = LessonView(
            title=step.title,
            step=max(step.number, 1),
            steps=tuple((mark.goal, mark.status) for mark in runner.steps),
            goal=step.goal,
            text="\n\n".join(text for text in (step.text, step.more) if text),
            template=step.template,
            choices=tuple(Choice(option.key, option.text, option.chosen, option.correct) for option in step.options),
            form=step.form,
            pairs=step.pairs,
            hints=step.hints,
            outcome=_outcome(step, over),
            lines=notice.lines if notice is not None else (),
            belief=_belief(step),
            hint_ready=step.more_hints,
            next_ready=step.phase in _WAITING,
            over=over,
            points=Msg(N_("{points} of {of} points"), points=f"{score.points:g}", of=f"{score.of:g}"),
        )
        return view if self._pace.visible is None else _meanwhile(view)

    # Doing

    def can(self, action: str) -> bool:
        """What the step allows."""
        step = self._runner.step
        return {
            "record": True,
            "undo": any(move[0] in ("line", "answer") for move in self._runner.moves),
            "hint": step.more_hints,
            "next": step.phase in _WAITING,
            "answer": step.phase is Phase.CHOOSE and step.form == "one",
        }.get(action, False)

    def act(self, action: str, argument: str = "") -> None:
        """Do it."""
        runner = self._runner
        if action == "record":
            self.say(self.recording.toggle(self.world.journal))
        elif action == "undo":
            self._move(lambda: runner.undo(), at_once=True)
        elif action == "hint":
            self._move(lambda: runner.hint(), at_once=True)
        elif action == "next":
            self._move(lambda: runner.next(), at_once=False)
        else:
            option = runner.step.options[int(argument)]
            self._move(lambda: runner.answer(option.id), at_once=False)

    # Inside

    def _typing(self, watched: Watched) -> Typing:
        """Help for the protocol of a connection."""
        name = watched.protocol.name
        if name not in self._typings:
            self._typings[name] = Typing(watched.protocol)
        return self._typings[name]

    def _move(self, move: Callable[[], object], *, at_once: bool) -> None:
        """Let the learner do something. What comes of it appears at once, or at reading speed."""
        before = len(self.trace)
        self._pace.finish()
        move()
        self._look()
        if not at_once:
            self._pace.begin(before)

    def _look(self) -> None:
        """The panes show the connection that is typed to."""
        watched = self._runner.watched
        if watched is not None:
            self.look(watched.open.conn)


def _meanwhile(view: LessonView) -> LessonView:
    """The same while the engine types: what comes of it is not told before it can be seen."""
    choices = tuple(choice._replace(verdict=None) for choice in view.choices)
    watch = Outcome("note", Msg(N_("Watch the trace. Enter shows the rest at once.")))
    return view._replace(choices=choices, outcome=watch, belief=None, next_ready=False, over=False)


def _nothing(_rule: str) -> Sequence[str]:
    return ()


def _outcome(step: StepView, over: bool) -> Outcome | None:
    notice = step.notice
    if over:
        end = render(Msg(N_("That was the lesson. Enter: back to the list.")))
        return Outcome("passed", f"{end}\n{step.outcome}" if step.outcome else end)
    if notice is None or notice.kind == "hint":
        return None
    kind = {True: "passed", False: "wrong", None: _KINDS.get(notice.kind, "note")}[notice.correct]
    return Outcome(kind, step.outcome or Msg(N_("Done.")))


def _belief(step: StepView) -> Belief | None:
    if step.belief is None:
        return None
    return Belief(step.belief.text, step.belief.fact, tuple(map(Ref, step.belief.refs)))
