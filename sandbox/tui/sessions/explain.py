"""What the registry and the observer know, in the shapes that the panes show: states, hints, completion, anatomy."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sandbox.core.message import N_, Msg
from sandbox.core.registry import State
from sandbox.core.replies import Outcome
from sandbox.core.tracker import Kind
from sandbox.record.decoded import decoded
from sandbox.tui.ports import Allowed, Anatomy, Position, StateView, Text, Token
from sandbox.tui.sessions.dialogue import Dialogue
from sandbox.wire.observer import Watched

_GOOD = (Outcome.OK, Outcome.CONTINUE)


def state_view(
    watched: Watched, state: State, offered: Collection[bytes] | None, facts: Iterable[tuple[Text, Text]]
) -> StateView:
    """The diagram with one state marked, and its commands, of which a server has those that it `offered`."""
    protocol = watched.protocol
    positions = tuple(Position(other.name, Msg(other.about), other.ref) for other in protocol.states)
    rows = protocol.registry.allowed(state, offered)
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


def anatomy(dialogue: Dialogue, line: int) -> Anatomy | None:
    """A line of the trace taken apart."""
    explained = dialogue.unit(line)
    if explained is None:
        return None
    unit = explained.unit
    first, last = dialogue.lines_of(line)
    texts = decoded(unit)
    tokens = [
        Token(span.start, span.stop, span.name, Msg(span.about), span.ref, texts.get(span.start, ""))
        for span in unit.spans
    ]
    fault = unit.fault
    follows: tuple[tuple[bool, Text], ...] = ()
    row = unit.exchange.command
    if unit.kind is Kind.COMMAND and row is not None:
        follows = tuple((reply.outcome in _GOOD, Msg(reply.about)) for reply in row.answers)
    about = unit.about
    if fault is None:
        return Anatomy(unit.raw, tokens, about, unit.ref, first, last, follows=follows)
    return Anatomy(unit.raw, tokens, about, unit.ref, first, last, fault.want, fault.at, follows)
