"""The lesson's world at work: actors type, faults strike, mail arrives; and what of it the checks can see."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sandbox.core.message import Msg
from sandbox.core.replies import Outcome
from sandbox.core.tracker import Exchange as WireExchange
from sandbox.core.tracker import Kind, Unit
from sandbox.i18n import translate
from sandbox.mail.store import Mailbox
from sandbox.teach.evidence import Exchange, QueuedMail, Reply, Standing, StoredMail, Told
from sandbox.teach.furnish import initial_mail, initial_mailboxes, moment
from sandbox.teach.library import Library
from sandbox.teach.model import Lesson
from sandbox.teach.network import Network
from sandbox.teach.news import pipelined, standing, told
from sandbox.teach.parts import Action, Break, Deliver, Send
from sandbox.wire.observer import Observer, Watched
from sandbox.wire.trace import Data, live
from sandbox.world import dialect
from sandbox.world.authority import Flaw
from sandbox.world.description import DomainDescription, HostDescription, WorldDescription
from sandbox.world.errors import WorldError
from sandbox.world.inputs import Deliver as DeliverInput
from sandbox.world.inputs import Strike
from sandbox.world.protocols import PROTOCOLS
from sandbox.world.world import World

if TYPE_CHECKING:
    from sandbox.world.post import Waiting

__all__ = ["Stage", "StageEvidence", "describe"]

CLOSED = "CLOSED"
"""The state of a session whose connection ended before the protocol said goodbye."""

_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
"""An enhanced status code (RFC 3463 section 2)."""


def describe(lesson: Lesson, library: Library, seed: str, profile: str) -> WorldDescription:
    """The world of the lesson. Raises OSError for mail that cannot be read."""
    spec = lesson.world
    return WorldDescription(
        domains=tuple(
            DomainDescription(
                name,
                dict(domain.users),
                tuple((mx.preference, mx.host) for mx in domain.mx),
                {alias: tuple(behind) for alias, behind in domain.aliases.items()},
                {each: tuple(members) for each, members in domain.lists.items()},
                domain.separator,
                domain.uid_validity,
            )
            for name, domain in spec.domains.items()
        ),
        hosts=tuple(
            HostDescription(
                short,
                host.name,
                host.domain,
                tuple(host.roles),
                {protocol: server.model_dump() for protocol, server in host.servers.items()},
                Flaw(host.certificate),
            )
            for short, host in spec.hosts.items()
        ),
        mail=tuple(initial_mail(spec, library)),
        mailboxes=tuple(initial_mailboxes(spec)),
        seed=seed,
        start=moment(spec.clock),
        strict=profile == "strict",
    )


class Stage:
    """A world with the lesson's actors in it, and an observer who reads along.

    Raises OSError for mail that cannot be read, `WorldError` for a learner who cannot connect.
    """

    def __init__(self, lesson: Lesson, library: Library, seed: str, profile: str) -> None:
        self.actors = lesson.actors
        self.library = library
        self.world = World(describe(lesson, library, seed, profile), translate=translate)
        self.observer = Observer(PROTOCOLS, history=lambda: live(self.world.journal.events))
        for event in self.world.journal.events:
            self.observer.feed(event)
        self.world.journal.subscribe(self._heard)
        for name, actor in lesson.actors.items():
            if actor.by == "learner":
                self._connect(name)

    def _heard(self, event: object) -> None:
        self.observer.feed(event)  # type: ignore[arg-type]  # subscribers get events of the journal only

    def type(self, actor: str, line: str) -> dialect.Typed:
        """Do what the line says, as the actor; `Become` and `Next` are for the caller. Raises `WorldError`."""
        typed = dialect.read(line)
        if isinstance(typed, dialect.OpenConnection) and not typed.service:
            self._connect(actor)
        elif not isinstance(typed, dialect.Become | dialect.Next):
            dialect.perform(self.world, actor, typed)
        return typed

    def type_all(self, actor: str, lines: Iterable[str]) -> str:
        """Do what the lines say, `@on` included; returns who typed last. Raises `WorldError`."""
        for line in lines:
            typed = self.type(actor, line)
            if isinstance(typed, dialect.Become):
                actor = typed.actor
        return actor

    def _connect(self, name: str) -> None:
        actor = self.actors.get(name)
        if actor is None:
            raise WorldError(
                Msg("there is no {actor} in this lesson: {known}", actor=name, known=", ".join(self.actors))
            )
        self.world.connect(name, actor.proto, actor.host, actor.port)

    def act(self, actions: Iterable[Action]) -> None:
        """Let happen what happens without the learner. Raises `WorldError`."""
        for action in actions:
            if isinstance(action, Send):
                self.type_all(action.on, action.send)
            elif isinstance(action, Deliver):
                self.deliver(action.deliver.items())
            elif isinstance(action, Break):
                self.strike(action.fault)

    def deliver(self, mail: Iterable[tuple[str, Sequence[str]]]) -> None:
        """Let mail arrive. Raises `WorldError`."""
        for user, names in mail:
            for name in names:
                self.world.do(DeliverInput(user, self.library.mail(name)))

    def strike(self, fault: Network) -> None:
        """Let something break. Raises `WorldError`."""
        self.world.do(Strike(fault.fault()))

    # What can be seen

    def connections(self, actor: str) -> list[Watched]:
        """The actor's connections, in the order they were made."""
        return [watched for watched in self.observer.watched.values() if watched.open.actor == actor]

    def exchanges(self, actor: str, since: int = 0) -> list[Exchange]:
        """The actor's exchanges whose command was complete after event `since`."""
        return [exchange for _seq, exchange in self._exchanges(actor, since)]

    def all_exchanges(self) -> list[Exchange]:
        """Everybody's exchanges, in the order of their commands."""
        found = [item for actor in self.actors for item in self._exchanges(actor, 0)]
        return [exchange for _seq, exchange in sorted(found, key=lambda item: item[0])]

    def told(self, actor: str, since: int) -> list[Told]:
        """What the actor's IMAP servers told without a tag after event `since`."""
        return [
            news
            for watched in self.connections(actor)
            for explained in watched.explained
            if explained.seq > since and (news := told(explained.unit)) is not None
        ]

    def standing(self, actor: str) -> Standing:
        """What the actor's last session is about."""
        connections = self.connections(actor)
        return standing(connections[-1]) if connections else Standing()

    def _exchanges(self, actor: str, since: int) -> list[tuple[int, Exchange]]:
        return [
            (explained.seq, _exchange(actor, explained.unit, early))
            for watched in self.connections(actor)
            for explained, early in pipelined(watched)
            if explained.seq > since
        ]

    def octets(self, actor: str, side: str, layer: str, since: int = 0) -> list[bytes]:
        """What a side of each of the actor's connections has sent after event `since`, and arrived."""
        sent = {watched.open.conn: bytearray() for watched in self.connections(actor)}
        for event in live(self.world.journal.events):
            if not isinstance(event, Data) or event.seq <= since or event.conn not in sent:
                continue
            if (event.side, event.layer, event.lost) == (side, layer, False):
                sent[event.conn] += event.raw
        return [bytes(octets) for octets in sent.values()]

    def queue(self) -> list[QueuedMail]:
        """The mail that waits in the hosts' queues, as it came in."""
        post = self.world.post
        return [_queued(waiting) for waiting in post.queue] if post is not None else []

    def state(self, actor: str) -> str:
        """The protocol state of the actor's last session; see `Evidence.state`."""
        connections = self.connections(actor)
        return _state(connections[-1]) if connections else ""


