r"""What people type: lines that go out as they are, and directives that begin with `@`.

One dialect serves the prompt, a lesson's `solve` and `send`, and standard input. A line is sent verbatim with CRLF
behind it; the client refuses no mistake. `@@` sends a line that begins with `@`. In `@raw`, `\r`, `\n`, `\t`, `\0`,
`\\`, `\'` and `\xHH` stand for octets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sandbox.core.message import N_, Msg
from sandbox.world import programs
from sandbox.world.clock import SECOND
from sandbox.world.errors import WorldError
from sandbox.world.escapes import unescape
from sandbox.world.inputs import HangUp, Send, Wait
from sandbox.world.services import SERVICES

if TYPE_CHECKING:
    from sandbox.world.world import World

MAX_WAIT: Final = 366 * 86_400 * SECOND
"""The longest `@wait`, in nanoseconds."""


class Typed:
    """What a line that was typed asks for."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Directive:
    """A directive's row: how it is written, what it does, and the function that understands its argument."""

    name: str
    usage: str
    about: str
    read: Callable[[str], Typed]


@dataclass(frozen=True, slots=True)
class Octets(Typed):
    """Send these octets."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class OpenConnection(Typed):
    """Connect again to where the actor was connected; to another service or host where they are named."""

    service: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class CloseConnection(Typed):
    """Hang up."""


@dataclass(frozen=True, slots=True)
class Pass(Typed):
    """Let world time pass, in nanoseconds."""

    by: int


@dataclass(frozen=True, slots=True)
class Run(Typed):
    """Let a mail program run one of its routines: its name and its arguments."""

    words: str


@dataclass(frozen=True, slots=True)
class Become(Typed):
    """Type for another actor from now on."""

    actor: str


@dataclass(frozen=True, slots=True)
class Next(Typed):
    """Go on to the next step."""


_UNITS: Final = {"ms": SECOND // 1000, "s": SECOND, "m": 60 * SECOND, "h": 3600 * SECOND, "d": 86_400 * SECOND}


def _wait(argument: str) -> Typed:
    found = re.fullmatch(r"(\d{1,9})\s*(ms|s|m|h|d)", argument)
    if found is None:
        raise WorldError(Msg(N_("write how long: @wait 500ms, @wait 10s, @wait 10m, @wait 2h or @wait 1d")))
    by = int(found[1]) * _UNITS[found[2]]
    if by > MAX_WAIT:
        raise WorldError(Msg(N_("that is longer than a year: wait for less")))
    return Pass(by)


def _raw(argument: str) -> Typed:
    text = argument
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    octets = unescape(text)
    if not octets:
        raise WorldError(Msg(N_("write the octets: @raw 'NOOP\\r\\n'")))
    return Octets(octets)


def _connect(argument: str) -> Typed:
    words = argument.split()
    if len(words) > 2 or (words and words[0] not in SERVICES):
        services = ", ".join(SERVICES)
        raise WorldError(Msg(N_("write @connect, or a service and perhaps a host: {services}"), services=services))
    return OpenConnection(*words)


def _run(argument: str) -> Typed:
    if not argument:
        raise WorldError(Msg(N_("write what a mail program is to do: @run leave-copy ana secreto")))
    return Run(argument)


def _on(argument: str) -> Typed:
    if not argument:
        raise WorldError(Msg(N_("write for whom to type: @on phone")))
    return Become(argument)


def _bare(value: Typed) -> Callable[[str], Typed]:
    def read(argument: str) -> Typed:
        if argument:
            raise WorldError(Msg(N_("this directive takes nothing behind it")))
        return value

    return read


DIRECTIVES: Final = (
    Directive("connect", "@connect", N_("open the connection again; @connect imap: to another service"), _connect),
    Directive("close", "@close", N_("hang up without a word"), _bare(CloseConnection())),
    Directive("wait", "@wait 10m", N_("let world time pass"), _wait),
    Directive("raw", "@raw 'NOOP\\r\\n'", N_("send exactly these octets"), _raw),
    Directive("run", "@run leave-copy ana secreto", N_("let a mail program do what mail programs do"), _run),
    Directive("on", "@on phone", N_("type for another device"), _on),
    Directive("next", "@next", N_("go on to the next step"), _bare(Next())),
)


def read(line: str) -> Typed:
    """What a typed line asks for. Raises `WorldError` for a directive that does not exist or is not written right."""
    if line.startswith("@@"):
        return Octets(_encode(line[1:]) + b"\r\n")
    if not line.startswith("@"):
        return Octets(_encode(line) + b"\r\n")
    name, _, argument = line[1:].partition(" ")
    for directive in DIRECTIVES:
        if directive.name == name:
            return directive.read(argument.strip())
    raise WorldError(Msg(N_("there is no directive @{name}; write @@{name} to send it as a line"), name=name))


def perform(world: World, actor: str, typed: Typed) -> None:
    """Do what was typed. `Become` and `Next` are for whoever reads the lines, and are refused here with ValueError."""
    if isinstance(typed, Octets):
        world.do(Send(actor, typed.raw))
    elif isinstance(typed, OpenConnection):
        _open(world, actor, typed)
    elif isinstance(typed, CloseConnection):
        world.do(HangUp(actor))
    elif isinstance(typed, Pass):
        world.do(Wait(typed.by))
    elif isinstance(typed, Run):
        programs.run(world, actor, typed.words)
    else:
        raise ValueError(f"not for a world: {typed}")


def _open(world: World, actor: str, typed: OpenConnection) -> None:
    if not typed.service:
        world.reconnect(actor)
        return
    before = world.links.get(actor)
    host = typed.host or (before.opened.server if before is not None else "")
    offer = SERVICES[typed.service]
    world.connect(actor, offer.protocol, host, offer.port)


def unknown_actor(name: str, known: Iterable[str]) -> Msg:
    """The complaint about an actor that is not there."""
    return Msg(N_("there is no {name} here; there is: {known}"), name=name, known=", ".join(known))


def _encode(line: str) -> bytes:
    """Octets of a line; what was no UTF-8 when it was read goes out as it came."""
    return line.encode("utf-8", "surrogateescape")
