"""The line-oriented mode: a lesson or free play without a screen, for screen readers, pipes and simple terminals.

Everything that appears is a line of text, in the order in which it happens: `C:` and `S:` lines with a word on what
each means, then what the lesson has to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import click

from sandbox.i18n import _, render
from sandbox.i18n.safe import safe
from sandbox.record.words import note_message
from sandbox.wire.observer import Explained, Observer
from sandbox.wire.trace import Close, Note, Open

if TYPE_CHECKING:
    from sandbox.teach.runner import LessonRunner
    from sandbox.teach.view import StepView
    from sandbox.wire.trace import AnyEvent, Journal

WIDTH = 78
_MARKS = {"passed": "✓", "wrong": "✗"}


class Teller:
    """Tells what happens on the wire since it was last asked, line by line."""

    def __init__(self, journal: Journal, observer: Callable[[], Observer]) -> None:
        self._journal, self._observer = journal, observer
        self._seq = 0
        self.several = False
        """Whether lines say whose connection they belong to."""

    def tell(self) -> None:
        """Write what is new."""
        events = [event for event in self._journal.events if event.seq > self._seq]
        self._seq = self._journal.seq
        if not events:
            return
        first = events[0].seq
        explained = [
            known for watched in self._observer().watched.values() for known in watched.explained if known.seq >= first
        ]
        lines: list[tuple[int, int, list[str]]] = []
        for event in events:
            lines.append((event.seq, 0, list(self._event(event))))
        for number, known in enumerate(explained, 1):
            lines.append((known.seq, number, list(self._unit(known))))
        for _seq, _number, texts in sorted(lines, key=lambda line: line[:2]):
            for text in texts:
                click.echo(text)

    def _event(self, event: AnyEvent) -> Iterator[str]:
        if isinstance(event, Open):
            where = f"{safe(event.server)}:{event.port}"
            yield "-- " + _("{client} is connected to {server}").format(client=safe(event.client), server=where)
        elif isinstance(event, Close):
            yield "-- " + (_("the line broke") if event.cut else _("the connection is closed"))
        elif isinstance(event, Note):
            yield "-- " + safe(render(note_message(event)))

    def _unit(self, known: Explained) -> Iterator[str]:
        unit = known.unit
        who = f"{safe(known.conn)} " if self.several else ""
        for line in unit.raw.split(b"\n"):
            if line:
                yield f"{who}{unit.side}: {safe(line.removesuffix(bytes([13])))}"
        about = render(unit.about)
        if unit.fault is not None:
            about += " " + _("At octet {at}: {want}.").format(at=unit.fault.at + 1, want=render(unit.fault.want))
        yield f"     {safe(about)}"


def wrapped(text: str, indent: str = "") -> Iterator[str]:
    """Lesson prose, wrapped."""
    from textwrap import wrap

    for paragraph in text.split("\n"):
        yield from wrap(safe(paragraph), WIDTH, initial_indent=indent, subsequent_indent=indent) or [""]


class LessonTeller:
    """Tells a lesson: each step once, then what came of what was done."""

    def __init__(self, runner: LessonRunner) -> None:
        self.runner = runner
        self._wire = Teller(runner.world.journal, lambda: runner.observer)
        self._wire.several = len(runner.lesson.actors) > 1
        self._told: tuple[str, int] | None = None
        self._hints = 0
        self._notice: object = None

    def tell(self) -> None:
        """Write what is new: the wire, the notice, hints, and the step if it is another one."""
        view = self.runner.step
        self._wire.tell()
        if view.notice is not None and view.notice is not self._notice:
            self._notify(view)
        self._notice = view.notice
        if self._told is None or self._told[0] != view.id:
            self._hints = 0
            self._step(view)
            self._told = (view.id, view.number)
        for hint in view.hints[self._hints :]:
            self._lines(wrapped(_("Hint: {text}").format(text=hint)))
        self._hints = len(view.hints)
        if self.runner.finished:
            score = self.runner.score
            reached, best = format(score.points, "g"), format(score.of, "g")
            click.echo(_("The lesson is over: {reached} of {best} points.").format(reached=reached, best=best))

    def _step(self, view: StepView) -> None:
        click.echo()
        click.echo(
            _("Step {number} of {total}: {goal}").format(number=view.number, total=view.total, goal=safe(view.goal))
        )
        self._lines(wrapped(view.text))
        for line in view.template:
            click.echo(f"    {safe(line)}")
        for option in view.options:
            click.echo(f"  {option.key}) {safe(option.text)}")
        if view.phase.value == "read":
            click.echo(_("(press Enter to go on)"))

    def _notify(self, view: StepView) -> None:
        notice = view.notice
        assert notice is not None
        mark = {True: "✓", False: "✗", None: _MARKS.get(notice.kind, "*")}[notice.correct]
        text = view.outcome or (_("Done.") if notice.kind == "passed" else "")
        self._lines(wrapped(f"{mark} {text}".rstrip()))
        for line in notice.lines:
            click.echo(f"    {safe(line)}")
        if view.belief is not None:
            self._lines(wrapped(view.belief.fact, "  "))
        if view.phase.value == "done":
            click.echo(_("(press Enter to go on)"))

    def _lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            click.echo(line)


def play_lesson(runner: LessonRunner, lines: Iterable[str]) -> bool:
    """Play a lesson from typed lines; `?` asks for a hint, `@undo` takes the last line back. True if it was passed."""
    teller = LessonTeller(runner)
    teller.tell()
    for line in lines:
        word = line.strip()
        if word == "?":
            runner.hint()
        elif word == "@undo":
            runner.undo()
        else:
            runner.submit(line)
        teller.tell()
        if runner.finished:
            return True
    while not runner.finished and runner.step.phase.value in ("read", "done"):
        runner.next()
        teller.tell()
    return runner.finished
