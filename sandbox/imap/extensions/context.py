"""CONTEXT=SEARCH (RFC 5267): a search is kept up to date, and its result told in pieces."""

from __future__ import annotations

from typing import Any, Final

from sandbox.core.grammar import SP, many, seq, term
from sandbox.core.message import N_
from sandbox.core.replies import Answer
from sandbox.imap import format as wire
from sandbox.imap import replies
from sandbox.imap.capabilities import capability
from sandbox.imap.commands.search import SEARCH_RETURNS, Result
from sandbox.imap.grammar import quoted
from sandbox.imap.search.program import Plan, select
from sandbox.imap.session import Refused, Session, command
from sandbox.imap.states import SELECTED
from sandbox.imap.view import View

capability(b"CONTEXT=SEARCH", "5267#4", about=N_("the result of a search can be kept up to date, and told in pieces"))

MOST: Final = 20
"""Searches that one session can have kept up to date."""


class Context:
    """A search that is kept up to date. What it said of numbers was settled when the command came."""

    def __init__(self, view: View, tag: bytes, plans: list[Plan], members: set[int], by_uid: bool) -> None:
        self._view, self._tag, self._plans, self._members, self._by_uid = view, tag, plans, members, by_uid

    def lost(self, uids: set[int]) -> bytes:
        """REMOVEFROM comes before the EXPUNGE, while the numbers are still good (RFC 5267 section 4.3.4)."""
        return self._tell(set(), self._members & uids)

    def changed(self, uids: list[int]) -> bytes:
        """ADDTO and REMOVEFROM come behind the FETCH or EXISTS that is their cause."""
        view = self._view
        pairs = [(view.number(uid), stored) for uid in uids if (stored := view.mailbox.get(uid)) is not None]
        meeting = {stored.uid for _, stored in select(self._plans, [pair for pair in pairs if pair[0]])}
        return self._tell(meeting - self._members, (self._members & set(uids)) - meeting)

    def _tell(self, new: set[int], gone: set[int]) -> bytes:
        self._members = (self._members | new) - gone
        told = self._item(b"REMOVEFROM", gone) + self._item(b"ADDTO", new)
        if not told:
            return b""
        return b"* ESEARCH (TAG %s)%s%s\r\n" % (wire.quote(self._tag), b" UID" if self._by_uid else b"", told)

    def _item(self, name: bytes, uids: set[int]) -> bytes:
        if not uids:
            return b""
        values = sorted(uids) if self._by_uid else [self._view.number(uid) for uid in sorted(uids)]
        return b" %s (0 %s)" % (name, wire.numbers(values))


def _update(result: Result, _value: None) -> bytes:
    session, view = result.search.session, result.search.view
    if result.tag in view.followers:
        raise Refused(replies.TAG_REUSED())
    if result.in_order or len(view.followers) >= MOST:
        session.put_ahead(wire.condition(replies.UNTAGGED_NOUPDATE, tag=wire.quote(result.tag).decode("ascii")))
    else:
        members = {stored.uid for _, stored in result.pairs}
        view.followers[result.tag] = Context(view, result.tag, result.search.plans, members, result.by_uid)
    return b""


def _partial(result: Result, bounds: tuple[int, int]) -> bytes:
    words = [word for word, _ in result.options]
    if b"ALL" in words or words.count(b"PARTIAL") > 1:
        raise Refused(replies.ONE_PARTIAL())
    first, last = sorted(bounds)
    listed = wire.numbers(result.values[first - 1 : last])
    return b" PARTIAL (%d:%d %s)" % (*bounds, listed or b"NIL")


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
    b"UPDATE", _update, about=N_("keep the result up to date from here on"), ref="5267#4.3", capability=_CAPABILITY
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
