"""Transcript format 1: JSON Lines, a header and then one event a line.

    {"mail-sandbox-transcript":1,"title":"Free play","users":["ana"],"seed":"7","created":1767261600000000000}
    {"t":"open","seq":1,"at":1767261600000000000,"conn":"c1","proto":"pop3","client":"laptop","server":"...","port":110}
    {"t":"data","seq":2,"at":1767261600001000000,"conn":"c1","side":"S","layer":"app","text":"+OK ready\\r\\n"}

Lines are the structs of `sandbox.wire.trace`, except that octets stand as `text` where they are UTF-8 without control
characters other than CR, LF and TAB, and as `b64` (base64) elsewhere. A later program may add kinds of events and
fields: those that are not known here are passed over. What cannot be passed over will have another format number.
"""

from __future__ import annotations

import re
from typing import Any, Final, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from sandbox.mail.changes import (
    Expunged,
    FlagsChanged,
    Locked,
    MailboxCreated,
    MailboxDeleted,
    MailboxRenamed,
    MessageAdded,
    RecentTaken,
    SpecialUseChanged,
    Subscribed,
    Unlocked,
    Unsubscribed,
    UserAdded,
)
from sandbox.mail.flags import Flags
from sandbox.wire.trace import (
    Answer,
    AnyEvent,
    Close,
    Data,
    Event,
    Layer,
    Note,
    Open,
    Restore,
    Side,
    Step,
    StoreChange,
    Tls,
)

VERSION: Final = 1
MARK: Final = "mail-sandbox-transcript"
"""The key that makes a file a transcript; its value is the format's number."""


class Header(msgspec.Struct, frozen=True, omit_defaults=True, tag_field=MARK, tag=VERSION):
    """The first line. `created` is the world's time at the start, in nanoseconds since 1970.

    `hosts` are full names, as in `open`; `homes` has the name under which `store` tells of a host's mail, where that is
    another one. `program` is the name and version of what wrote the file.
    """

    title: str = ""
    lesson: str = ""
    hosts: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    seed: str | int = ""
    created: int = 0
    program: str = ""
    homes: dict[str, str] = {}


class FormatError(Exception):
    """A line is not an event."""


# Octets

_CONTROLS: Final = bytes({*range(32), 127} - {9, 10, 13})
_MORE_CONTROLS: Final = re.compile("[\x80-\x9f]")


def readable(raw: bytes) -> str | None:
    """The octets as text, if they are clean UTF-8: those that would do something to a terminal are not."""
    if len(raw.translate(None, _CONTROLS)) != len(raw):
        return None
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    # as many characters as octets: then it is ASCII
    return text if len(text) == len(raw) or not _MORE_CONTROLS.search(text) else None


def _written(raw: bytes) -> tuple[str | UnsetType, bytes | UnsetType]:
    """The values of `text` and `b64` for octets."""
    text = readable(raw)
    return (UNSET, raw) if text is None else (text, UNSET)


def _octets(text: str | UnsetType, b64: bytes | UnsetType) -> bytes | None:
    """The octets that stand as one of the two; None where neither is there. Raises `FormatError` where both are."""
    if text is UNSET:
        return None if b64 is UNSET else b64
    if b64 is not UNSET:
        raise FormatError
    return text.encode()


# Events that look different on disk


class _DataLine(Event, frozen=True, gc=False, tag="data"):
    side: Side
    layer: Layer
    text: str | UnsetType = UNSET
    b64: bytes | UnsetType = UNSET
    lost: bool = False
    forged: bool = False


class _AddedLine(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag_field="change", tag="MessageAdded"):
    user: str
    mailbox: str
    uid: int
    message_id: str
    thread_id: str
    flags: Flags
    internal_date: int
    save_date: int
    modseq: int
    size: int
    text: str | UnsetType = UNSET
    b64: bytes | UnsetType = UNSET
    internal_zone: int = 0


_ChangeLine: TypeAlias = (
    UserAdded
    | MailboxCreated
    | MailboxDeleted
    | MailboxRenamed
    | SpecialUseChanged
    | Subscribed
    | Unsubscribed
    | _AddedLine
    | FlagsChanged
    | Expunged
    | RecentTaken
    | Locked
    | Unlocked
)


class _StoreLine(Event, frozen=True, gc=False, tag="store"):
    host: str
    change: _ChangeLine


_Line: TypeAlias = Open | _DataLine | Tls | Close | _StoreLine | Note | Step | Answer | Restore
KINDS: Final = frozenset({"open", "data", "tls", "close", "store", "note", "step", "answer", "restore"})


