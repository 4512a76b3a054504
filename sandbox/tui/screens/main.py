"""The main screen: trace in the middle, lesson at its left, one inspector below, a command line at the bottom.

It serves every kind of session. The session says what there is to see; this file says where, and which key does what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import monotonic
from typing import ClassVar

from textual import on
from textual.actions import parse
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widget import Widget

from sandbox.tui.actions import APP, MAIN, REPLAY, Action, bindings
from sandbox.tui.panes.bytes import BytesPane
from sandbox.tui.panes.connections import ConnectionTabs
from sandbox.tui.panes.heading import HeadingBar
from sandbox.tui.panes.keys import KeyBar
from sandbox.tui.panes.lesson import InspectorTabs, LessonPane, LessonStrip
from sandbox.tui.panes.mailbox import MailboxPane
from sandbox.tui.panes.packet import PacketPane
from sandbox.tui.panes.prompt import CommandLine, HintBar, PromptLabel
from sandbox.tui.panes.state import StatePane
from sandbox.tui.panes.tls import TlsPane
from sandbox.tui.panes.trace.model import TraceModel
from sandbox.tui.panes.trace.sheet import EVERYTHING
from sandbox.tui.panes.trace.view import TraceTitle, TraceView
from sandbox.tui.panes.transport import TransportBar
from sandbox.tui.ports import CannotOpen, Heading, Session
from sandbox.tui.screens.controls import Controls
from sandbox.tui.words import words

_FRAMES = 30
_TALL = 30


class Main(Screen[None]):
    """Shows a session. `begin` makes it, after the first paint, so that nothing it imports delays that."""

    AUTO_FOCUS = "CommandLine"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012  # Textual declares it so
    VERTICAL_BREAKPOINTS = [(0, "-short"), (_TALL, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(MAIN), *bindings(REPLAY)]

    def __init__(self, begin: Callable[[], Session], heading: Heading) -> None:
        super().__init__()
        self._begin = begin
        self._session: Session | None = None
        self._changed = False
        self._ticked = 0.0
        self._visible: int | None = None
        self._early: list[str] = []
        self.heading = HeadingBar()
        self.heading.heading = heading
        self.trace = TraceView(TraceModel(), id="trace")
        self.connections = ConnectionTabs()
        self.title_line = TraceTitle(self.trace)
        self.tabs = InspectorTabs(id="tabs")
        self.state, self.mailbox, self.bytes = StatePane(), MailboxPane(), BytesPane()
        self.packet = PacketPane()
        self.tls = TlsPane()
        self.lesson, self.strip = LessonPane(id="lesson"), LessonStrip(id="strip")
        self.hint, self.label, self.transport = HintBar(), PromptLabel(), TransportBar()
        self.line = CommandLine(self._suggest, id="command")
        self.keys = KeyBar(self.available)
        self.controls = Controls(self)
        self.inspecting = ""

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self.heading
        with Horizontal(id="body"):
            yield self.lesson
            with Vertical(id="work"):
                yield self.connections
                yield self.title_line
                yield self.trace
                yield self.tabs
                with Vertical(id="inspector"):
                    yield from self.inspectors.values()
        yield self.strip
        yield self.hint
        yield self.transport
        with Horizontal(id="line"):
            yield self.label
            yield self.line
        yield self.keys

    @property
    def inspectors(self) -> dict[str, Widget]:
        """The panes below the trace, by name."""
        panes = {"state": self.state, "mailbox": self.mailbox, "tls": self.tls, "bytes": self.bytes}
        return {**panes, "packet": self.packet}

    @property
    def session(self) -> Session | None:
        """The session; None until the first paint is done."""
        return self._session

    def on_mount(self) -> None:
        """Fold the inspector where there is little room; begin the session behind the first paint."""
        self.inspect("state" if self.app.size.height >= _TALL else "")
        self.project(getattr(self.app, "projecting", False))
        self.call_after_refresh(self._start)

    async def on_unmount(self) -> None:
        """End what runs behind."""
        await self.end()

    async def end(self) -> None:
        """End the session; the screen shows what it showed last."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _start(self) -> None:
        try:
            session = self._begin()
            session.open(self.changed)
        except CannotOpen as error:
            self.notify(words(error.said), severity="error", timeout=20, markup=False)
            await self.controls.home()
            return
        self._session = session
        self.trace.show_model(session.trace)
        self.set_class(session.lesson() is not None, "-lesson")
        self.set_class(session.playback() is not None, "-replay")
        self.set_class(session.prompt() is None, "-watch")
        if session.prompt() is None:
            self.line.disabled = True
            self.trace.replayed = session.playback() is not None
            self.trace.focus()
        for line in self._early:
            session.submit(line)
        self.show()
        self._prefill()
        self._ticked = monotonic()
        self.set_interval(1 / _FRAMES, self._tick)

    # Showing the session

    def changed(self) -> None:
        """The session has something new."""
        self._changed = True

    def _tick(self) -> None:
        session = self._session
        if session is None:
            return
        now = monotonic()
        session.tick(now - self._ticked)
        self._ticked = now
        playback, visible = session.playback(), session.visible()
        if self._changed or visible != self._visible or playback != self.transport.playback:
            self.show()
            self.controls.instruct()

    def show(self) -> None:
        """Ask the session everything again. Panes that are told the same as before do nothing."""
        session = self._session
        if session is None:
            return
        self._changed = False
        playback = session.playback()
        if playback is not None:
            self.transport.show(playback)
        self._show_lines(session.visible())
        self.heading.show(session.heading())
        self._show_prompt(session)
        self._show_lesson(session)
        self.show_moment()
        self.controls.name_ends()
        self.keys.refresh_keys()

    def _show_lines(self, visible: int | None) -> None:
        """The trace, as far as it may be seen."""
        if visible != self._visible:
            self._visible = visible
            self.trace.show_until(EVERYTHING if visible is None else visible)
        self.trace.flush()

    def show_moment(self) -> None:
        """What depends on the selected line."""
        session, line = self._session, self.trace.selected
        if session is None:
            return
        if self.inspecting == "state":
            self.state.show(session.state(line))
        elif self.inspecting == "mailbox":
            self.mailbox.show(session.mailbox(line))
        elif self.inspecting == "tls":
            self.tls.show(session.tls(line, self.tls.record))
        elif self.inspecting == "bytes":
            self.bytes.show(session.anatomy(line))
        elif self.inspecting == "packet":
            self.packet.show(session.packets(line))

    def _show_prompt(self, session: Session) -> None:
        prompt = session.prompt()
        if prompt is not None:
            self.label.show(prompt)
            self.line.placeholder = words(prompt.placeholder)
        self.hint.show(session.hint(self.line.value))

    def _show_lesson(self, session: Session) -> None:
        lesson = session.lesson()
        self.lesson.show(lesson)
        self.strip.show(lesson)

    def inspect(self, pane: str) -> None:
        """Show one inspector, or none ("")."""
        self.inspecting = pane
        for name, widget in self.inspectors.items():
            widget.display = name == pane
        self.set_class(not pane, "-folded")
        self.set_class(pane == "tls", "-tls")
        names = tuple((name, action.shown, action.title) for name, action in _panes(MAIN) if name in self.inspectors)
        self.tabs.show(names, pane)
        self.show_moment()

    def project(self, on: bool) -> None:
        """For a room full of people: bold letters, and air between exchanges."""
        self.set_class(on, "-projector")
        self.trace.space_out(1 if on else 0)

    def relabel(self) -> None:
        """The language changed: the session's own words, too."""
        self.show()

    # Typing

    def type_character(self, character: str) -> bool:
        """A printable key that was pressed elsewhere; False where there is no command line."""
        if self.has_class("-watch"):
            return False
        self.line.focus()
        self.line.type_character(character)
        return True

    @on(CommandLine.Entered)
    async def submit(self, event: CommandLine.Entered) -> None:
        """A line was entered."""
        if self._session is None:
            self._early.append(event.line)
            return
        self.trace.choose(-1)
        self.trace.follow = True
        self.tls.record = -1
        lesson = self._session.lesson()
        if lesson is not None and lesson.over and not event.line:
            await self.action_home()
            return
        self._session.submit(event.line)
        self.show()
        self._prefill()

    @on(CommandLine.Changed)
    def hint_for(self, event: CommandLine.Changed) -> None:
        """Another letter: another hint."""
        if self._session is not None and self._session.prompt() is not None:
            self.hint.show(self._session.hint(event.value))

    @on(CommandLine.Paging)
    def page(self, event: CommandLine.Paging) -> None:
        """Page the trace from the command line."""
        self.trace.action_page(event.step)

    def _prefill(self) -> None:
        """A new line begins with what the protocol wants there."""
        prompt = self._session.prompt() if self._session is not None else None
        if prompt is not None:
            self.line.begin(prompt.prefill)

    def _suggest(self, typed: str) -> str | None:
        return self._session.suggest(typed) if self._session is not None and typed else None

    # The trace

    @on(TraceView.Selected)
    def select(self) -> None:
        """Every pane moves to the selected line."""
        self.tls.record = -1
        self.show_moment()

    @on(TraceView.Inspect)
    def inspect_line(self) -> None:
        """Enter or a double click on a line."""
        self.inspect("bytes")

    @on(TraceView.Laid)
    def columns_moved(self) -> None:
        """The title stands above the columns."""
        self.connections.relabel()
        self.title_line.relabel()

    @on(TransportBar.Seek)
    def seek(self, event: TransportBar.Seek) -> None:
        """Go somewhere in a replay."""
        self.action_session("goto", str(event.line))

    # Actions

    def available(self) -> list[Action]:
        """What can be done here and now."""
        kinds: Iterable[Action] = (*REPLAY, *MAIN, *APP) if self.has_class("-replay") else (*MAIN, *APP)
        return [action for action in kinds if self._possible(action)]

    def _possible(self, action: Action) -> bool:
        namespace, name, parameters = parse(action.name)
        return namespace == "app" or bool(self.check_action(name, parameters))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something; keys that do not are not shown."""
        return self.controls.possible(action, parameters)

    def action_pane(self, pane: str) -> None:
        """Show or fold a pane."""
        if pane == "lesson":
            self.toggle_class("-more")
        else:
            self.inspect("" if self.inspecting == pane else pane)

    def action_session(self, action: str, argument: str = "") -> None:
        """Something that the session does."""
        if self._session is not None and self._session.can(action):
            self._session.act(action, argument)
            if self._session.playback() is not None:
                self.trace.choose(-1)
                self.trace.follow = True
            self.show()

    def action_answer(self, number: int) -> None:
        """An option of a question was clicked: that is the answer, or a part of one."""
        lesson = self._session.lesson() if self._session is not None else None
        if lesson is None or number >= len(lesson.choices):
            return
        if lesson.form == "one":
            self.action_session("answer", str(number))
        else:
            self.line.focus()
            self.line.type_character(f"{lesson.choices[number].key} ")

    def action_trace(self) -> None:
        """To the trace and back."""
        self.controls.trace()

    def action_connection(self) -> None:
        """The next connection."""
        self.controls.next_connection()

    def action_connection_at(self, number: int) -> None:
        """The connection of a tab; -1 for all of them."""
        self.controls.connection_at(number)

    def action_export(self) -> None:
        """Ask where and how to write what happened."""
        self.controls.export()

    def action_unfold(self) -> None:
        """Show or fold the segments that begin and end connections."""
        self.trace.unfold()

    def action_search(self) -> None:
        """Ask what to search for."""
        self.controls.search()

    def action_find(self, step: int) -> None:
        """The next line that matches."""
        self.controls.find(step)

    def action_goto(self) -> None:
        """Ask where to go in a replay."""
        self.controls.goto()

    def action_record(self, step: int) -> None:
        """Another record in the TLS pane."""
        self.tls.step(step)
        self.show_moment()

    def action_turn(self, step: int) -> None:
        """Scroll the pane below the trace by a page."""
        self.controls.turn(step)

    @on(TlsPane.Chosen)
    def look_into(self) -> None:
        """A record was clicked."""
        self.show_moment()

    def action_manual(self) -> None:
        """What to type into mail programs."""
        from sandbox.tui.screens.manual import Instructions

        manual = self._session.manual() if self._session is not None else None
        if manual is not None:
            self.app.push_screen(Instructions(manual))

    def action_replay(self) -> None:
        """Watch again what happened so far, on a screen of its own."""
        session = self._session.again() if self._session is not None else None
        if session is not None:
            self.app.push_screen(Main(lambda: session, self.heading.heading))

    async def action_home(self) -> None:
        """Leave the session for the list of lessons."""
        await self.controls.home()


def _panes(actions: Iterable[Action]) -> Iterable[tuple[str, Action]]:
    """The actions that show a pane, with its name."""
    for action in actions:
        _namespace, name, parameters = parse(action.name)
        if name == "pane":
            yield str(parameters[0]), action
