"""The registry: one row a command. Parser, state gate, dispatch, capabilities, completion, hints and explanations
read it."""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.core.grammar import END, NOTHING, Parsed, Rule, Seq, SyntaxFault, label, parse, parsed
from sandbox.core.quick import MISSING, quick
from sandbox.core.refs import Ref
from sandbox.core.replies import Outcome, Reply


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """A protocol state: its name in the RFC and what it means."""

    name: str
    about: str
    ref: Ref

    def __str__(self) -> str:
        return self.name


class Owes(enum.Enum):
    """What the client sends after the command line, if anything. It tells the observer how to read what follows."""

    NOTHING = "nothing"
    LINES = "lines"
    """One line after each continuation (a SASL response)."""
    BLOCK = "block"
    """A dot-terminated block after the go-ahead (DATA)."""
    OCTETS = "octets"
    """As many octets as the first argument says, right behind the command, whatever the reply (BDAT)."""


class Starts(enum.Enum):
    """The layer that a command puts under the connection when it succeeds."""

    NOTHING = ""
    TLS = "tls"
    DEFLATE = "deflate"


Transitions = (
    Mapping[Outcome, State] | Mapping[Outcome | tuple[State, Outcome], State] | Mapping[tuple[State, Outcome], State]
)
"""Which state follows: by outcome, or more precisely by the state before and the outcome."""


@dataclass(frozen=True, slots=True, eq=False)
class Command:
    """A row: everything that is known of one command.

    `args` is the grammar behind the verb, with the line's end. `then` maps an outcome, or a state and an outcome, to
    the state that follows; what is not named leaves the state alone. `reply` is the grammar of a positive reply
    behind its status, `lines` that of each line of a multi-line reply; `multiline` tells from the arguments whether
    one comes.
    """

    verb: bytes
    args: Rule
    states: frozenset[State]
    then: Mapping[Outcome | tuple[State, Outcome], State]
    ref: Ref
    handler: Callable[..., Any]
    answers: tuple[Reply, ...] = ()
    """The named replies that are this command's own; those that any command may get are not among them."""
    capability: bytes | None = None
    reply: Rule | None = None
    lines: Rule | None = None
    multiline: Callable[[tuple[Any, ...]], bool] = lambda _values: False
    content: bool = False
    """The multi-line reply is a message (or its beginning)."""
    message: bool = False
    """A message stands among the arguments, in a literal (IMAP APPEND)."""
    owes: Owes = Owes.NOTHING
    starts: Starts = Starts.NOTHING
    leads: Callable[[tuple[Any, ...]], State] | None = None
    """Which state follows a positive outcome, where the arguments decide that (BDAT with LAST or without it)."""
    generator: bool = False
    """The handler yields effects."""

    @property
    def name(self) -> str:
        """The verb as text."""
        return self.verb.decode("ascii")

    def among(self, offered: Collection[bytes] | None) -> bool:
        """Whether a server has the command that offers these capabilities, in capital letters; None: nobody knows them.

        A capability with `=` at its end stands for any that begins so.
        """
        if offered is None or self.capability is None or self.capability in offered:
            return True
        return self.capability.endswith(b"=") and any(word.startswith(self.capability) for word in offered)

    @property
    def summary(self) -> str:
        """The first line of the handler's docstring: what the learner reads first. A message id."""
        return (self.handler.__doc__ or "").lstrip().partition("\n")[0].rstrip()

    @property
    def usage(self) -> str:
        """The syntax, as the hint bar shows it."""
        return f"{self.name}{self.args.usage}".rstrip()

    def parse(self, raw: bytes, start: int, *, strict: bool) -> Parsed:
        """The arguments' values in `raw` from `start` on."""
        try:
            value = quick(self.args, strict).values(raw, start)
        except SyntaxFault as fault:
            return Parsed(fault=fault.fault)
        if value is not MISSING:
            return parsed(self.args, value)
        return parse(self.args, raw, start, strict=strict)

    def label(self, raw: bytes, start: int) -> Parsed:
        """The same with spans; never strict, so that a bent rule shows as bent."""
        return label(self.args, raw, start)

    def after(self, state: State, outcome: Outcome, values: tuple[Any, ...] = ()) -> State:
        """The state that follows `outcome` when the command was given in `state` with these arguments."""
        if self.leads is not None and outcome is Outcome.OK and state in self.states:
            return self.leads(values)
        if not self.then:
            return state
        precise = self.then.get((state, outcome))
        if precise is not None:
            return precise
        return self.then.get(outcome, state) if state in self.states else state


@dataclass(slots=True)
class Registry:
    """The commands of a protocol, by verb, in the order of definition."""

    rows: dict[bytes, Command] = field(default_factory=dict)

    def command(
        self,
        verb: bytes,
        *,
        states: Iterable[State],
        ref: str,
        args: Rule = NOTHING,
        then: Transitions | None = None,
        **columns: Any,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Define a command: decorates its handler, whose docstring's first line is the summary.

        Raises ValueError when the verb is taken or the handler has no docstring.
        """

        def define(handler: Callable[..., Any]) -> Callable[..., Any]:
            if verb in self.rows or not handler.__doc__:
                raise ValueError(f"{verb!r} is defined twice or has no summary")
            self.rows[verb] = Command(
                verb,
                Seq(*(args.parts if isinstance(args, Seq) else (args,)), END),
                frozenset(states),
                dict[Outcome | tuple[State, Outcome], State]([*(then or {}).items()]),
                Ref(ref),
                handler,
                generator=inspect.isgeneratorfunction(handler),
                **columns,
            )
            return handler

        return define

    def get(self, verb: bytes) -> Command | None:
        """The row of a verb in any case of letters."""
        return self.rows.get(verb) or self.rows.get(verb.upper())

    def __iter__(self) -> Iterator[Command]:
        return iter(self.rows.values())

    def __len__(self) -> int:
        return len(self.rows)

    def allowed(self, state: State, offered: Collection[bytes] | None = None) -> list[Command]:
        """The commands that may be given in `state`, to a server that offers these capabilities (see `among`)."""
        return [row for row in self if state in row.states and row.among(offered)]
