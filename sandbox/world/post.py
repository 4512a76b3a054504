"""The post between the domains of a world: couriers, queues, routes by MX, attempts and reports.

Mail that a host takes for another domain waits in its queue. When everything else has come to rest the world lets `run`
attempt what is due: a session over a link like any other, in which the host is the client. What fails for the moment is
tried again by the world's clock; what fails for good is reported to the sender.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

from sandbox.core.message import N_, Msg
from sandbox.core.protocol import Service
from sandbox.mail.courier import Body, Envelope, Fate, ForwardPath, Notify, Result
from sandbox.mail.dates import format_date
from sandbox.smtp.addresses import mailbox
from sandbox.smtp.client import Transfer, Verdict, transfer
from sandbox.world.clock import SECOND
from sandbox.world.courier import STAYS, LocalCourier
from sandbox.world.directory import Directory
from sandbox.world.errors import WorldError
from sandbox.world.report import Action, Fact, Origin, report
from sandbox.world.routes import Routes
from sandbox.world.sites import Station

if TYPE_CHECKING:
    from sandbox.world.world import World

RETRIES: Final = (30 * 60 * SECOND, 30 * 60 * SECOND, 2 * 3600 * SECOND)
"""How long to wait after each failed attempt; the last holds for all that follow (RFC 5321 section 4.5.4.1)."""
GIVE_UP: Final = 5 * 86_400 * SECOND
"""How old mail may get in a queue."""
WARN: Final = 4 * 3600 * SECOND
"""How old it is when a sender who asked for that hears of the delay."""
GREY: Final = 300 * SECOND
"""How long a greylisting host keeps a sender waiting."""

_NO_ANSWER: Final = Verdict("451", "4.4.1", "no mail exchanger answers")
_BROKE: Final = Verdict("451", "4.4.2", "the connection broke")
_DELIVERED: Final = Verdict("250", "2.0.0", "delivered")
_FULL: Final = Verdict("452", "4.2.2", "the mailbox is full")
_GONE: Final = Verdict("550", "5.1.1", "no such mailbox")


@dataclass(slots=True)
class Waiting:
    """Mail in a host's queue for recipients of one domain. Times are nanoseconds since 1970."""

    host: str
    envelope: Envelope
    content: bytes
    arrived: int
    due: int
    attempts: int = 0
    warned: bool = False
    last: dict[ForwardPath, Verdict] = field(default_factory=dict)
    """What each recipient's server said last."""

    @property
    def domain(self) -> str:
        """Where it is to go."""
        return mailbox(self.envelope.forward_paths[0].mailbox).domain


