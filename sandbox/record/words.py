"""Events that are no octets of a dialogue, in a sentence each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from sandbox.core.message import N_, Msg
from sandbox.core.protocol import Protocol
from sandbox.i18n.safe import safe
from sandbox.mail import changes
from sandbox.wire.trace import Answer, AnyEvent, Close, Data, Note, Open, Step, StoreChange, Tls

Say = Callable[[Any], Msg | None]

_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")
_ANYTHING: Final = N_("note: {text}")
_QUOTED: Final = 60
"""Octets of lost data that are quoted."""


def sentence(event: AnyEvent, protocols: Mapping[str, Protocol]) -> Msg | None:
    """What happened; None for octets that arrived, which speak for themselves, and for what is nobody's concern.

    Parameters that came from outside are safe to be shown.
    """
    if isinstance(event, Open):
        return _opened(event, protocols)
    if isinstance(event, StoreChange):
        say = _CHANGES.get(type(event.change))
        said = say(event.change) if say is not None else None
        return None if said is None else Msg(_STORED, host=safe(event.host), change=said)
    say = _EVENTS.get(type(event))
    return say(event) if say is not None else None


def _opened(event: Open, protocols: Mapping[str, Protocol]) -> Msg:
    known = protocols.get(event.proto)
    text = N_("{client} connects to {server}, port {port}: {protocol}.")
    if known is None:
        text = N_("{client} connects to {server}, port {port}: {protocol}, which this program cannot explain.")
    name = known.title if known is not None else safe(event.proto)
    return Msg(text, client=safe(event.client), server=safe(event.server), port=event.port, protocol=name)


def _lost(event: Data) -> Msg | None:
    if not event.lost:
        return None
    text = N_("The client sent this, and it was lost on the way: {octets}")
    if event.side == "S":
        text = N_("The server sent this, and it was lost on the way: {octets}")
    return Msg(text, octets=safe(event.raw[:_QUOTED]) + ("…" if len(event.raw) > _QUOTED else ""))


def _secured(event: Tls) -> Msg:
    if not event.version:
        return Msg(N_("The TLS handshake failed: {reason}."), reason=Msg(safe(event.reason)))
    return Msg(N_("TLS begins: {version}, {cipher}."), version=safe(event.version), cipher=safe(event.cipher))


def _closed(event: Close) -> Msg:
    if event.cut or not event.side:
        return Msg(N_("The line breaks: neither end closed it."))
    text = N_("The client closes the connection.") if event.side == "C" else N_("The server closes the connection.")
    return Msg(text)


def fits(event: Note) -> bool:
    """Whether a note's parameters fill its text, which has plain placeholders only. A file may hold anything."""
    names = set(_PLACEHOLDER.findall(event.text))
    return names <= event.params.keys() and not set("{}") & set(_PLACEHOLDER.sub("", event.text))


def note_message(event: Note) -> Msg:
    """The sentence of a note; a text that its parameters do not fit stands for itself."""
    params = {name: safe(str(value)) for name, value in event.params.items()}
    text = safe(event.text)
    return Msg(text, **params) if text == event.text and fits(event) else Msg(_ANYTHING, text=text)


def _step(event: Step) -> Msg:
    if event.result:
        return Msg(N_("End of the step {step}: {result}."), step=safe(event.step), result=safe(event.result))
    return Msg(N_("The step {step} begins."), step=safe(event.step))


def _answered(event: Answer) -> Msg:
    text = N_("The learner answers {answer} to {step}.")
    if event.correct is not None:
        text = N_("The learner answers {answer} to {step}: right.") if event.correct else _WRONG
    return Msg(text, answer=safe(", ".join(event.answer)), step=safe(event.step))


_WRONG: Final = N_("The learner answers {answer} to {step}: wrong.")
_STORED: Final = N_("Stored mail on {host}: {change}")
_EVENTS: Final[dict[type, Say]] = {
    Data: _lost,
    Tls: _secured,
    Close: _closed,
    Note: note_message,
    Step: _step,
    Answer: _answered,
}


def _where(change: Any, **params: object) -> dict[str, object]:
    return {"user": safe(change.user), "mailbox": safe(change.mailbox), **params}


def _added(change: changes.MessageAdded) -> Msg:
    text = N_("a new message in {mailbox} of {user}, uid {uid}, {size} octets.")
    return Msg(text, **_where(change, uid=change.uid, size=change.size))


def _expunged(change: changes.Expunged) -> Msg:
    uids = ", ".join(map(str, change.uids))
    return Msg(N_("removed for good from {mailbox} of {user}, uid {uids}."), **_where(change, uids=uids))


def _flagged(change: changes.FlagsChanged) -> Msg | None:
    if not change.changed:
        return None
    uid, flags = change.changed[0]
    if len(change.changed) > 1:
        text = N_("the flags of {count} messages in {mailbox} of {user} change.")
        return Msg(text, **_where(change, count=len(change.changed)))
    text = N_("the message uid {uid} in {mailbox} of {user} now has these flags: {flags}.")
    return Msg(text, **_where(change, uid=uid, flags=safe(" ".join(flags)) or Msg(N_("none"))))


_CHANGES: Final[dict[type, Say]] = {
    changes.MessageAdded: _added,
    changes.Expunged: _expunged,
    changes.FlagsChanged: _flagged,
    changes.Locked: lambda change: Msg(N_("{mailbox} of {user} is locked for one session."), **_where(change)),
    changes.Unlocked: lambda change: Msg(N_("{mailbox} of {user} is free again."), **_where(change)),
    changes.MailboxCreated: lambda change: Msg(N_("{user} has a new mailbox, {mailbox}."), **_where(change)),
    changes.MailboxDeleted: lambda change: Msg(N_("the mailbox {mailbox} of {user} is deleted."), **_where(change)),
    changes.MailboxRenamed: lambda change: Msg(
        N_("the mailbox {mailbox} of {user} is called {name} now."), **_where(change, name=safe(change.new_name))
    ),
}
