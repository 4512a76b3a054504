"""What the main screen needs from whatever runs behind it: a lesson, free play, a replay or a real server.

The screen asks and shows; it knows no protocol. A `Session` answers with the values below, which are data only. Texts
are messages (`Msg`, put into words when they are painted) or words that came from outside (`str`: wire octets, lesson
prose, names), which every pane passes through `safe`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sandbox.core.message import Msg
from sandbox.core.refs import Ref
from sandbox.tui.panes.trace.model import TraceModel
from sandbox.tui.tlsview import TlsView

if TYPE_CHECKING:
    from sandbox.record.reader import Transcript

Text = Msg | str


class Heading(NamedTuple):
    """The line at the top. `step` is (number from 1, of how many); `tls` names the version, "" in clear text."""

    protocol: str
    title: Text
    client: str = ""
    server: str = ""
    step: tuple[int, int] | None = None
    tls: str = ""
    recording: int = -1
    """Seconds recorded so far; -1 when nothing is recorded."""


class Prompt(NamedTuple):
    """The command line. `label` stands before it; `answering` says that what is typed is content, not a command.

    `prefill` is what a new line begins with.
    """

    label: str
    placeholder: Text = ""
    answering: bool = False
    prefill: str = ""


class Hint(NamedTuple):
    """The line above the command line: a syntax, what it does, and words that fit where the cursor is."""

    usage: str = ""
    about: Text = ""
    choices: tuple[str, ...] = ()


class Position(NamedTuple):
    """A protocol state in the diagram."""

    name: str
    about: Text
    ref: Ref


class Allowed(NamedTuple):
    """A command that may be given now."""

    verb: str
    usage: str
    about: Text
    ref: Ref


class StateView(NamedTuple):
    """The diagram at a moment: positions in order, the present one, its commands, and what else is known."""

    positions: tuple[Position, ...]
    current: str
    allowed: tuple[Allowed, ...] = ()
    facts: tuple[tuple[Text, Text], ...] = ()


class Seen(NamedTuple):
    """A message in the eyes of a session: its number there (0: the session does not know it), and a remark."""

    number: int
    remark: Text = ""


class Mail(NamedTuple):
    """A stored message, beside what each of the sessions sees of it.

    `fresh`: it just changed. `place` says whose it is where no session has it open.
    """

    uid: str
    octets: int
    sender: str
    subject: str
    flags: tuple[str, ...] = ()
    seen: tuple[Seen, ...] = ()
    place: str = ""
    gone: bool = False
    fresh: bool = False


class Looking(NamedTuple):
    """A session that has the mailbox open: its client, and how many messages it counts (-1 when it has left)."""

    client: str
    counts: int


class Folder(NamedTuple):
    """A mailbox of the tree: the last part of its name under `depth` superiors. `open`: it is the one that is shown."""

    name: str
    depth: int
    uses: tuple[str, ...]
    messages: int
    unseen: int
    subscribed: bool
    open: bool = False


class Queued(NamedTuple):
    """Mail in a server's queue: who holds it, its envelope, when it is tried again (UTC), how often it was tried, and
    what was said to the last attempt."""

    host: str
    sender: str
    recipients: tuple[str, ...]
    due: str
    attempts: int = 0
    last: str = ""


class MailboxView(NamedTuple):
    """A mailbox at a moment. `notice` is shown instead of mails that nobody can know (an import has none).

    `queue` is the mail under way between servers, for the present moment of a world.

    Every mail has one `Seen` for each of the `sessions`.
    """

    name: str
    mails: tuple[Mail, ...] = ()
    stored: int = 0
    sessions: tuple[Looking, ...] = ()
    folders: tuple[Folder, ...] = ()
    notice: Text = ""
    queue: tuple[Queued, ...] = ()


class Token(NamedTuple):
    """Some octets with a meaning; `decoded` is what they say where they are coded."""

    start: int
    stop: int
    name: str
    about: Text
    ref: Ref
    decoded: str = ""


class Anatomy(NamedTuple):
    """A unit of the dialogue taken apart. `first` and `last` bound the selected line within `raw`."""

    raw: bytes
    tokens: Sequence[Token]
    about: Text
    ref: Ref
    first: int = 0
    last: int = 0
    fault: Text = ""
    fault_at: int = -1
    follows: tuple[tuple[bool, Text], ...] = ()
    """Replies that may come: whether each is a good one, and what it means."""


class Field(Protocol):
    """A field of a packet: octets `start` up to `stop` of its frame."""

    @property
    def layer(self) -> str:
        """The header that it belongs to."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def stop(self) -> int:
        """Where it ends."""

    @property
    def name(self) -> str:
        """What the document calls it."""

    @property
    def value(self) -> str:
        """What it says."""

    @property
    def about(self) -> Msg:
        """What that means."""

    @property
    def ref(self) -> Ref:
        """Which document says so."""


