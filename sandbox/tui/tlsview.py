"""What the TLS pane shows: values of the same kind as those of `ports.py`."""

from __future__ import annotations

from typing import NamedTuple

from sandbox.core.message import Msg
from sandbox.core.refs import Ref

Text = Msg | str


class TlsRecord(NamedTuple):
    """A TLS record in the list. `kind` and `version` are what its header says, `at` is nanoseconds into the trace.

    `octets` counts all of it, `what` is what it is in words, `sealed`: nobody but the ends can read it.
    """

    side: str
    at: int
    kind: str
    version: str
    octets: int
    what: Text
    sealed: bool


class TlsField(NamedTuple):
    """A field of a record or of a message in it. `depth` counts what it is part of."""

    name: str
    value: Text
    about: Text
    ref: Ref
    depth: int = 0


class TlsPart(NamedTuple):
    """A record's header, or a message in it."""

    name: str
    about: Text
    ref: Ref
    fields: tuple[TlsField, ...] = ()


class ClearLine(NamedTuple):
    """A line that everybody on the way can read. `secrets` are stretches of it that had better be secret."""

    side: str
    octets: bytes
    secrets: tuple[tuple[int, int], ...] = ()


class TlsView(NamedTuple):
    """TLS at a moment: a stretch of the records, from number `first` on, and the one that is `chosen`.

    `wire` are its first octets on the wire and `outside` what an eavesdropper can tell; `inside` is what the ends see.
    Where nothing is sealed, there are no records, but lines in `clear`.
    """

    summary: tuple[Text, ...] = ()
    records: tuple[TlsRecord, ...] = ()
    first: int = 0
    total: int = 0
    chosen: int = -1
    wire: bytes = b""
    outside: tuple[Text, ...] = ()
    inside: tuple[Text, ...] = ()
    parts: tuple[TlsPart, ...] = ()
    clear: tuple[ClearLine, ...] = ()
    notice: Text = ""
