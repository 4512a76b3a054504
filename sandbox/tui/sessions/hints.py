"""Help for what is being typed, from the registry: a hint, ghost letters, and a tag to begin with."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sandbox.core.message import N_, Msg
from sandbox.core.protocol import Protocol
from sandbox.core.registry import Command, State
from sandbox.tui.ports import Hint
from sandbox.wire.observer import Watched
from sandbox.world.dialect import DIRECTIVES

_MOST = 12
"""Choices that are listed."""

Values = Callable[[str], Sequence[str]]
"""Words that fit an argument, by the name of its grammar rule."""


class Typing:
    """What the registry of a protocol knows of a line that begins like this."""

    def __init__(self, protocol: Protocol) -> None:
        self._registry = protocol.registry
        self._tagged = _tagged(protocol)

    def prefill(self, exchanges: int) -> str:
        """What a new command line begins with: the next tag, where commands have tags; it can be erased."""
        return f"a{exchanges} " if self._tagged else ""

    def hint(self, watched: Watched, typed: str, values: Values) -> Hint:
        """Syntax and meaning of the command, and what fits at the end of the line."""
        if typed.startswith("@"):
            return _directive(typed)
        state, offered = watched.state, _offered(watched)
        allowed = self._registry.allowed(state, offered)
        if not allowed:
            return _directive("@connect")
        _tag, typed = self._split(typed)
        row = self._row(typed)
        if row is not None:
            return Hint(row.usage, _meaning(row, state, offered), tuple(_fitting(row, typed, values))[:_MOST])
        choices = tuple(row.name for row in allowed if row.name.startswith(typed.upper()))
        return Hint("", Msg(N_("allowed now:")) if choices else _UNKNOWN, choices[:_MOST])

    def suggestion(self, watched: Watched, typed: str, values: Values) -> str | None:
        """`typed`, completed: a verb that is allowed now, one that is not, or a word that fits."""
        if typed.startswith("@"):
            return next((f"@{row.name}" for row in DIRECTIVES if f"@{row.name}".startswith(typed)), None)
        tag, typed = self._split(typed)
        if not typed:
            return None
        row = self._row(typed)
        last = typed.rpartition(" ")[2]
        if row is not None and len(typed) > len(row.name):
            fitting = (value for value in _fitting(row, typed, values) if last and value.startswith(last))
            return next((tag + typed + value[len(last) :] for value in fitting), None)
        rows = [*self._registry.allowed(watched.state, _offered(watched)), *self._registry]
        verb = next((row.name for row in rows if row.name.startswith(typed.upper())), None)
        return None if verb is None else tag + typed + (verb if typed.isupper() else verb.lower())[len(typed) :]

    def _split(self, typed: str) -> tuple[str, str]:
        """The tag with its space, where there is one; the rest."""
        if not self._tagged:
            return "", typed
        tag, space, rest = typed.partition(" ")
        return (tag + space, rest) if space else (typed, "")

    def _row(self, typed: str) -> Command | None:
        """The command of a line; some have two words."""
        words = typed.split(" ")
        for count in (2, 1):
            row = self._registry.get(" ".join(words[:count]).encode())
            if row is not None and len(words) >= count:
                return row
        return None


def _tagged(protocol: Protocol) -> bool:
    """Whether requests begin with a tag: shown one, the protocol says whether it found it."""
    units = protocol.tracker().receive("C", b"tag NOOP\r\n")
    return any(unit.exchange.request is not None and unit.exchange.request.tag for unit in units)


def _offered(watched: Watched) -> frozenset[bytes] | None:
    """What the server has said last that it offers."""
    return watched.protocol.offered((item.unit for item in reversed(watched.explained)), watched.state)


def _meaning(row: Command, state: State, offered: frozenset[bytes] | None) -> Msg:
    if not row.among(offered):
        return Msg(
            N_("{capability} is not among what this server offers"),
            capability=(row.capability or b"").decode().rstrip("="),
        )
    if state in row.states:
        return Msg(row.summary)
    where = " ".join(sorted(other.name for other in row.states))
    return Msg(N_("not in {state}; allowed in {where}"), state=state.name, where=where)


def _fitting(row: Command, typed: str, values: Values) -> Sequence[str]:
    """Words for the argument at the end of what was typed, by the name that the syntax has for it."""
    names = row.args.usage.split()
    at = typed[len(row.name) :].count(" ") - 1
    return values(names[at].strip("<>[]")) if 0 <= at < len(names) else ()


def _directive(typed: str) -> Hint:
    name = typed[1:].partition(" ")[0]
    row = next((row for row in DIRECTIVES if row.name == name), None)
    if row is not None:
        return Hint(row.usage, Msg(row.about))
    choices = tuple(f"@{row.name}" for row in DIRECTIVES if row.name.startswith(name))
    return Hint("", Msg(N_("directives are for the sandbox, not for the server")), choices)


_UNKNOWN = Msg(N_("no command of this protocol; it goes out as you type it"))
