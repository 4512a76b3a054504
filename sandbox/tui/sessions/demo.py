"""A lesson shown to a class: one key types the worked lines, hands are counted before an answer is revealed.

It is the lesson itself, to a real server in its own world: the speaker may type lines of their own at any time, and go
back in time. Nobody's progress is touched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.core.message import N_, Msg
from sandbox.teach.flow import Phase
from sandbox.tui.ports import Anatomy, Hint, LessonView, Outcome, PacketView, Prompt, Session
from sandbox.tui.sessions.base import Worldly
from sandbox.tui.sessions.lesson import Lesson
from sandbox.tui.sessions.masking import Mask
from sandbox.tui.tlsview import TlsView
from sandbox.wire.trace import live

_AUDIENCE = 9999
"""Hands that fit in a room."""

_TYPES = Msg(N_("Space: type this line"))
_GOES_ON = Msg(N_("Space: go on"))
_COUNTS = Msg(N_("0-9: hands for the option ●, ↑↓: another option, Space: reveal"))
_REVEALS = Msg(N_("Space: reveal"))
_USED_UP = Msg(N_("The solution is typed, and the step is not passed: Ctrl+Z takes lines back."))


@dataclass(slots=True)
class Vote:
    """The hands at one step: how many for each option, and the option that is being counted."""

    step: str = ""
    hands: list[int] = field(default_factory=list)
    at: int = 0

    def type(self, digit: str) -> None:
        """Another digit of the count; none takes the last one away."""
        text = f"{self.hands[self.at] or ''}"
        self.hands[self.at] = min(int((text + digit if digit else text[:-1]) or "0"), _AUDIENCE)

    @property
    def winner(self) -> int:
        """The option with most hands, the first of several; -1 while nobody voted."""
        return self.hands.index(max(self.hands)) if any(self.hands) else -1


class Demo(Lesson):
    """An instructor in a lesson; `path` is its file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._latest = Vote()
        self._noted = True
        self._worked: list[int] = []
        """How many moves had been made before each line of a solution."""

    def open(self, changed: Callable[[], None]) -> None:
        """Load it, from its beginning. Raises `CannotOpen`."""
        self._load("0")
        self._begin()
        domains = self.world.description.domains
        self._mask = Mask((word for domain in domains for word in domain.users.values()), self.dialogue)

    async def close(self) -> None:
        """There is nothing to keep but a recording."""
        await Worldly.close(self)

    # Going on

    def can(self, action: str) -> bool:
        """What means something now."""
        if action == "advance":
            return not self._runner.finished
        if action in ("count", "option"):
            return self._counting
        return action in ("notes", "secrets") or super().can(action)

    def act(self, action: str, argument: str = "") -> None:
        """Do it."""
        if action == "advance":
            self._advance()
        elif action == "count":
            self._vote.type(argument)
        elif action == "option":
            self._vote.at = (self._vote.at + int(argument)) % len(self._vote.hands)
        elif action == "notes":
            self._noted = not self._noted
        elif action == "secrets":
            self._mask.on = not self._mask.on
        else:
            super().act(action, argument)

    def submit(self, line: str) -> None:
        """A line of the speaker's own; an empty one goes on."""
        if line:
            super().submit(line)
        else:
            self._advance()

    def _advance(self) -> None:
        """The one thing to do next."""
        runner, phase = self._runner, self._runner.step.phase
        if self._pace.visible is not None:
            self._pace.finish()
        elif phase in (Phase.CHOOSE, Phase.WRITE):
            answer = self._answer()
            self._move(lambda: runner.answer(*answer), at_once=False)
        elif phase is Phase.TYPE and self._line is not None:
            line = self._line
            self._worked.append(len(runner.moves))
            self._move(lambda: runner.submit(line), at_once=False)
        elif phase is Phase.TYPE and not runner.next():
            self.say(_USED_UP)
        elif phase in (Phase.READ, Phase.DONE):
            self._move(lambda: runner.next(), at_once=False)

    def _answer(self) -> tuple[str, ...]:
        """What most of the room said; the right answer where nobody was asked, or they were wrong already."""
        first = self._solution[0]
        asked = self._runner.session.marks.answers
        if self._counting and self._vote.winner >= 0 and self._vote.step not in asked:
            return (self._runner.step.options[self._vote.winner].id,)
        return first[1:]

    @property
    def _solution(self) -> list[tuple[str, ...]]:
        """The moves that solve the step."""
        return self._runner.session.now.step.solution()

    @property
    def _line(self) -> str | None:
        """The line of the solution that comes next; None when all are typed."""
        moves = self._runner.moves
        began = max((place + 1 for place, move in enumerate(moves) if move[0] == "next"), default=0)
        self._worked = [place for place in self._worked if place < len(moves)]  # the others were taken back
        lines = [move[1] for move in self._solution if move[0] == "line"]
        typed = sum(place >= began for place in self._worked)
        return lines[typed] if typed < len(lines) else None

    @property
    def _vote(self) -> Vote:
        """The hands of this step; a new question begins with none."""
        step = self._runner.step
        if self._latest.step != step.id:
            self._latest = Vote(step.id, [0] * len(step.options) if step.form == "one" else [])
        return self._latest

    @property
    def _counting(self) -> bool:
        """Whether hands are counted now."""
        step = self._runner.step
        return step.phase is Phase.CHOOSE and step.form == "one" and self._pace.visible is None

    # Showing

    def prompt(self) -> Prompt | None:
        """The command line, with the next line in it as a ghost."""
        prompt = super().prompt()
        if prompt is None:
            return None
        ghost = self._line if self._runner.step.phase is Phase.TYPE else None
        return prompt._replace(prefill="", placeholder=self._mask.text(ghost or "") or prompt.placeholder)

    def hint(self, typed: str) -> Hint:
        """What Space does, while nothing is typed."""
        if typed or self._pace.visible is not None:
            return super().hint(typed)
        phase = self._runner.step.phase
        if phase is Phase.TYPE:
            line = self._line
            return Hint(self._mask.text(line), _TYPES) if line is not None else Hint("", _GOES_ON)
        if phase in (Phase.CHOOSE, Phase.WRITE):
            return Hint("", _COUNTS if self._counting else _REVEALS)
        return Hint("", _GOES_ON)

    def lesson(self) -> LessonView | None:
        """The lesson with notes and hands, and without passwords."""
        view = super().lesson()
        if view is None:
            return None
        counting, mask = self._counting, self._mask
        choices = tuple(
            choice._replace(label=mask.text(choice.label), chosen=place == self._vote.at if counting else choice.chosen)
            for place, choice in enumerate(view.choices)
        )
        outcome = view.outcome
        if outcome is not None:
            outcome = self._revealed(outcome)
        return view._replace(
            text=mask.text(view.text),
            choices=choices,
            outcome=outcome and Outcome(outcome.kind, mask.said(outcome.text)),
            lines=tuple(map(mask.text, view.lines)),
            hints=tuple(map(mask.said, view.hints)),
            notes=mask.text(self._runner.step.notes) if self._noted else "",
            votes=tuple(self._vote.hands),
            points="",
        )

    def _revealed(self, outcome: Outcome) -> Outcome:
        """Where nobody voted, nobody predicted: only what is so is said."""
        notice = self._runner.step.notice
        if notice is None or notice.kind != "reveal" or any(self._vote.hands) or self._pace.visible is not None:
            return outcome
        return Outcome("note", notice.text)

    def again(self) -> Session | None:
        """What happened so far, from the beginning, masked for good."""
        from sandbox.tui.sessions.replay import replay_of  # start-up: most sessions are never watched again

        return replay_of(self.title, list(map(self._mask.event, live(self.world.journal.events))))

    def anatomy(self, line: int) -> Anatomy | None:
        """Of a line, masked."""
        view = super().anatomy(line)
        return view and self._mask.anatomy(view)

    def packets(self, line: int) -> PacketView | None:
        """Of a line, masked."""
        view = super().packets(line)
        return view and self._mask.packets(view)

    def tls(self, line: int, record: int) -> TlsView | None:
        """At a line, masked."""
        view = super().tls(line, record)
        return view and self._mask.tls(view)