class Post:
    """All queues of a world, and what is wrong with its mail at the moment (see `world.faults`)."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.routes = Routes(world)
        self.directories = {
            name: Directory(name, site.accounts, list(site.domain.users), site.domain.aliases, site.domain.lists)
            for name, site in world.sites.items()
        }
        self.queue: list[Waiting] = []
        self.full: set[tuple[str, str]] = set()
        """Users whose mailbox takes no more, as (domain, user)."""
        self.grey: dict[str, dict[tuple[str, str], int]] = {}
        """Hosts that greylist, by their short name: when each pair of sender and recipient was seen first."""

    def courier(self, station: Station, service: Service) -> HostCourier:
        """The courier for a server of a host."""
        return HostCourier(self, station, submission=service.role == "submission")

    # The queue

    def send(self, station: Station, envelope: Envelope, content: bytes) -> None:
        """Send mail from a host: into the store for its own users, through its queue for all others."""
        results = HostCourier(self, station, submission=True).deliver(envelope, content)
        if all(result.fate is not Fate.ACCEPTED for result in results):
            self._drop(station)

    def enqueue(self, station: Station, envelope: Envelope, content: bytes) -> None:
        """Put mail for one domain into a host's queue; it is due at once."""
        now = self.world.clock.now()
        self.queue.append(Waiting(station.description.short, envelope, content, now, now))

    def next_due(self) -> int | None:
        """When something in a queue is to be tried next."""
        return min((waiting.due for waiting in self.queue), default=None)

    def run(self) -> bool:
        """Attempt what is due; returns whether there was anything."""
        now = self.world.clock.now()
        due = [waiting for waiting in self.queue if waiting.due <= now]
        for waiting in due:
            self.queue.remove(waiting)
            self._attempt(waiting)
        return bool(due)

    def _attempt(self, waiting: Waiting) -> None:
        station = self.world.stations[waiting.host]
        waiting.attempts += 1
        done, remote = self._carry(station, waiting)
        now = self.world.clock.now()
        facts: list[Fact] = []
        left: list[ForwardPath] = []
        for recipient in waiting.envelope.forward_paths:
            verdict = done.verdicts[recipient]
            waiting.last[recipient] = verdict
            if verdict.ok:
                if Notify.SUCCESS in recipient.notify and "DSN" not in done.extensions:
                    facts.append(Fact(recipient, Action.RELAYED, verdict, remote))
            elif verdict.for_good or now - waiting.arrived >= GIVE_UP:
                facts.append(Fact(recipient, Action.FAILED, verdict, remote))
            else:
                left.append(recipient)
        if left:
            facts += self._keep(waiting, left, remote)
        self.tell(station, waiting.envelope, waiting.content, facts, waiting.arrived)

    def _keep(self, waiting: Waiting, left: list[ForwardPath], remote: str) -> list[Fact]:
        """Try again later; what is to be told about the delay."""
        now = self.world.clock.now()
        waiting.due = now + RETRIES[min(waiting.attempts, len(RETRIES)) - 1]
        waiting.envelope = _onward(waiting.envelope, left)
        self.queue.append(waiting)
        self.world.note(
            Msg(
                N_("{host} keeps the mail for {recipients} and tries again at {time}"),
                host=self.world.stations[waiting.host].description.name,
                recipients=", ".join(path.mailbox for path in left),
                time=format_date(waiting.due),
            )
        )
        if waiting.warned or now - waiting.arrived < WARN:
            return []
        waiting.warned = True
        until = waiting.arrived + GIVE_UP
        asked = [path for path in left if Notify.DELAY in path.notify]
        return [Fact(path, Action.DELAYED, waiting.last[path], remote, until) for path in asked]

    def _carry(self, station: Station, waiting: Waiting) -> tuple[Transfer, str]:
        """One attempt: by preference, the first exchanger that can be reached has the word. Returns what became of each
        recipient, and the name of the server that said so.
        """
        paths = waiting.envelope.forward_paths
        found = self.routes.exchangers(station, waiting.domain)
        if isinstance(found, Verdict):
            return Transfer(dict.fromkeys(paths, found)), ""
        for short in found:
            name = self.world.stations[short].description.name
            try:
                self.world.open_link(waiting.host, "smtp", short, 25)
            except WorldError:
                text = N_("{host} cannot connect to {exchanger}")
                self.world.note(Msg(text, host=station.description.name, exchanger=name))
                continue
            script = transfer(station.description.name, waiting.envelope, waiting.content, protect=True)
            done: Transfer | None = self.world.drive(waiting.host, script)
            if done is not None:
                return done, name
            return Transfer(dict.fromkeys(paths, _BROKE)), name
        return Transfer(dict.fromkeys(paths, _NO_ANSWER)), ""

    # Reports

    def tell(
        self, station: Station, envelope: Envelope, content: bytes, facts: Iterable[Fact], arrived: int | None = None
    ) -> None:
        """Report to the sender what it wants to know. Nobody is told about mail without a sender, least of all about a
        report that failed (RFC 5321 section 6.1).
        """
        told = list(facts)
        if not envelope.reverse_path:
            if any(fact.action is Action.FAILED for fact in told):
                self._drop(station)
            return
        wanted = [fact for fact in told if _wanted(fact)]
        if not wanted:
            return
        name = station.description.name
        now = self.world.clock.now()
        identifier = station.host("smtp").random(8).hex().upper()
        origin = Origin(name, station.site.domain.name, identifier, arrived or now, now)
        letter = report(origin, envelope, content, wanted)
        self.world.note(Msg(N_("{host} reports to {sender}"), host=name, sender=envelope.reverse_path))
        utf8 = not envelope.reverse_path.isascii()
        body = Body.SEVEN_BIT if letter.isascii() else Body.EIGHT_BIT
        back = Envelope("", (ForwardPath(envelope.reverse_path, (Notify.NEVER,)),), body, utf8, len(letter))
        self.send(station, back, letter)

    def _drop(self, station: Station) -> None:
        name = station.description.name
        self.world.note(Msg(N_("{host} drops a mail: nobody is left whom it could tell"), host=name))


