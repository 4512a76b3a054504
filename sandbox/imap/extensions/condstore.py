"""CONDSTORE (RFC 7162 section 3.1): mod-sequences tell what changed, and guard changes against those of others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.core.grammar import SP, opt, seq, term
from sandbox.core.message import N_
from sandbox.imap import format as wire
from sandbox.imap import replies
from sandbox.imap.capabilities import capability, has
from sandbox.imap.commands.fetch import FETCH_MODIFIERS
from sandbox.imap.commands.select import ON_SELECT, SELECT_PARAMS
from sandbox.imap.commands.status import STATUS_ITEMS
from sandbox.imap.commands.store import STORE_MODIFIERS
from sandbox.imap.extensions.enable import enables
from sandbox.imap.grammar import MODSEQ, MODSEQ_ZERO, QUOTED
from sandbox.imap.items import FETCH_ITEMS, Fetching, Maker
from sandbox.imap.search.program import SEARCH_KEYS, Key, Searching, Test
from sandbox.imap.session import Session
from sandbox.imap.view import View
from sandbox.mail.store import Mailbox, Stored

capability(b"CONDSTORE", "7162#3.1", about=N_("mod-sequences tell what has changed, and guard changes"))
enables(b"CONDSTORE", Session.know_condstore)


def _described(session: Session, view: View) -> bytes:
    # section 3.1.2.1: a server that offers CONDSTORE tells it on every SELECT; to others the code means nothing
    if not has(session, b"CONDSTORE"):
        return b""
    return wire.condition(replies.UNTAGGED_HIGHESTMODSEQ, modseq=view.mailbox.highest_modseq)


def _opening(session: Session, _value: None) -> None:
    session.enabled.condstore = True


def _nothing(_session: Session, _view: View, _value: Any) -> list[bytes]:
    return []


def _modseq(job: Fetching, _value: None) -> Maker:
    job.session.know_condstore()
    return lambda stored: b"MODSEQ (%d)" % stored.modseq


def _changed_since(job: Fetching, modseq: int) -> None:
    job.session.know_condstore()
    job.since = modseq
    job.wants_modseq = True
    job.passes.append(lambda stored: stored.modseq > modseq)


def _unchanged_since(session: Session, modseq: int) -> Callable[[Stored], bool]:
    session.know_condstore()
    return lambda stored: stored.modseq <= modseq


def _search(search: Searching, value: tuple[Any, int]) -> Test:
    search.session.know_condstore()
    search.wants_modseq = True
    least = value[1]
    return lambda stored: stored.modseq >= least


def _status(session: Session, mailbox: Mailbox) -> bytes:
    session.know_condstore()
    return b"%d" % mailbox.highest_modseq


ON_SELECT.append(_described)
SELECT_PARAMS.add(
    b"CONDSTORE",
    (_opening, _nothing),
    about=N_("tell mod-sequences with all flags from here on"),
    ref="7162#3.1.8",
    capability=b"CONDSTORE",
)
FETCH_ITEMS.add(
    b"MODSEQ", _modseq, about=N_("the mod-sequence of the message"), ref="7162#3.1.4.2", capability=b"CONDSTORE"
)
FETCH_MODIFIERS.add(
    b"CHANGEDSINCE",
    _changed_since,
    about=N_("only messages that have changed since this mod-sequence"),
    ref="7162#3.1.4.1",
    args=seq(SP, MODSEQ),
    capability=b"CONDSTORE",
)
STORE_MODIFIERS.add(
    b"UNCHANGEDSINCE",
    _unchanged_since,
    about=N_("only messages that have not changed since this mod-sequence"),
    ref="7162#3.1.3",
    args=seq(SP, MODSEQ_ZERO),
    capability=b"CONDSTORE",
)
# search-modsequence = "MODSEQ" [search-modseq-ext] SP mod-sequence-valzer
SEARCH_KEYS.add(
    b"MODSEQ",
    Key(_search),
    about=N_("messages with this mod-sequence or a higher one"),
    ref="7162#3.1.5",
    args=seq(
        opt(
            seq(
                SP,
                term(
                    "entry-name", QUOTED, "7162#3.1.5", N_("the flag whose changes matter; this server has one count")
                ),
                SP,
                term("entry-type-req", rb"(?i:priv|shared|all)", "7162#3.1.5", N_("whose flag it is")),
            )
        ),
        SP,
        MODSEQ_ZERO,
    ),
    capability=b"CONDSTORE",
)
STATUS_ITEMS.add(
    b"HIGHESTMODSEQ",
    _status,
    about=N_("the highest mod-sequence in the mailbox"),
    ref="7162#3.1.7",
    capability=b"CONDSTORE",
)
