"""The mailboxes of a lesson's world and the mail in them, as the world wants them described."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sandbox.teach.library import Library
from sandbox.teach.world import WorldSpec
from sandbox.world.clock import SECOND
from sandbox.world.description import MailboxDescription, MailDescription

__all__ = ["initial_mail", "initial_mailboxes", "moment"]


def moment(clock: str) -> int:
    """A moment such as 2026-03-02T09:00:00Z, in nanoseconds since 1970."""
    return int(datetime.fromisoformat(clock).timestamp()) * SECOND


def initial_mailboxes(spec: WorldSpec) -> Iterator[MailboxDescription]:
    """The mailboxes that are there at the start."""
    for user, boxes in spec.mailboxes.items():
        for name, box in boxes.items():
            yield MailboxDescription(user, name, tuple(box.use), box.subscribed)


def initial_mail(spec: WorldSpec, library: Library) -> Iterator[MailDescription]:
    """The mail that is there at the start. Raises OSError for mail that cannot be read."""
    for user, files in spec.maildrop.items():
        for file in files:
            yield MailDescription(user, library.mail(file))
    for user, boxes in spec.mailboxes.items():
        for name, box in boxes.items():
            for stored in box.mail:
                date = None if stored.date is None else moment(stored.date)
                yield MailDescription(user, library.mail(stored.file), name, tuple(stored.flags), date)
