"""A world: hosts, users, mail, connections and a clock, all of it determined by a description and a log of inputs.

`do` is the only way in. A checkpoint is a position in the log; `restore` builds the world again from its seed and
feeds the log up to there, so no session is ever copied, and a fork is just two rebuilds.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sandbox.core.client import Behaviour, Client
from sandbox.core.effects import Commit, Deliver, Effect
from sandbox.core.message import N_, Msg
from sandbox.core.protocol import Protocol, Service
from sandbox.core.tracker import Exchange
from sandbox.mail.changes import Change
from sandbox.mail.errors import StoreError
from sandbox.mail.store import Mailboxes
from sandbox.wire.disturbance import Disturbance
from sandbox.wire.link import Link
from sandbox.wire.trace import Journal, Note, Open, Restore, StoreChange
from sandbox.world.authority import Authority, Flaw
from sandbox.world.clock import VirtualClock
from sandbox.world.description import MailboxDescription, WorldDescription
from sandbox.world.errors import WorldError
from sandbox.world.inputs import Connect, Input, Send
from sandbox.world.protocols import PROTOCOLS
from sandbox.world.sites import Site, Station, build_sites, build_stations

if TYPE_CHECKING:
    from sandbox.world.post import Post

_MAIL_ROLES: Final = frozenset({"mx", "submission"})
FIRST_CLIENT_PORT: Final = 49152
"""Where ephemeral ports begin (RFC 6335 section 6)."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A moment to come back to: so many inputs done, and the journal's last event by then."""

    inputs: int
    seq: int


def _untranslated(_language: str, text: str) -> str:
    return text