class Segment(NamedTuple):
    """A packet. `number` counts all of the trace from 1, `at` is nanoseconds since the trace began."""

    number: int
    at: int
    source: str
    target: str
    summary: str
    frame: bytes
    fields: Sequence[Field]


class PacketView(NamedTuple):
    """The packets that carried a line, `more` of them left out. `notice` says where they come from, or why none do."""

    segments: tuple[Segment, ...]
    notice: Text = ""
    more: int = 0


class Exportable(NamedTuple):
    """What happened so far, to be written elsewhere. `name` is what to call a file.

    `read` gives a transcript that nobody else uses, and may be called in another thread. Raises `RecordError`.
    """

    name: str
    read: Callable[[], Transcript]


class Choice(NamedTuple):
    """An option of a question: `verdict` is None until it is revealed."""

    key: str
    label: str
    chosen: bool = False
    verdict: bool | None = None


class Outcome(NamedTuple):
    """What came of what was typed. `kind` is "passed", "wrong" or "note"."""

    kind: str
    text: Text


class Belief(NamedTuple):
    """A misconception that showed: what one may have believed, what is so, and where to read it."""

    text: str
    fact: str
    refs: tuple[Ref, ...] = ()


class LessonView(NamedTuple):
    """Where a lesson stands. `step` counts from 1; `steps` are (title, "done" | "now" | "later").

    `notes` are for who shows the lesson to a class, and `votes` counts the hands for each of the `choices`.

    `form` is how `choices` are answered: "one" of them, "many", in "order" or as a "match" for `pairs`. `lines` are
    those of a worked example.
    """

    title: str
    step: int
    steps: tuple[tuple[str, str], ...]
    goal: str
    text: str
    template: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    form: str = ""
    pairs: tuple[str, ...] = ()
    hints: tuple[Text, ...] = ()
    outcome: Outcome | None = None
    lines: tuple[str, ...] = ()
    belief: Belief | None = None
    hint_ready: bool = False
    next_ready: bool = False
    over: bool = False
    points: Text = ""
    notes: str = ""
    votes: tuple[int, ...] = ()


class Playback(NamedTuple):
    """A replay: where it is, in lines and nanoseconds, and how it moves."""

    line: int
    lines: int
    at: int
    until: int
    playing: bool
    speed: float
    loaded: bool = True


class Manual(NamedTuple):
    """What to type into other programs: a line to introduce it, then (program, its lines)."""

    title: Text
    about: Text
    programs: tuple[tuple[str, tuple[str, ...]], ...]


class CannotOpen(Exception):
    """A session cannot begin; `said` is why, for the user."""

    def __init__(self, said: Text) -> None:
        super().__init__(str(said))
        self.said = said


class Session(Protocol):
    """What runs behind the main screen. Moments are lines of the trace; -1 is now."""

    trace: TraceModel

    def open(self, changed: Callable[[], None]) -> None:
        """Begin. `changed` may be called at any time; the screen then asks again, at most 30 times a second.

        Raises `CannotOpen`.
        """

    async def close(self) -> None:
        """End; whatever was being written is complete afterwards."""

    def heading(self) -> Heading:
        """The line at the top."""

    def prompt(self) -> Prompt | None:
        """The command line; None when there is nothing to type to (a replay)."""

    def submit(self, line: str) -> None:
        """What was typed, without its line end."""

    def suggest(self, typed: str) -> str | None:
        """`typed`, completed; None when nothing fits."""

    def hint(self, typed: str) -> Hint:
        """About what is being typed."""

    def state(self, line: int) -> StateView | None:
        """The protocol state at a moment."""

    def mailbox(self, line: int) -> MailboxView | None:
        """The mailbox at a moment."""

    def anatomy(self, line: int) -> Anatomy | None:
        """What a line is made of."""

    def tls(self, line: int, record: int) -> TlsView | None:
        """TLS at a moment. `record` is the number of the record to look into; -1: the one that carried the line."""

    def packets(self, line: int) -> PacketView | None:
        """The packets that carried a line."""

    def lesson(self) -> LessonView | None:
        """The lesson, if this is one."""

    def visible(self) -> int | None:
        """How many lines of the trace may be seen by now; None: all."""

    def playback(self) -> Playback | None:
        """The replay, if this is one."""

    def tick(self, elapsed: float) -> None:
        """So many seconds went by; called about 30 times a second while the session is on the screen."""

    def manual(self) -> Manual | None:
        """What to type into other programs, if that is what this is about."""

    def again(self) -> Session | None:
        """A replay of what happened so far; None where there is nothing to see again."""

    def exportable(self) -> Exportable | None:
        """What there is to export; None where nothing happened."""

    def can(self, action: str) -> bool:
        """Whether an action of `actions.py` that belongs to sessions means something now."""

    def act(self, action: str, argument: str = "") -> None:
        """Do it."""
