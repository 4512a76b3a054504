"""OBJECTID (RFC 8474): names for messages, conversations and mailboxes that stay, whatever happens to UIDs."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.core.grammar import SP, seq, term
from sandbox.core.message import N_
from sandbox.imap import format as wire
from sandbox.imap import replies
from sandbox.imap.capabilities import capability, has
from sandbox.imap.commands.select import ON_SELECT
from sandbox.imap.commands.status import STATUS_ITEMS
from sandbox.imap.items import FETCH_ITEMS, Fetching, Maker
from sandbox.imap.search.program import SEARCH_KEYS, Key
from sandbox.imap.session import Session
from sandbox.imap.view import View
from sandbox.mail.store import Stored

capability(b"OBJECTID", "8474", about=N_("messages, conversations and mailboxes have names that stay"))

_OBJECTID = term("objectid", rb"[A-Za-z0-9_-]{1,255}", "8474#3", N_("a name that stays"))


def _described(session: Session, view: View) -> bytes:
    if not has(session, b"OBJECTID"):
        return b""
    return wire.condition(replies.UNTAGGED_MAILBOXID, id=view.mailbox.mailbox_id)


def _email(_job: Fetching, _value: None) -> Maker:
    return lambda stored: b"EMAILID (" + stored.message_id.encode("ascii") + b")"


def _thread(_job: Fetching, _value: None) -> Maker:
    return lambda stored: b"THREADID (" + stored.thread_id.encode("ascii") + b")"


def _equals(read: Callable[[Stored], str]) -> Key:
    return Key(lambda _search, wanted: lambda stored: read(stored).encode("ascii") == wanted)


ON_SELECT.append(_described)
FETCH_ITEMS.add(
    b"EMAILID", _email, about=N_("the name of the message's content"), ref="8474#5.1", capability=b"OBJECTID"
)
FETCH_ITEMS.add(
    b"THREADID",
    _thread,
    about=N_("the name of the conversation that the message is part of"),
    ref="8474#5.2",
    capability=b"OBJECTID",
)
SEARCH_KEYS.add(
    b"EMAILID",
    _equals(lambda stored: stored.message_id),
    about=N_("the message of that name"),
    ref="8474#6",
    args=seq(SP, _OBJECTID),
    capability=b"OBJECTID",
)
SEARCH_KEYS.add(
    b"THREADID",
    _equals(lambda stored: stored.thread_id),
    about=N_("the messages of that conversation"),
    ref="8474#6",
    args=seq(SP, _OBJECTID),
    capability=b"OBJECTID",
)
STATUS_ITEMS.add(
    b"MAILBOXID",
    lambda _session, mailbox: b"(" + mailbox.mailbox_id.encode("ascii") + b")",
    about=N_("the name of the mailbox that stays"),
    ref="8474#4.3",
    capability=b"OBJECTID",
)
