"""A toy protocol with one of everything that SMTP and IMAP will need: the core has to carry it without a change.

WAIT                      idles until the client sends a line, telling news meanwhile
ASK                       a challenge and a response, like SASL
DATA                      a go-ahead and a dot-terminated block
CHUNK n                   n octets right behind the line, like BDAT
SAY                       an intermediate answer before the final one
TLS, PACK                 layers under the connection
KEEP                      a change that has to be made durable
DROP                      says goodbye, and hangs up
#name                     requests may carry a tag, as IMAP's do, and counted literals {n}
"""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import Any, Final

from sandbox.core.client import Client
from sandbox.core.effects import Ask, Block, Close, Commit, Compress, Data, Effect, Idle, Octets, Say, StartTls
from sandbox.core.endpoint import OUTPUT_LIMIT, Server
from sandbox.core.grammar import SP, label, many, opt, seq, term
from sandbox.core.host import Host
from sandbox.core.message import Msg
from sandbox.core.refs import Ref
from sandbox.core.registry import Command, Owes, Registry, Starts, State
from sandbox.core.replies import Answer, Outcome, Reply
from sandbox.core.request import Request, label_request, read_request
from sandbox.core.tracker import TURN, UNBOUNDED, Exchange, Following, Kind, Labels, Tracker

REF: Final = Ref("5321#3")
OUT, IN, SENDING, END = (State(name, f"the state {name}", REF) for name in ("OUT", "IN", "SENDING", "END"))


def _reply(outcome: Outcome, text: str) -> Reply:
    return Reply(outcome, text, REF, f"about {text}")


HELLO = _reply(Outcome.OK, "hello")
FINE = _reply(Outcome.OK, "fine {what}")
GO = _reply(Outcome.CONTINUE, "go")
NEWS = _reply(Outcome.CONTINUE, "news")
NO = _reply(Outcome.NO, "no")
BAD = _reply(Outcome.BAD, "bad {why}")
BYE = _reply(Outcome.OK, "bye")
SLEEPY = _reply(Outcome.NO, "sleepy")

TOY = Registry()
NUMBER = term("number", rb"\d{1,6}", "5321#3", "a number", convert=int)
WORD = term("word", rb"[a-z]+|\{\d+\}\r\n[^\r\n]*", "5321#3", "a word")
VERB = term("verb", rb"[A-Za-z]+", "5321#3", "a verb")
Running = Generator[Effect, Any, Answer]


class Session:
    def __init__(self) -> None:
        self.kept: list[bytes | None] = []


@TOY.command(b"ENTER", args=opt(seq(SP, WORD)), states={OUT}, then={Outcome.OK: IN}, ref="5321#3", answers=(FINE,))
def enter(session: Session, word: bytes | None) -> Answer:
    """Go in."""
    return FINE(what=(word or b"in").decode())


@TOY.command(b"ASK", states={OUT}, then={Outcome.OK: IN}, ref="5321#3", owes=Owes.LINES)
def ask(session: Session) -> Running:
    """Answer a challenge."""
    first = yield Ask(GO())
    second = yield Ask(GO())
    return NO() if first is None or first == b"*" or second is None else FINE(what=(first + second).decode())


@TOY.command(
    b"DATA",
    states={IN},
    then={Outcome.CONTINUE: SENDING, (SENDING, Outcome.OK): IN, (SENDING, Outcome.NO): OUT},
    ref="5321#3",
    owes=Owes.BLOCK,
)
def data(session: Session) -> Running:
    """Send a block."""
    block = yield Block(GO(), 100)
    session.kept.append(block)
    return NO() if block is None else FINE(what=str(len(block)))


@TOY.command(b"CHUNK", args=seq(SP, NUMBER), states={IN}, ref="5321#3", owes=Owes.OCTETS)
def chunk(session: Session, size: int) -> Running:
    """Send counted octets."""
    session.kept.append((yield Octets(size, keep=size < 50)))
    return FINE(what=str(size))


@TOY.command(b"WAIT", states={IN}, ref="5321#3", owes=Owes.LINES)
def wait(session: Session) -> Running:
    """Wait for news."""
    line = yield Idle(GO())
    return FINE(what=line.decode()) if line is not None else NO()


@TOY.command(b"SAY", states={IN}, ref="5321#3", capability=b"TALK")
def say(session: Session) -> Running:
    """Hear something twice."""
    yield Say(NEWS())
    return FINE(what="said")


@TOY.command(b"TLS", states={OUT}, ref="5321#3", starts=Starts.TLS)
def tls(session: Session) -> Answer:
    """Protect the line."""
    return FINE(what="tls").then(StartTls())


@TOY.command(b"PACK", states={OUT}, ref="5321#3", starts=Starts.DEFLATE)
def pack(session: Session) -> Answer:
    """Compress the line."""
    return FINE(what="pack").then(Compress())


