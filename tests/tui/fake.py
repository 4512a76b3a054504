"""A session that needs no server: it answers every line, so that screens can be tested for themselves."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.core.message import Msg
from sandbox.core.refs import Ref
from sandbox.tui.panes.trace.model import NEGATIVE, TLS, TraceModel
from sandbox.tui.ports import (
    Allowed,
    Anatomy,
    Choice,
    Heading,
    Hint,
    LessonView,
    Looking,
    Mail,
    MailboxView,
    Outcome,
    PacketView,
    Playback,
    Position,
    Prompt,
    Seen,
    StateView,
    Token,
)
from sandbox.tui.tlsview import ClearLine, TlsField, TlsPart, TlsRecord, TlsView

MAILS = (
    Mail("1", 1432, "facturas@oeste.example", "Factura de marzo: 2026-031", seen=(Seen(1),)),
    Mail(
        "2",
        988,
        "Luis <luis@norte.example>",
        "[/x] [bold]Exam\x1b[2J\u202e notes",
        seen=(Seen(2, Msg("marked")),),
        fresh=True,
    ),
    Mail("3", 2210, "mar@sur.example", "¿Comemos? ñandú", seen=(Seen(0),), gone=True),
)

STATES = (
    Position("AUTHORIZATION", "The server greets and waits to learn who you are.", Ref("1939#4")),
    Position("TRANSACTION", "The maildrop is open and locked: list, read and mark messages.", Ref("1939#5")),
    Position("UPDATE", "QUIT was given: the server removes the marked messages.", Ref("1939#6")),
    Position("CLOSED", "The connection is over.", Ref("1939#3")),
)

CLEAR = TlsView(
    clear=(
        ClearLine("S", b"+OK norte.example ready"),
        ClearLine("C", b"USER ana"),
        ClearLine("C", b"PASS [/x] \x1b[2J", ((5, 14),)),
    )
)
SEALED = TlsView(
    ("TLS 1.3", "TLS_AES_256_GCM_SHA384", "x25519", "norte.example"),
    (
        TlsRecord("C", 1_000_000, "handshake", "TLS 1.0", 517, "ClientHello", False),
        TlsRecord("S", 2_000_000, "handshake", "TLS 1.2", 127, "ServerHello", False),
        TlsRecord("S", 2_000_000, "application_data", "TLS 1.2", 597, "Certificate, [/x]", True),
        TlsRecord("C", 3_000_000, "application_data", "TLS 1.2", 36, "PASS [/x] \x1b[2J\r\n", True),
    ),
    total=4,
    chosen=3,
    wire=bytes(range(36)),
    outside=(Msg("the client sends {count} octets", count=36),),
    inside=("PASS [/x] \x1b[2J\r\n",),
    parts=(
        TlsPart(
            "TLSCiphertext",
            Msg("A sealed record: only who has the keys can read it, and nobody can change it unnoticed."),
            Ref("8446#5.2"),
            (
                TlsField("type", "23 application_data", Msg("octets of the protocol inside"), Ref("8446#5.2")),
                TlsField("length", "31", Msg("octets that follow"), Ref("8446#5.2"), 1),
            ),
        ),
    ),
)


class FakeSession:
    """Echoes; `said` collects what was typed, `did` what was asked of it."""

    def __init__(self, *, lesson: bool = False, tls: bool = False) -> None:
        self.trace = TraceModel()
        self.said: list[str] = []
        self.did: list[tuple[str, str]] = []
        self.opened = self.closed = False
        self.with_lesson, self.flags = lesson, TLS if tls else 0
        self.exchange, self.at, self.seq = 0, 0, 0
        self.abilities = {"undo", "record", "hint", "next", "answer"} if lesson else {"undo", "record"}
        self.outcome: Outcome | None = None

    def open(self, changed: Callable[[], None]) -> None:
        self.opened = True
        self.changed = changed
        self.trace.add_connection("laptop", "laptop", "norte.example")
        self.line("S", b"+OK norte.example ready <1.2@norte.example>\r\n")

    def line(self, side: str, raw: bytes, flags: int = 0) -> None:
        self.at += 1_000_000
        self.seq += 1
        self.trace.append_line("laptop", side, self.at, raw, self.exchange, flags | self.flags, self.seq, self.seq)

    async def close(self) -> None:
        self.closed = True

    def heading(self) -> Heading:
        step = (2, 7) if self.with_lesson else None
        title = "DELE is a promise" if self.with_lesson else "Free play"
        return Heading("POP3", title, "laptop", "norte.example:110", step, "TLS 1.3" if self.flags else "")

    def prompt(self) -> Prompt | None:
        return Prompt("laptop")

    def submit(self, line: str) -> None:
        self.said.append(line)
        self.exchange += 1
        self.line("C", line.encode() + b"\r\n")
        good = line.upper().startswith(("USER", "PASS", "STAT", "LIST", "QUIT", "DELE"))
        self.line("S", b"+OK that is fine by me\r\n" if good else b"-ERR unknown command\r\n", 0 if good else NEGATIVE)
        if line.upper() == "LIST":
            for raw in (b"1 1432\r\n", b"2 988\r\n", b".\r\n"):
                self.line("S", raw)

    def suggest(self, typed: str) -> str | None:
        return next((verb for verb in ("STAT", "LIST", "DELE 1") if verb.startswith(typed)), None)

    def hint(self, typed: str) -> Hint:
        return Hint("DELE <number>", "Mark a message for removal.", ("1", "2")) if typed.startswith("D") else Hint()

    def state(self, line: int) -> StateView | None:
        allowed = tuple(
            Allowed(verb, verb, "", Ref("1939#5")) for verb in ("STAT", "LIST", "RETR", "DELE", "NOOP", "QUIT")
        )
        return StateView(STATES, "TRANSACTION", allowed, (("Server says", "2 messages"),))

    def mailbox(self, line: int) -> MailboxView | None:
        return MailboxView("ana@norte.example", MAILS, 2, (Looking("ana", 1),))

    def anatomy(self, line: int) -> Anatomy | None:
        raw = b"DELE 1\r\n"
        tokens = [
            Token(0, 4, "DELE", "Mark a message for removal.", Ref("1939#5")),
            Token(4, 5, "SP", "one space", Ref("1939#3")),
            Token(5, 6, "message-number", "counts from 1 in this session", Ref("1939#5")),
            Token(6, 8, "CRLF", "the end of the line", Ref("1939#3")),
        ]
        return Anatomy(
            raw,
            tokens,
            "Mark a message for removal.",
            Ref("1939#5"),
            0,
            len(raw),
            follows=((True, "marked"), (False, "no such message")),
        )

    def tls(self, line: int, record: int) -> TlsView | None:
        return SEALED._replace(chosen=record if record >= 0 else 3) if self.flags else CLEAR

    def exportable(self) -> None:
        return None

    def packets(self, line: int) -> PacketView | None:
        return None

    def lesson(self) -> LessonView | None:
        if not self.with_lesson:
            return None
        steps = (("Log in", "done"), ("Guess", "now"), ("Take the mark back", "later"), ("Cut the cable", "later"))
        choices = (Choice("1", "One"), Choice("2", "Two [TRYCREATE]"))
        text = "After DELE 1, how many messages does the server store? Choose, then see what really happens."
        return LessonView(
            "DELE is a promise",
            2,
            steps,
            "Predict what DELE does",
            text,
            choices=choices,
            form="one",
            hints=("Think of QUIT.",),
            outcome=self.outcome,
            hint_ready=True,
        )

    def playback(self) -> Playback | None:
        return None

    def tick(self, elapsed: float) -> None:
        pass

    def visible(self) -> int | None:
        return None

    def manual(self) -> None:
        return None

    def again(self) -> None:
        return None

    def can(self, action: str) -> bool:
        return action in self.abilities

    def act(self, action: str, argument: str = "") -> None:
        self.did.append((action, argument))
        if action == "undo":
            self.trace.truncate(self.seq - 2)
