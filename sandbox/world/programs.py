"""`@run`: let a mail program do over an open connection what mail programs do, with arguments that somebody typed."""

from __future__ import annotations

import inspect
import shlex
from typing import TYPE_CHECKING, Any

from sandbox.core.message import N_, Msg
from sandbox.core.protocol import Routine
from sandbox.world.errors import WorldError
from sandbox.world.escapes import unescape

if TYPE_CHECKING:
    from sandbox.world.world import World


def run(world: World, actor: str, words: str) -> Any:
    """Run the routine that `words` name: `leave-copy ana secreto`, or `leave-copy user=ana password=secreto`.

    Returns what the routine returns. Raises `WorldError` for a routine that the connection's protocol does not have,
    and for arguments that do not fit it; then nothing has been sent.
    """
    link = world.link(actor)
    try:
        name, *arguments = shlex.split(words)
    except ValueError:
        raise WorldError(Msg(N_("a quotation mark is missing its other half"))) from None
    routine = link.protocol.routine(name)
    if routine is None:
        known = ", ".join(routine.name for routine in link.protocol.routines)
        raise WorldError(Msg(N_("mail programs do not do {name} here, but: {known}"), name=name, known=known))
    return world.run(actor, routine.run(**_values(routine, arguments)))


def usage(routine: Routine) -> str:
    """How to write a routine, with all its settings by name."""
    return " ".join(["@run", routine.name, *(f"{name}=…" for name in routine.settings)])


def _values(routine: Routine, arguments: list[str]) -> dict[str, Any]:
    """The settings by name, each as its routine wants it."""
    parameters = inspect.signature(routine.run).parameters
    left = list(routine.settings)
    values: dict[str, Any] = {}
    for argument in arguments:
        name, equals, text = argument.partition("=")
        if not equals or name not in routine.settings:
            name, text = (left[0] if left else ""), argument
        if name not in left:
            raise WorldError(Msg(N_("write it so: {usage}"), usage=usage(routine)))
        left.remove(name)
        values[name] = _value(routine, str(parameters[name].annotation), text)
    if any(parameters[name].default is inspect.Parameter.empty for name in left):
        raise WorldError(Msg(N_("write it so: {usage}"), usage=usage(routine)))
    return values


def _value(routine: Routine, kind: str, text: str) -> Any:
    """An argument as what the routine's signature says: text, a number, octets, or several between commas."""
    if kind == "bytes":
        return unescape(text)
    if "[str]" in kind:
        return tuple(text.split(","))
    if "[int]" in kind:
        return tuple(_value(routine, "int", part) for part in text.split(","))
    if kind != "int":
        return text
    if not text.isascii() or not text.isdigit() or len(text) > 10:
        raise WorldError(Msg(N_("write it so: {usage}"), usage=usage(routine)))
    return int(text)