def _store_line(event: StoreChange) -> _StoreLine:
    change = event.change
    if not isinstance(change, MessageAdded):
        return _StoreLine(event.seq, event.at, event.conn, event.host, change)
    text, b64 = (UNSET, UNSET) if change.content is None else _written(change.content)
    line = _AddedLine(
        change.user,
        change.mailbox,
        change.uid,
        change.message_id,
        change.thread_id,
        change.flags,
        change.internal_date,
        change.save_date,
        change.modseq,
        change.size,
        text,
        b64,
        change.internal_zone,
    )
    return _StoreLine(event.seq, event.at, event.conn, event.host, line)


def _store_change(line: _StoreLine) -> StoreChange:
    change = line.change
    if isinstance(change, _AddedLine):
        facts = msgspec.structs.asdict(change)
        content = _octets(facts.pop("text"), facts.pop("b64"))
        return StoreChange(line.seq, line.at, line.conn, line.host, MessageAdded(**facts, content=content))
    return StoreChange(line.seq, line.at, line.conn, line.host, change)


# Writing

_encode_into: Final = msgspec.json.Encoder().encode_into


def append_event(buffer: bytearray, event: AnyEvent) -> None:
    """Append the line of an event, with its end."""
    if type(event) is Data:
        text, b64 = _written(event.raw)
        sides = event.side, event.layer
        _append(buffer, _DataLine(event.seq, event.at, event.conn, *sides, text, b64, event.lost, event.forged))
    else:
        _append(buffer, _store_line(event) if type(event) is StoreChange else event)


def append_header(buffer: bytearray, header: Header) -> None:
    """Append the line of a header, with its end."""
    _append(buffer, header)


def _append(buffer: bytearray, line: object) -> None:
    size = len(buffer)
    try:
        _encode_into(line, buffer, -1)
    except UnicodeEncodeError:
        del buffer[size:]
        _encode_into(_mended(msgspec.to_builtins(line)), buffer, -1)
    buffer += b"\n"


_SURROGATES: Final = re.compile("[\ud800-\udfff]")


def _mended(value: Any) -> Any:
    """The value with every lone surrogate, which no UTF-8 can say, replaced by U+FFFD."""
    if isinstance(value, str):
        return _SURROGATES.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_mended(key): _mended(item) for key, item in value.items()}
    return [_mended(item) for item in value] if isinstance(value, list | tuple) else value


# Reading


class _Glance(msgspec.Struct, frozen=True, gc=False):
    """What every event has, of whatever kind it is."""

    t: str
    seq: int


class _Mark(msgspec.Struct, frozen=True):
    version: int = msgspec.field(name=MARK)


_decode: Final = msgspec.json.Decoder(_Line).decode
_glance: Final = msgspec.json.Decoder(_Glance).decode
_mark: Final = msgspec.json.Decoder(_Mark).decode
_header: Final = msgspec.json.Decoder(Header).decode
_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_MAX_SEQ: Final = 2**53
_MAX_TIME: Final = 2**63
"""Nanoseconds since 1970: the year 2262."""


def decode_event(line: bytes) -> AnyEvent | None:
    """The event of a line; None if it is of a kind not known here. Raises `FormatError` if it is none at all."""
    try:
        event = _decode(line)
    except _UNREADABLE as error:
        if glance(line).t in KINDS:
            raise FormatError from error
        return None
    if not (0 <= event.seq < _MAX_SEQ and 0 <= event.at < _MAX_TIME):
        raise FormatError
    if type(event) is _DataLine:
        raw = _octets(event.text, event.b64)
        if raw is None:
            raise FormatError
        side, layer = event.side, event.layer
        return Data(event.seq, event.at, event.conn, side, layer, raw, event.lost, event.forged)
    return _store_change(event) if type(event) is _StoreLine else event


def glance(line: bytes) -> _Glance:
    """Kind and number of an event, of any kind. Raises `FormatError` if it is none at all."""
    try:
        seen = _glance(line)
    except _UNREADABLE as error:
        raise FormatError from error
    if not 0 <= seen.seq < _MAX_SEQ:
        raise FormatError
    return seen


def version_of(line: bytes) -> int | None:
    """The number of the format that a first line names; None if it is no header."""
    try:
        return _mark(line).version
    except _UNREADABLE:
        return None


def decode_header(line: bytes) -> Header:
    """The header of a line whose version is `VERSION`. Raises `FormatError`."""
    try:
        header = _header(line)
    except _UNREADABLE as error:
        raise FormatError from error
    if not 0 <= header.created < _MAX_TIME:
        raise FormatError
    return header