class StageEvidence:
    """`Evidence` of a stage, for a step that began right after event `since`."""

    def __init__(self, stage: Stage, since: int, here: str, answer: tuple[str, ...] = ()) -> None:
        self._stage, self._since, self._here = stage, since, here
        self.answer = answer

    def exchanges(self, actor: str) -> Sequence[Exchange]:
        """See `Evidence`."""
        return self._stage.exchanges(actor or self._here, self._since)

    def octets(self, actor: str, side: str, layer: str) -> Sequence[bytes]:
        """See `Evidence`."""
        return self._stage.octets(actor or self._here, side, layer, self._since)

    def queue(self) -> Sequence[QueuedMail]:
        """See `Evidence`."""
        return self._stage.queue()

    def told(self, actor: str) -> Sequence[Told]:
        """See `Evidence`."""
        return self._stage.told(actor or self._here, self._since)

    def standing(self, actor: str) -> Standing:
        """See `Evidence`."""
        return self._stage.standing(actor)

    def state(self, actor: str) -> str:
        """See `Evidence`."""
        return self._stage.state(actor)

    def mail(self, user: str, mailbox: str) -> Sequence[StoredMail] | None:
        """See `Evidence`."""
        box = next((box for box in self._boxes(user) if box.name == mailbox), None)
        if box is None:
            return None
        return [StoredMail(stored.uid, frozenset(stored.flags), bytes(stored.message.content)) for stored in box]

    def mailboxes(self, user: str) -> Sequence[str]:
        """See `Evidence`."""
        return [box.name for box in self._boxes(user)]

    def special_use(self, user: str, mailbox: str) -> Sequence[str]:
        """See `Evidence`."""
        return next((box.special_use for box in self._boxes(user) if box.name == mailbox), ())

    def subscriptions(self, user: str) -> Sequence[str]:
        """See `Evidence`."""
        return self._stage.world.mailboxes(user).subscriptions() if self._boxes(user) else ()

    def _boxes(self, user: str) -> Sequence[Mailbox]:
        """The user's mailboxes; none for somebody whom this world does not know."""
        try:
            return self._stage.world.mailboxes(user).listing()
        except WorldError:
            return ()

    def fixture(self, name: str) -> bytes:
        """See `Evidence`."""
        return self._stage.library.mail(name)


