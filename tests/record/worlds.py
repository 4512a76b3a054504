"""Sessions in worlds, and their transcripts."""

from __future__ import annotations

import io
from collections.abc import Iterable

from sandbox.record.format import Header, append_event, append_header
from sandbox.record.reader import Transcript
from sandbox.wire.trace import AnyEvent, Close, Data, Open
from sandbox.world.inputs import Deliver, HangUp, Send, Wait
from sandbox.world.world import World
from tests.pop3.worlds import world

HEADER = Header("A session", hosts=("mail.norte.example",), homes={"mail.norte.example": "norte"})


def written(events: Iterable[AnyEvent], header: Header = HEADER) -> bytes:
    """The file of these events."""
    buffer = bytearray()
    append_header(buffer, header)
    for event in events:
        append_event(buffer, event)
    return bytes(buffer)


def transcript_of(events: Iterable[AnyEvent]) -> Transcript:
    """A transcript of these events."""
    return Transcript.read(io.BytesIO(written(events)), "a.jsonl")


def connect(home: World, actor: str = "laptop") -> None:
    home.connect(actor, "pop3", "norte", 110)


def type_lines(home: World, lines: str, actor: str = "laptop") -> None:
    for line in lines.split("|"):
        home.do(Send(actor, line.encode() + b"\r\n"))


def busy() -> World:
    """A world in which two clients deleted mail, one was undone, mail arrived, and time passed."""
    home = world()
    connect(home)
    type_lines(home, "USER ana|PASS secreto|STAT")
    before = home.checkpoint()
    type_lines(home, "DELE 1|QUIT")
    home.restore(before)
    type_lines(home, "RETR 1|DELE 2|RSET|DELE 1")
    connect(home, "phone")
    home.do(Send("phone", b"USER luis\r\nPASS clave\r\nLIS"))
    home.do(Wait(3_000_000_000))
    home.do(Deliver("luis", b"Subject: hello\r\n\r\nluis\r\n"))
    type_lines(home, "QUIT")
    connect(home)
    type_lines(home, "USER ana|PASS secreto|STAT")
    home.do(HangUp("laptop"))
    home.do(Send("phone", b"T\r\nQUIT\r\n"))
    return home


def long(count: int, conns: int = 1) -> list[AnyEvent]:
    """Dialogues of `count` events, a connection after the other, without stored mail."""
    events: list[AnyEvent] = []

    def add(conn: str, side: str, raw: bytes) -> None:
        seq = len(events) + 1
        events.append(Data(seq, seq, conn, side, "app", raw))  # type: ignore[arg-type]

    for number in range(conns):
        conn = f"c{number}"
        seq = len(events) + 1
        events.append(Open(seq, seq, conn, "pop3", "laptop", "mail.norte.example", 110))
        add(conn, "S", b"+OK hello\r\n")
        for side, raw in (("C", b"USER ana\r\n"), ("S", b"+OK\r\n"), ("C", b"PASS secreto\r\n"), ("S", b"+OK\r\n")):
            add(conn, side, raw)
        while len(events) < (number + 1) * count // conns:
            add(conn, "C", b"DELE %d\r\n" % len(events))
            add(conn, "S", b"+OK\r\n")
        if number < conns - 1:
            events.append(Close(len(events) + 1, len(events) + 1, conn, "C"))
    return events
