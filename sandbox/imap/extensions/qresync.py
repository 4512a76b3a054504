"""QRESYNC (RFC 7162 section 3.2): a program that was away learns all it missed in one answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sandbox.core.grammar import SP, Mapped, opt, seq
from sandbox.core.message import N_
from sandbox.core.refs import Ref
from sandbox.imap import format as wire
from sandbox.imap import replies
from sandbox.imap.capabilities import capability
from sandbox.imap.commands.fetch import FETCH_MODIFIERS
from sandbox.imap.commands.select import SELECT_PARAMS
from sandbox.imap.extensions.enable import enables
from sandbox.imap.grammar import CLOSE, MODSEQ, NZ_NUMBER, OPEN, UID_SET, Numbers
from sandbox.imap.items import Fetching
from sandbox.imap.session import Refused, Session
from sandbox.imap.view import View, merged

capability(b"QRESYNC", "7162#3.2", about=N_("a program that was away learns all it missed in one answer"))

Matches = tuple[Numbers, Numbers]
Resync = tuple[int, int, Numbers | None, Matches | None]


def _enable(session: Session) -> None:
    session.know_condstore()
    session.enabled.qresync = True


def _require(session: Session) -> None:
    if not session.enabled.qresync:
        raise Refused(replies.NOT_ENABLED(name="QRESYNC"))


def _before(session: Session, _value: Resync) -> None:
    _require(session)


def _missed(_session: Session, view: View, value: Resync) -> list[bytes]:
    validity, modseq, known, matches = value
    mailbox = view.mailbox
    if validity != mailbox.uid_validity:
        return []
    spans = _spans(known) if known is not None else [range(1, mailbox.uid_next)]
    vanished = [
        range(max(span.start, _matched(view, matches) + 1), span.stop) for span in _vanished(view, modseq, spans)
    ]
    lines = _earlier([span for span in vanished if span])
    for number, stored in enumerate(mailbox, 1):
        if stored.modseq > modseq and any(stored.uid in span for span in spans):
            lines.append(view.fetch_flags(number, stored, with_uid=True))
    return lines


def _spans(numbers: Numbers) -> list[range]:
    return merged([range(min(pair), max(pair) + 1) for pair in numbers.ranges])


def _matched(view: View, matches: Matches | None) -> int:
    """The highest uid that the client pairs with the number it has: up to there it knows of all that vanished."""
    if matches is None:
        return 0
    best = 0
    for number, uid in zip(_each(matches[0], len(view)), _each(matches[1], view.mailbox.uid_next), strict=False):
        if view.uids[number - 1] != uid:
            break
        best = uid
    return best


def _each(numbers: Numbers, limit: int) -> Iterator[int]:
    for span in _spans(numbers):
        yield from range(span.start, min(span.stop, limit + 1))


def _vanished(view: View, since: int, wanted: list[range]) -> Iterator[range]:
    """The uids that vanished since a mod-sequence, among those wanted. Both lists ascend, so one pass does; those that
    the client has not been told of in this session still have their numbers, and are left out."""
    at = 0
    for span in view.mailbox.vanished(since):
        while at < len(wanted) and wanted[at].stop <= span.start:
            at += 1
        for want in wanted[at:]:
            low, high = max(span.start, want.start), min(span.stop, want.stop)
            if low >= high:
                break
            if view.has_gone:
                yield from (range(uid, uid + 1) for uid in range(low, high) if not view.number(uid))
            else:
                yield range(low, high)


def _earlier(spans: Iterable[range]) -> list[bytes]:
    listed = wire.ranges(spans)
    return [b"* VANISHED (EARLIER) " + listed + b"\r\n"] if listed else []


def _with_fetch(job: Fetching, _value: None) -> None:
    _require(job.session)

    def finish() -> None:
        if not job.by_uid or not job.wants_modseq:
            raise Refused(replies.BAD_MODIFIER())
        job.heading += _earlier(_vanished(job.view, job.since, _spans(_known(job))))

    job.finish.append(finish)


def _known(job: Fetching) -> Numbers:
    """The sequence set of a UID FETCH with `*` for what it stands for."""
    last = job.view.uids[-1] if job.view.uids else job.view.mailbox.uid_next
    return Numbers(tuple((low or last, high or last) for low, high in job.numbers.ranges))


enables(b"QRESYNC", _enable)
_MATCH_DATA = seq(
    OPEN,
    Mapped(UID_SET, lambda numbers: numbers, N_("message sequence numbers"), Ref("7162#3.2.5.2")),
    SP,
    UID_SET,
    CLOSE,
)
# "QRESYNC" SP "(" uidvalidity SP mod-sequence-value [SP known-uids] [SP seq-match-data] ")"
SELECT_PARAMS.add(
    b"QRESYNC",
    (_before, _missed),
    about=N_("tell what changed and what is gone since the program was here last"),
    ref="7162#3.2.5",
    args=seq(SP, OPEN, NZ_NUMBER, SP, MODSEQ, opt(seq(SP, UID_SET)), opt(seq(SP, _MATCH_DATA)), CLOSE),
    capability=b"QRESYNC",
)
FETCH_MODIFIERS.add(
    b"VANISHED",
    _with_fetch,
    about=N_("tell which of these UIDs are gone since then"),
    ref="7162#3.2.6",
    capability=b"QRESYNC",
)
