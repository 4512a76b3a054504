"""CONTEXT=SEARCH (RFC 5267): a search is kept up to date, and its result told in pieces."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any, Final

from sandbox.core.grammar import SP, many, opt, seq, term
from sandbox.core.message import N_
from sandbox.core.replies import Answer
from sandbox.imap import format as wire
from sandbox.imap import replies
from sandbox.imap.capabilities import capability, has
from sandbox.imap.commands.search import SEARCH_RETURNS, Result
from sandbox.imap.extensions.notify import describing
from sandbox.imap.grammar import parenthesized, quoted
from sandbox.imap.items import FETCH_ITEMS
from sandbox.imap.search.program import Pairs, select
from sandbox.imap.session import Refused, Session, command
from sandbox.imap.states import SELECTED
from sandbox.imap.view import Items

capability(b"CONTEXT=SEARCH", "5267#4", about=N_("the result of a search can be kept up to date, and told in pieces"))
capability(b"CONTEXT=SORT", "5267#4", about=N_("so can the result of a sorted search"))

MOST: Final = 20
"""Searches that one session can have kept up to date."""


class Context:
    """A search that is kept up to date. What it said of numbers was settled when the command came."""

    def __init__(self, result: Result, items: Items) -> None:
        self.items = items
        self._view, self._tag, self._plans = result.search.view, result.tag, result.search.plans
        self._by_uid, self._order = result.by_uid, result.order
        self._members = [stored.uid for _, stored in result.pairs]
        """By uid, in the order of the result."""

    def lost(self, uids: set[int]) -> bytes:
        """REMOVEFROM comes before the EXPUNGE, while the numbers are still good (RFC 5267 section 4.3.4)."""
        return self._tell(set(), uids.intersection(self._members))

    def changed(self, uids: list[int]) -> tuple[bytes, set[int]]:
        """ADDTO and REMOVEFROM come behind the FETCH or EXISTS that is their cause."""
        meeting = {stored.uid for _, stored in select(self._plans, self._pairs(uids))}
        members = set(self._members)
        new = meeting - members
        return self._tell(new, members.intersection(uids) - meeting), new

    def _pairs(self, uids: Iterable[int]) -> Pairs:
        view = self._view
        return [
            (number, stored)
            for uid in uids
            if (number := view.number(uid)) and (stored := view.mailbox.get(uid)) is not None
        ]

    def _tell(self, new: set[int], gone: set[int]) -> bytes:
        told = (self._removed(gone) if gone else b"") + (self._added(new) if new else b"")
        if not told:
            return b""
        return b"* ESEARCH (TAG %s)%s%s\r\n" % (wire.quote(self._tag), b" UID" if self._by_uid else b"", told)

    def _removed(self, gone: set[int]) -> bytes:
        before = self._members
        self._members = [uid for uid in before if uid not in gone]
        if self._order is None:
            return b" REMOVEFROM (0 %s)" % self._set(sorted(gone))
        # each is taken away before the place of the next is counted
        places = [place for place, uid in enumerate(before) if uid in gone]
        return b" REMOVEFROM (%s)" % b" ".join(
            b"%d %s" % (place + 1 - earlier, self._set([before[place]])) for earlier, place in enumerate(places)
        )

    def _added(self, new: set[int]) -> bytes:
        if self._order is None:
            self._members += sorted(new)
            return b" ADDTO (0 %s)" % self._set(sorted(new))
        pairs = self._pairs(sorted(new.union(self._members)))
        self._order(pairs)
        self._members = [stored.uid for _, stored in pairs]
        places = enumerate(at for at, uid in enumerate(self._members) if uid in new)
        runs = ([at for _, at in run] for _, run in groupby(places, key=lambda place: place[1] - place[0]))
        return b" ADDTO (%s)" % b" ".join(
            b"%d %s" % (run[0] + 1, self._set(self._members[run[0] : run[-1] + 1])) for run in runs
        )

    def _set(self, uids: list[int]) -> bytes:
        return wire.numbers(uids if self._by_uid else [self._view.number(uid) for uid in uids])


def _update(result: Result, items: Items | None) -> bytes:
    session, view = result.search.session, result.search.view
    if result.tag in view.followers:
        raise Refused(replies.TAG_REUSED())
    if items is not None:
        describing(session, items)
    sorted_too = result.order is None or has(session, b"CONTEXT=SORT")
    if len(view.followers) >= MOST or not sorted_too:
        session.put_ahead(wire.condition(replies.UNTAGGED_NOUPDATE, tag=wire.quote(result.tag).decode("ascii")))
    else:
        view.followers[result.tag] = Context(result, items or [])
    return b""


def _partial(result: Result, bounds: tuple[int, int]) -> bytes:
    words = [word for word, _ in result.options]
    if b"ALL" in words or words.count(b"PARTIAL") > 1:
        raise Refused(replies.ONE_PARTIAL())
    # 500:400 is the same as 400:500 (RFC 5267 section 5)
    first, last = sorted(bounds)
    listed = wire.numbers(result.values[first - 1 : last])
    return b" PARTIAL (%d:%d %s)" % (first, last, listed or b"NIL")


def _bounds(octets: bytes) -> tuple[int, int]:
    first, last = octets.split(b":")
    return int(first), int(last)


@command(
    b"CANCELUPDATE",
    args=many(seq(SP, quoted("tag", N_("the tag of the search that is kept up to date"), "5267#4.3.5")), least=1),
    states={SELECTED},
    ref="5267#4.3.5",
    answers=(replies.COMPLETED, replies.NO_CONTEXT),
    capability=b"CONTEXT=SEARCH",
)
def cancelupdate(session: Session, tags: list[bytes]) -> Answer:
    """Have a search kept up to date no longer."""
    followers = session.selected.followers
    if any(tag not in followers for tag in tags):
        return replies.NO_CONTEXT()
    for tag in tags:
        followers.pop(tag, None)
    return replies.COMPLETED(verb="CANCELUPDATE")


def _hint(_result: Result, _value: Any) -> bytes:
    """The server may do with the hint what it likes; results are made afresh."""
    return b""


_CAPABILITY: Final = b"CONTEXT=SEARCH"
SEARCH_RETURNS.add(
    b"CONTEXT", _hint, about=N_("a hint: the same search will come again"), ref="5267#4.2", capability=_CAPABILITY
)
SEARCH_RETURNS.add(
    b"UPDATE",
    _update,
    about=N_("keep the result up to date from here on"),
    ref="5267#4.3",
    # modifier-update = "UPDATE" ["(" fetch-att *(SP fetch-att) ")"], and the example has a space
    args=opt(seq(opt(SP), parenthesized(FETCH_ITEMS, 1))),
    capability=_CAPABILITY,
)
SEARCH_RETURNS.add(
    b"PARTIAL",
    _partial,
    about=N_("a stretch of the result"),
    ref="5267#4.4",
    args=seq(
        SP,
        term(
            "partial-range",
            rb"[1-9][0-9]{0,9}:[1-9][0-9]{0,9}",
            "5267#4.4",
            N_("which results, counted from 1"),
            convert=_bounds,
        ),
    ),
    capability=_CAPABILITY,
)