class HostCourier(LocalCourier):
    """A host's courier: its domain's users, and the way to other domains for those who may use it."""

    def __init__(self, post: Post, station: Station, *, submission: bool) -> None:
        self.post, self.station, self.submission = post, station, submission
        domain = station.site.domain.name
        super().__init__(
            post.directories[domain], station.site.store, lambda user: (domain, user) in post.full, station.address
        )

    def check(self, envelope: Envelope, recipient: ForwardPath) -> Result:
        result = super().check(envelope, recipient)
        first_seen = self.post.grey.get(self.station.description.short)
        if result.fate is not Fate.ACCEPTED or first_seen is None or self.submission:
            return result
        now = self.post.world.clock.now()
        seen = first_seen.setdefault((envelope.reverse_path, recipient.mailbox), now)
        return result if now - seen >= GREY else Result(recipient, Fate.LATER, Msg(N_("greylisted, try again later")))

    def foreign(self, recipient: ForwardPath) -> Result:
        domain = mailbox(recipient.mailbox).domain
        if not self.submission and not self.post.routes.stands_in(self.station, domain):
            return Result(recipient, Fate.FOREIGN)
        if self.post.routes.site(domain) is None:
            return Result(recipient, Fate.NOWHERE, Msg(STAYS))
        return Result(recipient, Fate.ACCEPTED)

    def deliver(self, envelope: Envelope, content: bytes) -> tuple[Result, ...]:
        # greylisting judges at RCPT: who was let through there is not put off any more
        results = tuple(super(HostCourier, self).check(envelope, path) for path in envelope.forward_paths)
        if all(result.fate is not Fate.ACCEPTED for result in results):
            return results
        facts = [_failure(result) for result in results if result.fate is not Fate.ACCEPTED]
        away: dict[tuple[str | None, str], list[ForwardPath]] = {}
        for recipient, target in self.places(results):
            path = ForwardPath(target.mailbox, recipient.notify, recipient.orcpt)
            if target.user is None:
                away.setdefault((target.sender, mailbox(target.mailbox).domain.casefold()), []).append(path)
            elif self.full(target.user):
                facts.append(Fact(path, Action.FAILED, _FULL))
            else:
                self.store_for(target, envelope.reverse_path, content)
        for (sender, _domain), paths in away.items():
            self.post.enqueue(self.station, _onward(envelope, paths, sender), content)
        facts += self._successes(results)
        self.post.tell(self.station, envelope, content, facts)
        return results

    def _successes(self, results: Iterable[Result]) -> Iterator[Fact]:
        """What there is to say to a sender who wants to hear of success: the mail ends here, in a mailbox or a list."""
        for result in results:
            address = result.recipient.mailbox
            asked = Notify.SUCCESS in result.recipient.notify
            if not asked or result.fate is not Fate.ACCEPTED or not self.owns(address):
                continue
            if self.directory.is_list(address):
                yield Fact(result.recipient, Action.EXPANDED, _DELIVERED)
            elif all(target.user is not None and not self.full(target.user) for target in self.targets(address)):
                yield Fact(result.recipient, Action.DELIVERED, _DELIVERED)


def _onward(envelope: Envelope, paths: Iterable[ForwardPath], sender: str | None = None) -> Envelope:
    """The same envelope for these recipients. What a list sends on, in its own name, is a mail of its own: nobody has
    asked for reports on it (RFC 3461 section 5.2.7.1).
    """
    if sender is None:
        return msgspec.structs.replace(envelope, forward_paths=tuple(paths))
    members = tuple(ForwardPath(path.mailbox) for path in paths)
    return Envelope(sender, members, envelope.body, envelope.smtputf8, envelope.size)


def _failure(result: Result) -> Fact:
    verdict = _FULL if result.fate is Fate.FULL else _GONE
    return Fact(result.recipient, Action.FAILED, verdict)


def _wanted(fact: Fact) -> bool:
    """Whether the sender wants to hear of it: NOTIFY, or without it failures only (RFC 3461 section 4.1)."""
    notify = fact.recipient.notify
    if fact.action is Action.FAILED:
        return Notify.FAILURE in notify or not notify
    return True
