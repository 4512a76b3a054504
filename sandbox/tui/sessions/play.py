"""Free play: type to a server of a pretend world. Mistakes cost nothing; Ctrl+Z goes back in time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from sandbox.core.message import N_, Msg
from sandbox.i18n import translate
from sandbox.tui.ports import Heading, Hint, Prompt
from sandbox.tui.sessions.base import Worldly
from sandbox.tui.sessions.hints import Typing
from sandbox.world.dialect import Become, Next, read
from sandbox.world.errors import WorldError
from sandbox.world.protocols import PROTOCOLS
from sandbox.world.seat import Seat
from sandbox.world.sites import Site
from sandbox.world.standard import PASSWORD, standard
from sandbox.world.world import World

_HOST = "norte"
_DEVICES = ("laptop", "phone")


class FreePlay(Worldly):
    """A seat at a world, and what the panes show of it. A device connects when it is first typed for."""

    title = Msg(N_("Free play"))

    def __init__(self, protocol: str = "pop3", *, strict: bool = False, tls: bool = False) -> None:
        self._protocol = PROTOCOLS[protocol]
        self._strict, self._tls = strict, tls
        self._typed = 0
        self._typings: dict[str, Typing] = {}

    def open(self, changed: Callable[[], None]) -> None:
        """Build the world and connect."""
        world = World(standard(strict=self._strict, tls=True), translate=translate)
        self._seat = Seat(world, _DEVICES[0])
        self.watch(world, self._seat.observer, self._protocol.name)
        self._connect(_DEVICES[0])
        self._look()

    async def close(self) -> None:
        """Leave the seat."""
        self._seat.close()
        await super().close()

    # Typing

    def prompt(self) -> Prompt | None:
        """The device that is typed for."""
        return self.prompt_of(self._seat.actor, self._typing())

    def submit(self, line: str) -> None:
        """Do what was typed; what the world cannot do becomes a note in the trace."""
        try:
            typed = read(line)
            if isinstance(typed, Become) and typed.actor in _DEVICES and typed.actor not in self.world.links:
                self._connect(typed.actor)
            self._typed += not isinstance(self._seat.type(line), Next)
        except WorldError as error:
            self.say(error.about)
        self._look()

    def suggest(self, typed: str) -> str | None:
        """By the registry."""
        watched = self._seat.watched
        return self._typing().suggestion(watched, typed, self._values) if watched is not None else None

    def hint(self, typed: str) -> Hint:
        """By the registry; on an empty line, how to begin."""
        watched = self._seat.watched
        if watched is None:
            return Hint()
        if not typed and watched.state is watched.protocol.states[0]:
            how = N_("{users}: everybody's password is {password}")
            return Hint("", Msg(how, users=", ".join(self._users()), password=PASSWORD))
        return self._typing().hint(watched, typed, self._values)

    # Showing and doing

    def heading(self) -> Heading:
        """The connection that is typed to."""
        return self.panes.heading(self.title, -1, self.recording.seconds)

    def can(self, action: str) -> bool:
        """Recording; and time travel, when something was typed."""
        return action == "record" or (action == "undo" and self._typed > 0)

    def act(self, action: str, argument: str = "") -> None:
        """Record, or go back to before the last line."""
        if action == "record":
            self.say(self.recording.toggle(self.world.journal))
        else:
            self._seat.undo()
            self._typed -= 1
            self._look()

    # Inside

    def _connect(self, actor: str) -> None:
        """To where the first device went; with TLS before the first octet, if that was wished for."""
        service = next(service for service in self._protocol.services if service.tls == self._tls)
        self.world.connect(actor, self._protocol.name, _HOST, service.port)

    def _typing(self) -> Typing:
        """Help for the protocol of the connection that is typed to."""
        watched = self._seat.watched
        protocol = watched.protocol if watched is not None else self._protocol
        return self._typings.setdefault(protocol.name, Typing(protocol))

    def _look(self) -> None:
        """The panes show the connection that is typed to."""
        watched = self._seat.watched
        if watched is not None:
            self.look(watched.open.conn)

    @property
    def _site(self) -> Site:
        """The domain whose server is typed to."""
        watched = self._seat.watched
        return self.world.station(watched.open.server if watched is not None else _HOST).site

    def _values(self, rule: str) -> Sequence[str]:
        """Words for an argument, by the name that its syntax has."""
        find = _WORDS.get(rule)
        return find(self) if find is not None else ()

    def _users(self) -> list[str]:
        return list(self._site.domain.users)

    def _password(self) -> list[str]:
        return [PASSWORD]

    def _numbers(self) -> list[str]:
        """The numbers that the session has for its messages."""
        visit = self.panes.mailboxes.visit(self.panes.conn, -1)
        return visit.numbers if visit is not None else []

    def _names(self) -> list[str]:
        """The mailboxes of the user whose mailbox is open, else everybody's."""
        site = self._site
        visit = self.panes.mailboxes.visit(self.panes.conn, -1)
        users = self._users() if visit is None else [visit.key.user]
        return sorted({mailbox.name for user in users for mailbox in site.mailboxes(user).listing()})


_WORDS: Final[dict[str, Callable[[FreePlay], list[str]]]] = {
    "name": FreePlay._users,
    "string": FreePlay._password,
    "msg": FreePlay._numbers,
    "mailbox": FreePlay._names,
    "userid": FreePlay._users,
    "password": FreePlay._password,
}
