"""Everything that can be done, once: keys, key bar, command palette and help screen read this table."""

from __future__ import annotations

from typing import NamedTuple

from textual.binding import Binding

from sandbox.core.message import N_


class Action(NamedTuple):
    """A thing to do. `name` is Textual's action, `keys` its keys, `title` a word or two, `about` a sentence.

    `rank` orders the bar at the bottom, where there is rarely room for all: 0 is never shown there.
    """

    name: str
    keys: str
    shown: str
    title: str
    about: str
    rank: int = 0


APP = (
    Action("app.help", "f1", "F1", N_("Help"), N_("Keys, panes and what the marks mean"), 1),
    Action("app.command_palette", "ctrl+p", "^P", N_("Commands"), N_("Search for anything that can be done"), 10),
    Action("app.projector", "f10", "F10", N_("Projector"), N_("High contrast and more air, for a room full of people")),
    Action("app.switch_language", "f12", "F12", N_("Language"), N_("Switch between English and Spanish"), 12),
    Action("app.quit", "ctrl+q", "^Q", N_("Quit"), N_("Leave the sandbox"), 13),
)

MAIN = (
    Action("screen.pane('lesson')", "f2", "F2", N_("Lesson"), N_("Show or fold away the lesson"), 2),
    Action("screen.manual", "f2", "F2", N_("Settings"), N_("What to type into mail programs"), 2),
    Action("screen.pane('state')", "f3", "F3", N_("State"), N_("The protocol's states and what is allowed now"), 3),
    Action("screen.pane('mailbox')", "f4", "F4", N_("Mailbox"), N_("Stored mail, and what the session sees of it"), 4),
    Action("screen.pane('tls')", "f5", "F5", N_("TLS"), N_("Records of TLS, and what an eavesdropper sees"), 5),
    Action("screen.pane('bytes')", "f6", "F6", N_("Bytes"), N_("Every octet of the selected line, explained"), 5),
    Action("screen.pane('packet')", "f7", "F7", N_("Packet"), N_("The segments that carried the line, by field"), 5),
    Action("screen.replay", "f8", "F8", N_("Replay"), N_("Watch again what happened so far"), 8),
    Action("screen.session('hint')", "f9", "F9", N_("Hint"), N_("The next hint for this step"), 6),
    Action("screen.session('next')", "ctrl+n", "^N", N_("Next"), N_("Go on to the next step"), 7),
    Action("screen.session('undo')", "ctrl+z", "^Z", N_("Undo"), N_("Go back in time to before the last command"), 9),
    Action("screen.session('record')", "ctrl+r", "^R", N_("Record"), N_("Write what happens to a file, or stop"), 11),
    Action("screen.export", "ctrl+e", "^E", N_("Export"), N_("Write it as a capture, a page or a figure"), 11),
    Action("screen.search", "ctrl+f", "^F", N_("Search"), N_("Find text in the trace (a regular expression)"), 11),
    Action("screen.connection", "ctrl+t", "^T", N_("Connection"), N_("One connection after the other, then all"), 9),
    Action("screen.record(-1)", "shift+up", "⇧↑", N_("Record before"), N_("The TLS record before this one")),
    Action("screen.record(1)", "shift+down", "⇧↓", N_("Record after"), N_("The TLS record after this one")),
    Action("screen.unfold", "ctrl+y", "^Y", N_("Segments"), N_("Show or fold how connections begin and end: SYN, FIN")),
    Action("screen.turn(-1)", "shift+pageup", "⇧PgUp", N_("Page up"), N_("Scroll up in the pane below the trace")),
    Action("screen.turn(1)", "shift+pagedown", "⇧PgDn", N_("Page down"), N_("Scroll down in the pane below the trace")),
    Action("screen.trace", "escape", "Esc", N_("Trace"), N_("Move through the trace; again: back to typing")),
    Action("screen.home", "ctrl+l", "^L", N_("Home"), N_("Leave this and go to the list of lessons")),
)

REPLAY = (
    Action("screen.session('play')", "space", "Space", N_("Play"), N_("Play or pause"), 1),
    Action("screen.session('back')", "left", "←", N_("Back"), N_("One line back"), 2),
    Action("screen.session('forward')", "right", "→", N_("Forward"), N_("One line forward"), 2),
    Action("screen.session('start')", "home", "Home", N_("Start"), N_("To the beginning"), 5),
    Action("screen.session('end')", "end", "End", N_("End"), N_("To the end"), 5),
    Action("screen.session('slower')", "left_square_bracket", "[", N_("Slower"), N_("Half the speed"), 6),
    Action("screen.session('faster')", "right_square_bracket", "]", N_("Faster"), N_("Twice the speed"), 6),
    Action("screen.goto", "g", "g", N_("Go to"), N_("Go to a line by its number"), 7),
    Action("screen.find(1)", "n", "n", N_("Next match"), N_("The next line that matches the search")),
    Action("screen.find(-1)", "N", "N", N_("Previous match"), N_("The line before that matches the search")),
)

DEMO = (
    Action("screen.session('advance')", "space", "Space", N_("Go on"), N_("Type the next line, reveal, or go on"), 1),
    Action("screen.session('notes')", "ctrl+o", "^O", N_("Notes"), N_("Show or hide the notes for the speaker"), 3),
    Action("screen.session('secrets')", "ctrl+g", "^G", N_("Secrets"), N_("Show or hide passwords on the screen"), 3),
)


def bindings(actions: tuple[Action, ...]) -> list[Binding]:
    """The keys of some actions, for Textual. Descriptions stay out of it: they would be in one language for ever."""
    return [Binding(action.keys, action.name, action.title, show=False) for action in actions]
