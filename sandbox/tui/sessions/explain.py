"""What the registry and the observer know, in the shapes that the panes show: states, hints, completion, anatomy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sandbox.core.message import N_, Msg
from sandbox.core.protocol import Protocol
from sandbox.core.registry import Command, State
from sandbox.core.replies import Outcome
from sandbox.core.tracker import Kind
from sandbox.tui.ports import Allowed, Anatomy, Hint, Position, StateView, Text, Token
from sandbox.tui.sessions.dialogue import Dialogue
from sandbox.wire.observer import Watched
from sandbox.world.dialect import DIRECTIVES

_GOOD = (Outcome.OK, Outcome.CONTINUE)
_MOST_CHOICES = 12

Values = Callable[[str], Sequence[str]]
"""Words that fit an argument, by the name of its grammar rule."""


def state_view(watched: Watched, state: State, facts: Iterable[tuple[Text, Text]]) -> StateView:
    """The diagram with one state marked, and its commands."""
    protocol = watched.protocol
    positions = tuple(Position(other.name, Msg(other.about), other.ref) for other in protocol.states)
    rows = protocol.registry.allowed(state)
    allowed = tuple(Allowed(row.name, row.usage, Msg(row.summary), row.ref) for row in rows)
    return StateView(positions, state.name, allowed, tuple(facts))


def facts(dialogue: Dialogue, conn: str, line: int) -> list[tuple[Text, Text]]:
    """What else is known of a connection at a moment: what is on its way, what the last reply meant."""
    units = [item.unit for item in dialogue.until(line, conn)]
    known: list[tuple[Text, Text]] = []
    replies = [unit for unit in units if unit.side == "S"]
    if replies:
        known.append((Msg(N_("Server said")), replies[-1].about))
    answered = {unit.exchange for unit in replies if unit.outcome not in (None, Outcome.CONTINUE)}
    flying = [unit for unit in units if unit.kind is Kind.COMMAND and unit.exchange not in answered]
    if flying:
        requests = [unit.exchange.request for unit in flying]
        verbs = [request.verb.decode("ascii", "replace") for request in requests if request is not None]
        known.append((Msg(N_("In flight")), " ".join(verbs)))
    watched = dialogue.watched(conn)
    waiting = 0 if watched is None or line >= 0 else len(watched.tracker.readers["C"])
    if waiting:
        known.append((Msg(N_("Incomplete")), Msg(N_("{count} octets without a line end"), count=waiting)))
    return known


def hint(protocol: Protocol, state: State, typed: str, values: Values) -> Hint:
    """About a line that is being typed: syntax and meaning of its command, and what fits at its end."""
    if typed.startswith("@"):
        return _directive(typed)
    allowed = protocol.registry.allowed(state)
    if not allowed:
        return _directive("@connect")
    word, space, _rest = typed.partition(" ")
    if not space:
        choices = tuple(row.name for row in allowed if row.name.startswith(word.upper()))
        row = protocol.registry.get(word.encode())
        if row is None:
            return Hint("", Msg(N_("Commands that are allowed now:")) if choices else _UNKNOWN, choices[:_MOST_CHOICES])
        return Hint(row.usage, _meaning(row, state))
    row = protocol.registry.get(word.encode())
    if row is None:
        return Hint("", _UNKNOWN)
    return Hint(row.usage, _meaning(row, state), tuple(_fitting(row, typed, values))[:_MOST_CHOICES])


def suggestion(protocol: Protocol, state: State, typed: str, values: Values) -> str | None:
    """`typed`, completed: a verb that is allowed now, one that is not, or a word that fits."""
    if typed.startswith("@"):
        return next((f"@{row.name}" for row in DIRECTIVES if f"@{row.name}".startswith(typed)), None)
    word, space, _rest = typed.partition(" ")
    if not space:
        rows = [*protocol.registry.allowed(state), *protocol.registry]
        verb = next((row.name for row in rows if row.name.startswith(word.upper())), None)
        return None if verb is None else word + (verb if word.isupper() else verb.lower())[len(word) :]
    row = protocol.registry.get(word.encode())
    last = typed.rpartition(" ")[2]
    if row is None or not last:
        return None
    fitting = (value for value in _fitting(row, typed, values) if value.startswith(last))
    return next((typed + value[len(last) :] for value in fitting), None)


def anatomy(dialogue: Dialogue, line: int) -> Anatomy | None:
    """A line of the trace taken apart."""
    explained = dialogue.unit(line)
    if explained is None:
        return None
    unit = explained.unit
    first, last = dialogue.lines_of(line)
    tokens = [Token(span.start, span.stop, span.name, Msg(span.about), span.ref) for span in unit.spans]
    fault = unit.fault
    follows: tuple[tuple[bool, Text], ...] = ()
    row = unit.exchange.command
    if unit.kind is Kind.COMMAND and row is not None:
        follows = tuple((reply.outcome in _GOOD, Msg(reply.about)) for reply in row.answers)
    about = unit.about
    if fault is None:
        return Anatomy(unit.raw, tokens, about, unit.ref, first, last, follows=follows)
    return Anatomy(unit.raw, tokens, about, unit.ref, first, last, fault.want, fault.at, follows)


def _meaning(row: Command, state: State) -> Msg:
    if state in row.states:
        return Msg(row.summary)
    where = " ".join(sorted(other.name for other in row.states))
    return Msg(N_("not in {state}; allowed in {where}"), state=state.name, where=where)


def _fitting(row: Command, typed: str, values: Values) -> Sequence[str]:
    """Words for the argument at the end of what was typed: the rule that the grammar wants there says which."""
    raw = (typed.rpartition(" ")[0] + " ").encode()
    fault = row.label(raw, len(row.verb)).fault
    names = row.args.usage.split()
    at = typed.count(" ") - 1
    if fault is None or at >= len(names):
        return ()
    return values(names[at].strip("<>[]"))


def _directive(typed: str) -> Hint:
    name = typed[1:].partition(" ")[0]
    row = next((row for row in DIRECTIVES if row.name == name), None)
    if row is not None:
        return Hint(row.usage, Msg(row.about))
    choices = tuple(f"@{row.name}" for row in DIRECTIVES if row.name.startswith(name))
    return Hint("", Msg(N_("directives are for the sandbox, not for the server")), choices)


_UNKNOWN = Msg(N_("no command of this protocol; it goes out as you type it"))
