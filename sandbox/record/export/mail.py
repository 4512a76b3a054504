"""Stored mail as it stands on a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sandbox.i18n import _
from sandbox.i18n.safe import readable, safe
from sandbox.mail.store import Stored
from sandbox.record.export.said import lines
from sandbox.record.replay import Replay

LONGEST: Final = 1 << 16
"""Octets of a message that are shown."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A stored message."""

    uid: int
    subject: str
    flags: str
    text: str


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox with its messages."""

    host: str
    user: str
    name: str
    messages: list[Letter]


def stored(replay: Replay) -> Iterator[Mailbox]:
    """The mailboxes of all users of all hosts, where the replay stands."""
    for host in replay.hosts():
        store = replay.store(host)
        if store is not None:
            for user in store.users:
                for box in store.mailboxes(user).listing():
                    yield Mailbox(safe(host), readable(user), readable(box.name), [_letter(each) for each in box])


def _letter(each: Stored) -> Letter:
    subject = each.message.fields().text(b"Subject")
    text = "\n".join(lines(each.message.content[:LONGEST]))
    if each.message.size > LONGEST:
        text += "\n" + _("… {count} more octets").format(count=each.message.size - LONGEST)
    return Letter(each.uid, readable(subject or "") or _("(no subject)"), safe(" ".join(each.flags)), text)
