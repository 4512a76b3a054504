"""SORT (RFC 5256), SORT=DISPLAY (RFC 5957) and ESORT (RFC 5267): search, and tell the result in an order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sandbox.core.grammar import SP, Rule, opt, seq, token
from sandbox.core.message import N_
from sandbox.core.replies import Answer
from sandbox.imap import format as wire
from sandbox.imap import replies
from sandbox.imap.cache import Cache
from sandbox.imap.capabilities import capability, does, has
from sandbox.imap.commands.search import (
    RETURN_ARGS,
    SEARCH_ANSWERS,
    Options,
    Result,
    esearch,
    found,
)
from sandbox.imap.grammar import CHARSET, parenthesized
from sandbox.imap.search.program import SEARCH_PROGRAM, Pairs, Program
from sandbox.imap.search.subject import base_subject
from sandbox.imap.search.text import fold, sent_seconds
from sandbox.imap.session import Session, command
from sandbox.imap.states import SELECTED
from sandbox.imap.table import Table
from sandbox.mail.envelope import Addresses
from sandbox.mail.store import Stored
from sandbox.mail.words import decode_words

capability(b"SORT", "5256", about=N_("search results can be sorted by the server"))
capability(b"SORT=DISPLAY", "5957", about=N_("they can be sorted by the names that are shown of people"))
capability(b"ESORT", "5267#3", about=N_("sorted results can be told in part, or counted"))

SortKey = Callable[[Cache, Stored], Any]

# sort-key
SORT_KEYS: Final[Table[SortKey]] = Table("sort-key", N_("what to sort by"), "5256#3")


def sent(cache: Cache, stored: Stored) -> int:
    """The sent date, or the internal date where there is none (RFC 5256 section 2.2)."""
    seconds = sent_seconds(cache, stored)
    return stored.internal_date // wire.SECOND if seconds is None else seconds


def _collated(text: str) -> str:
    """Texts are ordered by their capitals: i;unicode-casemap (RFC 5051 section 2)."""
    return fold(text).upper()


def subject(cache: Cache, stored: Stored) -> str:
    """The base subject, to be put in order."""

    def make(one: Stored) -> str:
        return _collated(base_subject(one.message.fields().text(b"subject") or "").text)

    return cache.get(stored, "base subject", make)


def _mailbox(field: str) -> SortKey:
    def first(stored: Stored) -> str:
        addresses: Addresses = getattr(stored.message.envelope(), field)
        return _collated((addresses[0].mailbox or b"").decode("utf-8", "replace")) if addresses else ""

    return lambda cache, stored: cache.get(stored, f"sort {field}", first)


def _displayed(field: str) -> SortKey:
    def first(stored: Stored) -> str:
        addresses: Addresses = getattr(stored.message.envelope(), field)
        if not addresses:
            return ""
        return _collated(decode_words(addresses[0].name or b"") or addresses[0].addr_spec)

    return lambda cache, stored: cache.get(stored, f"display {field}", first)


_add = SORT_KEYS.add
_add(b"ARRIVAL", lambda _cache, stored: stored.internal_date, about=N_("when the server took it"), ref="5256#3")
_add(b"CC", _mailbox("cc"), about=N_("the first address of Cc"), ref="5256#3")
_add(b"DATE", sent, about=N_("when it was sent"), ref="5256#3")
_add(b"FROM", _mailbox("from_"), about=N_("the first address of From"), ref="5256#3")
_add(b"SIZE", lambda _cache, stored: stored.size, about=N_("its size"), ref="5256#3")
_add(b"SUBJECT", subject, about=N_("its subject, without Re: and the like"), ref="5256#3")
_add(b"TO", _mailbox("to"), about=N_("the first address of To"), ref="5256#3")
_add(
    b"DISPLAYFROM", _displayed("from_"), about=N_("the name that From shows"), ref="5957#4", capability=b"SORT=DISPLAY"
)
_add(b"DISPLAYTO", _displayed("to"), about=N_("the name that To shows"), ref="5957#4", capability=b"SORT=DISPLAY")

# sort-criterion = ["REVERSE" SP] sort-key
_REVERSE: Final = token(b"REVERSE ", about=N_("by the next thing backwards"), ref="5256#3", value=True)
_CRITERIA: Final = parenthesized(seq(opt(_REVERSE, False), SORT_KEYS), 1)
# search-criteria = charset 1*(SP search-key)
SEARCH_CRITERIA: Final[tuple[Rule, ...]] = (SP, CHARSET, SP, SEARCH_PROGRAM)
_ARGS: Final = seq(opt(RETURN_ARGS), SP, _CRITERIA, *SEARCH_CRITERIA)

Criteria = list[tuple[bool, tuple[bytes, None]]]


@command(b"SORT", args=_ARGS, states={SELECTED}, ref="5256#3", answers=SEARCH_ANSWERS, capability=b"SORT")
def sort(session: Session, returns: Options, criteria: Criteria, charset: bytes, program: Program) -> Answer:
    """Find messages, and tell their numbers in the order you ask for."""
    return _sort(session, returns, criteria, charset, program, by_uid=False)


@command(b"UID SORT", args=_ARGS, states={SELECTED}, ref="5256#3", answers=SEARCH_ANSWERS, capability=b"SORT")
def uid_sort(session: Session, returns: Options, criteria: Criteria, charset: bytes, program: Program) -> Answer:
    """Find messages, and tell their UIDs in the order you ask for."""
    return _sort(session, returns, criteria, charset, program, by_uid=True)


def _order(session: Session, criteria: Criteria) -> Callable[[Pairs], None]:
    """What sorts messages that are in the order of the mailbox. Raises `Refused` where a key is not offered."""
    keys = [(does(session, SORT_KEYS, word), backwards) for backwards, (word, _) in reversed(criteria)]

    def sort(pairs: Pairs) -> None:
        for key, backwards in keys:
            # what is equal keeps its order, backwards too: the sequence number decides last
            pairs.sort(key=lambda pair, key=key: key(session.cache, pair[1]), reverse=backwards)  # type: ignore[misc]

    return sort


def _sort(
    session: Session, returns: Options, criteria: Criteria, charset: bytes, program: Program, *, by_uid: bool
) -> Answer:
    if returns is not None and not has(session, b"ESORT"):
        return replies.NOT_OFFERED(word="RETURN")
    job, pairs = found(session, returns, None if session.enabled.utf8_accept else charset, program)
    order = _order(session, criteria)
    order(pairs)
    values = [stored.uid for _, stored in pairs] if by_uid else [number for number, _ in pairs]
    if returns is not None:
        result = Result(job, pairs, values, session.tag, returns, by_uid, order)
        return replies.COMPLETED(esearch(result), verb="SORT")
    listed = b"".join(b" %d" % value for value in values)
    highest = b" (MODSEQ %d)" % max(s.modseq for _, s in pairs) if job.wants_modseq and pairs else b""
    return replies.COMPLETED(b"* SORT" + listed + highest + b"\r\n", verb="SORT")