@TOY.command(b"POUR", args=seq(SP, NUMBER), states={IN}, ref="5321#3")
def pour(session: Session, pieces: int) -> Running:
    """Hear more than fits into one answer."""
    for _ in range(pieces):
        yield Data(b"x" * OUTPUT_LIMIT)
        session.kept.append(b"poured")
    return FINE(what="poured")


@TOY.command(
    b"TURN", args=seq(SP, WORD), states={IN, OUT}, leads=lambda values: OUT if values == (b"out",) else IN, ref="5321#3"
)
def turn(session: Session, where: bytes) -> Answer:
    """Go where the argument says."""
    return FINE(what=where.decode())


@TOY.command(b"KEEP", states={IN}, ref="5321#3")
def keep(session: Session) -> Running:
    """Change something."""
    return FINE(what="kept") if (yield Commit()) else NO()


@TOY.command(b"DROP", states={IN, OUT}, then={Outcome.OK: END}, ref="5321#3")
def drop(session: Session) -> Answer:
    """Leave."""
    return BYE()


@TOY.command(b"CUT", states={IN, OUT}, ref="5321#3")
def cut(session: Session) -> Answer:
    """Be thrown out."""
    return NO().then(Close())


class ToyServer(Server):
    initial, closed = OUT, END
    line_limit = 30

    def __init__(self, host: Host, talk: bool = True) -> None:
        super().__init__(host)
        self.session = Session()
        self.talk = talk
        self.ended = 0
        self.news_lines: list[bytes] = []

    def greeting(self) -> Answer:
        return HELLO()

    def read(self) -> Generator[object, Any, Request]:
        raw = yield from self.reader.line(40)
        while (literal := re.search(rb"\{(\d+)\}\r\n$", raw)) is not None:
            self._say(GO(), None)
            raw += yield from self.reader.exactly(int(literal[1]))
            raw += yield from self.reader.line(40)
        return _request(raw)

    def encode(self, answer: Answer, request: Request | None) -> bytes:
        tag = request.tag + b" " if request is not None and request.tag else b""
        text = answer.reply.text.format(**answer.params)
        return tag + f"{answer.reply.outcome.value} {text}\r\n".encode()

    def refuse(self, request: Request) -> Answer:
        if request.command is None:
            return BAD(why="unknown")
        return BAD(why="arguments") if request.fault else BAD(why="state")

    def too_long(self) -> Answer:
        return BAD(why="long")

    def offers(self, command: Command) -> bool:
        return self.talk or command.capability is None

    def idle_limit(self) -> int | None:
        return None if self.state == IN else 100

    def timed_out(self) -> Answer | None:
        return SLEEPY() if self.talk else None

    def news(self) -> bytes:
        lines, self.news_lines = self.news_lines, []
        return b"".join(lines)

    def secured(self) -> None:
        self.session.kept.clear()

    def lost(self) -> None:
        super().lost()
        self.ended += 1


def _request(raw: bytes) -> Request:
    tag, space, _ = raw.partition(b" ") if raw.startswith(b"#") else (b"", b"", b"")
    request = read_request(TOY, VERB, raw, len(tag + space))
    request.tag = tag
    return request


class ToyTracker(Tracker):
    registry = TOY
    initial, closed = OUT, END

    def read(self) -> Generator[object, Any, Request]:
        reader = self.readers["C"]
        raw = yield from reader.line(UNBOUNDED)
        while (literal := re.search(rb"\{(\d+)\}\r\n$", raw)) is not None:
            raw += yield from reader.exactly(int(literal[1]))
            raw += yield from reader.line(UNBOUNDED)
        return _request(raw)

    def label_request(self, raw: bytes) -> Labels:
        return label_request(TOY, VERB, raw)

    def label_response(self, exchange: Exchange, number: int, raw: bytes) -> Labels:
        found = label(seq(many(term("any", rb".", "5321#3", "an octet"))), raw)
        return found.spans, found.fault

    def replies(self) -> Following:
        reader = self.readers["S"]
        while True:
            start = reader.offset
            raw = yield from reader.line(UNBOUNDED)
            words = raw.split()
            outcome = next((known for known in Outcome if known.value.encode() in words[:2]), Outcome.BAD)
            exchange = self.current or self.exchanges[0]
            kind = Kind.REPLY if self.current else Kind.GREETING
            unit = self.say(kind, start, raw, exchange, Msg("a reply"), REF, outcome)
            unit.reply = next(
                (one for one in (HELLO, FINE) if one.recognises(raw.decode().partition(" ")[2].strip())), None
            )
            if outcome is not Outcome.CONTINUE and exchange is self.current:
                self.finish(exchange, outcome)
            yield TURN


class Clock:
    def __init__(self) -> None:
        self.now = 1000


def toy(talk: bool = True, clock: Clock | None = None) -> ToyServer:
    clock = clock or Clock()
    return ToyServer(Host("toy", lambda: clock.now, bytes), talk)


def toy_client() -> Client:
    return Client(ToyTracker())