def _queued(waiting: Waiting) -> QueuedMail:
    envelope = waiting.envelope
    recipients = tuple(path.mailbox for path in envelope.forward_paths)
    said = {word for verdict in waiting.last.values() for word in (verdict.code, verdict.status) if word}
    return QueuedMail(
        waiting.host, envelope.reverse_path, recipients, waiting.domain, waiting.attempts, frozenset(said)
    )


def _state(watched: Watched) -> str:
    """The session's state; once it is over, the one it reached, if nothing more could be said in that, else CLOSED."""
    if not watched.ended:
        return str(watched.state)
    reached = [explained.unit for explained in watched.explained if explained.unit.kind is not Kind.LOST]
    last = reached[-1].state_after if reached else watched.state
    rows = watched.protocol.registry.rows.values()
    return CLOSED if any(last in row.states for row in rows) else str(last)


def _exchange(actor: str, command: Unit, early: bool) -> Exchange:
    """A command of the wire and its replies, in words."""
    wire = command.exchange
    words = _words(command.raw)
    request = wire.request
    verb = request.verb.decode("utf-8", "replace").upper() if request is not None else ""
    tagged = 1 if request is not None and request.tag else 0
    length = len(verb.split()) or 1
    return Exchange(
        actor,
        verb or " ".join(words[tagged : tagged + length]).upper(),
        tuple(words[tagged + length :]),
        _reply(wire, tagged),
        words[0] if tagged else "",
        early,
    )


def _reply(wire: WireExchange, tagged: int) -> Reply | None:
    """The reply, once it is complete."""
    final = next((unit for unit in reversed(wire.replies) if unit.outcome is not None), None)
    if not wire.done or final is None:
        return None
    first, *more = final.raw.splitlines()
    status, words = _status(_words(first)[tagged:])
    code, about = "", []
    if words and words[0].startswith("["):
        end = next((index for index, word in enumerate(words) if word.endswith("]")), len(words) - 1)
        code, *about = " ".join(words[: end + 1]).strip("[]").split()
        words = words[end + 1 :]
    enhanced = words[0] if status.isdigit() and words and _ENHANCED.fullmatch(words[0]) else ""
    lines = [line for unit in wire.replies if unit is not final for line in _lines(unit)] + more
    more_lines = tuple(tuple(_words(line)) for line in lines)
    rest = tuple(words[bool(enhanced) :])
    return Reply(status, final.outcome is Outcome.OK, rest, code, more_lines, enhanced, tuple(about))


def _status(words: list[str]) -> tuple[str, list[str]]:
    """The word that says how it went, and the rest; in SMTP the number, whatever stands right behind it."""
    if not words:
        return "", []
    first, *rest = words
    if len(first) > 3 and first[:3].isdigit() and first[3] == "-":
        return first[:3], [first[4:], *rest] if first[4:] else rest
    return first, rest


def _lines(unit: Unit) -> list[bytes]:
    """A unit's lines, without the dot that ends them."""
    lines = unit.raw.splitlines()
    return lines[:-1] if unit.kind is Kind.LINES and lines[-1:] == [b"."] else lines


def _words(line: bytes) -> list[str]:
    return line.decode("utf-8", "replace").split()
