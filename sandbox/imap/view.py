"""A session's view of its mailbox: message sequence numbers over uids, \\Recent, and what is still to be told.

The store is ahead of the view: a message that another session expunged keeps its number here until this session is
told (RFC 9051 section 7.5.1), and a new one has none before its EXISTS. Numbers are places in a list of uids: looking
one up is a bisection, and taking a message out moves eight octets for each message behind it, which for 10,000 messages
is quicker than any tree.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.imap import format as wire
from sandbox.imap.grammar import STAR, Numbers
from sandbox.mail.changes import Change, Expunged, FlagsChanged, MailboxDeleted, MessageAdded
from sandbox.mail.flags import RECENT, SYSTEM_FLAGS, Flags
from sandbox.mail.store import Mailbox, Stored


@dataclass(slots=True)
class Enabled:
    """What the client has said it understands; responses differ by it."""

    rev2: bool = False
    utf8: bool = False
    """UTF-8 in quoted strings and mailbox names (RFC 6855, RFC 9051)."""
    utf8_accept: bool = False
    """ENABLE UTF8=ACCEPT was given (RFC 6855)."""
    condstore: bool = False
    qresync: bool = False


Items = list[tuple[bytes, Any]]
"""Data items of FETCH, as its grammar has them."""


@dataclass(slots=True)
class Hearing:
    """What the client wants to hear of the mailbox without asking. NOTIFY says so (RFC 5465); else it is everything,
    when a command is answered."""

    messages: bool = True
    """Of messages that come and go."""
    flags: bool = True
    with_uid: bool = False
    """Flags are told with the UID (RFC 5465 section 5.1)."""
    delayed: bool = False
    """Of those that go only where a command allows it (RFC 5465 section 6.1.2)."""
    items: Items | None = None
    """What to tell of a new message at once."""
    describe: Callable[[View, list[tuple[int, Items]]], list[bytes]] | None = None
    """Writes the FETCH responses for new messages, by uid."""
    acting: bool = False
    """Whether what changes now is the session's own doing."""


class Follower(Protocol):
    """Something that follows the messages of a view, such as a search that is kept up to date."""

    items: Items
    """What to tell of a new message that is followed."""

    def lost(self, uids: set[int]) -> bytes:
        """What to tell before the client hears that these are gone; their numbers are still good."""

    def changed(self, uids: list[int]) -> tuple[bytes, set[int]]:
        """What to tell after the client has heard of these: they are new, or have other flags. And which are followed
        from here on."""


