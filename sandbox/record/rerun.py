"""Proof that a transcript tells the truth: what its clients sent, sent to fresh servers, leads to the same end."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Final

from sandbox.core.message import N_, Msg
from sandbox.mail.changes import Change, Locked, MessageAdded, Unlocked
from sandbox.mail.errors import StoreError
from sandbox.mail.memory import MemoryStore
from sandbox.mail.store import Mailbox, Store
from sandbox.record.reader import Transcript
from sandbox.record.replay import Replay
from sandbox.wire.link import MILLISECOND
from sandbox.wire.observer import Observer, Watched
from sandbox.wire.trace import AnyEvent, Close, Data, Open, StoreChange
from sandbox.world.inputs import Connect, HangUp, Send, Wait
from sandbox.world.protocols import PROTOCOLS
from sandbox.world.world import World

_FROM_ELSEWHERE: Final = (MessageAdded, Locked, Unlocked)
"""What may happen to mail without a client's doing: it arrives, and a fault holds a maildrop."""

_STATE: Final = N_("{conn} ended in the state {state}; fresh servers leave it in {other}.")
_NEVER: Final = N_("{conn} cannot be opened again.")
_MAIL: Final = N_("The mail stored on {host} is not what fresh servers leave there.")


def same_end(transcript: Transcript, world: World) -> list[Msg]:
    """Run a transcript again in a fresh `world`, and name what ends differently: nothing, if all is well.

    The world has to be of the same description. Raises `WorldError` where it cannot do what the transcript says.
    """
    _run(transcript, world)
    replay = Replay(transcript, PROTOCOLS)
    replay.go(len(replay))
    observer = Observer(PROTOCOLS)
    for event in world.journal.events:
        observer.feed(event)
    found = [_compare(conn, watched, observer.watched.get(conn)) for conn, watched in replay.states().items()]
    fresh = {site.home: site.store for site in world.sites.values()}
    for host in replay.hosts():
        mail = replay.store(host)
        if mail is None or host not in fresh or _image(mail) != _image(fresh[host]):
            found.append(Msg(_MAIL, host=host))
    return [difference for difference in found if difference is not None]


def _run(transcript: Transcript, world: World) -> None:
    """Do to the world what was done to the one that was recorded, at the same times."""
    actors: dict[str, str] = {}
    made: Counter[tuple[str, Change]] = Counter()
    for event in world.journal.events:
        _count(made, event)
    world.journal.subscribe(lambda event: _count(made, event))
    for _position, event in transcript.live.numbered():
        if isinstance(event, Open):
            actors[event.conn] = actor = event.actor or event.client
            _wait(world, event.at)
            world.do(Connect(actor, event.proto, event.server, event.port))
        elif isinstance(event, StoreChange):
            if not made[event.host, event.change] and isinstance(event.change, _FROM_ELSEWHERE):
                _wait(world, event.at)
                _apply(world, event)
            made[event.host, event.change] -= 1
        elif event.conn in actors:
            _pass_on(world, actors[event.conn], event)


def _count(made: Counter[tuple[str, Change]], event: AnyEvent) -> None:
    if isinstance(event, StoreChange):
        made[event.host, event.change] += 1


def _apply(world: World, event: StoreChange) -> None:
    """Change stored mail as something outside of all dialogues did."""
    for site in world.sites.values():
        if site.home == event.host:
            with suppress(StoreError):  # the worlds differ already, and the comparison will say so
                site.store.apply(event.change)


def _pass_on(world: World, actor: str, event: AnyEvent) -> None:
    """What reached the server from a client."""
    link = world.links[actor]
    if link.closed:
        return
    if isinstance(event, Data) and event.side == "C" and event.layer == "app" and not event.lost:
        _wait(world, event.at - MILLISECOND)  # the time that delivery takes
        world.do(Send(actor, event.raw))
    elif isinstance(event, Close):
        _wait(world, event.at)
        if event.cut:
            link.cut()
        elif event.side == "C":
            world.do(HangUp(actor))


def _wait(world: World, until: int) -> None:
    if until > world.clock.now():
        world.do(Wait(until - world.clock.now()))


def _compare(conn: str, recorded: Watched, fresh: Watched | None) -> Msg | None:
    if fresh is None:
        return Msg(_NEVER, conn=conn)
    if recorded.state == fresh.state:
        return None
    return Msg(_STATE, conn=conn, state=recorded.state.name, other=fresh.state.name)


def _image(store: MemoryStore | Store) -> object:
    """Everything that can be known of stored mail, to be compared."""
    return [
        (user, boxes.subscriptions(), [_mailbox_image(box) for box in boxes.listing()])
        for user in store.users
        for boxes in (store.mailboxes(user),)
    ]


def _mailbox_image(box: Mailbox) -> object:
    messages = [
        (mail.uid, mail.message_id, mail.thread_id, mail.flags, mail.internal_date, mail.modseq, mail.message.content)
        for mail in box.snapshot()
    ]
    numbers = (box.uid_validity, box.uid_next, box.highest_modseq, box.recent_uids())
    return box.name, box.mailbox_id, box.special_use, box.keywords, box.locked_by, numbers, messages
