"""The lesson: a pane at the left where there is room, else a strip of a few lines above the command line."""

from __future__ import annotations

from textual.content import Content

from sandbox.i18n import _
from sandbox.tui.panes.base import Line, Page
from sandbox.tui.ports import Choice, LessonView, Outcome
from sandbox.tui.words import button, hanging, plain, prose, words

_MARKS = {"done": ("✓", "$success"), "now": ("▸", "bold $accent"), "later": ("·", "$muted")}
_BEFORE = "     "
_HANDS = 10
"""Hands that make a full bar, unless there are more."""
_OUTCOMES = {"passed": ("✓", "$success"), "wrong": ("✗", "$error"), "note": ("›", "$warning")}


class LessonPane(Page):
    """Shows a `LessonView`: goal, what to do, steps, what happened, hints."""

    lesson: LessonView | None = None

    def show(self, lesson: LessonView | None) -> None:
        """Show where the lesson stands."""
        if lesson != self.lesson:
            step = self.lesson.step if self.lesson else -1
            self.lesson = lesson
            self.relabel()
            if lesson is not None and lesson.step != step:
                self.scroll_home(animate=False)

    def content(self, width: int) -> Content:
        """All of it, from top to bottom."""
        lesson = self.lesson
        if lesson is None:
            return Content("")
        blocks = [plain(f"{lesson.step}. {lesson.goal}" if lesson.goal else lesson.title, "bold"), prose(lesson.text)]
        if lesson.template:
            blocks.append(Content("\n").join([plain(f"  {line}", "$accent") for line in lesson.template]))
        if lesson.choices:
            blocks.append(Content("\n").join(_choices(lesson, width)))
        if lesson.pairs:
            blocks.append(Content("\n").join([plain(f"{place}. {pair}") for place, pair in enumerate(lesson.pairs, 1)]))
        if lesson.outcome is not None:
            blocks.append(_outcome(lesson.outcome, width))
        blocks += _afterwards(lesson, width)
        blocks += [hanging(Content.styled("› ", "$warning"), prose(hint), width) for hint in lesson.hints]
        if lesson.notes:
            blocks.append(_notes(lesson.notes, width))
        blocks += _buttons(lesson)
        blocks.append(Content("\n").join([_step(title, mark, width) for title, mark in lesson.steps]))
        if lesson.points:
            blocks.append(plain(lesson.points, "$muted"))
        return Content("\n\n").join([block for block in blocks if block])


class LessonStrip(Page):
    """The same, folded: the step, what happened or the next thing to do, and its keys."""

    lesson: LessonView | None = None

    def show(self, lesson: LessonView | None) -> None:
        """Show where the lesson stands."""
        if lesson != self.lesson:
            self.lesson = lesson
            self.relabel()

    def content(self, width: int) -> Content:
        """At most what fits; the rest scrolls."""
        lesson = self.lesson
        if lesson is None:
            return Content("")
        where = Content.assemble((f"{lesson.step}/{len(lesson.steps)} ▸ ", "bold $accent"), plain(lesson.goal, "bold"))
        lines = [Content("   ").join([where, *_buttons(lesson)]), prose(lesson.text)]
        if lesson.template:
            lines.append(plain("   ".join(lesson.template), "$accent"))
        if lesson.choices:
            lines.append(Content("\n" if lesson.votes else "   ").join(_choices(lesson, width)))
        if lesson.outcome is not None:
            lines.append(_outcome(lesson.outcome, width))
        lines += _afterwards(lesson, width)
        if lesson.hints:
            lines.append(hanging(Content.styled("› ", "$warning"), prose(lesson.hints[-1]), width))
        if lesson.notes:
            lines.append(_notes(lesson.notes, width))
        return Content("\n").join(lines)


class InspectorTabs(Line):
    """The rule above the pane that shows one thing at a time; its names are buttons."""

    names: tuple[tuple[str, str, str], ...] = ()
    current = ""

    def show(self, names: tuple[tuple[str, str, str], ...], current: str) -> None:
        """`names` are (pane, key, title) in the language's message ids."""
        self.names, self.current = names, current
        self.refresh()

    def left(self) -> Content:
        """`━ F3 State ━━ F4 Mailbox ━━━`."""
        rule = "$rule"
        parts = [Content.styled("━", rule)]
        for pane, key, title in self.names:
            style = "bold $accent" if pane == self.current else "$muted"
            action = f"screen.pane('{pane}')"
            parts += [
                Content.assemble(" ", button(f"{key} {_(title)}", action, style), " "),
                Content.styled("━━", rule),
            ]
        line = Content("").join(parts)
        return Content.assemble(line, ("━" * max(self.content_size.width - line.cell_length, 0), rule))


def _choices(lesson: LessonView, width: int) -> list[Content]:
    shown = [_choice(number, choice, width) for number, choice in enumerate(lesson.choices)]
    if not lesson.votes:
        return shown
    most = max(*lesson.votes, _HANDS)
    bars = (_bar(votes, most, width) for votes in lesson.votes)
    return [Content("\n").join(pair) for pair in zip(shown, bars, strict=True)]


def _bar(votes: int, most: int, width: int) -> Content:
    """How many hands were counted, beside a bar of that length."""
    room = max(width - len(_BEFORE) - len(str(votes)) - 1, 1)
    return Content.assemble(_BEFORE, ("█" * round(votes * room / most), "$accent"), plain(f" {votes}", "bold"))


def _notes(notes: str, width: int) -> Content:
    return hanging(Content.styled("✎ ", "$accent"), prose(notes, "italic $muted"), width)


def _choice(number: int, choice: Choice, width: int) -> Content:
    style = "$success" if choice.verdict else "$error" if choice.verdict is False and choice.chosen else ""
    mark = "●" if choice.chosen else "○"
    if choice.verdict is not None:
        mark = "✓" if choice.verdict else "✗" if choice.chosen else "○"
    action = f"screen.answer({number})"
    return hanging(button(f"{mark} {words(choice.key)}  ", action, style), button(choice.label, action, style), width)


def _outcome(outcome: Outcome, width: int) -> Content:
    mark, style = _OUTCOMES[outcome.kind]
    return hanging(Content.styled(f"{mark} ", style), prose(outcome.text, style), width)


def _afterwards(lesson: LessonView, width: int) -> list[Content]:
    """The lines of a worked example; the misconception that showed, and what is so."""
    blocks = []
    if lesson.lines:
        blocks.append(Content("\n").join([plain(f"  {line}", "bold $primary") for line in lesson.lines]))
    if lesson.belief is not None:
        refs = "  ".join(f"{ref.document} §{ref.section}" for ref in lesson.belief.refs)
        said = Content.assemble(prose(lesson.belief.fact), "  ", plain(refs, "$muted"))
        blocks.append(hanging(Content.styled("› ", "$warning"), said, width))
    return blocks


def _buttons(lesson: LessonView) -> list[Content]:
    buttons = []
    if lesson.next_ready:
        buttons.append(button(_("Enter: go on ▸"), "screen.session('next')", "bold $success"))
    if lesson.hint_ready:
        buttons.append(button(_("F9: a hint"), "screen.session('hint')", "$accent"))
    return buttons


def _step(title: str, mark: str, width: int) -> Content:
    sign, style = _MARKS[mark]
    return hanging(Content.styled(f"{sign} ", style), plain(title, style if mark != "done" else ""), width)