class View:
    """The selected mailbox. `notify` is called when there is something to tell."""

    def __init__(
        self, mailbox: Mailbox, read_only: bool, enabled: Enabled, hearing: Hearing, notify: Callable[[], None]
    ) -> None:
        self.mailbox, self.read_only, self._enabled, self._hearing = mailbox, read_only, enabled, hearing
        self.uids: list[int] = list(mailbox.uids())
        """By message sequence number, from 1 at index 0."""
        self.recent: set[int] = set(mailbox.recent_uids() if read_only else mailbox.take_recent())
        self.saved: list[int] = []
        """The uids of `$`, ascending (RFC 5182)."""
        self.keywords = mailbox.keywords
        """The keywords that the client was told of."""
        self.followers: dict[bytes, Follower] = {}
        """By the tag of the command that set them going."""
        self._touched: set[int] = set()
        """The messages that followers have to hear of."""
        self._arrived: list[int] = []
        self._gone: set[int] = set()
        self._own_arrived: set[int] = set()
        self._own_gone: set[int] = set()
        """Those of them that are this session's doing."""
        self._flagged: dict[int, None] = {}
        self._own = False
        self._notify = notify
        self._cancel = mailbox.watch(self._changed)

    def close(self) -> None:
        """Stop watching."""
        self._cancel()

    def __len__(self) -> int:
        return len(self.uids)

    # Numbers

    def number(self, uid: int) -> int:
        """The message sequence number of a uid; 0 if the view has none."""
        at = bisect_left(self.uids, uid)
        return at + 1 if at < len(self.uids) and self.uids[at] == uid else 0

    def resolve(self, numbers: Numbers, by_uid: bool, *, clip: bool = False) -> list[range] | None:
        """The places (from 0) that a sequence set means, ascending and apart; None if it names a message sequence
        number that is not there (RFC 9051 section 9, seq-number), unless these are to be left out with `clip`. A range
        costs the same whatever its length."""
        if numbers.saved:
            return merged([range(self.number(uid) - 1, self.number(uid)) for uid in self.saved if self.number(uid)])
        found: list[range] = []
        count = len(self.uids)
        for first, last in numbers.ranges:
            if by_uid:
                highest = self.uids[-1] if count else self.mailbox.uid_next
                low, high = sorted((first or highest, last or highest))
                found.append(range(bisect_left(self.uids, low), bisect_right(self.uids, high)))
            else:
                low, high = sorted((first or count, last or count))
                if high > count and count in (low, high) and STAR in (first, last):
                    high = count  # 6:* is what clients send to see whether there is a sixth
                if (low == STAR or high > count) and not clip:
                    return None
                found.append(range(max(low - 1, 0), min(high, count)))
        return merged(found)

    def messages(self, places: Iterable[range]) -> list[tuple[int, Stored]]:
        """The messages at these places with their numbers, those left out that another session expunged."""
        get, uids = self.mailbox.get, self.uids
        found: list[tuple[int, Stored]] = []
        for span in places:
            numbered = enumerate(map(get, uids[span.start : span.stop]), span.start + 1)
            found += [(number, stored) for number, stored in numbered if stored is not None]
        return found

    def numbered(self, places: Iterable[range]) -> list[tuple[int, int]]:
        """The messages at these places: number and uid, whether they are still there or not."""
        uids = self.uids
        return [pair for span in places for pair in enumerate(uids[span.start : span.stop], span.start + 1)]

    def picked(self, places: Iterable[range]) -> list[int]:
        """The uids at these places."""
        return [uid for span in places for uid in self.uids[span.start : span.stop]]

    # Flags

    def flags(self, stored: Stored) -> Flags:
        """A message's flags as this session sees them: with \\Recent, except in IMAP4rev2."""
        if self.recent and stored.uid in self.recent and not self._enabled.rev2:
            return (*stored.flags, RECENT)
        return stored.flags

    @property
    def known_flags(self) -> Flags:
        """The flags of the FLAGS response."""
        return (*SYSTEM_FLAGS, *self.mailbox.keywords)

    def fetch_flags(self, number: int, stored: Stored, *, with_uid: bool = False) -> bytes:
        """A FETCH response that tells a message's flags, and what else the client wants to hear with them."""
        enabled = self._enabled
        # a server with QRESYNC sends both to who knows CONDSTORE (RFC 7162 section 3.2.4)
        uid = b"UID %d " % stored.uid if with_uid or enabled.condstore or self._hearing.with_uid else b""
        modseq = b" MODSEQ (%d)" % stored.modseq if enabled.condstore else b""
        return b"* %d FETCH (%sFLAGS %s%s)\r\n" % (number, uid, wire.flags(self.flags(stored)), modseq)

    def flags_news(self) -> bytes:
        """A FLAGS response, if there are new keywords since the last one (RFC 9051 section 7.3.5)."""
        keywords = self.mailbox.keywords
        if keywords == self.keywords:
            return b""
        self.keywords = keywords
        return b"* FLAGS " + wire.flags(self.known_flags) + b"\r\n"

    # Changes

    @contextmanager
    def own_change(self) -> Iterator[None]:
        """Flags changed within are this session's doing: whoever changes them tells of them, or was asked not to."""
        self._own = True
        try:
            yield
        finally:
            self._own = False

    def told(self, uids: Iterable[int]) -> None:
        """The flags of these messages have just been told."""
        if self._flagged:
            for uid in uids:
                self._flagged.pop(uid, None)

    def _changed(self, change: Change) -> None:
        if isinstance(change, FlagsChanged):
            if self.followers:
                self._touched.update([uid for uid, _ in change.changed])
            if self._own:
                return
            self._flagged.update(dict.fromkeys([uid for uid, _ in change.changed]))
        elif isinstance(change, MessageAdded):
            self._arrived.append(change.uid)
            if self._hearing.acting:
                self._own_arrived.add(change.uid)
        elif isinstance(change, Expunged):
            self._gone.update(change.uids)
            if self._hearing.acting:
                self._own_gone.update(change.uids)
        elif isinstance(change, MailboxDeleted):
            self._gone.update(self.uids, self._arrived)
        else:
            return
        self._notify()

    @property
    def has_gone(self) -> bool:
        """Whether messages are gone that the client does not know about."""
        return bool(self._gone)

    def news(self, expunges: bool, *, everything: bool = False) -> bytes:
        """What changed, in responses; with `expunges`, messages may lose their numbers. With `everything`, also what
        the client does not want to hear of."""
        hearing = self._hearing
        messages, parts, arrived = everything or hearing.messages, list[bytes](), list[int]()
        if self._flagged and (everything or hearing.flags):
            parts.append(self.flags_news())
            parts += self._flags_told()
        if expunges and self._gone:
            parts += self._expunges_told(self._gone if messages else self._gone & self._own_gone)
        if self._arrived and messages:
            arrived = self._arrivals()
            parts += self._arrivals_told(arrived)
        if self._touched:
            parts += self._followers_told(arrived)
        elif arrived and hearing.items:
            parts += self._described(arrived, {})
        if arrived:
            self._own_arrived = set()
        return b"".join(parts)

    def _followers_told(self, arrived: list[int]) -> list[bytes]:
        """What followers tell. The FETCH of a new message comes before it where a follower asked for it (RFC 5465
        section 7), else behind it (section 5.2)."""
        touched, self._touched = sorted(self._touched), set()
        told, items = list[bytes](), dict[int, Items]()
        for follower in self.followers.values():
            octets, joined = follower.changed(touched)
            told.append(octets)
            if follower.items:
                for uid in joined.intersection(arrived):
                    items.setdefault(uid, []).extend(follower.items)
        described = self._described(arrived, items)
        return described + told if items else told + described

    def _described(self, arrived: list[int], items: dict[int, Items]) -> list[bytes]:
        """The FETCH responses that tell of new messages, one for each: what NOTIFY asks for, and followers."""
        hearing = self._hearing
        wanted = [
            (uid, list({str(item): item for item in [*(hearing.items or ()), *items.get(uid, ())]}.values()))
            for uid in arrived
            if uid not in self._own_arrived
        ]
        wanted = [(uid, asked) for uid, asked in wanted if asked]
        return hearing.describe(self, wanted) if hearing.describe is not None and wanted else []

    def _flags_told(self) -> Iterator[bytes]:
        flagged, self._flagged = self._flagged, {}
        late: dict[int, None] = {}
        get = self.mailbox.get
        for uid in sorted(flagged):
            number, stored = self.number(uid), get(uid)
            if stored is None:
                continue
            if number:
                yield self.fetch_flags(number, stored)
            else:
                late[uid] = None
        self._flagged.update(late if self._arrived else {})

    def _expunges_told(self, gone: set[int]) -> list[bytes]:
        self._gone = self._gone - gone
        self._own_gone -= gone
        numbers = [number for uid in gone if (number := self.number(uid))]
        numbers.sort()
        if not numbers:
            self._forget(gone)
            return []
        vanished = [self.uids[number - 1] for number in numbers]
        told = [follower.lost(gone) for follower in self.followers.values()]
        if len(numbers) == 1:
            del self.uids[numbers[0] - 1]
        else:
            self.uids = [uid for uid in self.uids if uid not in gone]
        self._forget(gone)
        if self._enabled.qresync:
            return [*told, b"* VANISHED " + wire.numbers(vanished) + b"\r\n"]
        return told + [b"* %d EXPUNGE\r\n" % (number - at) for at, number in enumerate(numbers)]

    def _forget(self, gone: set[int]) -> None:
        self._arrived = [uid for uid in self._arrived if uid not in gone]
        if self.saved:
            self.saved = [uid for uid in self.saved if uid not in gone]
        self._touched -= gone
        self.recent -= gone

    def _arrivals(self) -> list[int]:
        arrived = [uid for uid in self._arrived if self.mailbox.get(uid) is not None]
        self._arrived = []
        return arrived

    def _arrivals_told(self, arrived: list[int]) -> list[bytes]:
        if not arrived:
            return []
        self.uids += arrived
        if self.followers:
            self._touched.update(arrived)
        before = len(self.recent)
        self.recent.update(self.mailbox.recent_uids() if self.read_only else self.mailbox.take_recent())
        told = [self.flags_news(), b"* %d EXISTS\r\n" % len(self.uids)]
        if not self._enabled.rev2 and len(self.recent) != before:
            told.append(b"* %d RECENT\r\n" % len(self.recent))
        return told


def merged(found: list[range]) -> list[range]:
    """Ranges ascending and apart, the empty ones left out."""
    if len(found) == 1:
        return found if found[0] else []
    merged: list[range] = []
    for span in sorted([span for span in found if span], key=lambda span: span.start):
        if merged and span.start <= merged[-1].stop:
            merged[-1] = range(merged[-1].start, max(merged[-1].stop, span.stop))
        else:
            merged.append(span)
    return merged
