"""Mail under way between the servers of a world, for the mailbox pane. It is known for the present only."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sandbox.tui.ports import Queued
from sandbox.world.clock import SECOND
from sandbox.world.world import World

if TYPE_CHECKING:
    from sandbox.world.post import Waiting


def queued(world: World) -> tuple[Queued, ...]:
    """What waits in the hosts' queues, what is due first at the top."""
    if world.post is None:
        return ()
    waiting = sorted(world.post.queue, key=lambda mail: mail.due)
    return tuple(_queued(world, mail) for mail in waiting)


def _queued(world: World, mail: Waiting) -> Queued:
    envelope = mail.envelope
    due = datetime.fromtimestamp(mail.due // SECOND, UTC).strftime("%Y-%m-%d %H:%M")
    said = dict.fromkeys(str(mail.last[path]) for path in envelope.forward_paths if path in mail.last)
    return Queued(
        world.stations[mail.host].description.name,
        envelope.reverse_path,
        tuple(path.mailbox for path in envelope.forward_paths),
        due,
        mail.attempts,
        "; ".join(said),
    )