class World:
    """A pretend internet. Not safe for threads; nothing in it blocks."""

    def __init__(self, description: WorldDescription, *, translate: Callable[[str, str], str] = _untranslated) -> None:
        self.description = description
        self.clock = VirtualClock(description.start)
        self.journal = Journal(self.clock.now)
        self.log: list[Input] = []
        self.authority = Authority()
        self._translate = translate
        self._build()

    def _build(self) -> None:
        """Make everything as it is at the beginning."""
        self.clock.reset()
        self.sites = build_sites(self.description, self.clock)
        self.stations = build_stations(self.description, self.sites, self.clock, self._translate)
        self.links: dict[str, Link] = {}
        """Each actor's newest connection."""
        self._all: list[Link] = []
        self.down: set[str] = set()
        """Hosts that nobody can connect to, by their short names."""
        self.armed: dict[str, list[Disturbance]] = {}
        """What will happen to the next connection to a host, by its short name."""
        self.flaws: dict[str, Flaw] = {host.short: host.flaw for host in self.description.hosts}
        """What is wrong with the certificates of hosts, by their short names."""
        self._post: Post | None = None
        for site in self.sites.values():
            self._furnish(site)

    @property
    def post(self) -> Post | None:
        """The post, opened when it is first needed (only then SMTP is); None in worlds that have no host for it."""
        if self._post is None and any(_MAIL_ROLES & set(host.roles) for host in self.description.hosts):
            from sandbox.world.post import Post

            self._post = Post(self)
        return self._post

    def _furnish(self, site: Site) -> None:
        """Put the initial mailboxes and mail of a site in place, and write all its changes down from the first.

        Raises `WorldError` for what a store does not take.
        """

        def announce(change: Change) -> None:
            seq, at = self.journal.stamp()
            self.journal.add(StoreChange(seq, at, "", site.home, change))

        site.store.watch(announce)
        for user in site.domain.users:
            site.store.add_user(user)
        try:
            for mailbox in self.description.mailboxes:
                if (owner := site.owner(mailbox.user)) is not None:
                    _set_up(site.mailboxes(owner), mailbox)
            for mail in self.description.mail:
                if (owner := site.owner(mail.user)) is not None:
                    date = self.description.start if mail.date is None else mail.date
                    site.mailboxes(owner).get(mail.mailbox).append(mail.content, mail.flags, date)
        except StoreError as error:
            raise WorldError(error.about) from error

    # Inputs and time travel

    def do(self, step: Input) -> None:
        """Carry out an input, let everything come to rest, and remember it. Raises `WorldError`; then nothing has
        changed."""
        step.apply(self)
        self.log.append(step)
        self.settle()

    def checkpoint(self) -> Checkpoint:
        """This moment."""
        return Checkpoint(len(self.log), self.journal.seq)

    def restore(self, to: Checkpoint) -> None:
        """Go back to a moment of this world's past. The journal keeps what happened since, on a branch that was
        left."""
        if len(self.log) > to.inputs:  # else what was written down is to be undone, but nothing happened here
            self._replay(self.log[: to.inputs])
        seq, at = self.journal.stamp()
        self.journal.add(Restore(seq, at, "", to.seq))

    def _replay(self, log: list[Input]) -> None:
        """Make everything anew and feed it the inputs, in silence."""
        self.log = log
        self.journal.muted = True
        try:
            self._build()
            for step in log:
                step.apply(self)
                self.settle()
        finally:
            self.journal.muted = False

    def fork(self) -> World:
        """Another world with the same past and a future of its own."""
        twin = World(self.description, translate=self._translate)
        for step in self.log:
            twin.do(step)
        return twin

    # Connections

    def link(self, actor: str) -> Link:
        """An actor's open connection. Raises `WorldError` if it has none."""
        link = self.links.get(actor)
        if link is None or link.closed:
            raise WorldError(Msg(N_("{actor} has no open connection: type @connect"), actor=actor))
        return link

    def client(self, actor: str) -> Client | None:
        """The client of an actor's newest connection, open or not."""
        link = self.links.get(actor)
        return link.client if link is not None else None

    def station(self, host: str) -> Station:
        """A host by its short or its full name. Raises `WorldError`."""
        for short, station in self.stations.items():
            if host in (short, station.description.name):
                return station
        raise WorldError(Msg(N_("there is no host {host} in this world"), host=host))

    def open_link(self, actor: str, protocol: str, host: str, port: int) -> None:
        """Connect; the way is `do(Connect(...))`."""
        station = self.station(host)
        spoken = PROTOCOLS.get(protocol)
        service = spoken.service(port) if spoken is not None else None
        listens = service is not None and service.role in station.description.roles
        if spoken is None or service is None or not listens or station.description.short in self.down:
            raise WorldError(Msg(N_("connection refused: {host} does not listen on port {port}"), host=host, port=port))
        before = self.links.get(actor)
        if before is not None and not before.closed:
            before.hang_up()
        link = self._make_link(actor, spoken, service, station)
        link.disturbances += self.armed.pop(station.description.short, [])
        self.links[actor] = link
        self._all.append(link)
        link.open()

    def _make_link(self, actor: str, protocol: Protocol, service: Service, station: Station) -> Link:
        count = sum(link.opened.actor == actor for link in self._all) + 1
        seq, at = self.journal.stamp()
        opened = Open(
            seq,
            at,
            actor if count == 1 else f"{actor}-{count}",
            protocol.name,
            actor,
            station.description.name,
            service.port,
            client_port=FIRST_CLIENT_PORT + len(self._all),
            client_address=self._address(actor),
            server_address=station.address,
            tls=service.tls,
            actor=actor,
        )
        server = protocol.server(
            host=station.host(protocol.name),
            store=station.site.store,
            accounts=station.site.accounts,
            courier=self.post.courier(station, service) if service.role in _MAIL_ROLES and self.post else None,
            service=service,
        )
        return Link(
            opened,
            protocol,
            Client(protocol.tracker()),
            server,
            self.journal,
            advance=self.clock.advance,
            perform=self._perform,
            securing=lambda link: self.authority.secure(link, self.flaws[station.description.short]),
        )

    def _address(self, actor: str) -> str:
        """Where an actor connects from: its own address for a host, one for each program otherwise."""
        station = self.stations.get(actor)
        if station is not None:
            return station.address
        programs = [link.opened.actor for link in self._all if link.opened.actor not in self.stations]
        return f"198.51.100.{10 + list(dict.fromkeys([*programs, actor])).index(actor)}"

    def _perform(self, effect: Effect) -> Any:
        """What an endpoint asks of the outside. Memory is always committed."""
        if isinstance(effect, Deliver):
            return effect.courier.deliver(effect.envelope, effect.content)
        assert isinstance(effect, Commit)
        return True

    def settle(self) -> None:
        """Let everything come to rest: what one connection does may be news for another, or mail to send on."""
        busy = True
        while busy:
            moved = [link.settle() for link in self._all if not link.closed]
            busy = any(moved) or (self._post is not None and self._post.run())

    def note(self, text: Msg) -> None:
        """Write down something worth saying that concerns no connection."""
        seq, at = self.journal.stamp()
        self.journal.add(Note(seq, at, "", text.text, dict(text.params)))

    # Time

    def let_pass(self, by: int) -> None:
        """Let time pass; the way is `do(Wait(by))`."""
        end = self.clock.now() + by
        while True:
            open_ = [link for link in self._all if not link.closed]
            due = [(at, link) for link in open_ if (at := link.server.next_deadline()) is not None]
            at, link = min(due, key=lambda pair: pair[0], default=(end + 1, None))
            posted = self._post.next_due() if self._post is not None else None
            if posted is not None and posted < at:
                at, link = posted, None
            if at > end:
                break
            self.clock.advance(max(0, at - self.clock.now()))
            if link is not None:
                link.time_passed(self.clock.now())
            self.settle()
        self.clock.advance(max(0, end - self.clock.now()))

    # Mail

    def find_user(self, user: str) -> tuple[Site, str]:
        """A user by `name` or `name@domain`: the site and the name there. Raises `WorldError`."""
        for site in self.sites.values():
            if (name := site.owner(user)) is not None:
                return site, name
        raise WorldError(Msg(N_("there is no user {user} in this world"), user=user))

    def mailboxes(self, user: str) -> Mailboxes:
        """A user's mailboxes. Raises `WorldError`."""
        site, name = self.find_user(user)
        return site.mailboxes(name)

    # What mail programs do

    def run(self, actor: str, behaviour: Behaviour) -> Any:
        """Let an actor's mail program run a script over its open connection; returns the script's result.

        Every line it sends is an input of its own, so it replays as well as a person's typing. A script whose
        connection ends is stopped, and the result is None.
        """
        return _drive(behaviour, lambda line: self._exchange(actor, line))

    def _exchange(self, actor: str, line: bytes) -> Exchange | None:
        return self._answer(actor, lambda _link: self.do(Send(actor, line + b"\r\n")))

    def drive(self, actor: str, behaviour: Behaviour) -> Any:
        """Like `run`, for a host whose doings follow from the inputs and are none themselves. Hangs up at the end."""

        def send(link: Link, line: bytes) -> None:
            link.client.send(line + b"\r\n")
            link.settle()

        result = _drive(behaviour, lambda line: self._answer(actor, lambda link: send(link, line)))
        link = self.links[actor]
        if not link.closed:
            link.hang_up()
        return result

    def _answer(self, actor: str, send: Callable[[Link], None]) -> Exchange | None:
        """What came of a line that is sent; None where the connection ended before the server had answered."""
        link = self.links.get(actor)
        if link is None or link.closed:
            return None
        tracker = link.client.tracker
        before = tracker.current
        send(link)
        exchange = before or tracker.exchanges[-1]
        return exchange if exchange.done or not link.closed else None

    def connect(self, actor: str, protocol: str, host: str, port: int) -> Link:
        """Connect an actor and return the link."""
        self.do(Connect(actor, protocol, host, port))
        return self.links[actor]

    def reconnect(self, actor: str) -> Link:
        """Connect an actor to where it was connected before. Raises `WorldError` if it never was."""
        before = self.links.get(actor)
        if before is None:
            raise WorldError(Msg(N_("{actor} does not know where to connect to"), actor=actor))
        opened = before.opened
        return self.connect(actor, opened.proto, opened.server, opened.port)


def _set_up(boxes: Mailboxes, mailbox: MailboxDescription) -> None:
    """Give a user a mailbox that is there from the beginning; it may stand above or below one that there is already."""
    name = mailbox.name
    if name in [box.name for box in boxes.listing()]:
        boxes.set_special_use(name, mailbox.special_use)
    else:
        boxes.create(name, mailbox.special_use)
    if mailbox.subscribed:
        boxes.subscribe(name)


def _drive(behaviour: Behaviour, exchange: Callable[[bytes], Exchange | None]) -> Any:
    script: Generator[Any, Any, Any] = behaviour
    try:
        send = next(script)
        while True:
            answer = exchange(send.line)
            if answer is None:
                script.close()
                return None
            send = script.send(answer)
    except StopIteration as stop:
        return stop.value
