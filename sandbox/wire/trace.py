"""The journal: everything that happens in a world, in one order, with the bytes uninterpreted.

Events are msgspec structs, a union tagged by `t`; a transcript is this journal on disk. `at` is nanoseconds since
1970 on the
world's clock. Nothing here knows a protocol: what the octets mean, the observer works out when somebody asks.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Literal, TypeAlias

import msgspec

from sandbox.mail.changes import Change

Side: TypeAlias = Literal["C", "S"]
Layer: TypeAlias = Literal["app", "tls", "deflate"]


class Event(msgspec.Struct, frozen=True, gc=False, tag_field="t", omit_defaults=True):
    """What all events have: the place in the journal, the time, and the connection, if it concerns one."""

    seq: int
    at: int
    conn: str


class Open(Event, frozen=True, gc=False, tag="open"):
    """A connection was made. `actor` is who holds the client's end; ports and addresses are those of TCP."""

    proto: str
    client: str
    server: str
    port: int
    client_port: int = 0
    client_address: str = ""
    server_address: str = ""
    tls: bool = False
    """TLS from the first octet."""
    actor: str = ""


class Data(Event, frozen=True, gc=False, tag="data"):
    """Octets that `side` sent. `app` are the protocol's own; `tls` and `deflate` what they looked like on the wire.

    `lost` octets were sent and never delivered; `forged` ones were put on the line by a fault.
    """

    side: Side
    layer: Layer
    raw: bytes
    lost: bool = False
    forged: bool = False


class Tls(Event, frozen=True, gc=False, tag="tls"):
    """A handshake ended. Without `version` it failed, and `reason` says why. `secrets` are lines of a key log."""

    version: str = ""
    cipher: str = ""
    server_name: str = ""
    reason: str = ""
    certificates: tuple[bytes, ...] = ()
    secrets: tuple[str, ...] = ()


class Close(Event, frozen=True, gc=False, tag="close"):
    """The connection ended: `side` closed it, or it was `cut` (then nobody did)."""

    side: Side | Literal[""] = ""
    cut: bool = False


class StoreChange(Event, frozen=True, gc=False, tag="store"):
    """Stored mail of a host changed."""

    host: str
    change: Change


class Note(Event, frozen=True, gc=False, tag="note"):
    """Something worth saying that is no octet: a fault struck, clear text was discarded. `text` is a message id."""

    text: str
    params: dict[str, str | int] = {}


class Step(Event, frozen=True, gc=False, tag="step"):
    """A lesson entered a step, or left it with `result`."""

    lesson: str
    step: str
    result: str = ""


class Answer(Event, frozen=True, gc=False, tag="answer"):
    """The learner answered a question or committed a prediction."""

    step: str
    answer: tuple[str, ...]
    correct: bool | None = None


class Restore(Event, frozen=True, gc=False, tag="restore"):
    """Time travel: the world is again as it was right after event `to`. What came between is on a branch that was
    left."""

    to: int


AnyEvent: TypeAlias = Open | Data | Tls | Close | StoreChange | Note | Step | Answer | Restore
Subscriber: TypeAlias = Callable[[AnyEvent], None]


class Journal:
    """An append-only list of events. `keep` bounds how many of the newest stay in memory (None: all)."""

    def __init__(self, now: Callable[[], int], keep: int | None = None) -> None:
        self.now = now
        self.events: list[AnyEvent] | deque[AnyEvent] = [] if keep is None else deque(maxlen=keep)
        self.seq = 0
        """The number of the newest event; the first has 1."""
        self.muted = False
        """While a world is rebuilt, its past is not written a second time."""
        self._subscribers: tuple[Subscriber, ...] = ()

    def __len__(self) -> int:
        return len(self.events)

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Call `subscriber` with each new event; returns the way to stop that."""
        self._subscribers = (*self._subscribers, subscriber)

        def cancel() -> None:
            self._subscribers = tuple(other for other in self._subscribers if other is not subscriber)

        return cancel

    def stamp(self) -> tuple[int, int]:
        """The `seq` and `at` for the event that is about to be added."""
        return self.seq + 1, self.now()

    def add(self, event: AnyEvent) -> None:
        """Append an event made with `stamp`."""
        if self.muted:
            return
        self.seq = event.seq
        self.events.append(event)
        for subscriber in self._subscribers:
            subscriber(event)

    def data(
        self, conn: str, side: Side, raw: bytes, layer: Layer = "app", *, lost: bool = False, forged: bool = False
    ) -> None:
        """Append octets; the way for the hot path."""
        if self.muted:
            return
        self.seq += 1
        event = Data(self.seq, self.now(), conn, side, layer, raw, lost, forged)
        self.events.append(event)
        for subscriber in self._subscribers:
            subscriber(event)


def live(events: Iterable[AnyEvent]) -> list[AnyEvent]:
    """The events of the final branch: what a `Restore` took back is left out, and so is the `Restore`."""
    branch: list[AnyEvent] = []
    for event in events:
        if isinstance(event, Restore):
            while branch and branch[-1].seq > event.to:
                branch.pop()
        else:
            branch.append(event)
    return branch


def connections(events: Sequence[AnyEvent]) -> dict[str, Open]:
    """The connections of a list of events, by id, in the order they were made."""
    return {event.conn: event for event in events if isinstance(event, Open)}
