"""A mail program's half of an IMAP dialogue: tags, literals, and the copy of a mailbox that it keeps."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.core.client import Send
from sandbox.core.grammar import parse
from sandbox.core.replies import Outcome
from sandbox.core.tracker import Exchange, Kind
from sandbox.imap import responses
from sandbox.imap.format import string
from sandbox.imap.framing import announced
from sandbox.imap.grammar import Numbers
from sandbox.imap.names import encode_name
from sandbox.imap.responses.status import TAGGED

Talk = Generator[Send, Exchange, Exchange]
_DATA: Final = (Kind.DATA, Kind.UNASKED)


class Refused(Exception):
    """A command that the script cannot go on without was answered NO or BAD."""

    def __init__(self, command: str) -> None:
        super().__init__(command)
        self.command = command


@dataclass(slots=True)
class Held:
    """What a program knows of one message."""

    flags: tuple[bytes, ...] = ()
    size: int | None = None
    octets: bytes | None = None


@dataclass(slots=True)
class Copy:
    """A program's copy of a mailbox: messages by UID, and what it has to remember for the next time.

    `failed` is the command at which the server refused to go on.
    """

    uidvalidity: int = 0
    uidnext: int = 0
    modseq: int = 0
    exists: int = 0
    messages: dict[int, Held] = field(default_factory=dict)
    vanished: list[int] = field(default_factory=list)
    failed: str | None = None

    @classmethod
    def of(cls, uids: Iterable[int]) -> Copy:
        """A copy that holds these messages already."""
        return cls(messages={uid: Held(octets=b"") for uid in uids})

    def learn(self, exchange: Exchange) -> None:
        """Take over what the server told during a command."""
        for word, value in told(exchange):
            if word == b"EXISTS":
                self.exists = value
            elif word == b"EXPUNGE":
                self.exists -= 1
            elif word == b"VANISHED":
                _earlier, gone = value
                self.vanish(_within(gone, self.messages))
            elif word == b"OK" and isinstance(value[1], tuple):
                self._code(*value[1][0])
        for uid, found in items(exchange):
            self._message(self.messages.setdefault(uid, Held()), found)

    def vanish(self, uids: Iterable[int]) -> None:
        """These messages are gone."""
        for uid in list(uids):
            del self.messages[uid]
            self.vanished.append(uid)

    def _code(self, code: bytes, value: Any) -> None:
        if code == b"UIDVALIDITY":
            self.uidvalidity = value
        elif code == b"UIDNEXT":
            self.uidnext = value
        elif code == b"HIGHESTMODSEQ":
            self.modseq = value

    def _message(self, held: Held, found: dict[bytes, Any]) -> None:
        held.flags = tuple(found.get(b"FLAGS", held.flags))
        held.size = found.get(b"RFC822.SIZE", held.size)
        if b"BODY" in found:
            held.octets = found[b"BODY"][2]


def told(exchange: Exchange) -> Iterator[tuple[bytes, Any]]:
    """The untagged data of an exchange: words and values."""
    for unit in exchange.units:
        if unit.side == "S" and unit.kind in _DATA:
            yield responses.read(unit.raw)


def items(exchange: Exchange) -> Iterator[tuple[int, dict[bytes, Any]]]:
    """The messages that FETCH responses of an exchange are about: UID, and the items by name."""
    for word, value in told(exchange):
        if word == b"FETCH":
            found = dict(value[1])
            if b"UID" in found:
                yield found[b"UID"], found


def _within(numbers: Numbers, uids: Iterable[int]) -> list[int]:
    """Which of these UIDs are in a set."""
    return [uid for uid in uids if any(min(low, high) <= uid <= max(low, high) for low, high in numbers.ranges)]


class Conversation:
    """Sends commands with tags of its own and reads how they ended."""

    def __init__(self, prefix: str) -> None:
        self._prefix, self._count = prefix, 0
        self.went_well = True
        self.code = b""

    def ask(self, command: str, mailbox: str | None = None, after: str = "") -> Talk:
        """Send a command and wait for its end. Raises `Refused` where that is NO or BAD."""
        exchange = yield from self.try_(command, mailbox, after)
        if not self.went_well:
            raise Refused(command.split(" ")[0])
        return exchange

    def try_(self, command: str, mailbox: str | None = None, after: str = "") -> Talk:
        """Send a command and wait for its end; `went_well` and `code` tell about it."""
        words = command.encode()
        if mailbox is not None:
            words += b" " + encode_name(mailbox, False)
        return (yield from self._send(words + after.encode()))

    def begin(self, command: str) -> Talk:
        """Send a command that goes on until it is answered. Raises `Refused` where the server does not begin it."""
        exchange = yield Send(self._tag() + command.encode())
        if exchange.done:
            raise Refused(command)
        return exchange

    def answer(self, line: str) -> Talk:
        """Answer the command that goes on. Raises `Refused`."""
        exchange = yield Send(line.encode())
        self._judge(exchange)
        if not self.went_well:
            raise Refused(line)
        return exchange

    def log_in(self, user: str, password: str) -> Generator[Send, Exchange, None]:
        """Send LOGIN, unless `user` is empty. Raises `Refused`."""
        if user:
            yield from self._send(b"LOGIN " + string(user.encode()) + b" " + string(password.encode()))
            if not self.went_well:
                raise Refused("LOGIN")

    def capabilities(self) -> Generator[Send, Exchange, set[bytes]]:
        """What the server can do."""
        exchange = yield from self.ask("CAPABILITY")
        return {name.upper() for word, names in told(exchange) if word == b"CAPABILITY" for name in names}

    def _tag(self) -> bytes:
        self._count += 1
        return f"{self._prefix}{self._count} ".encode()

    def _send(self, command: bytes) -> Talk:
        """Send a command; in front of each literal, wait for leave."""
        rest = self._tag() + command
        start = 0
        while True:
            end = rest.find(b"\r\n", start)
            if end < 0:
                break
            literal = announced(rest[: end + 2])
            exchange = yield Send(rest[:end])
            if literal is None or exchange.done:
                return self._judge(exchange)
            rest, start = rest[end + 2 :], literal.size
        return self._judge((yield Send(rest)))

    def _judge(self, exchange: Exchange) -> Exchange:
        self.went_well = exchange.outcome is Outcome.OK
        final = next((unit.raw for unit in reversed(exchange.units) if unit.kind is Kind.REPLY), b"")
        values = parse(TAGGED, final).values
        text = values[2] if len(values) == 3 else None
        self.code = text[0][0] if isinstance(text, tuple) else b""
        return exchange
